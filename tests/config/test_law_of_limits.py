"""What law asks of a limit, as settings say it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.amounts import Amount, Unit
from rules.limits import Allowance, Deemed, Limit
from tests.support.settings import loaded, refused


def limit(folder: Path, more: str, start: str = "accepted_at", allow: str = '"5 days"') -> Limit:
    """The rules' limit that settings make; ``more`` are more lines of it."""
    text = (
        f'[[limit]]\nid = "one"\ntitle = "时限"\nfrom = "{start}"\nallow = {allow}\n'
        f'levels = {{ red = "over" }}\n{more}\n'
    )
    return next(one for one in loaded(folder, text).rulebook().limits if one.id == "one")


UNTIL = 'until = "closed_at"\n'


def test_a_limit_over_a_step_ends_with_the_step(tmp_path: Path) -> None:
    found = limit(tmp_path, "", start="step:审查")
    assert (found.start, found.until) == ("step:审查", "step:审查")


def test_a_limit_over_a_step_may_end_with_a_moment(tmp_path: Path) -> None:
    assert limit(tmp_path, UNTIL, start="step:*").until == "closed_at"


def test_a_step_may_carry_the_amount(tmp_path: Path) -> None:
    allow = '{ column = "step.limit_days", unit = "working days" }'
    found = limit(tmp_path, "", start="step:*", allow=allow)
    assert found.allow == Allowance(column="step.limit_days", unit=Unit.WORKING_DAY)


def test_the_unit_may_be_a_fact_of_the_case(tmp_path: Path) -> None:
    allow = '{ column = "days", unit = { column = "days_unit" } }'
    found = limit(tmp_path, UNTIL, allow=allow)
    assert found.allow == Allowance(column="days", unit_columns=("days_unit",))


def test_a_limit_may_begin_by_silence(tmp_path: Path) -> None:
    deemed = '{ from = "submitted_at", after = "5 working days", unless = ["correction_at"] }'
    found = limit(tmp_path, f"{UNTIL}deemed = {deemed}")
    assert found.deemed == Deemed("submitted_at", Amount(5, Unit.WORKING_DAY), ("correction_at",))


def test_moments_and_kinds_of_pause_may_start_a_clock_anew(tmp_path: Path) -> None:
    assert limit(tmp_path, f'{UNTIL}restarts = ["corrected_at", "补正"]').restarts == (
        *("corrected_at", "补正"),
    )


def test_a_limit_may_hold_for_a_time(tmp_path: Path) -> None:
    found = limit(tmp_path, f'{UNTIL}valid_from = 2026-01-01\nvalid_to = "2027-01-01"')
    assert (found.valid_from, found.valid_to) == (date(2026, 1, 1), date(2027, 1, 1))


def test_a_limit_may_be_on_trial(tmp_path: Path) -> None:
    assert limit(tmp_path, f"{UNTIL}shadow = true").shadow


def test_a_limit_stands_behind_the_one_at_whose_due_moment_it_starts(tmp_path: Path) -> None:
    text = ""
    for ident, start in (("c", "due:b"), ("b", "due:a"), ("a", "accepted_at")):
        text += f'[[limit]]\nid = "{ident}"\ntitle = "时限"\nfrom = "{start}"\n{UNTIL}'
        text += 'allow = "5 days"\nlevels = { red = "over" }\n'
    assert [one.id for one in loaded(tmp_path, text).rulebook().limits] == ["a", "b", "c"]


@pytest.mark.parametrize("start", ["step:", "due:", "step", "accepted", ""])
def test_a_beginning_that_names_nothing_is_refused(tmp_path: Path, start: str) -> None:
    text = f'[[limit]]\nid = "one"\ntitle = "时限"\nfrom = "{start}"\n{UNTIL}allow = "5 days"\n'
    faults = refused(tmp_path, f'{text}levels = {{ red = "over" }}\n').faults
    assert [(one.code, one.path) for one in faults] == [("CFG-211", "limit[0].from")]
