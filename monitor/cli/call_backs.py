"""``duban call-backs``: applicants to be telephoned about late cases (电话回访)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts.call_backs import record_call
from monitor.cli import listing, phrases
from monitor.cli.acting import AsOption, DryRunOption, desk, done_text
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.store import call_backs
from monitor.store.call_backs import CallBack, Reason, Result

_NAMES = (
    *("id", "no", "item", "region", "department", "reason", "level", "created_at", "call_due"),
    *("late", "attempts", "result", "note", "called_at", "called_by"),
)
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("no", Words("办件号", "case"), whole=True),
    Column("item", Words("事项", "item")),
    Column("department_text", Words("部门", "department"), least=100),
    Column("reason_text", Words("事由", "why"), whole=True, styles=("level", phrases.LEVEL_STYLES)),
    Column("due_text", Words("期限", "due"), whole=True, styles=("late", {"True": "bold red"})),
    Column("result_text", Words("结果", "result"), folds=True),
)
_REASONS = {
    Reason.UNFINISHED: Words("未办结", "unfinished"),
    Reason.LATE: Words("超期办结", "late"),
    Reason.BAD_RATING: Words("差评", "bad rating"),
}
_RESULTS = {
    Result.SATISFIED: Words("满意", "satisfied"),
    Result.COMPLAINS: Words("不满意", "complains"),
    Result.UNREACHED: Words("无人接听", "nobody answered"),
    Result.WRONG_NUMBER: Words("号码有误", "wrong number"),
}


def list_call_backs(
    every: Annotated[bool, typer.Option("--all", help="连同已回访的 · made ones too")] = False,
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="区划 · of this region")
    ] = None,
    department: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="部门 · of this department")
    ] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
) -> None:
    """列出待回访的申请人 · list whom to call, the first due first."""
    shell = Shell(config, as_json)
    known = shell.rules.book.directory
    with shell.store() as store, store.read() as connection:
        rows = call_backs.listing(
            connection,
            limit,
            waiting=not every,
            region=phrases.place_id(shell, known.regions, region),
            department=phrases.place_id(shell, known.departments, department),
        )
    if shell.settings.call_backs is None and not rows:
        shell.say(
            "回访名单没有启用：在设置里写 [call_backs]",
            "no list is kept: write [call_backs] in the settings",
        )
    listing.show(shell, _NAMES, [_record(shell, row) for row in rows], _COLUMNS)


def record(
    ident: Annotated[int, typer.Argument(metavar="ID", help="编号，见 list · id, see list")],
    result: Annotated[
        Result,
        typer.Option(metavar="RESULT", help="satisfied、complains、unreached、wrong number"),
    ],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="说明 · in words")] = "",
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """记下一次回访的结果；没找到人的留在名单上 · record a call; who was not reached stays."""
    shell = Shell(config, as_json)
    with desk(shell, person, dry_run=dry_run) as at:
        row = record_call(at.connection, at.actor, ident, result, note, shell.now)
    said = _RESULTS[result]
    about = row.no or row.key
    text = shell.word(
        f"回访 {ident}（{about}）第 {row.attempts} 次：{said.zh}",
        f"call {ident} ({about}), attempt {row.attempts}: {said.en}",
    )
    shell.result(
        {
            "id": ident,
            "no": row.no,
            "result": result.value,
            "attempts": row.attempts,
            "done": row.called_at is not None,
            "dry_run": dry_run,
        },
        done_text(shell, text, dry_run=dry_run),
    )


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("list", list_call_backs),
    ("record", record),
)
"""The commands of the group."""


def _record(shell: Shell, row: CallBack) -> dict[str, Any]:
    known = shell.rules.book.directory
    late = row.called_at is None and row.call_due <= shell.now
    result = _RESULTS[Result(row.result)].text(shell.language) if row.result else None
    due = phrases.short_moment(shell, row.call_due)
    return {
        "id": row.id,
        "no": row.no or row.key,
        "item": row.item,
        "region": row.region,
        "department": row.department,
        "department_text": phrases.place_name(known.departments, row.department),
        "reason": row.reason,
        "reason_text": _REASONS[Reason(row.reason)].text(shell.language),
        "level": row.level,
        "created_at": shell.iso(row.created_at),
        "call_due": shell.iso(row.call_due),
        "due_text": f"{due} {shell.word('逾期', 'late')}" if late else due,
        "late": late,
        "attempts": row.attempts,
        "result": row.result,
        "result_text": f"{result}（{row.attempts}）" if result else None,
        "note": row.note,
        "called_at": shell.iso(row.called_at),
        "called_by": row.called_by,
    }
