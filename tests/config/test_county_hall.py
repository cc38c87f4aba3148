"""The presets over a county's hall whose limits stand in the item catalogue, against a slow walk.

60 items: statutory limits of 5 to 45 working days and of 15 and 60 calendar days, promises of an
hour to thirty calendar days, some without the one or the other. Most cases say nothing of their
own, some the number without its unit, some both. The walk takes the days of ``chinese_calendar``
one by one and shares no code with duban.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

import chinese_calendar
import numpy as np
import pytest

from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.cases import Case, Fact
from rules.catalogue import EVER, Catalogue, Item
from rules.instants import instant
from tests.support.moments import SHANGHAI
from tests.support.settings import loaded

SETTINGS = """
[daemon]
presets = ["administrative-licence"]
[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "id"
columns = { item_code = "item", accepted_at = "a", closed_at = "c", promised_days = "p", promised_unit = "pu", statutory_days = "s", statutory_unit = "su" }
[catalogue]
source = "hall"
table = "items"
columns = { code = "code", promised_days = "p", promised_unit = "pu", statutory_days = "s", statutory_unit = "su" }
"""  # noqa: E501

Length = tuple[int, str]
"""How many, and of what; "" for no unit."""

PROMISES: tuple[Length | None, ...] = (
    *((1, ""), (5, ""), (8, "个工作日"), (10, "working days"), (12, ""), (20, "工作日")),
    *((7, "自然日"), (30, "calendar days"), (1, "hours"), (4, "小时"), (90, "分钟"), (1, "months")),
    *((25, ""), None),
)
STATUTORY: tuple[Length | None, ...] = (
    *((5, ""), (10, "working days"), (20, ""), (30, "工作日"), (45, ""), (15, "自然日")),
    *((60, "calendar days"), (2, "月"), None),
)
NOW = datetime(2026, 9, 1, 9, 0)  # noqa: DTZ001  # the walk is in the hall's own time
GENERAL: Length = (20, "")


def draw_items(random: Random) -> dict[str, tuple[Length | None, Length | None]]:
    return {f"T{i:02d}": (PROMISES[i % len(PROMISES)], random.choice(STATUTORY)) for i in range(60)}


def worked(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def walk(start: datetime, length: Length) -> datetime:
    """Count from a moment on, day by day (民法典 第二百零一至二百零三条, 行政许可法 第八十二条)."""
    count, unit = length
    if unit in ("hours", "小时"):
        return start + timedelta(hours=count)
    if unit == "分钟":
        return start + timedelta(minutes=count)
    day = start.date()
    if unit in ("", "working days", "工作日", "个工作日"):
        while count:
            day += timedelta(days=1)
            count -= worked(day)
    else:
        if unit in ("months", "月"):
            month = day.month - 1 + count
            day = day.replace(year=day.year + month // 12, month=month % 12 + 1)
        else:
            day += timedelta(days=count)
        while not worked(day):
            day += timedelta(days=1)
    return datetime.combine(day, time(17, 30))


def facts_of(prefix: str, length: Length | None) -> dict[str, Fact]:
    count, unit = length or (None, "")
    return {f"{prefix}_days": count, f"{prefix}_unit": unit or None}


class Drawn:
    """A case with the truth about it: by when each limit ends."""

    def __init__(
        self, random: Random, number: int, items: dict[str, tuple[Length | None, Length | None]]
    ) -> None:
        code = random.choice(sorted(items))
        day = date(2025, 7, 1) + timedelta(days=random.randrange(420))
        while not worked(day):
            day += timedelta(days=1)
        # No day after the 28th: what the same day of a shorter month is is tested elsewhere.
        day = day.replace(day=min(day.day, 28))
        minute = random.choice((*range(540, 720), *range(810, 1050)))
        self.accepted = datetime.combine(day, time(minute // 60, minute % 60))
        promise, statutory = items[code]
        own: dict[str, Fact] = {}
        for name, of_item in (("promised", promise), ("statutory", statutory)):
            fate = random.random()
            if fate < 0.8:
                continue
            by_month = of_item is not None and of_item[1] in ("months", "月")
            count = 1 if by_month else random.choice((3, 9, 40))
            length: Length = (count, random.choice(("", "工作日", "自然日")))
            own |= facts_of(name, length)
            if not length[1] and of_item is not None:
                length = (length[0], of_item[1])  # a number alone is in the unit of its item
            if name == "promised":
                promise = length
            else:
                statutory = length
        self.dues = {
            "promise": None if promise is None else walk(self.accepted, promise),
            "statutory": None if statutory is None else walk(self.accepted, statutory),
            "statutory-general": None if statutory else walk(self.accepted, GENERAL),
        }
        took = timedelta(days=random.choice((0, 1, 4, 9, 20, 33, 70)), minutes=random.randrange(90))
        self.closed = self.accepted + took if self.accepted + took < NOW else None
        if random.random() < 0.3:
            self.closed = None
        facts: dict[str, Fact] = {
            "item_code": code,
            "accepted_at": moment(self.accepted),
            "closed_at": None if self.closed is None else moment(self.closed),
            **own,
        }
        self.case = Case("hall", f"A{number}", facts)

    def late(self, rule: str) -> bool:
        due = self.dues[rule]
        return due is not None and (self.closed or NOW) > due


def moment(when: datetime) -> int:
    return instant(when.replace(tzinfo=SHANGHAI))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Drawn], Assessment]:
    random = Random(20261125)
    items = draw_items(random)
    drawn = [Drawn(random, number, items) for number in range(6_000)]
    catalogue = Catalogue(
        Item(code, EVER, None, {**facts_of("promised", p), **facts_of("statutory", s)})
        for code, (p, s) in items.items()
    )
    now = moment(NOW)
    batch = catalogue.enrich_batch(Batch.of([one.case for one in drawn]), now)
    book = loaded(tmp_path_factory.mktemp("hall"), SETTINGS).rulebook()
    return drawn, assess(book, batch, np.full(len(drawn), now, np.int64))


RULES = ("promise", "statutory", "statutory-general")


def reckoned(found: Assessment, rule: str) -> Iterator[tuple[int, int, bool]]:
    """Which case has a limit, until when, and whether it is late there."""
    for one in found.limits:
        if one.limit.id == rule:
            late = (one.level >= 0) & (one.course.due <= moment(NOW))
            late |= (one.course.until > one.course.due) & one.applies
            for i in np.flatnonzero(one.applies & (one.course.due > 0)).tolist():
                yield i, int(one.course.due[i]), bool(late[i])


@pytest.mark.parametrize("rule", RULES)
def test_every_due_moment_is_that_of_the_walk(
    hall: tuple[list[Drawn], Assessment], rule: str
) -> None:
    drawn, found = hall
    truth = {i: moment(due) for i, one in enumerate(drawn) if (due := one.dues[rule])}
    assert len(truth) > 300
    assert {i: due for i, due, _ in reckoned(found, rule)} == truth


def test_no_late_case_is_missed_and_none_is_accused_falsely(
    hall: tuple[list[Drawn], Assessment],
) -> None:
    drawn, found = hall
    truth = {(i, rule) for i, one in enumerate(drawn) for rule in RULES if one.late(rule)}
    said = {(i, rule) for rule in RULES for i, _, late in reckoned(found, rule) if late}
    assert Counter(rule for _, rule in truth).keys() == set(RULES)
    assert (len(truth - said), len(said - truth)) == (0, 0)
    assert found.faults == {}
