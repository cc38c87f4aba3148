"""Personal facts are shown to nobody by default, whatever a source calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.pipeline.in_force import InForce
from monitor.privacy import is_public, shown_detail, shown_evidence
from tests.support.settings import loaded
from tests.support.stories_settings import file_channel, settings_text

CHECK = """
[[check]]
id = "own"
title = "自己的检查"
when = "case.no != ''"
level = "red"
"""


@pytest.fixture
def rules(tmp_path: Path) -> InForce:
    channels = file_channel(tmp_path / "o")
    text = settings_text(
        store="sqlite://",
        hall="sqlite:///hall.db",
        channels=channels,
        daemon='public_facts = ["project_code"]\n',
    )
    return InForce.of(loaded(tmp_path, text + CHECK))


@pytest.mark.parametrize(
    "name",
    ["id_no", "idcard", "tel", "legal_person", "agent", "title", "applicant", "applicant_phone"],
)
def test_what_may_tell_who_an_applicant_is_is_not_shown(rules: InForce, name: str) -> None:
    assert not is_public(rules, name)
    evidence = {name: "何凯旋", "accepted_at": 1}
    assert shown_evidence(rules, "own", evidence) == {"accepted_at": 1}
    assert shown_evidence(rules, "a rule that is gone", evidence) == {"accepted_at": 1}
    detail = {"evidence": evidence, "by": "j01"}
    assert shown_detail(rules, "own", detail) == {"evidence": {"accepted_at": 1}, "by": "j01"}


@pytest.mark.parametrize(
    "name",
    [
        "no",
        "item_name",
        "kind",
        "closed_at",
        "promised_due",
        "fee_paid",
        "item_kind",
        "project_code",
    ],
)
def test_how_a_case_runs_and_what_the_settings_name_is_shown(rules: InForce, name: str) -> None:
    assert is_public(rules, name)


def test_what_duban_finds_itself_is_shown_but_for_facts_that_a_source_maps(rules: InForce) -> None:
    source = rules.settings.source[0]
    assert "fee_paid" in source.cases.columns
    evidence = {"count": 3, "title": "何凯旋：许可"}
    assert shown_evidence(rules, "promise", evidence) == {"count": 3}
