"""Answers, corrections, deliveries and first steps that came a moment too late, or just in time."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import ALL, CLOSE, SECOND, at, days_off
from bench.planted.drafts import NOW_DAY, Draft
from bench.planted.lawful import SETTLED, licence, query
from bench.planted.variants import breaks, closed, keeps

_SUBMITTED = partial(licence, kind="promise", state="submitted", plain=True)


def _old_query(draw: Random, key: str) -> Draft:
    case = query(draw, key)
    case.day["asked"] = day = draw.randint(70, SETTLED)
    case.facts |= {"asked_at": at(day, "12:30"), "answered_at": None}
    return case


@breaks("acceptance-late", group="acceptance")
def accepted_on_day_six(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] - draw.randint(6, 20), "09:00")


@breaks("acceptance-late", closed(lasts=4))
def accepted_a_second_after_day_five(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] - 5, "09:00")
    case.facts["accepted_at"] = at(case.day["accepted"], CLOSE) + SECOND
    _move_steps(case)


def _move_steps(case: Draft) -> None:
    """Let no step begin before acceptance."""
    for row in case.steps:
        row["started_at"] = max(row["started_at"], case.facts["accepted_at"])
        row["ended_at"] = max(row["ended_at"], row["started_at"])


@breaks("acceptance-late", _SUBMITTED)
def never_answered(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - draw.randint(6, 60), "16:00")


@breaks("acceptance-late", _SUBMITTED)
def refused_on_day_six(draw: Random, case: Draft) -> None:
    day = NOW_DAY - draw.randint(10, 60)
    case.put("submitted", day, "16:00")
    case.facts["refused_at"] = at(day + 6, "09:00")


@breaks("acceptance-late")
def accepted_on_day_six_after_the_correction(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 12, "09:00")
    if draw.random() < 0.5:
        case.pause(day - 9, day - 6, "补正")
    else:
        case.facts |= {"correction_at": at(day - 9, "10:00"), "corrected_at": at(day - 6, "10:00")}


@breaks("acceptance-late", closed(lasts=8))
def asked_again_only_after_acceptance(draw: Random, case: Draft) -> None:
    """A correction after acceptance is none that the answer waited for."""
    day = case.day["accepted"]
    case.put("submitted", day - 7, "09:00")
    case.pause(day + 1, day + 2, "补正")


@keeps("acceptance-late", group="acceptance")
def accepted_on_day_five(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] - 5, "09:00:01")


@keeps("acceptance-late", closed(lasts=4))
def accepted_at_the_close_of_day_five(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] - 5, "09:00")
    case.facts["accepted_at"] = at(case.day["accepted"], CLOSE)
    _move_steps(case)


@keeps("acceptance-late")
def submitted_on_the_first_day_off(draw: Random, case: Draft) -> None:
    """The days off between count as nothing, be it a weekend or the week of October."""
    day = case.day["accepted"] - 5
    off = days_off(ALL[day], ALL[day + 1])
    case.facts["submitted_at"] = at(off[0], "11:11") if off else at(day, "17:31")


@keeps("acceptance-late", _SUBMITTED)
def day_five_is_not_over(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - 5, "09:00")


@keeps("acceptance-late", _SUBMITTED)
def waits_for_the_applicant(draw: Random, case: Draft) -> None:
    case.put("submitted", NOW_DAY - 40, "09:00")
    case.pause(NOW_DAY - 36, None, "补正")


@keeps("acceptance-late", _SUBMITTED)
def refused_on_day_five(draw: Random, case: Draft) -> None:
    day = NOW_DAY - draw.randint(10, 60)
    case.put("submitted", day, "16:00")
    case.facts["refused_at"] = at(day + 5, CLOSE)


@keeps("acceptance-late")
def a_date_counts_as_its_day(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] - 5, 0)
    case.facts["accepted_at"] = at(case.day["accepted"], 0)


@breaks("correction-late")
def told_on_day_six(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 11, "09:00")
    if draw.random() < 0.5:
        case.pause(day - draw.randint(2, 5), day, "补正")
        case.pauses[-1]["ended_at"] = at(day, "09:30")
    else:
        case.facts["correction_at"] = at(day - draw.randint(2, 5), "10:00")
        case.facts["corrected_at"] = at(day, "09:30")


@breaks("correction-late")
def told_a_second_after_day_five(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 7, "09:00")
    case.pause_at(at(day - 2, CLOSE) + SECOND, at(day - 1, "10:00"), "补正")


@keeps("correction-late")
def told_at_the_close_of_day_five(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 7, "09:00")
    case.pause_at(at(day - 2, CLOSE), at(day - 1, "10:00"), "补正")


@breaks("delivery-late", group="delivery")
def delivered_on_day_eleven(draw: Random, case: Draft) -> None:
    case.put("delivered", case.day["decided"] + draw.randint(11, 30), "09:00")


@breaks("delivery-late", group="delivery")
def never_delivered(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = None


@breaks("delivery-late", group="delivery")
def delivered_a_second_after_day_ten(draw: Random, case: Draft) -> None:
    case.put("delivered", case.day["decided"] + 10, "17:30:01")


@keeps("delivery-late", group="delivery")
def delivered_at_the_close_of_day_ten(draw: Random, case: Draft) -> None:
    case.put("delivered", case.day["decided"] + 10, CLOSE)


@keeps("delivery-late", closed(lasts=3, ends=NOW_DAY - 10))
def to_be_delivered_today(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = None


@breaks("delivery-late", closed(lasts=3, ends=NOW_DAY - 11))
def to_be_delivered_yesterday(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = None


@breaks("answer-late", _old_query)
def answered_on_day_six(draw: Random, case: Draft) -> None:
    case.facts["answered_at"] = at(case.day["asked"] + draw.randint(6, 30), "09:00")


@breaks("answer-late", _old_query)
def not_answered(draw: Random, case: Draft) -> None:
    case.facts["answered_at"] = None


@keeps("answer-late", _old_query)
def answered_at_the_close_of_day_five(draw: Random, case: Draft) -> None:
    case.facts["answered_at"] = at(case.day["asked"] + 5, CLOSE)


@breaks("accepted-but-idle", closed(lasts=8))
def first_moved_on_day_six(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 6
    case.steps[1:] = [row for row in case.steps[1:] if row["name"] != "现场勘验"]
    case.step_named("审查").update(started_at=at(day, "11:10"), ended_at=at(day, "13:40"))


@breaks("accepted-but-idle", partial(licence, kind="promise", state="open", plain=True, lasts=7))
def nothing_but_acceptance(draw: Random, case: Draft) -> None:
    _accepted_ago(case, draw.randint(6, 8))


@breaks("accepted-but-idle", partial(licence, kind="promise", state="open", plain=True, lasts=7))
def only_counted_as_received(draw: Random, case: Draft) -> None:
    _accepted_ago(case, 7)
    case.facts["item_code"] = "FREED"
    case.steps[0]["name"] = "受理"


def _accepted_ago(case: Draft, days: int) -> None:
    day = NOW_DAY - days
    case.put("submitted", day - 1, "09:00")
    accepted = case.put("accepted", day, "10:00")
    case.steps[1:] = []
    case.steps[0].update(started_at=accepted, ended_at=accepted + 5 * 60 * SECOND)


@keeps("accepted-but-idle", closed(lasts=8))
def first_moved_on_day_five(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 5
    case.steps[1:] = [row for row in case.steps[1:] if row["name"] != "现场勘验"]
    case.step_named("审查").update(started_at=at(day, CLOSE), ended_at=at(day + 1, "09:00"))


@keeps("accepted-but-idle", closed(lasts=8))
def first_moved_after_a_hearing(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 1, day + 5, "听证")
    case.steps[1:] = [row for row in case.steps[1:] if row["name"] != "现场勘验"]
    case.step_named("审查").update(started_at=at(day + 7, "11:10"), ended_at=at(day + 7, "13:40"))


@keeps("accepted-but-idle", partial(licence, kind="promise", state="open", plain=True, lasts=7))
def reported_up_on_day_five(draw: Random, case: Draft) -> None:
    _accepted_ago(case, 7)
    case.facts["reported_up_at"] = at(case.day["accepted"] + 5, CLOSE)


@breaks("accepted-but-idle", partial(licence, kind="promise", state="open", plain=True, lasts=7))
def reported_up_before_acceptance(draw: Random, case: Draft) -> None:
    _accepted_ago(case, 7)
    case.facts["reported_up_at"] = case.facts["accepted_at"] - SECOND


@breaks("hearing-notice", closed(lasts=9))
def a_hearing_on_the_sixth_working_day_after_its_notice(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.facts["hearing_noticed_at"] = at(day + 1, "09:00")
    case.facts["hearing_held_at"] = at(day + 1 + draw.randint(0, 6), "17:00")


@keeps("hearing-notice", closed(lasts=9))
def a_hearing_on_the_seventh_working_day_after_its_notice(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.facts["hearing_noticed_at"] = at(day + 1, "17:00")
    case.facts["hearing_held_at"] = at(day + 8, "09:00")
