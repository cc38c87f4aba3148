"""``duban alerts``: the alerts (亮牌) that stand, the newest first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import Words
from monitor.cli import listing, phrases
from monitor.cli.explain_alert import about
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.cli.silence import tell_standing
from monitor.pipeline.wording import found_text, handler_name
from monitor.privacy import is_public
from monitor.store import alert_list, silences
from monitor.store.alert_list import AlertRow, Filter
from rules.going_live import Origin

_NAMES = (
    *("id", "level", "state", "rule", "title", "no", "source", "subject", "department", "region"),
    *(
        "handler",
        "opened_at",
        "due_at",
        "provisional",
        "margin",
        "acked_by",
        "acked_at",
        "resolved_at",
    ),
)
_LAMP = ("level", phrases.LEVEL_STYLES)
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("level_name", Words("灯", "level"), whole=True, styles=_LAMP),
    Column("about", Words("办件或单位", "about"), whole=True),
    Column("title", Words("规则", "rule")),
    Column("department_name", Words("部门", "department"), least=110),
    Column("region_name", Words("区划", "region"), least=130),
    Column("opened_text", Words("亮牌", "opened"), whole=True, least=100),
    Column("due_text", Words("到期", "due"), whole=True, least=120),
    Column("margin_text", Words("剩余/超期", "left/over"), whole=True, styles=_LAMP),
    Column("acked_text", Words("签收", "acked")),
)


def alerts(
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="试行规则的 · those of rules on trial")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="监察前已了结的 · what was over before supervision")
    ] = False,
    level: Annotated[
        str | None, typer.Option(metavar="LEVEL", help="red、红牌 … · of this level")
    ] = None,
    rule: Annotated[str | None, typer.Option(metavar="ID", help="规则 · of this rule")] = None,
    department: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="部门 · of this department")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="区划 · of this region")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="审批库 · source")] = None,
    standing: Annotated[
        bool, typer.Option("--open/--all", help="亮着的或全部 · open ones or all")
    ] = True,
    unacknowledged: Annotated[
        bool, typer.Option("--unacknowledged", help="未签收的 · not acknowledged")
    ] = False,
    limit: LimitOption = 50,
) -> None:
    """列出亮牌 · list alerts, the newest first."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        shell.learn(connection)
        directory = shell.rules.book.directory
        chosen = Filter(
            open=True if standing else None,
            level=phrases.level_id(shell, level),
            rule=rule,
            source=source,
            department=phrases.place_id(shell, directory.departments, department),
            region=phrases.place_id(shell, directory.regions, region),
            acknowledged=False if unacknowledged else None,
            shadow=shadow,
            origin=Origin.HISTORY if history else None,
        )
        rows = alert_list.listing(connection, chosen, limit)
        if not rows:
            phrases.warn_of_unknown_places(shell, connection, chosen.department, chosen.region)
        tell_standing(shell, silences.listing(connection))
    columns = listing.with_source(shell, _COLUMNS)
    listing.show(shell, _NAMES, [_record(shell, row) for row in rows], columns)


def _record(shell: Shell, row: AlertRow) -> dict[str, Any]:
    alert, directory = row.alert, shell.rules.book.directory
    standing = alert.state == "open"
    provisional = bool(alert.evidence.get("provisional"))
    margin = None
    if standing:
        margin = phrases.margin(shell, alert.rule, alert.due_at, alert.evidence)
    return {
        "id": alert.id,
        "level": alert.level,
        "level_name": phrases.level_text(shell, alert.level),
        "state": alert.state,
        "origin": alert.origin,
        "rule": alert.rule,
        "version": alert.version,
        "title": alert.title,
        "law": alert.law,
        "about": about(shell, row),
        "no": row.no,
        "key": row.key,
        "source": alert.source,
        "subject": alert.subject,
        "found": found_text(shell.rules, alert, in_full=True),
        "case_title": row.case_title if is_public(shell.rules, "title") else None,
        "department": alert.department,
        "department_name": phrases.place_name(directory.departments, alert.department),
        "region": alert.region,
        "region_name": phrases.place_name(directory.regions, alert.region),
        "handler": alert.handler,
        "handler_name": handler_name(shell.rules, alert.handler) or None,
        "opened_at": shell.iso(alert.opened_at),
        "opened_text": phrases.short_moment(shell, alert.opened_at),
        "level_since_at": shell.iso(alert.level_since_at),
        "due_at": shell.iso(alert.due_at),
        "due_text": phrases.short_moment(shell, alert.due_at),
        "provisional": provisional,
        "margin": margin,
        "margin_text": margin if standing else _ended(shell, alert.state),
        "acked_at": shell.iso(alert.acked_at),
        "acked_by": alert.acked_by,
        "acked_text": phrases.person_name(shell, alert.acked_by),
        "ack_note": alert.ack_note,
        "resolved_at": shell.iso(alert.resolved_at),
        "resolution": alert.resolution,
        "revoke_why": alert.revoke_why,
        "policy": alert.policy,
        "step": alert.step,
        "next_step_at": shell.iso(alert.next_step_at),
    }


def _ended(shell: Shell, state: str) -> str:
    return (
        shell.word("已撤牌", "revoked") if state == "revoked" else shell.word("已解除", "resolved")
    )
