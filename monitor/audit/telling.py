"""The single findings of an audit as records, and the sentence that each is told in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from monitor.pipeline.in_force import InForce
from notifiers import words
from notifiers.words import as_cell
from rules.amounts import Unit
from rules.audit import TOLD, BatchResult, Found
from rules.cases import Fact
from rules.compliance.sentences import sentence
from rules.instants import is_moment, iso
from rules.margins import Margin, margin

NAMES = (
    *("source", "key", *TOLD, "rule", "version", "title", "law", "level", "late"),
    *("sentence", "evidence"),
)
"""What a record has, in this order."""


def records(rules: InForce, result: BatchResult, now: int, language: str) -> Iterator[dict]:  # type: ignore[type-arg]
    """Give the findings of a result, one for each case and rule, as plain JSON values."""
    for found in result.found:
        rule = rules.limits.get(found.rule) or rules.checks[found.rule]
        for level, about, evidence in found.rows():
            told, text = _told(rules, found, evidence, now, language)
            yield {
                "source": result.source,
                "key": about.get("key"),
                **{name: about.get(name) for name in TOLD},
                "rule": found.rule,
                "version": found.version,
                "title": rule.title,
                "law": rule.law,
                "level": level,
                "late": found.late,
                "sentence": text,
                "evidence": told,
            }


def _told(
    rules: InForce, found: Found, evidence: Mapping[str, Fact], now: int, language: str
) -> tuple[dict[str, Any], str]:
    told: dict[str, Any] = {
        name: iso(value, rules.zone) if is_moment(name) and isinstance(value, int) else value
        for name, value in evidence.items()
    }
    check = rules.checks.get(found.rule)
    if check is not None and check.builtin is not None:
        return told, sentence(check.builtin, evidence, rules.zone, language)
    if check is not None:
        return told, ", ".join(f"{name} = {value}" for name, value in told.items())
    due, until = evidence["due_at"], evidence.get("until_at")
    if not isinstance(due, int):
        return told, ""
    at = until if isinstance(until, int) else now
    by = margin(
        Unit(str(evidence["unit"])), due, at, rules.work(found.rule, evidence.get("calendar"))
    )
    if by.passed:
        told |= {"over": by.amount.value, "over_unit": by.amount.unit.value}
    return told, _of_limit(rules, due, until, by, language)


def _of_limit(rules: InForce, due: int, until: Fact, by: Margin, language: str) -> str:
    """Say how a case stands to its due moment: ``应于…前办结，…才办结，超期 3 个工作日``."""
    zh = language.startswith("zh")
    when = words.when(due, rules.zone, language, due)
    by_how_much = words.length(by.amount, language)
    if isinstance(until, int):
        ended = words.when(until, rules.zone, language, due)
        if zh:
            return f"应于{when}前完成，{ended}才完成，超期 {by_how_much}"
        return f"due {when}, done {ended}, {by_how_much} late"
    if by.passed:
        return (
            f"应于{when}前完成，尚未完成，超期 {by_how_much}"
            if zh
            else f"due {when}, not done, {by_how_much} overdue"
        )
    return f"应于{when}前完成，剩 {by_how_much}" if zh else f"due {when}, {by_how_much} left"


class Writer:
    """Writes records to a file as they come: CSV where its name ends so, else JSON Lines.

    CSV has a byte order mark, without which Excel takes Chinese for something else.
    """

    def __init__(self, path: Path) -> None:
        self._csv = path.suffix.lower() == ".csv"
        self._file: TextIO = path.open(
            "w", encoding="utf-8-sig" if self._csv else "utf-8", newline=""
        )
        self._table = csv.DictWriter(self._file, NAMES)
        if self._csv:
            self._table.writeheader()

    def write(self, record: Mapping[str, Any]) -> None:
        """Write one record."""
        if not self._csv:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            return
        evidence = json.dumps(record["evidence"], ensure_ascii=False)
        self._table.writerow(
            {name: _cell(value) for name, value in record.items()} | {"evidence": evidence}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _cell(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return as_cell(value) if isinstance(value, str) else value
