"""``duban appeal`` and ``duban revoke``: contesting cards (申诉), and taking them back (撤牌)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts.appeals import decide_appeal, file_appeal
from monitor.acts.appeals import revoke as take_back
from monitor.cli import listing, phrases
from monitor.cli.acting import AsOption, DryRunOption, desk, done_text
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.pipeline.stored import with_stored
from monitor.store import alert_list, appeals
from monitor.store.alert_list import AlertRow
from monitor.store.appeals import AppealRow
from rules.appeals import STATE_NAMES, AppealState, Decision

_NAMES = (
    *("id", "alert", "level", "title", "no", "state", "region", "filed_by", "filed_at"),
    *("reason", "evidence", "decide_due", "late", "decided_by", "decided_at", "opinion"),
)
_COLUMNS = (
    Column("id", Words("申诉", "appeal"), whole=True, right=True),
    Column("level_text", Words("灯", "level"), whole=True, styles=("level", phrases.LEVEL_STYLES)),
    Column("about", Words("办件号", "about"), whole=True),
    Column("title", Words("规则", "rule"), least=100),
    Column("filed_text", Words("申诉人", "filed by"), whole=True),
    Column("reason", Words("理由", "reason"), folds=True),
    Column("region_text", Words("裁定", "decided in"), least=90),
    Column("state_text", Words("状态", "state"), whole=True, styles=("late", {"True": "bold red"})),
)

AlertArgument = Annotated[
    int, typer.Argument(metavar="ALERT_ID", help="亮牌编号 · id of the alert")
]


def file(
    alert_id: AlertArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由 · why it is wrong")],
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="TEXT", help="佐证材料 · what shows it")
    ] = "",
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """对亮牌提出申诉，裁定前不再往上报 · appeal against a card; it climbs no further meanwhile."""
    shell = Shell(config, as_json)
    with desk(shell, person, dry_run=dry_run) as at:
        row = file_appeal(at.connection, at.rules, at.actor, alert_id, reason, evidence, shell.now)
        record = _record(shell, at.rules, row, _card(at.connection, row))
    due = record["due_text"]
    text = shell.word(
        f"已申诉：申诉 {row.id}，亮牌 {alert_id}，应于 {due} 前裁定",
        f"filed appeal {row.id} against alert {alert_id}, to be decided by {due}",
    )
    shell.result({**_plain(record), "dry_run": dry_run}, done_text(shell, text, dry_run=dry_run))


def list_appeals(
    state: Annotated[
        AppealState | None,
        typer.Option(metavar="STATE", help="pending、granted、refused · in this state"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="连同已裁定的 · decided ones too")] = False,
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="裁定区划 · region that decides")
    ] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
) -> None:
    """列出申诉 · list appeals, the newest first."""
    shell = Shell(config, as_json)
    wanted = state or (None if every else AppealState.PENDING)
    with shell.store() as store, store.read() as connection:
        rules = with_stored(connection, shell.rules)
        where = phrases.place_id(shell, rules.book.directory.regions, region)
        rows = appeals.listing(connection, wanted, where, limit)
        records = [_record(shell, rules, row, _card(connection, row)) for row in rows]
    listing.show(shell, _NAMES, records, _COLUMNS)


def decide(
    appeal: Annotated[int, typer.Argument(metavar="APPEAL_ID", help="申诉编号 · id of the appeal")],
    opinion: Annotated[
        str, typer.Option("--opinion", metavar="TEXT", help="裁定意见 · the grounds")
    ],
    revoke: Annotated[bool, typer.Option("--revoke", help="撤牌 · take the card back")] = False,
    send_back: Annotated[
        bool, typer.Option("--send-back", help="打回，牌不撤 · the card stands")
    ] = False,
    pass_up: Annotated[
        bool, typer.Option("--pass-up", help="上报上一级裁定 · to the region above")
    ] = False,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """裁定申诉：撤牌、打回或上报 · decide an appeal."""
    shell = Shell(config, as_json)
    chosen = [
        decision
        for decision, wanted in (
            (Decision.REVOKE, revoke),
            (Decision.SEND_BACK, send_back),
            (Decision.REFER_UP, pass_up),
        )
        if wanted
    ]
    if len(chosen) != 1:
        raise typer.BadParameter(
            shell.word(
                "--revoke、--send-back、--pass-up 须取其一",
                "one of --revoke, --send-back and --pass-up",
            )
        )
    with desk(shell, person, dry_run=dry_run) as at:
        row = decide_appeal(
            at.connection, at.rules, at.actor, appeal, chosen[0], opinion, shell.now
        )
        record = _record(shell, at.rules, row, _card(at.connection, row))
    up = chosen[0] is Decision.REFER_UP
    name = record["region_text"] if up else record["state_text"]
    text = shell.word(
        f"申诉 {appeal}（亮牌 {row.alert_id}）{'上报 ' if up else ''}{name}",
        f"appeal {appeal} (alert {row.alert_id}): {'passed up to ' if up else ''}{name}",
    )
    shell.result({**_plain(record), "dry_run": dry_run}, done_text(shell, text, dry_run=dry_run))


def revoke(
    alert_id: AlertArgument,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="理由 · why")],
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """撤牌：不再计入，事实不变不再亮 · take a card back: it counts no more and stays away."""
    shell = Shell(config, as_json)
    with desk(shell, person, dry_run=dry_run) as at:
        alert = take_back(at.connection, at.rules, at.actor, alert_id, why, shell.now)
    level = phrases.level_text(shell, alert.level)
    text = shell.word(
        f"已撤牌：亮牌 {alert_id}  {level}  {alert.title}",
        f"took back alert {alert_id}  {level}  {alert.title}",
    )
    shell.result(
        {"id": alert_id, "was": alert.state, "level": alert.level, "why": why, "dry_run": dry_run},
        done_text(shell, text, dry_run=dry_run),
    )


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("file", file),
    ("list", list_appeals),
    ("decide", decide),
)
"""The commands of the group ``appeal``."""


def _card(connection: Any, row: AppealRow) -> AlertRow:
    [card] = alert_list.of_ids(connection, [row.alert_id])
    return card


def _record(shell: Shell, rules: InForce, row: AppealRow, card: AlertRow) -> dict[str, Any]:
    appeal = row.appeal
    late = appeal.state is AppealState.PENDING and appeal.decide_due <= shell.now
    state = STATE_NAMES[appeal.state].of(shell.language)
    due = phrases.short_moment(shell, appeal.decide_due)
    return {
        "id": row.id,
        "alert": row.alert_id,
        "level": card.alert.level,
        "level_text": phrases.level_text(shell, card.alert.level),
        "title": card.alert.title,
        "about": card.no or card.key or card.alert.subject,
        "no": card.no,
        "state": appeal.state.value,
        "state_text": shell.word(f"{due} 逾期", f"late, {due}") if late else state,
        "region": appeal.region,
        "region_text": unit_name(rules, appeal.region, None),
        "filed_by": appeal.filed_by,
        "filed_text": person_name(rules, appeal.filed_by),
        "filed_at": shell.iso(appeal.filed_at),
        "reason": appeal.reason,
        "evidence": appeal.evidence,
        "decide_due": shell.iso(appeal.decide_due),
        "due_text": due,
        "late": late,
        "passed": appeal.passed,
        "decided_by": appeal.decided_by,
        "decided_at": shell.iso(appeal.decided_at),
        "opinion": appeal.opinion,
    }


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not name.endswith("_text")}
