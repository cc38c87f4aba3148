"""The presets of the five regimes of a hall: what they hold, and cases that can be counted by hand.

2026-09-20 is a Sunday on which work is done; 25 to 27 September 2026 are days off.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from config import Settings
from config.presets import names, preset
from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.compliance import BY_ID
from rules.surveys import SURVEY_BY_ID
from tests.config.test_law_presets import case, text
from tests.support.moments import at
from tests.support.settings import loaded

REGIMES = [name for name in names() if name.startswith("regime-")]
FACTS = (
    *(
        "kind",
        "joint_no",
        "department",
        "region",
        "handler",
        "submitted_at",
        "accepted_at",
        "closed_at",
    ),
    *("reported_up_at", "upper_answered_at", "upper_result", "upper_department", "report_days"),
    *("answered_at", "answer", "answer_ground", "remedy_told", "result", "result_reason"),
    *("fee_paid", "fee_standard", "fee_place", "fee_paid_at", "fee_receipt"),
)


def settings(folder: Path, *presets: str, facts: tuple[str, ...] = FACTS) -> Settings:
    columns = ", ".join(f'{fact} = "{fact}"' for fact in facts)
    named = ", ".join(f'"{name}"' for name in presets)
    tables = "".join(
        f'[source.{table}]\ntable = "{table}"\ncolumns = {{ case = "no", {more} }}\n'
        for table, more in (
            (
                "steps",
                (
                    'started_at = "s", ended_at = "e", name = "n", limit_days = "l", '
                    'opened_at = "o", action = "a"'
                ),
            ),
            ("pauses", 'started_at = "s", ended_at = "e", kind = "k"'),
            ("extensions", 'granted_at = "g", amount = "a", approved_by = "b"'),
        )
    )
    return loaded(
        folder,
        f'[daemon]\npresets = [{named}]\n[[source]]\nid = "hall"\nurl = "sqlite:///hall.db"\n'
        f'[source.cases]\ntable = "cases"\nkey = "id"\ncolumns = {{ {columns} }}\n{tables}'
        '[catalogue]\nsource = "hall"\ntable = "items"\ncolumns = { code = "c", kind = "k" }\n',
    )


def found(folder: Path, name: str, one: Case, now: str) -> dict[str, str]:
    """The level of each rule of a preset that finds something."""
    book = settings(folder, name).rulebook()
    findings = assess(book, Batch.of([one]), book_now(now)).findings()[0]
    return {f"{f.rule} {f.part}".strip(): f.level for f in findings}


def book_now(now: str) -> NDArray[np.int64]:
    return np.array([at(now)])


def step(name: str, began: str, **facts: Fact) -> Part:
    return Part(PartKind.STEP, name, at(began), None, {"name": name, **facts})


def test_there_is_a_preset_for_each_of_the_five_regimes() -> None:
    assert [f"regime-{n}" for n in ("answer", "fee", "instant", "joint", "reported-up")] == REGIMES


@pytest.mark.parametrize("name", REGIMES)
def test_nothing_is_left_out_where_everything_is_mapped(tmp_path: Path, name: str) -> None:
    assert settings(tmp_path, name).left_out() == ()


@pytest.mark.parametrize("name", REGIMES)
def test_every_rule_names_its_ground_and_has_a_chinese_title(name: str) -> None:
    for item in [*preset(name).get("limit", ()), *preset(name).get("check", ())]:
        builtin = {**SURVEY_BY_ID, **BY_ID}.get(item.get("use", ""))
        assert item.get("law") or builtin
        assert not item.get("title", builtin and builtin.title.zh).isascii()


def test_the_regimes_go_together_with_the_law_and_with_all_checks(tmp_path: Path) -> None:
    every = ("administrative-licence", *REGIMES, "compliance")
    taken = settings(tmp_path, *every)
    ids = [rule.id for rule in (*taken.limit, *taken.check)]
    assert len(ids) == len(set(ids))
    assert set(ids) >= {rule["id"] for name in REGIMES for rule in preset(name).get("limit", ())}


# ── instant ──────────────────────────────────────────────────────────────────────────────────────

INSTANT: dict[str, Fact] = {"kind": "instant", "accepted_at": "2026-09-18 10:00"}


@pytest.mark.parametrize(
    ("now", "found_"),
    [
        ("2026-09-18 16:29", {}),
        ("2026-09-18 16:30", {"instant-same-day": "warning"}),
        ("2026-09-18 23:59", {"instant-same-day": "warning"}),
        ("2026-09-19 00:00", {"instant-same-day": "yellow"}),
        # The 20th is a Sunday on which work is done.
        ("2026-09-21 00:00", {"instant-same-day": "red"}),
    ],
)
def test_an_instant_item_is_closed_the_same_day(
    tmp_path: Path, now: str, found_: dict[str, str]
) -> None:
    assert found(tmp_path, "regime-instant", case(INSTANT), now) == found_


def test_what_is_accepted_after_hours_is_not_late_at_once(tmp_path: Path) -> None:
    one = case({**INSTANT, "accepted_at": "2026-09-18 17:45"})
    assert "yellow" not in found(tmp_path, "regime-instant", one, "2026-09-18 18:00").values()


def test_an_instant_item_that_was_paused_is_found(tmp_path: Path) -> None:
    pause = Part(PartKind.PAUSE, "1", at("2026-09-18 11:00"), None, {"kind": "补正"})
    one = case({**INSTANT}, pause)
    assert "instant-item-delayed" in found(tmp_path, "regime-instant", one, "2026-09-18 12:00")
    promise = case({**INSTANT, "kind": "promise"}, pause)
    assert found(tmp_path, "regime-instant", promise, "2026-09-28 12:00") == {}


# ── joint ────────────────────────────────────────────────────────────────────────────────────────


def test_a_joint_approval_has_a_clock_for_the_whole_and_one_for_each_branch(
    tmp_path: Path,
) -> None:
    one = case(
        {"kind": "joint", "accepted_at": "2026-09-14 10:00"},
        step("规划", "2026-09-14 10:00", limit_days=3),
        step("消防", "2026-09-14 10:00", limit_days=10),
        step("汇总", "2026-09-14 10:00"),
    )
    assert found(tmp_path, "regime-joint", one, "2026-09-18 09:00") == {
        "joint-branch 规划": "yellow"
    }
    assert found(tmp_path, "regime-joint", one, "2026-12-18 09:00") == {
        "joint-branch 规划": "red",
        "joint-branch 消防": "red",
        "statutory-joint": "red",
    }


# ── reported up ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "limit", "due"),
    [
        # Five working days to the 20th, five to 29 September, and so on.
        ({}, "report-up", "2026-10-16 17:30"),
        ({"report_days": 3}, "report-up", "2026-09-17 17:30"),
        ({"reported_up_at": "2026-09-14 12:00"}, "upper-answer", "2026-10-16 17:30"),
        ({"upper_answered_at": "2026-09-14 12:00"}, "act-on-answer", "2026-09-28 17:30"),
    ],
)
def test_a_reported_up_item_has_one_clock_after_the_other(
    tmp_path: Path, facts: dict[str, Fact], limit: str, due: str
) -> None:
    one = case({"kind": "reported-up", "accepted_at": "2026-09-14 10:00", **facts})
    book = settings(tmp_path, "regime-reported-up").rulebook()
    seen = assess(book, Batch.of([one]), book_now("2026-09-15 09:00"))
    dues = {result.limit.id: text(result.course.due[0]) for result in seen.limits}
    assert dues[limit] == due


def test_the_upper_level_carries_the_card_of_its_part(tmp_path: Path) -> None:
    one = case(
        {
            "kind": "reported-up",
            "department": "ZJ",
            "upper_department": "省厅",
            "accepted_at": "2026-09-01 10:00",
            "reported_up_at": "2026-09-01 11:00",
        }
    )
    book = settings(tmp_path, "regime-reported-up").rulebook()
    (finding,) = assess(book, Batch.of([one]), book_now("2026-10-12 09:00")).findings()[0]
    assert (finding.rule, finding.carrier["department"]) == ("upper-answer", "省厅")


def test_what_the_limits_could_do_without_need_not_be_mapped(tmp_path: Path) -> None:
    facts = ("kind", "accepted_at", "reported_up_at", "upper_answered_at", "closed_at")
    limits = {one.id: one for one in settings(tmp_path, REGIMES[-1], facts=facts).limit}
    assert limits["upper-answer"].carriers == {}
    allowed = [str(limits[name].allow.amount) for name in ("report-up", "act-on-answer")]  # type: ignore[union-attr]
    assert allowed == ["20 working days", "10 working days"]


# ── definite answers, fees ───────────────────────────────────────────────────────────────────────


def test_a_controlled_item_is_answered_within_its_days_with_a_ground(tmp_path: Path) -> None:
    asked: dict[str, Fact] = {"kind": "controlled", "accepted_at": "2026-09-14 10:00"}
    silent = found(tmp_path, "regime-answer", case(asked), "2026-09-20 09:00")
    # The fifth working day is Sunday the 20th.
    assert silent == {"definite-answer": "warning"}
    vague = {**asked, "answered_at": "2026-09-15 10:00", "answer": "正在研究"}
    assert set(found(tmp_path, "regime-answer", case(vague), "2026-09-19 09:00")) == {
        *("answer-not-definite", "answer-without-ground")
    }
    no = {**vague, "answer": "no", "answer_ground": "产业目录第三条", "remedy_told": "是"}
    assert found(tmp_path, "regime-answer", case(no), "2026-09-19 09:00") == {}


def test_fees_are_looked_at_in_every_kind_of_case(tmp_path: Path) -> None:
    paid: dict[str, Fact] = {"fee_paid": 50, "fee_standard": 40, "fee_place": "窗口 3"}
    assert set(found(tmp_path, "regime-fee", case(paid), "2026-09-19 09:00")) == {
        *("fee-not-standard", "fee-outside-cashier", "fee-without-receipt")
    }
