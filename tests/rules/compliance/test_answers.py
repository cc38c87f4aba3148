"""Checks of answers: yes or no, with a ground, with the remedy told, and not sent back for ever."""

from __future__ import annotations

import pytest

from rules.cases import Fact
from tests.rules.compliance.looking import case, evidence, said, step

ANSWERED = "2026-09-14 10:00"


@pytest.mark.parametrize("answer", ["yes", "no", "granted", "可以", "不予许可"])
def test_a_definite_answer_is_yes_or_no(answer: str) -> None:
    assert evidence("answer-not-definite", case(answered_at=ANSWERED, answer=answer)) is None


@pytest.mark.parametrize("answer", [None, "", "正在研究", "请咨询上级"])
def test_any_other_answer_is_found(answer: str | None) -> None:
    assert evidence("answer-not-definite", case(answered_at=ANSWERED, answer=answer)) is not None
    assert evidence("answer-not-definite", case(answer=answer)) is None


def test_the_words_for_yes_and_no_are_settings() -> None:
    one = case(answered_at=ANSWERED, answer="列入计划")
    assert evidence("answer-not-definite", one, answers=("列入计划",)) is None
    assert said("answer-not-definite", one) == (
        "2026年9月14日的答复是“列入计划”，没有明确可以还是不可以",
        "the answer of 14 Sep 2026 is “列入计划”, which is neither yes nor no",
    )


@pytest.mark.parametrize(
    ("ground", "found"), [("第五条", False), (None, True), (" ", True), ("无", True), (5, False)]
)
def test_an_answer_names_its_ground(ground: Fact, found: bool) -> None:
    one = case(answered_at=ANSWERED, answer="no", answer_ground=ground)
    assert (evidence("answer-without-ground", one) is not None) is found


def test_an_answer_without_ground_is_told() -> None:
    assert said("answer-without-ground", case(answered_at=ANSWERED)) == (
        "2026年9月14日的答复没有写明依据",
        "the answer of 14 Sep 2026 names no ground",
    )


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"result": "refused"}, True),
        ({"result": "not-accepted", "remedy_told": ""}, True),
        ({"answer": "不同意", "remedy_told": "否"}, True),
        ({"answer": "no", "remedy_told": 0}, True),
        ({"answer": "no", "remedy_told": 1}, False),
        ({"result": "refused", "remedy_told": "已告知"}, False),
        ({"result": "granted"}, False),
        ({"answer": "yes"}, False),
        ({}, False),
    ],
)
def test_whoever_is_refused_is_told_what_he_can_do(facts: dict[str, Fact], found: bool) -> None:
    assert (evidence("refusal-without-remedy", case(**facts)) is not None) is found


def test_a_refusal_without_remedy_is_told() -> None:
    assert said("refusal-without-remedy", case(result="refused", answer="no")) == (
        "结论是“不予许可”，没有告知申请人可以申请行政复议或者提起行政诉讼",
        (
            "the outcome is “refused”, but the applicant was not told that he can ask for "
            "review or go to court"
        ),
    )


@pytest.mark.parametrize(("times", "most", "found"), [(1, 1, False), (2, 1, True), (2, 2, False)])
def test_nothing_is_sent_back_again_and_again(times: int, most: int, found: bool) -> None:
    steps = [step(f"2026-09-{day:02} 10:00", action="退回") for day in range(1, times + 1)]
    one = case(*steps, step("2026-09-10 10:00", action="pass"))
    assert (evidence("returned-again-and-again", one, most=most) is not None) is found


def test_how_often_it_was_sent_back_is_told_with_the_rows() -> None:
    one = case(*(step(f"2026-09-0{day} 10:00", action="return") for day in (1, 2, 3)))
    found = evidence("returned-again-and-again", one)
    assert found is not None
    assert found["rows"] == "2026-09-01 10:00, 2026-09-02 10:00, 2026-09-03 10:00"
    assert said("returned-again-and-again", one) == (
        "已退回 3 次，最近一次是2026年9月3日，最多 1 次",
        "sent back 3 times, the last time on 3 Sep 2026; 1 are allowed",
    )
