"""Extensions by nobody, too late, too long or too often."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import CLOSE, at
from bench.planted.drafts import Draft
from bench.planted.items import BY_CODE
from bench.planted.lawful import licence
from bench.planted.variants import breaks, closed, keeps

_JOINT = partial(licence, kind="joint", state="closed", plain=True)
_TWENTY_FIVE = next(code for code, item in BY_CODE.items() if item["statutory_days"] == 25.0)
_TWICE = "it was extended twice to get there"


@breaks("extension-without-approval", closed(lasts=8))
def approved_by_nobody(draw: Random, case: Draft) -> str:
    nobody = draw.choice((None, "", "  "))
    return case.extend(case.day["accepted"] + 3, 10, approved_by=nobody)


@keeps("extension-without-approval", closed(lasts=8))
def approved_by_somebody(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 10)


def _called(case: Draft, day: int) -> None:
    """Have the applicant told in time that the case is late, which is a matter of its own."""
    case.facts["applicant_called_at"] = at(day, "16:00")


def _late(case: Draft, allowed: int, granted: int) -> str:
    """Extend on a working day after acceptance, and say what the law allows and is promised."""
    day = case.day["accepted"]
    case.facts["statutory_days"] = case.facts["promised_days"] = allowed
    _called(case, day + allowed)
    return case.extend(day + granted, 10)


@breaks("extension-after-due", closed(lasts=24))
def extended_on_day_twenty_one(draw: Random, case: Draft) -> str:
    return _late(case, 20, draw.randint(21, 23))


@breaks("extension-after-due", closed(lasts=24))
def extended_a_second_after_the_close(draw: Random, case: Draft) -> str:
    key = _late(case, 20, 20)
    case.extensions[0]["started_at"] = at(case.day["accepted"] + 20, "17:30:01")
    return key


@breaks("extension-after-due", closed(lasts=10))
def extended_after_the_shorter_limit_of_its_own(draw: Random, case: Draft) -> str:
    return _late(case, 6, 7)


@breaks("extension-after-due", closed(item=_TWENTY_FIVE, lasts=30))
def extended_after_the_limit_of_the_item(draw: Random, case: Draft) -> str:
    key = _late(case, 25, 26)
    case.facts["statutory_days"] = None
    return key


@keeps("extension-after-due", closed(item=_TWENTY_FIVE, lasts=30))
def extended_within_the_limit_of_the_item(draw: Random, case: Draft) -> None:
    _late(case, 25, draw.randint(21, 25))
    case.facts["statutory_days"] = None


@breaks("extension-after-due", partial(_JOINT, lasts=50))
def joint_handling_extended_on_day_forty_six(draw: Random, case: Draft) -> str:
    case.facts["kind"] = "joint"
    case.facts["promised_days"] = 45
    _called(case, case.day["accepted"] + 45)
    return case.extend(case.day["accepted"] + 46, 15)


@keeps("extension-after-due", closed(lasts=24))
def extended_at_the_close_of_day_twenty(draw: Random, case: Draft) -> None:
    _late(case, 20, 20)
    case.extensions[0]["started_at"] = at(case.day["accepted"] + 20, CLOSE)


@keeps("extension-after-due", closed(lasts=26))
def extended_in_time_after_a_hearing(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.pause(day + 3, day + 7, "听证")
    _late(case, 20, 25)


@keeps("extension-after-due", partial(_JOINT, lasts=43))
def joint_handling_extended_on_day_forty(draw: Random, case: Draft) -> None:
    case.facts["promised_days"] = 45
    case.extend(case.day["accepted"] + 40, 15)


@breaks("extension-beyond-law", closed(lasts=8))
def extended_by_a_day_too_many(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, draw.choice((10.5, 11, 30)), unit="working days")


@breaks("extension-beyond-law", partial(_JOINT, lasts=8))
def joint_handling_extended_by_sixteen(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 16)


@breaks("extension-beyond-law", closed(lasts=8), also={"extended-more-than-once": _TWICE})
def extended_by_six_and_five(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 6)
    case.extend(case.day["accepted"] + 5, 5)


@keeps("extension-beyond-law", partial(_JOINT, lasts=8))
def joint_handling_extended_by_fifteen(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 15)


@keeps("extension-beyond-law", closed(lasts=8))
def extended_by_fifteen_calendar_days(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 15, unit="calendar days")


@breaks("extended-more-than-once", closed(lasts=8))
def extended_twice(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 5)
    case.extend(case.day["accepted"] + 5, 5)


@keeps("extended-more-than-once", closed(lasts=8))
def extended_once(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"] + 3, 10)
