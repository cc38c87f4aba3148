"""The grounds of an explanation, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from notifiers.grounds import Ground, grounds
from notifiers.telling import outlook, verdict
from rules.amounts import Unit, parse_amount
from rules.cases import Case, Part, PartKind
from rules.explanation import explain
from rules.limits import Allowance, Deemed, Reckoning
from tests.rules.test_explanation import REVIEW, at, autumn, explained, extension, pause


def test_grounds_say_how_the_due_moment_comes_about() -> None:
    assert grounds(explained(REVIEW), "zh_CN") == (
        Ground(
            "从次日起算。",
            "9月22日 15:20 受理，当日不计，9月23日为第 1 个工作日。",
            "民法典 第二百零一条",
        ),
        Ground(
            "时限 10 个工作日。",
            "承诺办结时限（规则 promise，第 1 版）。",
            "行政许可法 第四十二条",
        ),
        Ground(
            "休息日不计，调休日照计。",
            "扣除中秋节、国庆节及周末共 11 天；10月10日（周六）调休上班，计入。",
            "行政许可法 第八十二条 · 日历 cn · 1",
        ),
        Ground(
            "暂停 3 个工作日。",
            "9月28日 08:50 至 9月30日 17:10 专家评审，不计入时限。",
            "行政许可法 第四十五条 · 源记录 88213",
        ),
        Ground("结果：", "第 10 个工作日为 10月16日，截止时刻 17:30。", "民法典 第二百零三条"),
    )


def test_grounds_speak_english() -> None:
    shown = grounds(explained(REVIEW), "en")
    assert shown[0].head == "Counted from the next day."
    assert shown[0].text == "Accepted 22 Sep 15:20; that day does not count; day 1 is 23 Sep."
    assert shown[3] == Ground(
        "Paused for 3 working days.",
        "28 Sep 08:50 to 30 Sep 17:10 专家评审, not counted.",
        "行政许可法 第四十五条 · source row 88213",
    )
    assert shown[4].text == "Day 10 is 16 Oct; due at 17:30."


@pytest.mark.parametrize(
    ("parts", "given", "expected"),
    [
        ((pause("09-28 08:50", None),), {}, "暂停中，已 13 个工作日。"),
        ((pause("10-19 09:00", None),), {}, "暂停不计。"),
        ((extension("09-28 09:00", 5),), {}, "延期 5 个工作日。"),
        ((extension("10-28 09:00", 5),), {"now": "10-30 09:00"}, "延期不计。"),
        ((), {"allow": "12 calendar days"}, "末日顺延。"),
        ((), {"allow": "20 calendar days"}, "休息日照计。"),
        ((), {"allow": "20 working hours"}, "从时刻起算。"),
        ((), {"reckoning": Reckoning(count_start_day=True)}, "从当日起算。"),
        (
            (pause("09-23 10:00", "09-23 11:30"),),
            {"allow": "20 working hours"},
            "暂停 1.5 个工作小时。",
        ),
    ],
)
def test_each_ground_is_told_where_it_holds(
    parts: tuple[Part, ...], given: dict[str, Any], expected: str
) -> None:
    assert expected in [ground.head for ground in grounds(explained(*parts, **given), "zh_CN")]


def test_a_pause_says_what_had_been_counted_before_it() -> None:
    stopped = pause("09-28 08:50", None)
    assert "已计 2 个工作日" in grounds(explained(stopped), "zh_CN")[-1].text
    hours = explained(stopped, allow="30 working hours")
    assert "已计 16.2 个工作小时" in grounds(hours, "zh_CN")[-1].text


@pytest.mark.parametrize(
    ("changed", "facts", "expected"),
    [
        ({}, {"accepted_at": at("09-22 15:20")}, "9月22日 15:20 受理，当日不计"),
        ({"start": "step:审查"}, {}, "环节“审查”10月12日 09:00 开始"),
        ({"restarts": ("corrected_at",)}, {"accepted_at": at("09-21 09:00")}, "重新起算"),
        ({"deemed": Deemed("submitted_at", parse_amount("5 days"))}, {}, "视为自"),
    ],
)
def test_the_start_is_told_by_what_it_was(
    changed: dict[str, Any], facts: dict[str, int], expected: str
) -> None:
    step = Part(PartKind.STEP, "S-1", at("10-12 09:00"), None, {"name": "审查"})
    case = Case("hall", "1", {"submitted_at": at("09-22 09:00"), **facts}, (step,))
    if "restarts" in changed:
        case = replace(case, facts={**case.facts, "corrected_at": at("09-23 10:00")})
    shown = explain(replace(explained().limit, **changed), case, autumn(), at("10-20 09:12"))
    assert expected in grounds(shown, "zh_CN")[0].text


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh_CN", "，取自办件的承诺时限。"), ("en", ", from the promised limit of the case.")],
)
def test_a_fact_that_gives_the_limit_is_called_by_its_name(language: str, expected: str) -> None:
    allow = Allowance(column="promised_days", unit=Unit.WORKING_DAY)
    case = Case("hall", "1", {"accepted_at": at("09-22 15:20"), "promised_days": 10})
    shown = explain(replace(explained().limit, allow=allow), case, autumn(), at("10-20 09:12"))
    assert grounds(shown, language)[1].text.endswith(expected)


def test_a_provisional_result_says_so() -> None:
    shown = explained(start="12-25 09:00", now="12-28 09:00")
    assert "此为暂定" in grounds(shown, "zh_CN")[-1].text
    assert "17:30（暂定）" in outlook(shown, "预警", "zh_CN")
    assert "17:30 (provisional)" in outlook(shown, "Due soon", "en")


def test_what_cannot_be_reckoned_is_said() -> None:
    limit = explained().limit
    unknown = explain(limit, Case("hall", "1", {}), autumn(), at("10-20 09:00"))
    assert [ground.head for ground in grounds(unknown, "zh_CN")] == ["尚未起算。"]


@pytest.mark.parametrize(
    ("parts", "given", "zh", "en"),
    [
        ((REVIEW,), {}, "超期 2 个工作日", "2 working days overdue"),
        ((REVIEW,), {"now": "10-15 09:00"}, "剩 2 个工作日", "2 working days left"),
        ((REVIEW,), {"now": "10-16 18:00"}, "已到期", "just past due"),
        ((pause("09-28 08:50", None),), {}, "暂停计时", "paused"),
        ((REVIEW,), {"closed": "10-12 09:00"}, "按期办结", "closed on time"),
        (
            (),
            {"closed": "09-17 09:00"},
            "办结早于起算，时间有误",
            "closed before it began: a time is wrong",
        ),
        (
            (REVIEW,),
            {"closed": "10-19 09:00"},
            "逾期办结，超期 1 个工作日",
            "closed late, 1 working day overdue",
        ),
        ((), {"allow": "20 working hours"}, "超期 80.4 个工作小时", "80.4 working hours overdue"),
    ],
)
def test_the_verdict_says_in_few_words_how_it_stands(
    parts: tuple[Part, ...], given: dict[str, Any], zh: str, en: str
) -> None:
    shown = explained(*parts, **given)
    assert (verdict(shown, "zh_CN"), verdict(shown, "en")) == (zh, en)


def test_the_outlook_names_the_next_level_and_its_moment() -> None:
    assert outlook(explained(REVIEW), "红牌", "zh_CN") == (
        "应于 10月16日（周五）17:30 前办结，至今未办结。"
        "若 10月21日（周三）17:30 仍未办结，则为红牌。"
    )
    assert outlook(explained(REVIEW), "Red card", "en") == (
        "Due Fri 16 Oct 17:30 and still open. If still open Wed 21 Oct 17:30: Red card."
    )
