"""What checks cannot do without: facts of cases, and facts of their parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.settings import SOURCE, loaded, refused

PAUSES = """
[source.pauses]
table = "pauses"
columns = {{ case = "case_no", started_at = "begun"{more} }}
"""
PRESET = '[daemon]\npresets = ["compliance"]\n'


@pytest.mark.parametrize(
    ("more", "there"),
    [
        ("", set()),
        (', kind = "kind"', {"pause-without-ground"}),
        (', reason = "reason"', {"pause-without-reason"}),
        (', ended_at = "ended"', set()),
        (', told_days = "told"', set()),
        (', ended_at = "ended", told_days = "told"', {"pause-longer-than-told"}),
        (', ended_at = "ended", kind = "kind"', {"pause-without-ground", "pause-over-cap"}),
        (', ended_at = "ended", cap_days = "cap"', {"pause-over-cap"}),
    ],
)
def test_a_check_of_pauses_is_taken_in_where_the_facts_it_goes_by_are_mapped(
    tmp_path: Path, more: str, there: set[str]
) -> None:
    settings = loaded(tmp_path, PRESET + SOURCE + PAUSES.format(more=more))
    about_pauses = {
        *("pause-without-ground", "pause-without-reason"),
        *("pause-longer-than-told", "pause-over-cap"),
    }
    assert {check.id for check in settings.check} & about_pauses == there


def test_an_own_check_says_which_fact_of_a_part_it_lacks(tmp_path: Path) -> None:
    own = '[[check]]\nuse = "pause-without-reason"\n'
    [fault] = refused(tmp_path, own + SOURCE + PAUSES.format(more="")).faults
    assert (fault.code, fault.found.en) == ("CFG-312", '"pauses.reason"')
