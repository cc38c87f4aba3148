"""Promises that cannot be, or that the law does not allow."""

from __future__ import annotations

from random import Random

from bench.planted.days import CLOSE, DAY, SECOND, at
from bench.planted.drafts import Draft
from bench.planted.variants import breaks, closed, keeps

_OWN = closed(lasts=5)


@breaks("due-before-start", _OWN)
def promised_for_days_before(draw: Random, case: Draft) -> None:
    case.facts["promised_due"] = at(case.day["accepted"] - draw.randint(2, 9), CLOSE)


@breaks("due-before-start", _OWN)
def statutory_due_before(draw: Random, case: Draft) -> None:
    accepted = case.facts["accepted_at"]
    case.facts["statutory_due"] = accepted - draw.choice((SECOND, 3 * DAY + 7 * SECOND))


@breaks("due-before-start", _OWN)
def due_on_the_date_before(draw: Random, case: Draft) -> None:
    case.facts["statutory_due"] = at(case.day["accepted"] - 1, 0)


@keeps("due-before-start", _OWN)
def due_on_the_date_of_acceptance(draw: Random, case: Draft) -> None:
    case.facts["statutory_due"] = at(case.day["accepted"], 0)


@breaks("promise-after-statutory-due", _OWN)
def promised_for_the_day_after(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 7
    case.facts["statutory_due"] = at(day, CLOSE)
    case.facts["promised_due"] = at(day + 1, draw.choice((0, "09:00")))


@keeps("promise-after-statutory-due", _OWN)
def promised_for_the_same_day(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 7
    case.facts |= {"statutory_due": at(day, 0), "promised_due": at(day, CLOSE)}


@breaks("promise-beyond-statutory-days", _OWN)
def promised_for_a_day_beyond_the_law(draw: Random, case: Draft) -> None:
    case.facts["statutory_days"] = 12
    case.facts["promised_days"] = 10
    case.facts["promised_due"] = at(case.day["accepted"] + 13, draw.choice((0, CLOSE)))


@breaks("promise-beyond-statutory-days", _OWN)
def beyond_the_law_of_the_item(draw: Random, case: Draft) -> None:
    case.facts["statutory_days"] = None
    case.facts["promised_due"] = at(case.day["accepted"] + 26, CLOSE)


@breaks("promise-beyond-statutory-days", _OWN)
def beyond_calendar_days(draw: Random, case: Draft) -> None:
    """Seven days from a working day on end by the fourteenth working day at the latest."""
    case.facts |= {"statutory_days": 7, "statutory_unit": "calendar days", "promised_days": 5}
    case.facts["promised_due"] = at(case.day["accepted"] + 14, CLOSE)


@keeps("promise-beyond-statutory-days", _OWN)
def promised_for_the_last_day(draw: Random, case: Draft) -> None:
    case.facts |= {"statutory_days": 12, "promised_days": 10}
    case.facts["promised_due"] = at(case.day["accepted"] + 12, "23:59")


@keeps("promise-beyond-statutory-days", closed(lasts=8))
def a_hearing_gave_more_time(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 1, day + 4, "听证")
    case.facts |= {"statutory_days": 12, "promised_days": 10, "promised_due": at(day + 15, CLOSE)}


@breaks("promise-longer-than-statutory", _OWN)
def a_day_more_than_the_law(draw: Random, case: Draft) -> None:
    case.facts |= {"promised_days": 13, "statutory_days": 12}


@breaks("promise-longer-than-statutory", _OWN)
def more_than_the_law_of_the_item(draw: Random, case: Draft) -> None:
    case.facts |= {"promised_days": 26, "statutory_days": None}


@keeps("promise-longer-than-statutory", _OWN)
def as_long_as_the_law(draw: Random, case: Draft) -> None:
    case.facts |= {"promised_days": 12, "statutory_days": 12}


@keeps("promise-longer-than-statutory", _OWN)
def counted_in_other_units(draw: Random, case: Draft) -> None:
    case.facts |= {"promised_days": 14, "promised_unit": "calendar days", "statutory_days": 12}
