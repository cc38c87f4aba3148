"""``duban ack``: answering for alerts, so that they are not told further up."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from config import Words
from monitor.acts.acknowledging import acknowledge
from monitor.cli import phrases
from monitor.cli.acting import AsOption, DryRunOption, desk
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store import alert_list, case_list
from monitor.store.alert_list import AlertRow, Filter

_MOST = 1000  # alerts of one case; a case has a few


def ack(
    alert_ids: Annotated[
        list[int] | None, typer.Argument(metavar="ALERT_ID", help="亮牌编号 · ids of alerts")
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", metavar="NO", help="该办件的全部 · all of this case")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="ID", help="几个审批库都有此号时 · where several sources have it"),
    ] = None,
    by: AsOption = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="说明 · a remark")] = "",
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """签收亮牌 · acknowledge alerts: they are told no further up."""
    shell = Shell(config, as_json)
    if not alert_ids and case is None:
        raise typer.BadParameter(
            shell.word(
                "写上亮牌编号（见 duban alerts），或用 --case 办件号",
                "give ids of alerts (see: duban alerts), or --case NO",
            )
        )
    with desk(shell, by, dry_run=dry_run) as at:
        ids = list(dict.fromkeys(alert_ids or ()))
        chosen = _chosen(at.connection, ids, case, source)
        _require_open(shell, chosen)
        for row in chosen:
            acknowledge(at.connection, row.alert.id, at.actor, note, shell.now)
        who, known = at.actor.who, at.rules.book.directory.people.get(at.actor.who)
    name = known.name if known else who
    shell.result(
        {
            "by": who,
            "note": note,
            "dry_run": dry_run,
            "acknowledged": [_record(row) for row in chosen],
        },
        "\n".join(_line(shell, row, name, dry_run=dry_run) for row in chosen),
    )


def _chosen(
    connection: Connection, ids: list[int], case: str | None, source: str | None
) -> list[AlertRow]:
    """Give the alerts that are meant.

    Raises:
        Failed: an id or the case is unknown, several sources have such a case, or it has nothing
            to acknowledge.
    """
    found = {row.alert.id: row for row in alert_list.of_ids(connection, ids)}
    unknown = [ident for ident in ids if ident not in found]
    if unknown:
        listed = ", ".join(map(str, unknown))
        raise Failed(
            Words(f"没有编号为 {listed} 的亮牌，一件也未签收", f"no alert has the id {listed}"),
            Words("编号见 duban alerts --all", "for the ids see: duban alerts --all"),
        )
    if case is not None:
        cases = [
            one
            for one in case_list.find(connection, case)
            if source is None or one.case.source == source
        ]
        if not cases:
            raise Failed(Words(f"没有办件 {case}", f"there is no case {case}"))
        sources = sorted({one.case.source for one in cases})
        if len(sources) > 1:
            listed = ", ".join(sources)
            raise Failed(
                Words(
                    f"几个审批库都有办件 {case}，一件也未签收：{listed}",
                    f"several sources have a case {case}; nothing was done: {listed}",
                ),
                Words("加 --source", "add --source"),
            )
        of_case = [
            row
            for one in cases
            for row in alert_list.listing(
                connection, Filter(case_id=one.case.id, acknowledged=False), _MOST
            )
        ]
        if not of_case:
            raise Failed(
                Words(
                    f"办件 {case} 没有待签收的亮牌",
                    f"case {case} has no alert to be acknowledged",
                )
            )
        found |= {row.alert.id: row for row in of_case}
    return [found[ident] for ident in sorted(found)]


def _require_open(shell: Shell, chosen: list[AlertRow]) -> None:
    for row in chosen:
        alert = row.alert
        if alert.acked_at is not None:
            at = phrases.short_moment(shell, alert.acked_at)
            by = phrases.person_name(shell, alert.acked_by)
            raise Failed(
                Words(
                    f"亮牌 {alert.id} 已由 {by} 于 {at} 签收，一件也未签收",
                    f"alert {alert.id} was acknowledged by {by} at {at} already; nothing was done",
                )
            )
        if alert.state != "open":
            raise Failed(
                Words(
                    f"亮牌 {alert.id} 已解除，不必签收，一件也未签收",
                    f"alert {alert.id} is resolved and needs no answer; nothing was done",
                )
            )


def _record(row: AlertRow) -> dict[str, Any]:
    alert = row.alert
    return {
        "id": alert.id,
        "no": row.no,
        "subject": alert.subject,
        "rule": alert.rule,
        "level": alert.level,
    }


def _line(shell: Shell, row: AlertRow, who: str, *, dry_run: bool) -> str:
    alert = row.alert
    about = row.no or row.key or alert.subject or ""
    what = f"{alert.id}  {phrases.level_text(shell, alert.level)}  {about}  {alert.title}"
    if dry_run:
        return shell.word(f"将由 {who} 签收：{what}", f"{who} would acknowledge: {what}")
    return shell.word(f"✓ {who} 已签收：{what}", f"✓ acknowledged by {who}: {what}")
