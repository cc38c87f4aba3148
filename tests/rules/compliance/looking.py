"""Looking at one case with a built-in check, and saying what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from config import china
from config.checks import CheckSettings
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.checks import Check
from rules.compliance import BY_ID, Setting
from rules.compliance.sentences import sentence
from rules.findings import Finding
from rules.instants import is_moment, optional
from rules.rulebook import RuleBook
from tests.support.moments import SHANGHAI, at

NOW = "2026-09-30 12:00"
LEVELS = ("warning", "yellow", "red")


def case(*parts: Part, **facts: Fact) -> Case:
    """A case; moments are written as Shanghai time."""
    return Case("", "", _read(facts), parts)


def pause(began: str | None, ended: str | None = None, **facts: Fact) -> Part:
    return _part(PartKind.PAUSE, began, ended, facts)


def step(began: str | None, ended: str | None = None, **facts: Fact) -> Part:
    return _part(PartKind.STEP, began, ended, facts)


def extension(granted: str | None, **facts: Fact) -> Part:
    return _part(PartKind.EXTENSION, granted, None, facts)


def inspect(
    check: str, cases: Sequence[Case], now: Sequence[int], **settings: Setting
) -> tuple[dict[int, Finding], list[int | None]]:
    """What a check finds in a batch, and when it wants to look again."""
    seen = _seen(check, cases, now, settings)
    first = {case: findings[0] for case, findings in seen.checked.items()}
    return first, [optional(one) for one in seen.next_check_at]


def found(check: str, one: Case, now: str = NOW, **settings: Setting) -> tuple[Finding, ...]:
    """All that a check finds in a case."""
    return _seen(check, [one], [at(now)], settings).checked.get(0, ())


def evidence(
    check: str, one: Case, now: str = NOW, **settings: Setting
) -> Mapping[str, Fact] | None:
    """What a check goes by in a case, moments as instants; nothing: it finds nothing."""
    finding = inspect(check, [one], [at(now)], **settings)[0].get(0)
    return finding and finding.evidence


def again(check: str, one: Case, now: str = NOW, **settings: Setting) -> int | None:
    """When a check wants to look at a case again."""
    return inspect(check, [one], [at(now)], **settings)[1][0]


def said(check: str, one: Case, now: str = NOW, **settings: Setting) -> tuple[str, str]:
    """What a check says of a case in Chinese and in English."""
    told = evidence(check, one, now, **settings)
    assert told is not None
    builtin = BY_ID[check]
    return (
        sentence(builtin, told, SHANGHAI, "zh_CN"),
        sentence(builtin, told, SHANGHAI, "en"),
    )


def _seen(
    check: str, cases: Sequence[Case], now: Sequence[int], settings: Mapping[str, Setting]
) -> Assessment:
    tuned = CheckSettings.model_validate({"use": check, "settings": settings}).settings
    builtin = BY_ID[check]
    rank = LEVELS.index(builtin.level)
    used = Check(check, "", "", builtin.level, rank, builtin=builtin, settings=tuned)
    book = RuleBook(LEVELS, {"cn": china()}, checks=(used,))
    return assess(book, Batch.of(cases), np.array(now, np.int64))


def _part(kind: PartKind, began: str | None, ended: str | None, facts: Mapping[str, Fact]) -> Part:
    key = facts.get("key", began)
    rest = {name: value for name, value in facts.items() if name != "key"}
    return Part(kind, str(key), _moment(began), _moment(ended), _read(rest))


def _read(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {
        name: at(value) if is_moment(name) and isinstance(value, str) else value
        for name, value in facts.items()
    }


def _moment(text: str | None) -> int | None:
    return None if text is None else at(text)
