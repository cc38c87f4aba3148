"""The regimes of a hall: instant, joint, reported-up and controlled items."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import HOUR, MINUTE, SECOND, at
from bench.planted.drafts import NOW_DAY, Draft
from bench.planted.lawful import controlled, licence, reported_up
from bench.planted.variants import breaks, keeps

_INSTANT = partial(licence, kind="instant", state="closed", plain=True, lasts=1)
_JOINT = partial(licence, kind="joint", state="closed", plain=True, lasts=9)
_OPEN_JOINT = partial(licence, kind="joint", state="open", plain=True, lasts=9)


@breaks("instant-item-delayed", _INSTANT)
def an_instant_item_paused(draw: Random, case: Draft) -> None:
    case.pause_at(
        case.facts["accepted_at"] + draw.choice((0, MINUTE)), case.facts["closed_at"], "检验"
    )


@breaks("instant-item-delayed", _INSTANT)
def an_instant_item_extended(draw: Random, case: Draft) -> None:
    case.extend(case.day["accepted"], 5)


@keeps("instant-item-delayed", _INSTANT)
def an_instant_item_corrected_before_acceptance(draw: Random, case: Draft) -> None:
    day = case.day["accepted"]
    case.put("submitted", day - 4, "09:00")
    case.pause(day - 3, day - 1, "补正")


@keeps("instant-item-delayed", partial(licence, kind="instant", state="submitted", plain=True))
def an_instant_item_that_waits_for_the_applicant(draw: Random, case: Draft) -> None:
    case.pause(NOW_DAY - 1, None, "补正")
    case.put("submitted", NOW_DAY - 2, "09:00")


@breaks("instant-item-as-promise", _INSTANT)
def an_instant_item_accepted_as_a_promise(draw: Random, case: Draft) -> None:
    case.facts["kind"] = draw.choice(("promise", "joint", "承诺件"))


@keeps("instant-item-as-promise", _INSTANT)
def an_instant_item_by_the_catalogue(draw: Random, case: Draft) -> None:
    case.facts["kind"] = None


def _sent(case: Draft, day: int, **facts: object) -> str:
    row = case.step("消防审查", at(day, "10:00"), None, None, opened_at=at(day, "10:00"))
    case.steps[-1] |= {"started_at": None, **facts}
    return row


@breaks("branch-not-begun", _OPEN_JOINT)
def nobody_took_up_the_branch(draw: Random, case: Draft) -> str:
    return _sent(case, NOW_DAY - draw.randint(2, 20))


@keeps("branch-not-begun", _OPEN_JOINT)
def the_branch_may_wait_until_tonight(draw: Random, case: Draft) -> None:
    _sent(case, NOW_DAY - 1)


@breaks("branch-not-opened", _JOINT)
def the_branch_was_never_opened(draw: Random, case: Draft) -> None:
    case.steps = [row for row in case.steps if row["name"] != "消防审查"]


@breaks("branch-not-opened", _OPEN_JOINT)
def the_branch_is_not_open_on_day_three(draw: Random, case: Draft) -> None:
    _accepted_ago(case, 3)


@keeps("branch-not-opened", _OPEN_JOINT)
def the_branch_may_be_opened_today(draw: Random, case: Draft) -> None:
    _accepted_ago(case, 2)


@keeps("branch-not-opened", _JOINT)
def a_branch_that_need_not_be(draw: Random, case: Draft) -> None:
    case.steps = [row for row in case.steps if row["name"] != "环评审查"]


def _accepted_ago(case: Draft, days: int) -> None:
    day = NOW_DAY - days
    case.put("submitted", day, "09:00")
    accepted = case.put("accepted", day, "10:00")
    case.steps[1:] = []
    case.steps[0].update(started_at=accepted, ended_at=accepted + 5 * MINUTE)


@breaks("closed-with-branch-open", _JOINT)
def closed_while_a_branch_was_open(draw: Random, case: Draft) -> str:
    case.facts["kind"] = "joint"
    row = case.step_named("消防审查")
    row["ended_at"] = draw.choice((None, case.facts["closed_at"] + draw.choice((SECOND, HOUR))))
    return str(row["key"])


@keeps("closed-with-branch-open", _JOINT)
def closed_when_the_branch_was(draw: Random, case: Draft) -> None:
    case.facts["kind"] = "joint"
    case.step_named("消防审查")["ended_at"] = case.facts["closed_at"]


@breaks("closed-without-reporting-up", reported_up)
def never_reported_up(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "granted", "result_reason": None}
    case.facts |= {"reported_up_at": None, "upper_answered_at": None, "upper_result": None}


@breaks("closed-without-reporting-up", reported_up)
def reported_up_after_closing(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "granted", "result_reason": None, "upper_result": None}
    case.facts["reported_up_at"] = case.facts["closed_at"] + SECOND
    case.facts["upper_answered_at"] = None


@keeps("closed-without-reporting-up", reported_up)
def returned_before_it_was_reported_up(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "returned", "result_reason": "材料不全"}
    case.facts |= {"reported_up_at": None, "upper_answered_at": None, "upper_result": None}


@breaks("closed-before-upper-answer", reported_up)
def closed_without_an_answer_from_above(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "granted", "result_reason": None, "upper_result": None}
    case.facts["upper_answered_at"] = draw.choice((None, case.facts["closed_at"] + SECOND))


@keeps("closed-before-upper-answer", reported_up)
def closed_at_the_answer_from_above(draw: Random, case: Draft) -> None:
    case.facts["upper_answered_at"] = case.facts["closed_at"]


@breaks("answered-before-reported-up", reported_up)
def answered_before_the_report(draw: Random, case: Draft) -> None:
    case.facts["upper_answered_at"] = case.facts["reported_up_at"] - draw.choice((SECOND, HOUR))


@keeps("answered-before-reported-up", reported_up)
def answered_with_the_report(draw: Random, case: Draft) -> None:
    case.facts["upper_answered_at"] = case.facts["reported_up_at"]


@breaks("result-against-upper-answer", reported_up)
def granted_against_the_answer_from_above(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "granted", "result_reason": None, "upper_result": "refused"}


@keeps("result-against-upper-answer", reported_up)
def nothing_is_told_of_the_answer(draw: Random, case: Draft) -> None:
    case.facts["upper_result"] = None


@breaks("answer-not-definite", controlled)
def answered_neither_yes_nor_no(draw: Random, case: Draft) -> None:
    case.facts["answer"] = draw.choice(("研究研究", "请耐心等待", None, "原则同意"))


@keeps("answer-not-definite", controlled)
def answered_yes(draw: Random, case: Draft) -> None:
    case.facts["answer"] = draw.choice(("同意", "yes", "可以", "准予许可"))


@breaks("answer-without-ground", controlled)
def answered_on_no_ground(draw: Random, case: Draft) -> None:
    case.facts["answer_ground"] = draw.choice((None, "", "无", " / ", "-"))


@keeps("answer-without-ground", controlled)
def answered_on_a_ground(draw: Random, case: Draft) -> None:
    case.facts["answer_ground"] = " 第三条 "


@breaks("refusal-without-remedy", controlled)
def refused_in_an_answer_without_remedy(draw: Random, case: Draft) -> None:
    case.facts |= {"answer": "不同意", "remedy_told": draw.choice((None, "0", "否", " ", "未告知"))}


@breaks("refusal-without-remedy", group="result")
def refused_without_remedy(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "refused", "result_reason": "无场所", "remedy_told": None}


@keeps("refusal-without-remedy", group="result")
def granted_without_remedy(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "granted", "result_reason": None, "remedy_told": None}


@breaks("returned-again-and-again")
def sent_back_twice(draw: Random, case: Draft) -> str:
    begin = case.step_named("审查")["started_at"]
    case.step("审查", begin, begin, "h9000", action="return")
    return case.step("审查", begin, begin, "h9000", action="退回")


@keeps("returned-again-and-again")
def sent_back_once(draw: Random, case: Draft) -> None:
    begin = case.step_named("审查")["started_at"]
    case.step("审查", begin, begin, "h9000", action="return")
