"""``duban explain``: how the limits of a case are reckoned, day by day."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from config import Words
from monitor.cli import phrases
from monitor.cli.failure import Failed
from monitor.cli.guard import FAILED
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.cli.week_grid import legend, week_grid
from monitor.store import alert_list, case_list
from monitor.store.alert_list import Alert, Filter
from monitor.store.case_list import CaseRow
from notifiers.grounds import grounds
from notifiers.telling import outlook, verdict
from notifiers.words import mask_name
from rules.assessment import applies
from rules.cases import Batch, Case, known_at
from rules.explanation import DisagreementError, Explanation, LevelMark, explain
from rules.explanation_data import to_json
from rules.limits import Limit

_MOST_ALERTS = 100


def explain_case(
    number: Annotated[str, typer.Argument(metavar="CASE", help="办件号或主键 · number or key")],
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="ID", help="只看这个时限 · only this limit")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="以此刻为准 · as known at (ISO 8601)"),
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="审批库 · its source")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """说明时限怎么算的，逐日列出 · explain day by day how the limits of a case are reckoned."""
    shell = Shell(config, as_json)
    now = shell.now if at is None else moment_of(at, shell)
    with shell.store() as store, store.read() as connection:
        row = _the_one(case_list.find(connection, number), number, source)
        chosen = Filter(case_id=row.case.id)
        alerts = [one.alert for one in alert_list.listing(connection, chosen, _MOST_ALERTS)]
    case = row.case if at is None else known_at(row.case, now)
    explained: list[Explanation | DisagreementError] = []
    limits = _limits(shell, case, now, limit)
    for one in limits:
        try:
            explained.append(explain(one, case, shell.rules.calendars[one.calendar], now))
        except DisagreementError as error:
            explained.append(error)
    if as_json:
        shell.print_json(_record(shell, row, limits, explained, alerts))
    else:
        _show(shell, row, limits, explained, alerts)
    if any(isinstance(one, DisagreementError) for one in explained):
        raise typer.Exit(FAILED)


def _the_one(found: list[CaseRow], number: str, source: str | None) -> CaseRow:
    """Give the case that is meant.

    Raises:
        Failed: none is, or several are.
    """
    rows = [row for row in found if source is None or row.case.source == source]
    if not rows:
        raise Failed(
            Words(f"没有办件 {number}", f"there is no case {number}"),
            Words("办件号见 duban cases --all", "for the numbers see: duban cases --all"),
        )
    if len(rows) > 1:
        listed = "".join(
            f"\n  {row.case.source}  {row.case.key}  {row.case.facts.get('title') or ''}"
            for row in rows
        )
        raise Failed(
            Words(
                f"有 {len(rows)} 件办件叫 {number}：{listed}",
                f"{len(rows)} cases are called {number}:{listed}",
            ),
            Words("写主键，或加 --source", "give the key, or --source"),
        )
    return rows[0]


def _limits(shell: Shell, case: Case, now: int, wanted: str | None) -> list[Limit]:
    """Give the limits that are for a case.

    Raises:
        typer.BadParameter: the one that is wanted is not among them.
    """
    batch, moments = Batch.of([case]), np.array([now], np.int64)
    mine = [one for one in shell.rules.book.limits if applies(one.when, batch, moments)[0]]
    if wanted is None:
        return mine
    chosen = [one for one in mine if one.id == wanted]
    if not chosen:
        known = ", ".join(one.id for one in mine)
        raise typer.BadParameter(
            shell.word(
                f"本办件没有时限 {wanted}；有：{known}",
                f"the case has no limit {wanted}; it has: {known}",
            )
        )
    return chosen


def _record(
    shell: Shell,
    row: CaseRow,
    limits: list[Limit],
    explained: list[Explanation | DisagreementError],
    alerts: list[Alert],
) -> dict[str, Any]:
    facts = row.case.facts
    return {
        "case": {
            "source": row.case.source,
            "key": row.case.key,
            "no": facts.get("no"),
            "title": facts.get("title"),
            "item": facts.get("item_name"),
            "department": facts.get("department"),
            "region": facts.get("region"),
            "vanished_at": shell.iso(row.vanished_at),
        },
        "limits": [
            _limit_record(shell, limit, one) for limit, one in zip(limits, explained, strict=True)
        ],
        "alerts": [
            {
                "id": alert.id,
                "rule": alert.rule,
                "title": alert.title,
                "level": alert.level,
                "opened_at": shell.iso(alert.opened_at),
                "acked_by": alert.acked_by,
                "acked_at": shell.iso(alert.acked_at),
            }
            for alert in alerts
        ],
    }


def _limit_record(
    shell: Shell, limit: Limit, shown: Explanation | DisagreementError
) -> dict[str, Any]:
    if isinstance(shown, DisagreementError):
        return {"limit": {"id": limit.id, "title": limit.title}, "error": str(shown)}
    return {
        **to_json(shown, shell.rules.zone),
        "verdict": {tongue: verdict(shown, tongue) for tongue in ("zh_CN", "en")},
        "grounds": {
            tongue: [asdict(ground) for ground in grounds(shown, tongue)]
            for tongue in ("zh_CN", "en")
        },
    }


def _show(
    shell: Shell,
    row: CaseRow,
    limits: list[Limit],
    explained: list[Explanation | DisagreementError],
    alerts: list[Alert],
) -> None:
    out = shell.out
    out.print(_heading(shell, row))
    if not limits:
        out.print(Text(shell.word("\n没有适用的时限。", "\nNo limit is for this case.")))
    for limit, shown in zip(limits, explained, strict=True):
        title = f"{limit.title} · {limit.id} · " + shell.word(
            f"第 {limit.version} 版", f"version {limit.version}"
        )
        out.print()
        out.rule(Text(title, style="bold"), align="left", style="dim")
        if isinstance(shown, DisagreementError):
            shell.err.print(Text(f"✗ {_fault(shell)}\n  {shown}", style="bold red"))
            continue
        _show_limit(shell, shown)
    if alerts:
        out.print()
        out.rule(
            Text(shell.word("亮着的牌", "Open alerts"), style="bold"), align="left", style="dim"
        )
        for alert in alerts:
            out.print(_alert_line(shell, alert))


def _fault(shell: Shell) -> str:
    return shell.word(
        "逐日核算与引擎不一致：这是 duban 的错误，请勿据此亮牌，并上报：",
        "the days and the engine disagree: a fault of duban; do not rely on it, and report it:",
    )


def _heading(shell: Shell, row: CaseRow) -> Text:
    facts, directory = row.case.facts, shell.rules.book.directory
    title = str(facts.get("title") or facts.get("item_name") or facts.get("item_code") or "")
    text = Text(title, style="bold")
    places = (
        str(facts.get("no") or row.case.key),
        phrases.place_name(directory.regions, facts.get("region")),
        phrases.place_name(directory.departments, facts.get("department")),
        mask_name(str(facts.get("applicant") or "")),
    )
    if row.vanished_at is not None:
        text.append(shell.word("  （审批库中已不存在）", "  (gone from its source)"), style="red")
    return text.append("\n" + "  ".join(place for place in places if place), style="not bold dim")


def _show_limit(shell: Shell, shown: Explanation) -> None:
    out, language = shell.out, shell.language
    level, following = shown.level, shown.next_level
    line = Text()
    if level is not None:
        name = phrases.level_text(shell, level.name) or level.name
        line.append(f" {name} ", style=f"{phrases.LEVEL_STYLES.get(level.name, 'bold')} reverse")
        line.append("  ")
    line.append(verdict(shown, language), style="bold")
    next_name = phrases.level_text(shell, following.name) if following else None
    line.append("  ").append(outlook(shown, next_name or "", language))
    out.print(line)
    if shown.days:
        out.print(week_grid(shell, shown))
        out.print(legend(shell, shown))
        if shown.cut:
            more = shell.word("往后从略。", "Later days are left out.")
            out.print(Text(more, style="dim"))
        out.print()
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for number, ground in enumerate(grounds(shown, language), 1):
        text = Text(ground.head, style="bold").append(f" {ground.text}", style="not bold")
        if ground.source:
            text.append(f"  {ground.source}", style="not bold dim")
        table.add_row(f"{number}.", text)
    out.print(table)
    if shown.levels and shown.due_at is not None:
        out.print(Padding(_levels(shell, shown), (1, 0, 0, 0)))


def _levels(shell: Shell, shown: Explanation) -> Table:
    table = Table.grid(padding=(0, 2))
    for mark in shown.levels:
        name = phrases.level_text(shell, mark.name) or mark.name
        at = "" if mark.at is None else phrases.short_moment(shell, mark.at) or ""
        table.add_row(
            Text(name, style=phrases.LEVEL_STYLES.get(mark.name, "")),
            Text(at),
            Text(_standing(shell, shown, mark)),
            Text(str(mark.threshold), style="dim"),
        )
    return table


def _standing(shell: Shell, shown: Explanation, mark: LevelMark) -> str:
    if mark.withheld:
        return shell.word("暂定，不亮", "withheld: provisional")
    if mark.reached:
        return shell.word("✓ 已到", "✓ reached")
    if shown.next_level == mark:
        return shell.word("→ 下一步", "→ next")
    return shell.word("未到", "not reached")


def _alert_line(shell: Shell, alert: Alert) -> Text:
    name = phrases.level_text(shell, alert.level) or alert.level
    since = phrases.short_moment(shell, alert.opened_at) or ""
    acked = (
        shell.word(f"{alert.acked_by} 已签收", f"acknowledged by {alert.acked_by}")
        if alert.acked_at is not None
        else shell.word("未签收", "not acknowledged")
    )
    text = Text(f"{name}", style=phrases.LEVEL_STYLES.get(alert.level, ""))
    return text.append(f"  {alert.title}  {since}  {acked}  #{alert.id}", style="not bold default")
