"""``duban explain``: how the limits of a case are reckoned, day by day."""

from __future__ import annotations

from typing import Annotated

import typer

from config import Words
from monitor import explaining
from monitor.cli import explain_alert, explain_changes, explain_text, phrases
from monitor.cli.failure import Failed
from monitor.cli.guard import FAILED
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.pipeline.stored import with_stored
from monitor.pipeline.unread import unread_sources
from monitor.store import alert_list, calendar_days, case_list, fact_changes
from monitor.store.alert_list import Filter
from monitor.store.case_list import CaseRow
from rules.cases import known_at
from rules.explanation import DisagreementError
from rules.explanations import Explained
from rules.instants import iso

_MOST_ALERTS = 100


def explain_case(
    number: Annotated[
        str, typer.Argument(metavar="CASE", help="办件号或主键 · number or key")
    ] = "",
    alert: Annotated[
        int | None,
        typer.Option("--alert", metavar="ID", help="改为说明这张牌 · explain this alert instead"),
    ] = None,
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
    if alert is not None:
        _explain_alert(shell, alert)
        return
    if not number:
        raise typer.BadParameter(
            shell.word("写上办件号，或 --alert 亮牌编号", "give a case, or an alert by --alert")
        )
    now = shell.now if at is None else moment_of(at, shell)
    with shell.store() as store, store.read() as connection:
        shell.learn(connection)
        row = _the_one(case_list.find(connection, number), number, source)
        chosen = Filter(case_id=row.case.id)
        alerts = [one.alert for one in alert_list.listing(connection, chosen, _MOST_ALERTS)]
        changes = fact_changes.changes_of(connection, row.case.id)
        enrich = with_stored(connection, shell.rules).book.catalogue.enrich
        unread = [
            one
            for one in unread_sources(connection, shell.rules, 0, shell.now)
            if one.source.id == row.case.source and one.known and at is None
        ]
        book = shell.rules.with_days(calendar_days.load(connection)).book
    changes = [change for change in changes if at is None or change.seen_at <= now]
    case = enrich(row.case if at is None else known_at(row.case, now), now)
    explained = _chosen(shell, explaining.explained(book, case, now), limit)
    if as_json:
        zone = shell.rules.zone
        record = explaining.record(shell.rules, row, explained, alerts, changes)
        record["case"]["as_of"] = iso(unread[0].complete_at, zone) if unread else None
        shell.print_json(record)
    else:
        explain_text.show(shell, row, explained, alerts)
        for one in unread:
            moment = phrases.short_moment(shell, one.complete_at) if one.complete_at else "—"
            as_of = shell.word(f"数据截至 {moment}", f"data as of {moment}")
            shell.out.print(f"\n{as_of}{shell.word('；', '; ')}{one.said.text(shell.language)}")
        explain_changes.show(shell, changes)
    if any(isinstance(one, DisagreementError) for _, one in explained):
        raise typer.Exit(FAILED)


def _explain_alert(shell: Shell, ident: int) -> None:
    with shell.store() as store, store.read() as connection:
        shell.learn(connection)
        row = explain_alert.the_alert(connection, ident)
    if shell.as_json:
        shell.print_json(explain_alert.record(shell, row))
    else:
        explain_alert.show(shell, row)


def _the_one(found: list[CaseRow], number: str, source: str | None) -> CaseRow:
    """Give the case that is meant.

    Raises:
        Failed: none is, or several are.
    """
    rows = [row for row in found if source is None or row.case.source == source]
    if not rows:
        raise Failed(
            Words(f"没有办件 {number}", f"there is no case {number}"),
            Words(
                "办件号见 duban cases --all；读不懂的行见 duban rejects",
                "numbers: duban cases --all; rows that could not be understood: duban rejects",
            ),
        )
    if len(rows) > 1:
        listed = "".join(
            f"\n  {row.case.source}  {row.case.key}  {row.case.facts.get('item_name') or ''}"
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


def _chosen(shell: Shell, explained: list[Explained], wanted: str | None) -> list[Explained]:
    """Give all limits, or the one that is wanted.

    Raises:
        typer.BadParameter: it is not among them.
    """
    chosen = [one for one in explained if wanted is None or one[0].id == wanted]
    if wanted is not None and not chosen:
        known = ", ".join(limit.id for limit, _ in explained)
        raise typer.BadParameter(
            shell.word(
                f"本办件没有时限 {wanted}；有：{known}",
                f"the case has no limit {wanted}; it has: {known}",
            )
        )
    return chosen
