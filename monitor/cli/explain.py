"""``duban explain``: how the limits of a case are reckoned, day by day."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from config import Words
from monitor.cli import explain_alert, explain_changes, explain_text
from monitor.cli.failure import Failed
from monitor.cli.guard import FAILED
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.store import alert_list, calendar_days, case_list, fact_changes, items
from monitor.store.alert_list import Alert, Filter
from monitor.store.case_list import CaseRow
from notifiers.grounds import grounds
from notifiers.telling import verdict
from rules.cases import known_at
from rules.explanation import DisagreementError, Explanation
from rules.explanation_data import to_json
from rules.explanations import Explained, explain_all
from rules.findings import ClockState
from rules.limits import Limit

_MOST_ALERTS = 100
_ORDER = (
    ClockState.OVERDUE,
    ClockState.RUNNING,
    ClockState.PAUSED,
    ClockState.MISSED,
    ClockState.MET,
    ClockState.NOT_STARTED,
    ClockState.UNKNOWN,
)


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
        row = _the_one(case_list.find(connection, number), number, source)
        chosen = Filter(case_id=row.case.id)
        alerts = [one.alert for one in alert_list.listing(connection, chosen, _MOST_ALERTS)]
        changes = fact_changes.changes_of(connection, row.case.id)
        enrich = items.load(connection, shell.rules.zone).enrich
        book = shell.rules.with_days(calendar_days.load(connection)).book
    changes = [change for change in changes if at is None or change.seen_at <= now]
    case = enrich(row.case if at is None else known_at(row.case, now), now)
    explained = sorted(_chosen(shell, explain_all(book, case, now), limit), key=_urgency)
    if as_json:
        record = _record(shell, row, explained, alerts)
        shell.print_json({**record, "changes": explain_changes.records(shell, changes)})
    else:
        explain_text.show(shell, row, explained, alerts)
        explain_changes.show(shell, changes)
    if any(isinstance(one, DisagreementError) for _, one in explained):
        raise typer.Exit(FAILED)


def _explain_alert(shell: Shell, ident: int) -> None:
    with shell.store() as store, store.read() as connection:
        row = explain_alert.the_alert(connection, ident)
    if shell.as_json:
        shell.print_json(explain_alert.record(shell, row))
    else:
        explain_alert.show(shell, row)


def _urgency(pair: Explained) -> int:
    shown = pair[1]
    return -1 if isinstance(shown, DisagreementError) else _ORDER.index(shown.state)


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


def _record(
    shell: Shell,
    row: CaseRow,
    explained: list[Explained],
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
        "limits": [_limit_record(shell, limit, one) for limit, one in explained],
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
