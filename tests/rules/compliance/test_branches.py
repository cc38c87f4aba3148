"""Checks of joint approvals: branches that did not begin, were not opened, were not waited for."""

from __future__ import annotations

import pytest

from rules.cases import Case, Fact, Part
from tests.rules.compliance.looking import again, case, evidence, found, said, step
from tests.support.moments import at

SENT = "2026-09-14 10:00"


def joint(*branches: Part, **facts: Fact) -> Case:
    return case(*branches, department="ZWDT", handler="李阳", **facts)


def waiting(name: str = "消防", **facts: Fact) -> Part:
    return step(None, name=name, opened_at=at(SENT), key=name, **facts)


@pytest.mark.parametrize(
    ("one", "now", "late"),
    [
        (joint(waiting()), "2026-09-15 17:29", False),
        (joint(waiting()), "2026-09-15 17:30", True),
        (joint(waiting(), closed_at="2026-09-16 10:00"), "2026-09-17 10:00", False),
        (
            joint(step("2026-09-17 10:00", name="消防", opened_at=at(SENT))),
            "2026-09-18 10:00",
            False,
        ),
        (joint(step(None, name="消防")), "2026-09-18 10:00", False),
        (joint(), "2026-09-18 10:00", False),
    ],
)
def test_a_branch_is_taken_up_the_next_working_day(one: Case, now: str, late: bool) -> None:
    assert (evidence("branch-not-begun", one, now) is not None) is late


def test_it_is_looked_at_again_when_a_branch_must_have_begun() -> None:
    assert again("branch-not-begun", joint(waiting()), "2026-09-15 09:00") == at("2026-09-15 17:30")


def test_each_branch_that_waits_is_a_finding_carried_by_its_department() -> None:
    one = joint(waiting(department="XF", handler="赵云"), waiting("人防", department="RF"))
    findings = found("branch-not-begun", one, "2026-09-18 10:00")
    assert [(f.part, f.carrier["department"], f.carrier["handler"]) for f in findings] == [
        ("消防", "XF", "赵云"),
        ("人防", "RF", None),
    ]


def test_a_branch_that_nobody_took_up_is_told() -> None:
    assert said("branch-not-begun", joint(waiting()), "2026-09-16 10:00") == (
        "并联环节消防2026年9月14日转出，到第 2 个工作日仍未开始办理，应在 1 个内开始",
        "the branch 消防, sent on 14 Sep 2026, was not begun by working day 2; 1 are allowed",
    )


@pytest.mark.parametrize(
    ("one", "now", "missing"),
    [
        ({}, "2026-09-16 17:29", None),
        ({}, "2026-09-16 17:30", "人防、消防"),
        ({"closed_at": "2026-09-15 10:00"}, "2026-09-15 11:00", "人防、消防"),
        ({"item_branches": "规划,消防?"}, "2026-09-18 10:00", None),
        ({"item_branches": None}, "2026-09-18 10:00", None),
        ({"accepted_at": None}, "2026-09-18 10:00", None),
    ],
)
def test_every_branch_of_the_item_is_opened(
    one: dict[str, Fact], now: str, missing: str | None
) -> None:
    facts = {"accepted_at": SENT, "item_branches": "人防,规划,消防", **one}
    told = evidence("branch-not-opened", joint(step(SENT, name="规划"), **facts), now)
    assert (told and told["names"]) == missing


def test_a_branch_that_was_only_sent_was_opened() -> None:
    one = joint(waiting(), accepted_at=SENT)
    assert evidence("branch-not-opened", one, branches=("消防",)) is None
    assert evidence("branch-not-opened", one, branches=("消防", "人防")) is not None


def test_branches_that_were_not_opened_are_told() -> None:
    one = joint(accepted_at=SENT, item_branches="人防,消防")
    assert said("branch-not-opened", one) == (
        "2026年9月14日受理，到2026年9月16日还没有启动并联环节：人防、消防",
        "accepted on 14 Sep 2026; by 16 Sep 2026 these branches had not been opened: 人防、消防",
    )


CLOSED = "2026-09-18 16:00"


@pytest.mark.parametrize(
    ("branches", "names"),
    [
        ((step(SENT, "2026-09-17 10:00", name="规划"),), None),
        ((step(SENT, CLOSED, name="规划"),), None),
        ((step(SENT, "2026-09-18 16:01", name="规划"),), "规划"),
        ((step(SENT, name="规划"), step(SENT, name="消防")), "规划、消防"),
        ((waiting(),), "消防"),
        ((step(None, name="规划"),), None),
    ],
)
def test_the_whole_is_closed_when_every_branch_is_done(
    branches: tuple[Part, ...], names: str | None
) -> None:
    told = evidence("closed-with-branch-open", joint(*branches, closed_at=CLOSED))
    assert (told and told["names"]) == names
    assert evidence("closed-with-branch-open", joint(*branches)) is None


def test_what_was_closed_with_an_open_branch_is_told() -> None:
    one = joint(step(SENT, name="规划"), step(SENT, name="消防"), closed_at=CLOSED)
    assert said("closed-with-branch-open", one) == (
        "2026年9月18日办结时还有 2 个环节没有办完：规划、消防",
        "closed on 18 Sep 2026 while 2 of its branches were open: 规划、消防",
    )
