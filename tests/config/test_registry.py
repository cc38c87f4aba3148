"""Checks of packages that are installed beside duban."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from config import Settings, installed
from config.registry import BUILTIN
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
    assert installed() == (BUILTIN, ())


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
        ("phone = hall_checks:look", MODULE, "a function, neither a Builtin nor a Survey"),
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


SURVEY = """
from rules.compliance import Text
from rules.surveys import Found, Survey
from rules.surveys.readings import Counts, Within


def asks(occasion):
    return {"phones": Counts(Within("accepted_at", 0), (occasion.text("by"),))}


def judge(occasion, read):
    counts = read["phones"]["count"]
    return [Found(occasion.now, {"count": int(n)}, subject="numbers:phones/1") for n in counts]


phone_used_often = Survey(
    "phone-used-often",
    Text("同一电话多次申请", "one phone number in many applications"),
    "大厅规程",
    "warning",
    (),
    Text("{count} 件", "{count} cases"),
    asks,
    judge,
    3600.0,
    {"by": "phone"},
    naming=("by",),
)
"""


def test_a_survey_of_a_package_is_used_like_a_built_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = "often = hall_checks:phone_used_often"
    install(monkeypatch, tmp_path / "site", points=points, module=SURVEY)
    often = '[[check]]\nuse = "phone-used-often"\nevery = "10m"\n'
    book = use(tmp_path, often).rulebook()
    assert book.checks == ()
    [survey] = book.surveys
    assert (survey.id, survey.title, survey.every) == (
        "phone-used-often",
        "同一电话多次申请",
        600.0,
    )
    [fault] = refused(tmp_path, SOURCE + often).faults
    assert (fault.code, fault.path) == ("CFG-312", "check[0].use")


def test_a_survey_by_a_limit_that_is_none_is_refused(tmp_path: Path) -> None:
    survey = '[[check]]\nuse = "on-time-rate-low"\nsettings = { limit = "promised" }\n'
    mapped = SOURCE.replace("accepted_at =", 'department = "d", accepted_at =')
    [fault] = refused(tmp_path, mapped + survey).faults
    assert (fault.code, fault.path) == ("CFG-320", "check[0].settings.limit")


def test_what_changes_about_a_survey_changes_its_own_fingerprint_alone(tmp_path: Path) -> None:
    mapped = SOURCE.replace("accepted_at =", 'handler = "h", accepted_at =')
    survey = '[[check]]\nuse = "closed-in-one-second"\n'
    before = loaded(tmp_path, mapped + survey).rulebook()
    after = loaded(tmp_path, mapped + survey + "settings = { cases = 3 }\n").rulebook()
    assert before.fingerprint == after.fingerprint
    assert before.survey_fingerprints != after.survey_fingerprints
