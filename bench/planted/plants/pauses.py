"""Special procedures without ground or reason, and one after another near the limit."""

from __future__ import annotations

from random import Random

from bench.planted.days import at
from bench.planted.drafts import Draft
from bench.planted.items import BY_CODE
from bench.planted.variants import Base, breaks, closed, keeps

_TEN = next(
    code
    for code, item in BY_CODE.items()
    if item["promised_days"] == 10.0 and not item["fee_standard"]
)


def _ten(lasts: int) -> Base:
    """Give cases that were promised ten working days."""
    return closed(item=_TEN, lasts=lasts)


@breaks("pause-without-ground", closed(lasts=6))
def on_a_ground_the_law_does_not_know(draw: Random, case: Draft) -> str:
    day = case.day["accepted"] + 1
    grounds = ("领导出差", "系统升级", "现场勘验", "公示", "听 证")
    return case.pause(day, day + 2, draw.choice(grounds))


@breaks("pause-without-ground", closed(lasts=6))
def on_no_ground_at_all(draw: Random, case: Draft) -> str:
    begin = case.facts["accepted_at"] + 3_600_000_000
    return case.pause_at(begin, begin + 1, None)


@keeps("pause-without-ground", closed(lasts=6))
def on_a_ground_of_the_law(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 1
    grounds = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审", "上报")
    case.pause(day, day + 2, draw.choice(grounds))


@breaks("pause-without-reason", closed(lasts=6))
def without_a_reason(draw: Random, case: Draft) -> str:
    day = case.day["accepted"] + 1
    return case.pause(day, day + 2, "检验", reason=draw.choice((None, "", "  ", "　")))


@keeps("pause-without-reason", closed(lasts=6))
def with_a_reason(draw: Random, case: Draft) -> None:
    day = case.day["accepted"] + 1
    case.pause(day, day + 2, "检验", reason=" 依法 ")


# Of ten days the two pauses begin on days 8 and 11: on day 8 two are left, and of the three days
# from 8 to 10, on which the first holds the clock up, the due day becomes 13.


@breaks("serial-pauses-near-limit", _ten(13))
def twice_with_two_days_left(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.facts["promised_days"] = 10
    case.pause(day + 8, day + 10)
    case.pause(day + 11, day + 12)


@breaks("serial-pauses-near-limit", _ten(13))
def twice_by_the_promise_of_the_item(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.facts["promised_days"] = case.facts["statutory_days"] = None
    case.pause(day + 8, day + 10)
    case.pause(day + 11, day + 12)


@breaks("serial-pauses-near-limit", _ten(16))
def three_times_on_the_last_day(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause_at(at(day + 10, "11:00"), at(day + 10, "16:00"), "检验")  # day 11 is the last then
    case.pause(day + 11, day + 12)  # day 13 is
    case.pause(day + 13, day + 15)


@keeps("serial-pauses-near-limit", _ten(13))
def once_near_and_once_early(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 7, day + 9)  # with three days left
    case.pause(day + 11, day + 12)


@keeps("serial-pauses-near-limit", _ten(11))
def once_near_the_limit(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 8, day + 10)


@keeps("serial-pauses-near-limit", _ten(13))
def an_extension_gave_more_time(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.extend(day + 5, 10)
    case.pause(day + 8, day + 10)
    case.pause(day + 11, day + 12)
