"""Special procedures and steps that took a working day too long, or exactly as long as they may."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import CLOSE, SECOND, at
from bench.planted.drafts import NOW_DAY, Draft
from bench.planted.lawful import licence
from bench.planted.variants import breaks, closed, keeps

_JOINT = partial(licence, kind="joint", state="closed", plain=True, lasts=25)
_OPEN = partial(licence, kind="promise", state="open", plain=True, lasts=6)


@breaks("pause-over-cap", _JOINT)
def hearing_of_twenty_one_days(draw: Random, case: Draft) -> str:
    day = case.day["accepted"] + 1
    return case.pause(day, day + 21, "听证")


@breaks("pause-over-cap", closed(lasts=7))
def longer_than_its_own_cap(draw: Random, case: Draft) -> str:
    day = case.day["accepted"] + 1
    begin, end = at(day, "11:00"), at(day + 3, CLOSE) + SECOND
    return case.pause_at(begin, end, draw.choice(("检验", "听证")), cap_days=3)


@breaks("pause-over-cap", _OPEN)
def hearing_still_open(draw: Random, case: Draft) -> str:
    day = NOW_DAY - draw.randint(21, 40)
    case.put("submitted", day - 2, "09:00")
    accepted = case.put("accepted", day - 1, "10:00")
    case.steps[1:] = []
    case.steps[0].update(started_at=accepted, ended_at=accepted + SECOND)
    return case.pause(day, None, "听证")


@breaks("pause-over-cap", _JOINT)
def hearing_left_open_until_closing(draw: Random, case: Draft) -> str:
    return case.pause(case.day["closed"] - 21, None, "听证")


@keeps("pause-over-cap", _JOINT)
def hearing_left_open_in_time(draw: Random, case: Draft) -> None:
    case.pause(case.day["closed"] - 20, None, "听证")


@keeps("pause-over-cap", _JOINT)
def hearing_of_twenty_days(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 1
    case.pause_at(at(day, "09:00"), at(day + 20, CLOSE), "听证")


@keeps("pause-over-cap", _JOINT)
def testing_has_no_cap(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 1
    case.pause(day, day + 23, "检测")


@breaks("pause-longer-than-told", closed(lasts=8))
def a_day_longer_than_told(draw: Random, case: Draft) -> str:
    day, told = case.day["accepted"] + 1, draw.randint(1, 5)
    return case.pause(day, day + told + 1, "检测", told_days=told)


@breaks("pause-longer-than-told", closed(lasts=8))
def a_second_longer_than_told(draw: Random, case: Draft) -> str:
    day = case.day["accepted"] + 1
    return case.pause_at(at(day, "11:00"), at(day + 4, CLOSE) + SECOND, "检测", told_days=4)


@breaks("pause-longer-than-told", closed(lasts=9))
def the_second_one_longer_than_told(draw: Random, case: Draft) -> str:
    day = case.day["accepted"]
    case.pause(day + 1, day + 2, "检测", told_days=1)
    return case.pause(day + 3, day + 5, "听证", told_days=1)


@breaks("pause-longer-than-told", _OPEN)
def still_open_longer_than_told(draw: Random, case: Draft) -> str:
    return case.pause(
        case.day["accepted"], None, "检测", told_days=NOW_DAY - case.day["accepted"] - 1
    )


@keeps("pause-longer-than-told", closed(lasts=8))
def as_long_as_told(draw: Random, case: Draft) -> None:
    day, told = case.day["accepted"] + 1, draw.randint(1, 5)
    case.pause_at(at(day, "09:00"), at(day + told, CLOSE), "检测", told_days=told)


@keeps("pause-longer-than-told", _OPEN)
def still_open_on_the_day_told(draw: Random, case: Draft) -> None:
    case.pause(case.day["accepted"], None, "检测", told_days=NOW_DAY - case.day["accepted"])


def _review(case: Draft, begin: int, end: int, limit: int) -> str:
    case.steps = [row for row in case.steps if row["name"] != "现场勘验"]
    row = case.step_named("审查")
    row.update(started_at=at(begin, "11:10"), ended_at=at(end, "13:40"), limit_days=limit)
    return str(row["key"])


@breaks("step-over-limit", closed(lasts=8))
def review_of_a_day_too_many(draw: Random, case: Draft) -> str:
    day, limit = case.day["accepted"], draw.randint(1, 6)
    return _review(case, day, day + limit + 1, limit)


@breaks("step-over-limit", closed(lasts=8))
def review_too_long_even_without_the_pause(draw: Random, case: Draft) -> str:
    day = case.day["accepted"]
    case.pause(day + 2, day + 3, "检测")
    return _review(case, day, day + 6, 3)


@breaks("step-over-limit", _OPEN)
def review_still_open(draw: Random, case: Draft) -> str:
    day = case.day["accepted"]
    case.put("accepted", NOW_DAY - 4, "10:00")
    case.put("submitted", NOW_DAY - 5, "10:00")
    case.day["accepted"] = day
    case.steps[0].update(started_at=at(NOW_DAY - 4, "10:00"), ended_at=at(NOW_DAY - 4, "10:05"))
    case.steps[1].update(started_at=at(NOW_DAY - 4, "11:10"), limit_days=3)
    return str(case.steps[1]["key"])


@breaks("step-over-limit", closed(lasts=6))
def review_left_open_until_closing(draw: Random, case: Draft) -> str:
    key = _review(case, case.day["accepted"], case.day["closed"], 5)
    case.step_named("审查")["ended_at"] = None
    return key


@keeps("step-over-limit", closed(lasts=6))
def review_left_open_in_time(draw: Random, case: Draft) -> None:
    _review(case, case.day["accepted"], case.day["closed"], 6)
    case.step_named("审查")["ended_at"] = None


@keeps("step-over-limit", closed(lasts=8))
def review_as_long_as_it_may(draw: Random, case: Draft) -> None:
    day, limit = case.day["accepted"], draw.randint(1, 6)
    _review(case, day, day + limit, limit)


@keeps("step-over-limit", closed(lasts=8))
def review_in_time_without_the_pause(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 2, day + 4, "检测")  # three days on which the clock stood still
    _review(case, day, day + 6, 3)
