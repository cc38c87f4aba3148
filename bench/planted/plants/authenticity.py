"""Moments ahead of now, written down late, at night or on a day off, and cases closed at once."""

from __future__ import annotations

from datetime import date
from functools import partial
from random import Random

from bench.planted.days import (
    ALL,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    at,
    days_off,
    later,
    make_up_days,
    number,
)
from bench.planted.drafts import NOW, NOW_DAY, Draft
from bench.planted.lawful import FIRST_DAY, SETTLED, hotline, licence
from bench.planted.variants import breaks, closed, keeps

_OPEN = partial(licence, kind="promise", state="open", plain=True)
_RECENT = closed(lasts=4, ends=NOW_DAY - 1)
_SUBMITTED = partial(licence, kind="promise", state="submitted", plain=True)
_AHEAD = 5 * MINUTE


@breaks("moment-in-future", _SUBMITTED)
def submitted_tomorrow(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY + draw.randint(1, 9), "09:00")


@breaks("moment-in-future", _RECENT)
def delivered_in_the_future(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = NOW + _AHEAD + draw.choice((SECOND, HOUR, 3 * DAY))


@breaks("moment-in-future", _OPEN)
def closed_in_the_future(draw: Random, case: Draft) -> None:
    case.facts |= {"closed_at": NOW + _AHEAD + MINUTE, "result": "granted"}


@breaks("moment-in-future", _OPEN)
def a_step_begins_in_the_future(draw: Random, case: Draft) -> str:
    return case.step("现场勘验", NOW + DAY, None, "h9000")


@breaks("moment-in-future", _OPEN)
def a_step_ends_in_the_future(draw: Random, case: Draft) -> str:
    case.steps[-1]["limit_days"] = None
    case.steps[-1]["ended_at"] = NOW + 2 * DAY
    return str(case.steps[-1]["key"])


@breaks("moment-in-future", _OPEN)
def a_pause_begins_in_the_future(draw: Random, case: Draft) -> str:
    return case.pause_at(NOW + DAY, None, "听证")


@breaks("moment-in-future", _OPEN)
def an_extension_granted_in_the_future(draw: Random, case: Draft) -> str:
    key = case.extend(NOW_DAY, 10)
    case.extensions[0]["started_at"] = NOW + _AHEAD + SECOND
    return key


@keeps("moment-in-future", _RECENT)
def a_clock_a_little_fast(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = NOW + _AHEAD


@keeps("moment-in-future", _OPEN)
def the_end_of_a_pause_is_planned(draw: Random, case: Draft) -> None:
    case.pause_at(NOW - HOUR, NOW + 9 * DAY, "听证")


def _ended(case: Draft, clock: str) -> None:
    """Let the last that happened in a case be its delivery, on the day it was closed."""
    case.put("closed", case.day["closed"], clock)
    case.put("delivered", case.day["closed"], clock)


@breaks("recorded-late")
def recorded_after_eight_hours_and_a_minute(draw: Random, case: Draft) -> None:
    _ended(case, "16:30")
    case.facts["recorded_at"] = later(case.day["closed"], 6 * HOUR, 8 * HOUR + MINUTE)


@breaks("recorded-late")
def recorded_weeks_later(draw: Random, case: Draft) -> None:
    last = max(case.facts["delivered_at"], case.facts["closed_at"])
    case.facts["recorded_at"] = last + draw.randint(14, 40) * DAY


@breaks("recorded-late", _SUBMITTED)
def submission_recorded_late(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - 4, "10:00")
    case.facts["recorded_at"] = at(NOW_DAY - 1, "10:00")


@keeps("recorded-late")
def recorded_after_eight_hours(draw: Random, case: Draft) -> None:
    _ended(case, "16:30")
    case.facts["recorded_at"] = later(case.day["closed"], 6 * HOUR, 8 * HOUR)


@keeps("recorded-late")
def recorded_on_the_next_morning(draw: Random, case: Draft) -> None:
    """However many days off there are between."""
    _ended(case, "17:20")
    case.facts["recorded_at"] = at(case.day["closed"] + 1, "09:30")


@keeps("recorded-late", closed(lasts=6))
def recorded_at_a_later_step(draw: Random, case: Draft) -> None:
    """The row was written again with the decision, days after acceptance."""
    case.facts["recorded_at"] = case.step_named("决定")["started_at"] + MINUTE


def _move(case: Draft, name: str, day: date, clock: str) -> None:
    case.facts[f"{name}_at"] = at(day, clock)


def _off(draw: Random) -> date:
    """Give a day off whose next working days are free: a weekend, or one of a holiday."""
    return draw.choice(days_off(ALL[FIRST_DAY], ALL[SETTLED]))


def _ending_on_a_day_off(draw: Random, key: str) -> Draft:
    off = _off(draw)
    case = licence(draw, key, "promise", plain=True, lasts=4, ends=number(off))
    case.put("delivered", case.day["closed"] + 2, "16:45")
    case.facts["closed_at"] = at(off, "10:30")
    return case


@breaks("outside-office-hours", _ending_on_a_day_off)
def closed_on_a_day_off(draw: Random, case: Draft) -> None:
    assert case.facts["closed_at"]


@keeps("outside-office-hours", _ending_on_a_day_off)
def closed_on_the_date_of_a_day_off(draw: Random, case: Draft) -> None:
    """A date without a time of day says nothing of hours: it may have been entered so."""
    closed = case.facts["closed_at"] - (10 * HOUR + 30 * MINUTE)
    case.facts |= {"closed_at": closed, "decided_at": closed, "delivered_at": closed}


@breaks("outside-office-hours", closed(lasts=4))
def accepted_before_the_doors_open(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 1, "10:00")
    case.put("accepted", day, draw.choice(("08:29:59", "00:00:01", "05:30")))


@breaks("outside-office-hours", closed(lasts=4))
def closed_late_in_the_evening(draw: Random, case: Draft) -> None:
    case.put("closed", case.day["closed"], draw.choice(("18:00:01", "23:59:59", "20:15")))
    case.put("delivered", case.day["closed"] + 1, "10:00")


@keeps("outside-office-hours", closed(lasts=4))
def half_an_hour_before_and_after(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 1, "10:00")
    case.put("accepted", day, "08:30")
    case.put("closed", case.day["closed"], "18:00")
    case.put("delivered", case.day["closed"] + 1, "10:00")


@keeps("outside-office-hours", closed(lasts=4))
def at_noon(draw: Random, case: Draft) -> None:
    case.put("accepted", case.day["accepted"], "12:45")
    case.step_named("审查")["started_at"] = max(
        case.step_named("审查")["started_at"], case.facts["accepted_at"]
    )


def _on_a_make_up_day(draw: Random, key: str) -> Draft:
    days = [number(day) for day in make_up_days()]
    day = draw.choice([one for one in days if FIRST_DAY < one < SETTLED])
    return licence(draw, key, "promise", plain=True, lasts=4, ends=day)


@keeps("outside-office-hours", _on_a_make_up_day)
def closed_on_a_sunday_on_which_people_work(draw: Random, case: Draft) -> None:
    assert ALL[case.day["closed"]].weekday() >= 5


@keeps("outside-office-hours", hotline)
def the_hotline_answers_at_night(draw: Random, case: Draft) -> None:
    accepted = at(case.day["accepted"], "03:10")
    case.facts |= {"submitted_at": accepted, "accepted_at": accepted}
    case.facts |= {"closed_at": accepted + HOUR}


@breaks("accepted-and-closed-at-once", closed(lasts=0))
def closed_in_the_instant_of_acceptance(draw: Random, case: Draft) -> None:
    case.facts["kind"] = draw.choice(("promise", None))  # the item says it then
    for name in ("decided_at", "closed_at"):
        case.facts[name] = case.facts["accepted_at"]


@keeps("accepted-and-closed-at-once", closed(lasts=0))
def closed_a_second_after_acceptance(draw: Random, case: Draft) -> None:
    case.facts["decided_at"] = case.facts["accepted_at"]
    case.facts["closed_at"] = case.facts["accepted_at"] + SECOND


@keeps("accepted-and-closed-at-once", closed(lasts=0))
def accepted_and_closed_on_one_date(draw: Random, case: Draft) -> None:
    midnight = at(case.day["accepted"], 0)
    case.put("submitted", case.day["accepted"] - 1, "10:00")
    for name in ("accepted_at", "decided_at", "closed_at"):
        case.facts[name] = midnight


@keeps("accepted-and-closed-at-once", partial(licence, kind="instant", plain=True, lasts=0))
def an_instant_item_is_closed_at_once(draw: Random, case: Draft) -> None:
    for name in ("decided_at", "closed_at"):
        case.facts[name] = case.facts["accepted_at"]
