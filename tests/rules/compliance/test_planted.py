"""Every check on a hall whose violations were planted: all are found, and nothing else is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.planted.across import LOOKED_FOR, across
from bench.planted.hall import Hall, hall
from bench.planted.looking import Comparison, Findings, found_in_database, found_in_memory
from bench.planted.settings import settings
from bench.planted.surveyed import found_by_surveys
from bench.planted.tables import fill
from bench.planted.variants import variants
from rules.compliance import CHECKS
from tests.support.databases import fresh_database
from tests.support.stores import fresh_url


def told(hall: Hall, found: Findings) -> str:
    """What went wrong, by check, with a case of each; "" where all is well."""
    compared = Comparison.of(hall, found)
    return "\n".join(
        f"{what}: {check} ×{times}, such as in {dict(some)[check]}"
        for what, some in (
            ("missing", compared.missing),
            ("false", compared.false),
            ("on another row", compared.elsewhere),
        )
        for check, times in Counter(check for check, _ in some).items()
    )


def test_every_check_has_something_planted_and_something_that_only_comes_close() -> None:
    ids = {check.id for check in CHECKS}
    assert {one.check for one in variants() if not one.lawful} == ids
    assert {one.check for one in variants() if one.lawful} == ids


def test_all_that_was_planted_is_found_and_nothing_else(tmp_path: Path) -> None:
    made = hall(6_000)
    assert told(made, found_in_memory(settings(tmp_path).rulebook(), made.drafts)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_audit_of_a_database_finds_the_same(tmp_path: Path, kind: str) -> None:
    made = hall(20_000, seed=2)
    with fresh_database(kind, tmp_path) as watched, fresh_url(kind, tmp_path) as store:
        fill(watched.url, made.drafts)
        found = found_in_database(settings(tmp_path, watched.url, store), made.drafts)
    assert told(made, found) == ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_surveys_find_what_was_planted_across_cases_and_nothing_else(
    tmp_path: Path, kind: str
) -> None:
    drafts, planted = across(20_000, seed=3)
    assert {rule for rule, _ in planted} == set(LOOKED_FOR)
    with fresh_url(kind, tmp_path) as store:
        assert found_by_surveys(settings(tmp_path, store=store), drafts) == planted
