"""Checks of packages that are installed beside duban."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from config import Settings, installed
from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case
from rules.compliance import BY_ID
from rules.compliance.sentences import sentence
from tests.support.moments import SHANGHAI, at
from tests.support.packages import MODULE, install
from tests.support.settings import SOURCE, loaded, refused

WITH_PHONE = SOURCE.replace("accepted_at =", 'phone = "phone", accepted_at =')
CHECK = '[[check]]\nuse = "phone-too-short"\n'
NOW = np.array([at("2026-09-30 12:00")] * 3, np.int64)


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Let each test have a module of that name to itself."""
    yield
    sys.modules.pop("hall_checks", None)


def batch(*phones: str | None) -> Batch:
    return Batch.of([Case("hall", str(i), {"phone": phone}) for i, phone in enumerate(phones)])


def use(folder: Path, check: str = CHECK) -> Settings:
    return loaded(folder, WITH_PHONE + check)


def test_without_packages_there_are_the_built_in_checks() -> None:
    assert installed() == (BY_ID, ())


def test_a_check_of_a_package_is_used_like_a_built_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "site")
    book = use(tmp_path).rulebook()
    [check] = book.checks
    assert (check.id, check.title, check.level) == (
        "phone-too-short",
        "电话号码太短",
        "warning",
    )
    seen = assess(book, batch("12345", "1234567", None), NOW)
    assert list(seen.checked) == [0]
    assert check.builtin is not None
    evidence = seen.checked[0][0].evidence
    assert sentence(check.builtin, evidence, SHANGHAI, "zh_CN") == "电话号码 12345 太短"
    assert "phone-too-short" not in BY_ID


def test_it_is_tuned_and_limited_to_some_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "site")
    tuned = CHECK + "settings = { figures = 12 }\nwhen = \"case.phone != '110'\"\n"
    seen = assess(use(tmp_path, tuned).rulebook(), batch("110", "12345678", None), NOW)
    assert list(seen.checked) == [1]


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (SOURCE + CHECK, "CFG-312", "check[0].use"),
        (WITH_PHONE + CHECK + "settings = { digits = 5 }\n", "CFG-316", "check[0].settings"),
        (WITH_PHONE + '[[check]]\nuse = "phone-to-short"\n', "CFG-315", "check[0].use"),
        (
            '[daemon]\nlevels = ["low", "high"]\n' + WITH_PHONE + CHECK,
            "CFG-303",
            "check[0].level",
        ),
    ],
)
def test_its_needs_settings_and_level_are_checked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: str, path: str
) -> None:
    install(monkeypatch, tmp_path / "site")
    faults = refused(tmp_path, text).faults
    assert [(fault.code, fault.path) for fault in faults] == [(code, path)]


@pytest.mark.parametrize(
    ("points", "module", "found"),
    [
        ("phone = hall_checks:phone", MODULE, "AttributeError"),
        ("phone = hall_checks:look", MODULE, "a function, not a Builtin"),
        ("phone = hall_checks:phone_too_short", "raise RuntimeError('no licence')", "no licence"),
        (
            "phone = hall_checks:phone_too_short",
            MODULE.replace("phone-too-short", "documents-missing"),
            "there is a check documents-missing already",
        ),
        (
            "a = hall_checks:phone_too_short\nb = hall_checks:phone_too_short",
            MODULE,
            "there is a check phone-too-short already",
        ),
    ],
)
def test_a_package_that_gives_no_check_of_its_own_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, points: str, module: str, found: str
) -> None:
    install(monkeypatch, tmp_path / "site", points=points, module=module)
    [fault] = refused(tmp_path, SOURCE).faults
    assert fault.code == "CFG-317"
    assert found in fault.found.en
    assert "hall_checks" in fault.found.en


def test_code_that_fails_stops_neither_the_other_cases_nor_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = MODULE.replace("len(phone) < view", "int(phone) and len(phone) < view")
    install(monkeypatch, tmp_path / "site", module=fails)
    seen = assess(use(tmp_path).rulebook(), batch("12345", "unknown", "1234"), NOW)
    assert list(seen.checked) == [0, 2]
    assert seen.faults["phone-too-short"].startswith("1: ValueError: invalid literal")


def test_another_rule_book_is_made_by_its_settings_and_not_by_loading_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "site")
    first = use(tmp_path).fingerprint()
    again = use(tmp_path).fingerprint()
    tuned = use(tmp_path, CHECK + "settings = { figures = 8 }\n").fingerprint()
    assert first == again != tuned
