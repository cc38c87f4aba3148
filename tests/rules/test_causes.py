"""Inquiries: where the time of a late case went, and how that is said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.causes import sentences
from rules.amounts import Amount, Unit, parse_amount
from rules.cases import Case, Part, PartKind
from rules.causes import Inquiry, StageKind
from rules.causes_finding import inquire
from rules.explanation import Explanation, explain
from rules.explanations import explain_all
from rules.instants import HOUR, SECOND
from rules.limits import Allowance, Level, Limit, parse_threshold
from rules.rulebook import RuleBook
from rules.single import ruler
from tests.rules.ordering import autumn
from tests.support.moments import SHANGHAI, at

START = at("2026-10-12 09:00")
WEEKS = 2 * HOUR + 1_234_567 * SECOND
PROMISE = Limit(
    id="promise",
    title="承诺办结时限",
    start="accepted_at",
    until="closed_at",
    allow=Allowance(parse_amount("5 working days")),
    levels=(Level("yellow", 0, parse_threshold("over")),),
    calendar="cn",
    pause_kinds=("专家评审",),
)


def step(name: str, begin: str, end: str | None, **facts: Any) -> Part:
    ended = None if end is None else at(f"2026-10-{end}")
    return Part(PartKind.STEP, name, at(f"2026-10-{begin}"), ended, {"name": name, **facts})


def pause(kind: str, begin: str, end: str | None, **facts: Any) -> Part:
    ended = None if end is None else at(f"2026-10-{end}")
    return Part(PartKind.PAUSE, kind, at(f"2026-10-{begin}"), ended, {"kind": kind, **facts})


def working_days(count: float) -> Amount:
    return Amount(count, Unit.WORKING_DAY)


def branch(name: str, department: str | None) -> Inquiry:
    """Inquire into a branch of a joint approval whose two branches began on 12 October at 09:00."""
    parts = (
        step("住建审查", "12 09:00", "14 10:00", department="ZJ", limit_days=5),
        step("消防审查", "12 09:00", None, department="XF", limit_days=3),
    )
    allow = Allowance(column="step.limit_days", unit=Unit.WORKING_DAY)
    limit = replace(PROMISE, start="step:*", until="step:*", each=True, allow=allow)
    case = Case("hall", "A1", {"accepted_at": START, "department": "ZJ"}, parts)
    book = RuleBook(("yellow",), {"cn": autumn().calendar}, (limit,))
    shown = [one for _, one in explain_all(book, case, at("2026-10-22 17:30"))]
    told = [one for one in shown if isinstance(one, Explanation)]
    own = next(one for one in told if one.step == name)
    found = inquire(own, autumn(), told, (), department)
    assert found is not None
    return found


def inquired(*parts: Part, now: str = "10-22 17:30", **facts: Any) -> Inquiry:
    """Inquire into a case accepted on Monday 12 October; due on 19 October at 17:30."""
    case = Case("hall", "A1", {"accepted_at": START, "department": "ZJ", **facts}, parts)
    shown = explain(PROMISE, case, autumn(), at(f"2026-{now}"))
    found = inquire(shown, autumn(), applicant_pauses=("补正",))
    assert found is not None
    return found


def stages(found: Inquiry) -> list[tuple[StageKind, str, float]]:
    """Give each stage, its name and its length in working days."""
    return [(s.kind, s.name, round(s.seconds / found.day, 1)) for s in found.stages]


def zh(found: Inquiry) -> list[str]:
    return sentences(found, SHANGHAI, "zh_CN", person=lambda name: f"{name[0]}*")


IDLE = inquired(step("审查", "20 09:00", None, handler="李阳"), handler="李阳")
HELD = inquired(
    step("受理", "12 09:00", "12 12:00", handler="李阳"),
    step("技术审查", "13 09:00", None, handler="周启明", limit_days=3),
    handler="李阳",
)


def test_time_before_the_first_step_is_told_apart() -> None:
    assert stages(IDLE) == [(StageKind.WAITING, "审查", 6.0), (StageKind.STEP, "审查", 3.0)]
    assert IDLE.cause == "department"
    assert zh(IDLE) == [
        (
            "自 10月12日 09:00 起算，至 10月22日 17:30，共用 9 个工作日；"
            "应于 10月19日 17:30 前办结，超期 3 个工作日。"
        ),
        (
            "耗时最多的是受理后无人办理 6 个工作日（10月12日 09:00 至 10月20日 09:00），"
            "才进入环节“审查”，占计时的 67%。"
        ),
        (
            "环节“审查”由 ZJ 李* 办理 3 个工作日（10月20日 09:00 至 10月22日 17:30），"
            "占计时的 33%，仍在继续。"
        ),
    ]


def test_the_step_that_took_longest_is_named_with_its_holder_and_its_own_limit() -> None:
    assert HELD.cause == "handler"
    assert HELD.longest is not None
    assert (HELD.longest.name, HELD.longest.handler) == ("技术审查", "周启明")
    assert (HELD.longest.allowed, HELD.longest.over) == (working_days(3), working_days(4))
    assert zh(HELD)[1] == (
        "耗时最多的是环节“技术审查”由 ZJ 周* 办理 8 个工作日（10月13日 09:00 至 10月22日 17:30），"
        "占计时的 89%，该环节时限 3 个工作日，超出 4 个工作日，仍在继续。"
    )


def test_what_the_handler_has_in_hand_is_said_where_it_was_looked_up() -> None:
    found = replace(HELD, in_hand=12, late_in_hand=3)
    assert zh(found)[-1] == "周* 手上现有 12 件在办，其中 3 件超期。"
    last = sentences(found, SHANGHAI, "en")[-1]
    assert last == "周启明 has 12 open cases in hand, 3 of them overdue."


def test_it_is_said_in_english_as_well() -> None:
    assert sentences(HELD, SHANGHAI, "en")[:2] == [
        (
            "Begun 12 Oct 09:00; 9 working days used up to 22 Oct 17:30; due 19 Oct 17:30, "
            "3 working days overdue."
        ),
        (
            "Most of the time: step “技术审查” with ZJ 周启明: 8 working days "
            "(13 Oct 09:00 to 22 Oct 17:30), 89% of the time counted, 3 working days allowed, "
            "4 working days too long, still going on."
        ),
    ]


def test_the_time_of_parallel_steps_is_that_of_the_one_that_ends_last() -> None:
    found = inquired(
        step("消防", "12 09:00", "13 17:30", department="XF"),
        step("规划", "12 09:00", "22 12:00", department="GH"),
        closed_at=at("2026-10-22 12:00"),
    )
    assert stages(found) == [(StageKind.STEP, "规划", 8.4)]
    assert found.cause == "other-department"
    assert found.closed


def test_a_pause_that_stops_the_clock_is_left_out_of_the_shares() -> None:
    found = inquired(
        step("审查", "12 09:00", None), pause("专家评审", "13 09:00", "16 09:00", told_days=1)
    )
    rest = found.stages[1]
    assert (rest.kind, rest.counts, rest.share) == (StageKind.PAUSE, False, 0.0)
    assert (rest.allowed, rest.over) == (working_days(1), working_days(2))
    assert "“专家评审” 3 个工作日（10月13日 09:00 至 10月16日 09:00），不计入时限" in zh(found)[2]
    assert sum(stage.share for stage in found.stages) == pytest.approx(1.0)


def test_waiting_for_the_applicant_points_to_him_where_the_clock_ran() -> None:
    found = inquired(step("审查", "12 09:00", None), pause("补正", "12 14:00", "22 09:00"))
    assert found.stages[1].counts
    assert found.cause == "applicant"


def test_a_case_that_was_done_and_not_closed_says_so() -> None:
    found = inquired(step("审查", "12 09:00", "13 17:30"))
    assert [s.kind for s in found.stages] == [StageKind.STEP, StageKind.AFTER]
    assert "各环节办完后未办结 7 个工作日" in zh(found)[1]


def test_without_steps_nobody_is_blamed() -> None:
    found = inquired(handler="李阳")
    assert found.cause is None
    assert zh(found)[-1] == "审批库没有环节记录，只知承办人为 ZJ 李*。"


def test_a_limit_that_has_not_begun_has_no_course() -> None:
    case = Case("hall", "A1", {})
    assert inquire(explain(PROMISE, case, autumn(), START), autumn()) is None


def test_of_branches_that_begin_at_once_each_has_its_own_limit() -> None:
    """The lagging branch is told with its three days, not with the five of its neighbour."""
    found = branch("消防审查", "XF")
    assert [one.allowed for one in found.stages] == [working_days(3)]
    assert found.stages[0].over == working_days(5)


def test_the_own_step_of_the_supervised_department_is_not_another_department() -> None:
    assert branch("消防审查", "XF").cause == "handler"
    assert branch("消防审查", None).cause == "other-department"


def test_an_inquiry_is_kept_as_json() -> None:
    assert Inquiry.from_json(json.loads(json.dumps(HELD.to_json()))) == HELD


def test_an_hour_limit_weeks_late_is_told_in_days() -> None:
    """1,234,567 seconds late are fourteen days, and no number with an exponent."""
    hours = replace(PROMISE, allow=Allowance(parse_amount("2 hours")))
    shown = explain(hours, Case("hall", "A1", {"accepted_at": START}), autumn(), START + WEEKS)
    found = inquire(shown, autumn())
    assert found is not None
    assert Inquiry.from_json(found.to_json()) == found
    assert sentences(found, SHANGHAI, "zh_CN")[0].endswith("超期 14 天 6 小时。")
    assert sentences(found, SHANGHAI, "en")[0].endswith("14 d 6 h overdue.")


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200), st.booleans()), max_size=8))
def test_stages_fill_the_course_without_overlap(drawn: list[tuple[int, int, bool]]) -> None:
    """However steps and pauses lie, the lengths of the stages add up to the working time passed."""
    parts = [
        Part(
            PartKind.PAUSE if rests else PartKind.STEP,
            f"{number}",
            START + begin * HOUR,
            START + (begin + length) * HOUR,
            {"name": f"{number}", "kind": "专家评审"},
        )
        for number, (begin, length, rests) in enumerate(drawn)
    ]
    found = inquired(*sorted(parts, key=lambda part: part.started_at or 0))
    end = at("2026-10-22 17:30")
    passed = ruler(autumn()).passed_at(end) - ruler(autumn()).passed_at(START)
    assert sum(stage.seconds for stage in found.stages) == pytest.approx(passed / SECOND)
    assert found.seconds == pytest.approx(sum(s.seconds for s in found.stages if s.counts))
