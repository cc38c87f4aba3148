"""Random calendars, limits and cases for the property tests.

They are drawn from a ``Random`` that hypothesis seeds, for speed: a million of them are compared.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from rules.amounts import Amount, Unit
from rules.calendars import Calendar, Season, Spans, Week, parse_span
from rules.cases import Case, Fact, Part, PartKind
from rules.instants import DAY, HOUR, MINUTE, instant
from rules.limits import (
    Allowance,
    DayEnd,
    Limit,
    PauseCount,
    Reckoning,
    Threshold,
    ThresholdKind,
)
from rules.worktime import WorkingTime
from tests.rules.diary import Diary

FIRST, LAST = date(2026, 1, 1), date(2027, 6, 30)
_BEGIN = instant(datetime(2026, 2, 20, tzinfo=UTC))

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")


def spans(*texts: str) -> Spans:
    return tuple(parse_span(text) for text in texts)


_HOURS = (
    spans("09:00-12:00", "13:30-17:30"),
    spans("09:00-17:00"),
    spans("08:00-08:01", "10:00-11:00", "20:00-24:00"),
    spans("22:00-30:00"),
    spans("00:00-24:00"),
    spans("01:30-02:15", "02:15-03:30"),
    spans("12:00-12:30"),
)


def _week(random: Random) -> Week:
    days = [random.choice(_HOURS) for _ in range(2)]
    days += [random.choice((*_HOURS[:2], *_HOURS, (), ())) for _ in range(5)]
    for i in range(7):
        today, tomorrow = days[i], days[(i + 1) % 7]
        if today and tomorrow and today[-1][1] > 86_400 + tomorrow[0][0]:
            days[i] = spans("09:00-10:00")
    mon, tue, wed, thu, fri, sat, sun = days
    return (mon, tue, wed, thu, fri, sat, sun)


def calendar(random: Random) -> Calendar:
    """Weeks with split, night and odd hours; holidays, make-up days, a season; five zones."""
    days = random.sample([date(2026, 2, 10) + timedelta(days=i) for i in range(300)], 20)
    holidays = dict.fromkeys(days[: random.randrange(14)], "off")
    workdays: dict[date, Spans | None] = {
        day: random.choice((None, *_HOURS[:3])) for day in days[14 + random.randrange(6) :]
    }
    summer = (spans("08:30-12:00", "15:00-18:00"),) * 5 + ((), ())
    seasons = (Season((5, 1), (9, 30), summer),) if random.random() < 0.3 else ()
    zone = ZoneInfo(random.choice(ZONES))
    return Calendar("random", zone, _week(random), seasons, holidays, workdays)


@lru_cache(maxsize=512)
def world(seed: int) -> tuple[WorkingTime, Diary]:
    """The same calendar twice: compiled by the engine, and written out for the oracle."""
    random = Random(seed)
    while True:
        drawn = calendar(random)
        try:
            return WorkingTime(drawn, FIRST, LAST), Diary(drawn, FIRST, LAST)
        except ValueError:  # an extra working day or a season that meets a night shift: refused
            continue


def some_world(random: Random) -> tuple[WorkingTime, Diary]:
    return world(random.randrange(400))


def moment(random: Random, days: int = 60) -> int:
    """A moment on the hour or half hour, more often than any other."""
    if random.random() < 0.7:
        return _BEGIN + random.randrange(days * 48) * 30 * MINUTE
    return _BEGIN + random.randrange(days * DAY)


_MOST = {
    Unit.WORKING_DAY: 12,
    Unit.CALENDAR_DAY: 30,
    Unit.MONTH: 3,
    Unit.WORKING_HOUR: 40,
    Unit.WORKING_MINUTE: 3000,
    Unit.WORKING_SECOND: 200_000,
    Unit.HOUR: 200,
    Unit.MINUTE: 9000,
    Unit.SECOND: 500_000,
}


def amount(random: Random, unit: Unit) -> Amount:
    value = float(random.randint(0, random.choice((2, _MOST[unit]))))
    return Amount(value + random.choice((0, 0, 0, 0.5)), unit)


def make_limit(
    allow: Amount, reckoning: Reckoning | None = None, kinds: tuple[str, ...] = ()
) -> Limit:
    return Limit(
        id="promise",
        title="",
        start="accepted_at",
        until="closed_at",
        allow=Allowance(allow),
        levels=(),
        calendar="cn",
        pause_kinds=kinds,
        reckoning=reckoning or Reckoning(),
    )


def limit(random: Random) -> Limit:
    cap = Amount(float(random.randint(1, 5)), Unit.WORKING_DAY)
    reckoning = Reckoning(
        count_start_day=random.random() < 0.3,
        day_end=random.choice(list(DayEnd)),
        roll=random.random() < 0.7,
        pauses=random.choice(list(PauseCount)),
        pause_cap=cap if random.random() < 0.3 else None,
    )
    kinds = ("hearing",) if random.random() < 0.2 else ()
    return make_limit(amount(random, random.choice(list(Unit))), reckoning, kinds)


def pause(random: Random, around: int | None = None) -> Part:
    """From nothing to two weeks, also backwards, and still open; within days of ``around``."""
    begin = moment(random, 80) if around is None else around + random.randint(-96, 96) * 30 * MINUTE
    some = (-HOUR, 0, 1, 90 * MINUTE, 3 * HOUR, 12 * HOUR, DAY, random.randrange(14 * DAY))
    end = None if random.random() < 0.15 else begin + random.choice(some)
    kind = random.choice(("hearing", "hearing", "survey"))
    return Part(PartKind.PAUSE, "", begin, end, {"kind": kind})


def extension(random: Random, unit: Unit) -> Part:
    other = unit
    if unit.seconds:
        other = random.choice([u for u in Unit if u.seconds and u.working is unit.working])
    granted = None if random.random() < 0.2 else moment(random, 80)
    facts: dict[str, Fact] = {"amount": amount(random, other).value}
    if other is not unit or random.random() < 0.5:
        facts["unit"] = other.value
    return Part(PartKind.EXTENSION, "", granted, None, facts)


def case(random: Random, limit: Limit) -> Case:
    assert limit.allow.amount is not None
    start = moment(random)
    around = start + random.randint(-2, 6) * DAY if random.random() < 0.5 else None
    parts = [pause(random, around) for _ in range(random.choice((0, 1, 1, 2, 3, 6)))]
    unit = limit.allow.amount.unit
    parts += [extension(random, unit) for _ in range(random.choice((0, 0, 1, 2)))]
    closed = moment(random, 80) if random.random() < 0.2 else None
    return Case("", "", {"accepted_at": start, "closed_at": closed}, tuple(parts))


def _unit_of_left(random: Random, unit: Unit) -> Unit:
    """The limit's own, or for a limit in days also working or calendar days."""
    if not unit.counts_days or random.random() < 0.6:
        return unit
    return random.choice((Unit.WORKING_DAY, Unit.CALENDAR_DAY))


def threshold(random: Random, unit: Unit) -> Threshold:
    match random.randrange(3):
        case 0:
            percent = random.choice((random.randint(0, 150), 80, 50, 12.5, 33.3))
            return Threshold(ThresholdKind.PERCENT, percent=float(percent))
        case 1:
            return Threshold(ThresholdKind.LEFT, amount(random, _unit_of_left(random, unit)))
        case _:
            return Threshold(
                ThresholdKind.OVER, Amount(float(random.randint(0, 5)), Unit.WORKING_DAY)
            )
