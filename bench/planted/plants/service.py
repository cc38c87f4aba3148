"""Tickets, ratings, calls and information reports."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import CLOSE, HOUR, MINUTE, SECOND, at, later
from bench.planted.drafts import NOW, NOW_DAY, Draft
from bench.planted.items import BY_CODE
from bench.planted.lawful import SETTLED, licence, report
from bench.planted.variants import breaks, closed, keeps

_SUBMITTED = partial(licence, kind="promise", state="submitted", plain=True)
_TEN = next(
    code
    for code, item in BY_CODE.items()
    if item["promised_days"] == 10.0 and not item["fee_standard"]
)


@breaks("ticket-waits-too-long", group="queue")
def called_after_thirty_one_minutes(draw: Random, case: Draft) -> None:
    day, worked = case.day["submitted"] - 1, draw.randrange(6 * 60) * MINUTE
    wait = draw.choice((30 * MINUTE + SECOND, 31 * MINUTE, 55 * MINUTE))
    case.facts["ticket_at"] = later(day, worked, 0) if worked else at(day, "09:00")
    case.facts["called_at"] = later(day, worked, wait)


@breaks("ticket-waits-too-long", group="queue")
def called_on_the_next_morning(draw: Random, case: Draft) -> None:
    day = case.day["submitted"] - 1
    case.facts |= {"ticket_at": at(day, "16:50"), "called_at": at(day + 1, "09:00")}


@breaks("ticket-waits-too-long", closed(lasts=4))
def accepted_without_having_been_called(draw: Random, case: Draft) -> None:
    case.facts["ticket_at"] = case.facts["accepted_at"] - 45 * MINUTE


@breaks("ticket-waits-too-long", _SUBMITTED)
def still_waiting(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - 1, "16:00")
    case.facts["ticket_at"] = NOW - 40 * MINUTE


@keeps("ticket-waits-too-long", group="queue")
def called_after_thirty_minutes_of_work(draw: Random, case: Draft) -> None:
    day = case.day["submitted"] - 1
    ticket, called = draw.choice(
        (("11:50", "13:50"), ("08:20", "09:30"), ("10:00", "10:30"), ("12:40", "14:00"))
    )
    case.facts |= {"ticket_at": at(day, ticket), "called_at": at(day, called)}


@keeps("ticket-waits-too-long", _SUBMITTED)
def waiting_for_half_an_hour(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - 1, "16:00")
    case.facts["ticket_at"] = NOW - 30 * MINUTE + SECOND


@breaks("ticket-never-called", _SUBMITTED)
def not_called_by_the_close(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - 3, "16:00")
    case.facts["ticket_at"] = at(
        NOW_DAY - draw.randint(1, 3), draw.choice(("09:00", "17:29", "12:15"))
    )


@keeps("ticket-never-called", _SUBMITTED)
def drawn_after_the_close(draw: Random, case: Draft) -> None:
    """A ticket of yesterday evening is one of today; 40 minutes of today have not passed."""
    case.put("submitted", NOW_DAY - 1, "16:00")
    case.facts |= {"ticket_at": at(NOW_DAY - 1, "17:45"), "called_at": at(NOW_DAY, "09:20")}


@breaks("bad-rating-without-call-back", group="rating")
def called_back_on_day_six(draw: Random, case: Draft) -> None:
    day = case.day["closed"] + 1
    case.facts |= {"rating": draw.choice(("4", "5")), "rated_at": at(day, "20:10")}
    case.facts["called_back_at"] = draw.choice((at(day + 6, "09:00"), at(day + 5, CLOSE) + SECOND))


@breaks("bad-rating-without-call-back", group="rating")
def never_called_back(draw: Random, case: Draft) -> None:
    day = case.day["closed"] + 1
    case.facts |= {"rating": draw.choice(("4", "5")), "rated_at": at(day, "20:10")}
    case.facts["called_back_at"] = None


@keeps("bad-rating-without-call-back", group="rating")
def called_back_on_day_five(draw: Random, case: Draft) -> None:
    day = case.day["closed"] + 1
    case.facts |= {
        "rating": "5",
        "rated_at": at(day, "20:10"),
        "called_back_at": at(day + 5, CLOSE),
    }


@keeps("bad-rating-without-call-back", group="rating")
def a_middling_rating(draw: Random, case: Draft) -> None:
    day = case.day["closed"] + 1
    case.facts |= {"rating": "3", "rated_at": at(day, "20:10"), "called_back_at": None}


@breaks("late-without-call", closed(item=_TEN, lasts=11))
def closed_a_day_late_without_a_call(draw: Random, case: Draft) -> None:
    case.facts["promised_days"] = draw.choice((10, None))  # the item says it then


@breaks("late-without-call", closed(item=_TEN, lasts=14))
def called_a_second_too_late(draw: Random, case: Draft) -> None:
    case.facts["applicant_called_at"] = at(case.day["accepted"] + 11, CLOSE) + SECOND


@breaks("late-without-call", partial(licence, kind="promise", state="open", plain=True, lasts=5))
def open_and_late_without_a_call(draw: Random, case: Draft) -> None:
    case.facts["promised_due"] = at(NOW_DAY - 3, CLOSE)
    case.put("submitted", NOW_DAY - 8, "09:00")
    accepted = case.put("accepted", NOW_DAY - 8, "10:00")
    for row in case.steps[:1]:
        row.update(started_at=accepted, ended_at=accepted + MINUTE)
    case.steps[1].update(started_at=accepted + HOUR, limit_days=None)


@breaks("late-without-call", closed(item=_TEN, lasts=14))
def late_even_with_the_pause(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 3, day + 5, "检验")


@keeps("late-without-call", closed(item=_TEN, lasts=13))
def in_time_with_the_pause(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 3, day + 5, "检验")


@keeps("late-without-call", closed(item=_TEN, lasts=20))
def in_time_with_the_extension(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 9, 10)


@keeps("late-without-call", closed(item=_TEN, lasts=14))
def called_at_the_close_of_the_next_day(draw: Random, case: Draft) -> None:
    case.facts["applicant_called_at"] = at(case.day["accepted"] + 11, CLOSE)


@keeps("late-without-call", closed(item=_TEN, lasts=10))
def closed_on_the_last_day(draw: Random, case: Draft) -> None:
    case.put("closed", case.day["closed"], CLOSE)
    case.put("delivered", case.day["closed"] + 1, "10:00")


def _old_report(draw: Random, key: str) -> Draft:
    case = report(draw, key)
    case.day["report"] = day = draw.randint(70, SETTLED)
    case.facts |= {"report_due": at(day, "16:00"), "reported_at": at(day, "15:00")}
    return case


@breaks("report-late", _old_report)
def reported_a_second_late(draw: Random, case: Draft) -> None:
    case.facts["reported_at"] = case.facts["report_due"] + draw.choice((SECOND, HOUR))


@breaks("report-late", _old_report)
def reported_after_the_date(draw: Random, case: Draft) -> None:
    case.facts["report_due"] = at(case.day["report"], 0)
    case.facts["reported_at"] = at(case.day["report"] + 1, "09:00")


@keeps("report-late", _old_report)
def reported_on_the_dot(draw: Random, case: Draft) -> None:
    case.facts["reported_at"] = case.facts["report_due"]


@keeps("report-late", _old_report)
def reported_on_the_date(draw: Random, case: Draft) -> None:
    case.facts["report_due"] = at(case.day["report"], 0)
    case.facts["reported_at"] = at(case.day["report"], CLOSE)


@breaks("report-missing", _old_report)
def not_reported(draw: Random, case: Draft) -> None:
    case.facts["reported_at"] = None


@breaks("report-missing", _old_report)
def due_this_very_moment(draw: Random, case: Draft) -> None:
    case.facts |= {"report_due": NOW, "reported_at": None}


@keeps("report-missing", _old_report)
def due_in_a_second(draw: Random, case: Draft) -> None:
    case.facts |= {"report_due": NOW + SECOND, "reported_at": None}
