"""Steps that the item does not have, out of order, left out, or by the same person."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import MINUTE
from bench.planted.drafts import Draft, Row
from bench.planted.lawful import hotline, licence
from bench.planted.variants import breaks, closed, keeps

_ORDINARY = closed(lasts=4)


def _plain(case: Draft) -> tuple[Row, Row]:
    """Leave out the inspection, which may be left out, and give the review and the decision."""
    case.steps = [row for row in case.steps if row["name"] != "现场勘验"]
    return case.step_named("审查"), case.step_named("决定")


@breaks("step-unknown")
def instructed_by_a_leader(draw: Random, case: Draft) -> str:
    begin = case.step_named("决定")["started_at"] - MINUTE
    return case.step("领导批示", begin, begin, "h9000")


@breaks("step-unknown", also={"step-skipped": "the first step is not there under its name"})
def another_name_for_the_first(draw: Random, case: Draft) -> str:
    case.steps[0]["name"] = draw.choice(("收件", "受理/登记"))
    return str(case.steps[0]["key"])


@keeps("step-unknown")
def a_step_without_a_name(draw: Random, case: Draft) -> None:
    begin = case.step_named("决定")["started_at"] - MINUTE
    case.step(None, begin, begin, "h9000")


@keeps("step-unknown", hotline)
def an_item_without_defined_steps(draw: Random, case: Draft) -> None:
    at = case.facts["accepted_at"]
    case.step("派单", at, at + MINUTE, "h9000")


@breaks("step-out-of-order", _ORDINARY)
def reviewed_after_the_decision(draw: Random, case: Draft) -> str:
    review, decision = _plain(case)
    review["started_at"] = decision["started_at"] + MINUTE
    review["ended_at"] = review["started_at"] + MINUTE
    review["limit_days"] = None
    return str(review["key"])


@breaks("step-out-of-order", _ORDINARY)
def reviewed_again_after_the_decision(draw: Random, case: Draft) -> str:
    _, decision = _plain(case)
    begin = decision["started_at"] + MINUTE
    return case.step("审查", begin, begin + MINUTE, "h9000", action="pass")


@keeps("step-out-of-order", _ORDINARY)
def sent_back_by_the_decision(draw: Random, case: Draft) -> None:
    _, decision = _plain(case)
    decision["action"] = draw.choice(("return", "退回"))
    begin = decision["started_at"] + MINUTE
    case.step("审查", begin, begin + MINUTE, "h9000", action="pass")
    case.step("决定", begin + 2 * MINUTE, begin + 3 * MINUTE, "h9001", action="pass")


@keeps("step-out-of-order", _ORDINARY)
def begun_at_the_same_moment(draw: Random, case: Draft) -> None:
    review, decision = _plain(case)
    review.update(started_at=decision["started_at"], ended_at=decision["ended_at"], limit_days=None)
    case.steps.reverse()


@breaks("step-skipped", _ORDINARY)
def never_reviewed(draw: Random, case: Draft) -> None:
    review, _ = _plain(case)
    case.steps.remove(review)


@breaks("step-skipped", _ORDINARY)
def nothing_but_the_decision(draw: Random, case: Draft) -> None:
    case.steps = [case.step_named("决定")]


@keeps("step-skipped", _ORDINARY)
def not_inspected(draw: Random, case: Draft) -> None:
    _plain(case)


@keeps("step-skipped", partial(licence, kind="promise", state="open", plain=True))
def not_decided_yet(draw: Random, case: Draft) -> None:
    case.step_named("审查")


@breaks("same-person-in-two-posts", group="posts")
def reviewed_and_decided_by_one(draw: Random, case: Draft) -> str:
    review, decision = case.step_named("审查"), case.step_named("决定")
    decision["handler"] = review["handler"]
    return str(decision["key"])


@breaks("same-person-in-two-posts", _ORDINARY)
def the_second_review_by_whoever_decides(draw: Random, case: Draft) -> str:
    _, decision = _plain(case)
    begin = decision["started_at"] - MINUTE
    case.step("审查", begin, begin, decision["handler"])
    return str(decision["key"])


@keeps("same-person-in-two-posts", group="posts")
def received_and_reviewed_by_one(draw: Random, case: Draft) -> None:
    case.step_named("受理")["handler"] = case.step_named("审查")["handler"]


@keeps("same-person-in-two-posts", _ORDINARY)
def reviewed_twice_by_one(draw: Random, case: Draft) -> None:
    review, decision = _plain(case)
    begin = decision["started_at"] - MINUTE
    case.step("审查", begin, begin, review["handler"])


@keeps("same-person-in-two-posts", group="posts")
def nobody_is_named(draw: Random, case: Draft) -> None:
    case.step_named("审查")["handler"] = case.step_named("决定")["handler"] = None
