from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from config import Settings
from config.presets import names, preset
from rules.amounts import Amount, Unit
from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.expressions import Expression
from tests.support.moments import at
from tests.support.settings import SOURCE, loaded

LICENCE = '[daemon]\npresets = ["administrative-licence"]\n'


@pytest.fixture
def licence(tmp_path: Path) -> Settings:
    return loaded(tmp_path, LICENCE)


@pytest.mark.parametrize("name", names())
def test_every_preset_loads(tmp_path: Path, name: str) -> None:
    settings = loaded(tmp_path, f'[daemon]\npresets = ["{name}"]\n')
    found = [rule.id for rule in (*settings.limit, *settings.check)]
    held = preset(name)
    assert found == [rule["id"] for rule in (*held.get("limit", ()), *held.get("check", ()))]


def test_every_limit_of_the_licence_law_names_its_article_and_its_levels(
    licence: Settings,
) -> None:
    for limit in licence.limit:
        ground = "办事指南" if limit.id.startswith("promise") else "行政许可法 第"
        assert limit.law.startswith(ground)
        assert set(limit.levels) == {"warning", "yellow", "red"}


@pytest.mark.parametrize(
    ("limit", "days"), [("acceptance", 5), ("statutory-general", 20), ("delivery", 10)]
)
def test_the_licence_law_counts_working_days(licence: Settings, limit: str, days: int) -> None:
    found = next(one for one in licence.rulebook().limits if one.id == limit)
    assert found.allow.amount == Amount(days, Unit.WORKING_DAY)


def test_an_own_limit_goes_before_the_presets(tmp_path: Path) -> None:
    own = """
[[limit]]
id = "delivery"
title = "当日送达"
from = "decided_at"
until = "delivered_at"
allow = "1 working day"
levels = { red = "over" }
"""
    found = [one.title for one in loaded(tmp_path, LICENCE + own).limit if one.id == "delivery"]
    assert found == ["当日送达"]


def test_an_own_check_goes_before_the_presets_even_if_only_its_use_is_named(tmp_path: Path) -> None:
    own = '[daemon]\npresets = ["compliance"]\n[[check]]\nuse = "back-dated"\nlevel = "warning"\n'
    found = [one.level for one in loaded(tmp_path, own).check if one.id == "back-dated"]
    assert found == ["warning"]


@pytest.mark.parametrize(
    ("presets", "left_to_limits"),
    [
        ('"compliance"', set()),
        ('"compliance", "administrative-licence"', {"delivery-late"}),
        ('"administrative-licence", "compliance"', {"delivery-late"}),
    ],
)
def test_a_check_gives_way_to_the_limit_that_says_the_same(
    tmp_path: Path, presets: str, left_to_limits: set[str]
) -> None:
    settings = loaded(tmp_path, f"[daemon]\npresets = [{presets}]\n")
    everything = {"acceptance-late", "delivery-late", "correction-late", "acceptance", "delivery"}
    rules = {rule.id for rule in (*settings.limit, *settings.check)} & everything
    limits = {"acceptance", "delivery"} if left_to_limits else set()
    assert rules == everything - {"acceptance", "delivery"} - left_to_limits | limits
    assert set(settings.left_out()) == left_to_limits


LATE = """
[daemon]
presets = ["administrative-licence", "compliance", "regime-joint", "regime-reported-up"]
[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "id"
[source.cases.columns]
kind = "k"
submitted_at = "s"
accepted_at = "a"
closed_at = "c"
reported_up_at = "r"
upper_answered_at = "u"
promised_days = "d"
[source.steps]
table = "steps"
columns = { case = "id", name = "n", started_at = "b", ended_at = "e", limit_days = "l" }
"""


def rules_found(folder: Path, facts: dict[str, Fact], *parts: Part) -> set[str]:
    """The rules that find something in a case on 1 December 2026."""
    now = np.array([at("2026-12-01 09:00")], np.int64)
    found = assess(loaded(folder, LATE).rulebook(), Batch.of([Case("h", "A", facts, parts)]), now)
    assert found.faults == {}
    return {one.rule for one in found.findings()[0]}


def test_what_was_refused_late_is_found_though_the_limit_is_for_what_was_accepted(
    tmp_path: Path,
) -> None:
    refused: dict[str, Fact] = {
        "submitted_at": at("2026-09-07 09:00"),
        "closed_at": at("2026-09-15 09:00"),
    }
    assert "acceptance-late" in rules_found(tmp_path, refused)


@pytest.mark.parametrize("accepted", [None, "2026-11-30 09:00"])
def test_what_the_limit_of_acceptance_says_is_said_once(
    tmp_path: Path, accepted: str | None
) -> None:
    facts: dict[str, Fact] = {
        "submitted_at": at("2026-09-07 09:00"),
        "accepted_at": at(accepted) if accepted else None,
    }
    found = rules_found(tmp_path, facts)
    assert "acceptance-late" not in found
    assert ("acceptance" in found) is (accepted is None)


@pytest.mark.parametrize("kind", ["petition", "hotline", "information", "review", "complaint"])
def test_the_licence_law_finds_nothing_in_cases_of_other_laws(tmp_path: Path, kind: str) -> None:
    facts: dict[str, Fact] = {
        "kind": kind,
        "submitted_at": at("2026-09-07 09:00"),
        "closed_at": at("2026-09-25 09:00"),
    }
    book = loaded(tmp_path, LATE).rulebook()
    laws = {one.id: one.law for one in (*book.limits, *book.checks)}
    late = rules_found(tmp_path, facts) | rules_found(
        tmp_path, {"kind": kind, "accepted_at": at("2026-09-07 09:00")}
    )
    assert not [rule for rule in late if laws[rule].startswith("行政许可法")]


@pytest.mark.parametrize(("kind", "rule"), [("joint", "joint-branch"), (None, "step-over-limit")])
def test_a_late_branch_has_one_alert(tmp_path: Path, kind: str | None, rule: str) -> None:
    step = Part(
        PartKind.STEP, "1", at("2026-09-07 09:00"), None, {"name": "消防审查", "limit_days": 3}
    )
    facts: dict[str, Fact] = {"kind": kind, "accepted_at": at("2026-09-07 09:00")}
    found = rules_found(tmp_path, facts, step) & {"joint-branch", "step-over-limit"}
    assert found == {rule}


def test_the_unit_is_not_accused_of_the_time_that_the_upper_level_takes(tmp_path: Path) -> None:
    facts: dict[str, Fact] = {
        "kind": "reported-up",
        "accepted_at": at("2026-09-07 09:00"),
        "reported_up_at": at("2026-09-09 09:00"),
        "promised_days": 5,
    }
    found = rules_found(tmp_path, facts)
    assert "upper-answer" in found
    assert not found & {"promise", "statutory", "statutory-general", "report-up"}
    assert "accepted-but-idle" not in found
    own = rules_found(tmp_path, {**facts, "reported_up_at": None})
    assert {"report-up", "accepted-but-idle"} <= own


def test_a_check_stays_where_no_source_tells_of_the_limit(tmp_path: Path) -> None:
    told = SOURCE.replace("accepted_at", "decided_at").replace("closed_at", "delivered_at")
    both = '[daemon]\npresets = ["administrative-licence", "compliance"]\n'
    settings = loaded(tmp_path, both + told)
    assert "delivery" in {limit.id for limit in settings.limit}
    assert "delivery-late" not in {check.id for check in settings.check}
    own = '[daemon]\npresets = ["compliance"]\n[[check]]\nuse = "delivery-late"\n' + told
    assert "delivery-late" in {check.id for check in loaded(tmp_path, own).check}


def test_a_limit_whose_moments_no_source_maps_is_left_out(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LICENCE + SOURCE)
    assert [limit.id for limit in settings.limit] == [
        *("promise", "promise-due", "statutory", "statutory-general", "statutory-joint")
    ]
    assert settings.left_out() == (
        *("acceptance", "statutory-deemed", "statutory-deemed-joint", "lower-review"),
        *("delivery", "hearing", "hearing-notice"),
    )


def test_a_preset_taken_twice_is_taken_once(tmp_path: Path) -> None:
    text = '[daemon]\npresets = ["administrative-licence", "administrative-licence"]\n'
    assert loaded(tmp_path, text).rulebook() == loaded(tmp_path, LICENCE).rulebook()


def holding(limit: str, **facts: Fact) -> bool:
    """Tell whether a limit of the licence law is for a case with these facts."""
    when = next(
        one["when"] for one in preset("administrative-licence")["limit"] if one["id"] == limit
    )
    return Expression(when).holds(Case("hall", "1", facts), 0)


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ({"promised_days": 7}, {"promise", "statutory-general"}),
        ({"promised_due": 5}, {"promise-due", "statutory-general"}),
        ({"promised_days": 7, "promised_due": 5}, {"promise", "statutory-general"}),
        ({"statutory_days": 30}, {"promise", "statutory"}),
        ({"kind": "promise", "promised_days": 7}, {"promise", "statutory-general"}),
        ({"kind": "hotline", "promised_days": 7}, set()),
    ],
)
def test_a_case_has_one_promise_and_one_statutory_limit(
    facts: dict[str, Fact], holds: set[str]
) -> None:
    limits = ("promise", "promise-due", "statutory", "statutory-general")
    assert {limit for limit in limits if holding(limit, **facts)} == holds


@pytest.mark.parametrize(
    ("facts", "holds"),
    [({}, True), ({"accepted_at": 5}, True), ({"closed_at": 5}, False)],
)
def test_acceptance_is_not_awaited_once_a_case_is_closed(
    facts: dict[str, Fact], holds: bool
) -> None:
    assert holding("acceptance", **facts) is holds


def test_a_call_back_that_is_missing_after_a_bad_rating_has_one_alert(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[daemon]\npresets = ["compliance", "hotline-12345"]\n')
    [limit] = [one for one in settings.limit if one.id == "hotline-call-back"]
    checks = [one for one in settings.check if one.id == "bad-rating-without-call-back"]
    assert [one.when for one in checks] == ([f"!({limit.when})"] if limit.when else [])
    alone = loaded(tmp_path, '[daemon]\npresets = ["compliance"]\n')
    assert [one.when for one in alone.check if one.id == "bad-rating-without-call-back"] == [""]
