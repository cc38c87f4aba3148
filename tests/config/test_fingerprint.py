from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.settings import LIMIT, loaded

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


def test_it_stays_with_the_daemons_ports(tmp_path: Path) -> None:
    ports = '[daemon]\nhttp = "127.0.0.1:9000"\n'
    assert fingerprint(tmp_path, BASE) == fingerprint(tmp_path, ports + BASE)


def test_the_rule_book_carries_it(tmp_path: Path) -> None:
    settings = loaded(tmp_path, BASE)
    assert settings.rulebook().fingerprint == settings.fingerprint()
    assert len(settings.fingerprint()) == 64
