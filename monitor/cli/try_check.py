"""``duban try-check``: what a check would find among the cases of the store, nothing changed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import numpy as np
import typer
from pydantic import ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection

from config import CODES, CheckSettings, Registry, Words, faults_of, installed, untold_needs
from monitor.cli import listing, phrases, try_survey
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.pipeline.stored import with_stored
from monitor.store import calendar_days, open_cases
from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case, Fact
from rules.checks import Check
from rules.compliance import Setting
from rules.compliance.sentences import sentence
from rules.expressions import Expression
from rules.findings import Finding
from rules.instants import is_moment
from rules.surveys import SurveyRule

_NAMES = ("source", "key", "no", "title", "item_code", "department", "region", "found", "evidence")
_COLUMNS = (
    Column("no", Words("办件号", "case"), whole=True),
    Column("item_text", Words("事项", "item"), least=100),
    Column("department_text", Words("部门", "department"), least=120),
    Column("found", Words("发现", "found")),
)


def try_check(
    when: Annotated[
        str,
        typer.Argument(metavar="CEL", help="条件；与 --use 同用则指哪些办件 · condition"),
    ] = "",
    use: Annotated[
        str | None, typer.Option(metavar="ID", help="试这项内置检查 · try this built-in check")
    ] = None,
    tuned: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="调整它，可写多次 · tune it, repeatable"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="连同已办结的 · closed cases too")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
) -> None:
    """试一项检查会发现什么，不留痕 · show what a check would find, changing nothing.

    duban try-check 'case.fee_paid > 0.0 && case.fee_standard == 0.0'
    duban try-check --use ticket-waits-too-long --set minutes=20 --all
    """
    shell = Shell(config, as_json)
    check = _check(shell, when, use, tuned or [])
    if isinstance(check, SurveyRule):
        try_survey.show(shell, check, limit)
        return
    result = _Result(limit)
    with shell.store() as store, store.read() as connection:
        for cases, findings, failed in _looked(shell, connection, check, closed=every):
            result.add(shell, check, cases, findings, failed)
    listing.show(shell, _NAMES, result.records, _COLUMNS)
    _sum_up(shell, result)


@dataclass
class _Result:
    """What was found so far, the first ``most`` of it as records."""

    most: int
    cases: int = 0
    found: int = 0
    failed: str = ""
    records: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        shell: Shell,
        check: Check,
        cases: list[Case],
        findings: Mapping[int, tuple[Finding, ...]],
        failed: str,
    ) -> None:
        self.cases += len(cases)
        self.found += len(findings)
        self.failed = self.failed or failed
        for index in sorted(findings)[: self.most - len(self.records)]:
            self.records.append(_record(shell, check, cases[index], findings[index][0]))


def _looked(
    shell: Shell, connection: Connection, check: Check, *, closed: bool
) -> Iterator[tuple[list[Case], Mapping[int, tuple[Finding, ...]], str]]:
    """Look at the cases page by page; give each with what was found, and why where it failed."""
    catalogue = with_stored(connection, shell.rules).book.catalogue
    rules = shell.rules.with_days(calendar_days.load(connection))
    book = replace(rules.book, limits=(), checks=(check,), catalogue=catalogue)
    total = open_cases.count(connection, closed=closed)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    terminal = shell.err.is_terminal
    with Progress(*columns, console=shell.err, transient=True, disable=not terminal) as progress:
        task = progress.add_task(shell.word("检查办件", "looking at cases"), total=total)
        for page in open_cases.open_pages(connection, closed=closed, changes=book.looks_at_changes):
            cases = [catalogue.enrich(case, shell.now) for case in page]
            now = np.full(len(cases), shell.now, np.int64)
            seen = assess(book, Batch.of(cases), now)
            yield cases, seen.checked, seen.faults.get(check.id, "")
            progress.advance(task, len(page))


def _check(shell: Shell, when: str, use: str | None, tuned: list[str]) -> Check | SurveyRule:
    """Make the check or survey that is to be tried.

    Raises:
        typer.BadParameter: there is none such, or it cannot be tuned so.
    """
    if not when and use is None:
        raise typer.BadParameter(
            shell.word(
                "写一个条件，或用 --use 指一项内置检查", "give a condition, or a check by --use"
            )
        )
    if tuned and use is None:
        raise typer.BadParameter(shell.word("--set 要与 --use 同用", "--set goes with --use"))
    levels, registry = shell.settings.daemon.levels, installed()[0]
    if when:
        try:
            Expression(when, shell.settings.facts())
        except ValueError as error:
            title = CODES["CFG-209"].title.text(shell.language)
            raise typer.BadParameter(f"{title}: {error}") from None
    given: dict[str, Any] = {"id": use or "try-check", "when": when, "level": levels[0]}
    given |= {"use": use, "settings": _settings(registry, use, tuned)} if use else {"title": when}
    try:
        chosen = CheckSettings.model_validate(given, context=registry)
    except ValidationError as error:
        told = "; ".join(
            f"{CODES[one.code].title.text(shell.language)}"
            f"{shell.word('；可用：', '; there are: ')}{one.expected.text(shell.language)}"
            for one in faults_of(error, CheckSettings, given)
        )
        raise typer.BadParameter(told) from None
    for need in untold_needs(given, shell.settings.masked(), registry):
        name = need.replace("|", shell.word(" 或 ", " or "))
        shell.say(f"没有来源映射 {name}，这项检查缺了它", f"no source maps {name}, which it needs")
    return chosen.rule(levels, shell.language)


def _settings(registry: Registry, use: str, tuned: list[str]) -> dict[str, Any]:
    """Read ``name=value``: a value as in TOML, else a text; a list may be written ``a,b``."""
    defaults: Mapping[str, Setting] = registry[use].settings if use in registry else {}
    settings: dict[str, Any] = {}
    for one in tuned:
        name, _, text = one.partition("=")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        if isinstance(defaults.get(name), tuple) and not isinstance(value, list):
            value = [part.strip() for part in text.split(",") if part.strip()]
        settings[name.strip()] = value
    return settings


def _record(shell: Shell, check: Check, case: Case, finding: Finding) -> dict[str, Any]:
    facts = case.facts
    item = facts.get("item_name") or facts.get("title") or facts.get("item_code")
    evidence = {
        name: shell.iso(value) if is_moment(name) and isinstance(value, int) else value
        for name, value in finding.evidence.items()
    }
    return {
        "source": case.source,
        "key": case.key,
        "no": facts.get("no") or case.key,
        "title": facts.get("title"),
        "item_code": facts.get("item_code"),
        "item_text": item,
        "department": facts.get("department"),
        "department_text": phrases.place_name(
            shell.rules.book.directory.departments, facts.get("department")
        ),
        "region": facts.get("region"),
        "found": _found(shell, check, finding, evidence),
        "evidence": evidence if shell.as_json else json.dumps(evidence, ensure_ascii=False),
    }


def _found(shell: Shell, check: Check, finding: Finding, evidence: Mapping[str, Fact]) -> str:
    if check.builtin is not None:
        return sentence(check.builtin, finding.evidence, shell.rules.zone, shell.language)
    return ", ".join(f"{name} = {value}" for name, value in evidence.items())


def _sum_up(shell: Shell, result: _Result) -> None:
    listed, found, cases = len(result.records), result.found, result.cases
    if found > listed:
        shell.say(
            f"查了 {cases:,} 件，发现 {found:,} 件，列出 {listed} 件；-n 多列一些",
            f"{cases:,} cases, found in {found:,}, {listed} are listed; -n for more",
        )
    else:
        shell.say(f"查了 {cases:,} 件，发现 {found:,} 件", f"{cases:,} cases, found in {found:,}")
    if result.failed:
        shell.say(f"有的办件判断不了：{result.failed}", f"it failed in some: {result.failed}")
