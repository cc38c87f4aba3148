"""Moments out of order, and what must come before what."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random

from bench.planted.days import ALL, DAY, HOUR, MINUTE, SECOND, at, days_off, number
from bench.planted.drafts import Draft
from bench.planted.lawful import licence
from bench.planted.variants import breaks, closed, keeps

_GRANTED = {"result": "granted", "result_reason": None}
_AFTER = "行政许可法 第四十二条: it was closed, opened again and accepted anew after that"


@breaks("closed-before-accepted", closed(lasts=3))
def closed_days_before(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] - draw.randint(1, 3)
    case.put("submitted", day, "09:00")
    case.put("decided", day, "14:40")
    case.put("closed", day, "15:00")
    case.put("delivered", day + 1, "10:00")


@breaks("closed-before-accepted", closed(lasts=3))
def closed_a_second_before(draw: Random, case: Draft) -> None:
    case.facts["decided_at"] = case.facts["accepted_at"] - MINUTE
    case.facts["closed_at"] = case.facts["accepted_at"] - SECOND
    case.put("delivered", case.day["accepted"] + 1, "10:00")


@keeps("closed-before-accepted", partial(licence, kind="instant", plain=True, lasts=0))
def closed_at_once(draw: Random, case: Draft) -> None:
    case.facts["kind"] = "instant"
    for name in ("decided_at", "closed_at"):
        case.facts[name] = case.facts["accepted_at"]


@breaks("accepted-before-submitted")
def submitted_a_minute_after(draw: Random, case: Draft) -> None:
    case.facts["submitted_at"] = case.facts["accepted_at"] + MINUTE


@breaks("accepted-before-submitted", closed(lasts=8))
def submitted_days_after(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] + draw.randint(1, 6), "09:00")


@keeps("accepted-before-submitted")
def submitted_and_accepted_at_once(draw: Random, case: Draft) -> None:
    case.facts["submitted_at"] = case.facts["accepted_at"]


@keeps("accepted-before-submitted")
def submitted_and_accepted_by_date(draw: Random, case: Draft) -> None:
    case.facts["submitted_at"] = case.facts["accepted_at"] = at(case.day["accepted"], 0)


@breaks("decided-after-closed")
def decided_an_hour_after_closing(draw: Random, case: Draft) -> None:
    case.facts["decided_at"] = case.facts["closed_at"] + HOUR
    case.facts["delivered_at"] = case.facts["decided_at"] + DAY


@breaks("decided-after-closed")
def decided_days_after_closing(draw: Random, case: Draft) -> None:
    day = case.day["closed"] + draw.randint(1, 9)
    case.put("decided", day, "14:40")
    case.put("delivered", day + 3, "16:45")


@keeps("decided-after-closed")
def decided_at_closing(draw: Random, case: Draft) -> None:
    case.facts["decided_at"] = case.facts["closed_at"]


@breaks("delivered-before-decided", group="delivery")
def delivered_a_minute_before(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = case.facts["decided_at"] - MINUTE


@breaks("delivered-before-decided", closed(lasts=6))
def delivered_days_before(draw: Random, case: Draft) -> None:
    case.put("delivered", case.day["decided"] - draw.randint(1, 5), "16:45")


@keeps("delivered-before-decided", group="delivery")
def delivered_at_the_decision(draw: Random, case: Draft) -> None:
    case.facts["delivered_at"] = case.facts["decided_at"]


@breaks("closed-without-acceptance", closed(lasts=4))
def closed_but_never_accepted(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["closed"] - draw.randint(0, 5), "09:00")
    case.facts |= {"accepted_at": None, **_GRANTED}


@breaks("closed-without-acceptance", closed(lasts=4))
def closed_with_no_beginning_at_all(draw: Random, case: Draft) -> None:
    case.facts |= {"submitted_at": None, "accepted_at": None, **_GRANTED}


@breaks(
    "closed-without-acceptance",
    closed(lasts=8),
    also={"acceptance-late": "closed on day 8 after its submission without any answer before"},
)
def closed_late_and_never_accepted(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["closed"] - 8, "09:00")
    case.facts |= {"accepted_at": None, **_GRANTED}


@keeps("closed-without-acceptance", closed(lasts=3))
def refused_acceptance(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["closed"] - draw.randint(0, 5), "09:00")
    case.steps = []
    case.facts["accepted_at"] = None
    ended = draw.choice(("not-accepted", "returned", "voided", "withdrawn"))
    case.facts |= {"result": ended, "result_reason": "不属于本机关职权"}


@keeps("closed-without-acceptance", closed(lasts=3))
def refused_by_a_moment_of_its_own(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["closed"] - draw.randint(0, 5), "09:00")
    case.steps = []
    case.facts |= {"accepted_at": None, "result": None, "refused_at": case.facts["closed_at"]}


@breaks("pause-ends-before-it-begins", closed(lasts=8))
def pause_ends_a_minute_before(draw: Random, case: Draft) -> str:
    begin = at(case.day["accepted"] + 2, "11:00")
    return case.pause_at(begin, begin - draw.choice((SECOND, MINUTE, DAY)), "检验")


@keeps("pause-ends-before-it-begins", closed(lasts=8))
def pause_of_no_time(draw: Random, case: Draft) -> None:
    begin = at(case.day["accepted"] + 2, "11:00")
    case.pause_at(begin, begin, "检验")


@breaks("step-ends-before-it-begins")
def step_ends_before(draw: Random, case: Draft) -> str:
    row = case.step_named(draw.choice(("受理", "审查", "决定")))
    row["ended_at"] = row["started_at"] - draw.choice((SECOND, HOUR, 3 * DAY))
    return str(row["key"])


@keeps("step-ends-before-it-begins")
def step_of_no_time(draw: Random, case: Draft) -> None:
    row = case.step_named("受理")
    row["ended_at"] = row["started_at"]


@breaks("correction-answered-before-asked")
def corrected_before_it_was_asked(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 3, "09:00")
    case.facts["correction_at"] = asked = at(day - 1, "10:20")
    case.facts["corrected_at"] = asked - draw.choice((SECOND, HOUR, DAY))


@keeps("correction-answered-before-asked")
def corrected_when_it_was_asked(draw: Random, case: Draft) -> None:
    case.put("submitted", case.day["accepted"] - 3, "09:00")
    case.facts["correction_at"] = case.facts["corrected_at"] = at(case.day["accepted"] - 1, "10:20")


@breaks("corrections-more-than-once")
def asked_twice_before_acceptance(draw: Random, case: Draft) -> str:
    day = case.day["accepted"]
    case.put("submitted", day - 9, "09:00")
    case.pause(day - 8, day - 6, "补正")
    return case.pause(day - 5, day - 2, "补正")


@breaks("corrections-more-than-once", closed(lasts=6))
def asked_three_times(draw: Random, case: Draft) -> str:
    day = case.day["accepted"]
    case.put("submitted", day - 6, "09:00")
    case.pause(day - 5, day - 5, "补正")
    case.pause(day - 3, day - 2, "补正")
    return case.pause(day + 1, day + 2, "补正")


@keeps("corrections-more-than-once")
def one_notice_in_two_rows(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 5, "09:00")
    case.pause(day - 4, day - 2, "补正")
    case.pause(day - 4, day - 1, "补正")


@keeps("corrections-more-than-once")
def a_correction_and_a_hearing(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 5, "09:00")
    case.pause(day - 4, day - 2, "补正")
    case.pause(day, day + 1, "听证")


@breaks("decided-before-publicity-ends", group="publicity")
def decided_a_minute_before_the_end(draw: Random, case: Draft) -> None:
    case.facts["publicity_ends_at"] = case.facts["decided_at"] + draw.choice((SECOND, MINUTE, DAY))


@breaks("decided-before-publicity-ends", group="publicity")
def decided_on_the_last_date(draw: Random, case: Draft) -> None:
    case.facts["publicity_ends_at"] = at(case.day["decided"], 0)


@breaks("decided-before-publicity-ends", closed(lasts=5))
def decided_on_a_day_off_that_is_the_last(draw: Random, case: Draft) -> None:
    off = _day_off_before_closing(case)
    if off is None:
        case.facts["publicity_ends_at"] = at(case.day["decided"], 0)
    else:
        case.facts |= {"decided_at": at(off, "10:00"), "publicity_ends_at": at(off, 0)}
        case.put("delivered", case.day["closed"] + 1, "10:00")


@keeps("decided-before-publicity-ends", closed(lasts=5))
def decided_after_a_day_off_that_is_the_last(draw: Random, case: Draft) -> None:
    off = _day_off_before_closing(case)
    if off is not None:
        case.facts["publicity_ends_at"] = at(off, 0)


@keeps("decided-before-publicity-ends", group="publicity")
def decided_when_it_ends(draw: Random, case: Draft) -> None:
    case.facts["publicity_ends_at"] = case.facts["decided_at"]


def _day_off_before_closing(case: Draft) -> date | None:
    day = ALL[case.day["decided"]]
    before = day - timedelta(days=1)
    off = days_off(before, before)
    return off[0] if off and number(before) >= case.day["accepted"] else None


@breaks("closed-and-reopened")
def opened_again(draw: Random, case: Draft) -> None:
    case.facts["reopened_at"] = case.facts["closed_at"] + draw.choice((SECOND, HOUR, 9 * DAY))


@keeps("closed-and-reopened")
def opened_again_at_closing(draw: Random, case: Draft) -> None:
    case.facts["reopened_at"] = case.facts["closed_at"]


@breaks("clock-reset-by-reopening")
def accepted_anew(draw: Random, case: Draft) -> None:
    case.facts["reopened_at"] = case.facts["accepted_at"] - draw.choice((0, HOUR, 5 * DAY))


@breaks(
    "clock-reset-by-reopening",
    closed(lasts=6),
    also={"closed-before-accepted": _AFTER, "closed-and-reopened": _AFTER},
)
def closed_then_accepted_anew(draw: Random, case: Draft) -> None:
    day = case.day["closed"]
    case.put("reopened", day + 1, "09:30")
    case.put("accepted", day + 2, "10:00")
    case.facts["submitted_at"] = at(day - 1, "10:00")


@keeps("clock-reset-by-reopening", closed(lasts=6))
def opened_again_after_acceptance(draw: Random, case: Draft) -> None:
    case.facts["reopened_at"] = case.facts["accepted_at"] + SECOND
