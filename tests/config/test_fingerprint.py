from __future__ import annotations

import sys
from pathlib import Path

import pytest

from config.code_marks import code_mark
from tests.support.packages import MODULE, install
from tests.support.settings import LIMIT, SOURCE, loaded

CHECK = '[[check]]\nid = "fee"\ntitle = "收费"\nwhen = "case.fee_paid > 0.0"\nlevel = "red"\n'
OWN = '[[calendar]]\nid = "own"\nholidays = [2026-03-03]\n'
BASE = LIMIT + 'calendar = "own"\n' + CHECK + OWN


def fingerprint(folder: Path, text: str) -> str:
    return loaded(folder, text).fingerprint()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20 working days", "15 working days"),
        ('"over"', '"1 working day over"'),
        ("case.fee_paid > 0.0", "case.fee_paid > 1.0"),
        ("2026-03-03", "2026-03-04"),
        ('calendar = "own"\n', ""),
    ],
)
def test_it_changes_with_limits_checks_and_calendars(tmp_path: Path, old: str, new: str) -> None:
    assert fingerprint(tmp_path, BASE) != fingerprint(tmp_path, BASE.replace(old, new))


def test_it_changes_with_the_levels(tmp_path: Path) -> None:
    levels = '[daemon]\nlevels = ["notice", "yellow", "red"]\n'
    assert fingerprint(tmp_path, BASE) != fingerprint(tmp_path, levels + BASE)


@pytest.mark.parametrize(
    "more",
    [
        '[[channel]]\nid = "log"\nkind = "console"\n',
        '[[person]]\nid = "li"\nname = "李"\n',
        '[[calendar]]\nid = "other"\n',
    ],
)
def test_it_stays_with_what_does_not_bear_on_findings(tmp_path: Path, more: str) -> None:
    assert fingerprint(tmp_path, BASE) == fingerprint(tmp_path, BASE + more)


@pytest.mark.parametrize("title", ["收费", "承诺办结"])
def test_it_stays_with_what_rules_are_called(tmp_path: Path, title: str) -> None:
    other = BASE.replace(f'title = "{title}', f'title = "更正：{title}')
    assert other != BASE
    assert fingerprint(tmp_path, BASE) == fingerprint(tmp_path, other)


def test_it_changes_with_the_code_of_a_release(tmp_path: Path) -> None:
    """A corrected check looks again at every open case, without a change of the settings."""
    sys.modules.pop("hall_checks", None)
    marks = []
    for release, code in (("1", MODULE), ("2", MODULE.replace("<", "<="))):
        with pytest.MonkeyPatch.context() as patch:
            install(patch, tmp_path / release, module=code)
            check = '[[check]]\nuse = "phone-too-short"\n'
            mapped = SOURCE.replace("accepted_at =", 'phone = "phone", accepted_at =')
            marks.append(fingerprint(tmp_path, mapped + check))
        sys.modules.pop("hall_checks", None)
    assert marks[0] != marks[1]
    assert code_mark("rules.checks") == code_mark("rules") != ""


def test_it_stays_with_the_daemons_ports(tmp_path: Path) -> None:
    ports = '[daemon]\nhttp = "127.0.0.1:9000"\n'
    assert fingerprint(tmp_path, BASE) == fingerprint(tmp_path, ports + BASE)


def test_the_rule_book_carries_it(tmp_path: Path) -> None:
    settings = loaded(tmp_path, BASE)
    assert settings.rulebook().fingerprint == settings.fingerprint()
    assert len(settings.fingerprint()) == 64
