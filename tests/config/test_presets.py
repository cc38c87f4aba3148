from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from config.presets import names, preset
from rules.amounts import Amount, Unit
from rules.cases import Case, Fact
from rules.expressions import Expression
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
        ('"compliance", "administrative-licence"', {"acceptance-late", "delivery-late"}),
        ('"administrative-licence", "compliance"', {"acceptance-late", "delivery-late"}),
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
        *("acceptance", "statutory-deemed", "lower-review", "delivery", "hearing"),
        "hearing-notice",
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
