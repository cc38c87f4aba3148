"""``duban silence``: what is not told for a while, by whom, why and until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts import silencing as acts
from monitor.acts.rights import Giver
from monitor.cli import acting, directories, listing, phrases
from monitor.cli.acting import AsOption, DryRunOption
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.pipeline import silence_wording, silencing
from monitor.pipeline.in_force import InForce
from monitor.pipeline.silence_wording import FIELDS, STATES
from monitor.pipeline.silencing import Counted
from monitor.pipeline.stored import with_stored
from monitor.store import silences
from monitor.store.silences import SilenceRow
from rules.directory import Directory
from rules.offsets import moment_after
from rules.silences import Matching

_NAMES = (
    *("id", "name", "state", "by", "reason", "matching", "from_at", "until_at", "ended_at"),
    *("ended_by", "held", "summed_up", "superseded"),
)
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("state_text", Words("状态", "state"), whole=True),
    Column("matching_text", Words("静默什么", "what"), folds=True),
    Column("until_text", Words("到", "until"), whole=True),
    Column("held", Words("扣下", "held"), whole=True, right=True),
    Column("told_text", Words("补发", "told"), whole=True, right=True, least=100),
    Column("superseded", Words("已解除", "over"), whole=True, right=True, least=100),
    Column("by_text", Words("谁", "by"), whole=True),
    Column("reason", Words("事由", "why"), folds=True),
)


def add(
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="事由 · the reason")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="到何时，日期含当日 · until")
    ] = None,
    length: Annotated[
        str | None,
        typer.Option("--for", metavar="AMOUNT", help="多久，如 2h、3个工作日 · for how long"),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="从何时起，默认现在 · from")
    ] = None,
    when: Annotated[
        str, typer.Option("--when", metavar="CEL", help="条件 · a condition over case and alert")
    ] = "",
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="区划，含下级 · with all below it")
    ] = None,
    department: Annotated[str | None, typer.Option(metavar="ID|NAME", help="部门")] = None,
    item: Annotated[str, typer.Option(metavar="CODE", help="事项编码 · code of an item")] = "",
    case: Annotated[str, typer.Option(metavar="NO", help="办件号 · number of a case")] = "",
    rule: Annotated[str, typer.Option(metavar="ID", help="规则 · id of a rule")] = "",
    level: Annotated[str | None, typer.Option(metavar="LEVEL", help="red、红牌 …")] = None,
    source: Annotated[str, typer.Option(metavar="ID", help="审批库 · source")] = "",
    subject: Annotated[
        str, typer.Option(metavar="SUBJECT", help="系统告警的对象 · of a system alert")
    ] = "",
    person: Annotated[
        str | None, typer.Option(metavar="PERSON", help="接收人 · who would be told")
    ] = None,
    channel: Annotated[str, typer.Option(metavar="ID", help="渠道 · channel")] = "",
    by: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """设静默：亮牌照旧，通知扣下，到时汇总补发 · hold notices back for a while."""
    shell = Shell(config, as_json)
    from_at = directories.time(shell, start) or shell.now
    with acting.desk(shell, by, dry_run=dry_run) as desk:
        directory = desk.rules.book.directory
        until_at = _end(shell, desk.rules, until, length, from_at)
        matching = Matching(
            when,
            source,
            phrases.place_id(shell, directory.regions, region) or "",
            phrases.place_id(shell, directory.departments, department) or "",
            item,
            case,
            rule,
            phrases.level_id(shell, level) or "",
            subject,
            directories.person_id(shell, directory, person) if person else "",
            channel,
        )
        giver = Giver(desk.actor)
        ident = acts.add(
            desk.connection, desk.rules, giver, matching, why, from_at, until_at, shell.now
        )
        reach = silencing.reach(desk.connection, desk.rules, matching, shell.now)
        what = _what(shell, directory, matching.kept())
    shell.result(
        {
            "id": None if dry_run else ident,
            "by": desk.actor.who,
            "reason": why,
            "matching": matching.kept(),
            "from_at": shell.iso(from_at),
            "until_at": shell.iso(until_at),
            "alerts": reach.alerts,
            "waiting": reach.deliveries,
            "dry_run": dry_run,
        },
        _added(shell, ident, what, from_at, until_at, reach, dry_run=dry_run),
    )


def list_silences(
    ended: Annotated[
        bool, typer.Option("--all", help="含已结束的 · those that ended, too")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """列出静默和扣下的通知 · list silences and how much each holds back."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        directory = with_stored(connection, shell.rules).book.directory
        rows = silences.listing(connection, ended=ended)
    listing.show(shell, _NAMES, [_record(shell, directory, row) for row in rows], _COLUMNS)


def end(
    ident: Annotated[int, typer.Argument(metavar="ID", help="静默编号 · id of the silence")],
    by: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """提前结束静默，扣下的随即汇总补发 · end a silence now; what it held is summed up."""
    shell = Shell(config, as_json)
    with acting.desk(shell, by, dry_run=dry_run) as desk:
        acts.end(desk.connection, Giver(desk.actor), ident, shell.now)
        [row] = [one for one in silences.listing(desk.connection) if one.id == ident]
    text = shell.word(
        f"静默 {ident} 结束，扣下的 {row.held} 条通知随即汇总补发",
        f"silence {ident} ends; the {row.held} notices it held are summed up now",
    )
    shell.result(
        {"id": ident, "by": desk.actor.who, "held": row.held, "dry_run": dry_run},
        acting.done_text(shell, text, dry_run=dry_run),
    )


def tell_standing(shell: Shell, rows: list[SilenceRow]) -> None:
    """Say beside a list of alerts that silences hold notices back."""
    standing = [row for row in rows if row.from_at <= shell.now]
    if standing and not shell.as_json:
        held = sum(row.held for row in standing)
        shell.say(
            f"静默中：{len(standing)} 项，扣下通知 {held} 条（duban silence list）",
            f"silences: {len(standing)}, holding {held} notices (duban silence list)",
        )


def _end(shell: Shell, rules: InForce, until: str | None, length: str | None, from_at: int) -> int:
    if (until is None) == (length is None):
        raise typer.BadParameter(
            shell.word("写 --until 或 --for 之一", "give either --until or --for")
        )
    amount = acting.amount(shell, length)
    if amount is None:
        return directories.time(shell, until, last_day=True) or from_at
    return moment_after(amount, from_at, rules.calendars[rules.book.default_calendar])


def _added(
    shell: Shell,
    ident: int,
    what: str,
    from_at: int,
    until_at: int,
    reach: Counted,
    *,
    dry_run: bool,
) -> str:
    span = directories.span(shell, from_at, until_at)
    number = "" if dry_run else f" {ident}"
    text = shell.word(
        f"静默{number}：{what}，{span}",
        f"silence{number}: {what}, {span}",
    )
    rest = shell.word(
        f"适用于现有亮牌 {reach.alerts} 件，照旧亮着、照旧升级计时；"
        f"待发的通知 {reach.deliveries} 条扣下，到时汇总补发",
        f"{reach.alerts} alerts it is for go on standing and climbing; {reach.deliveries} notices "
        "that wait are held and summed up at its end",
    )
    return f"{acting.done_text(shell, text, dry_run=dry_run)}\n{rest}"


def _what(shell: Shell, directory: Directory, matching: dict[str, str]) -> str:
    named: dict[str, Callable[[str], str | None]] = {
        "region": lambda ident: phrases.place_name(directory.regions, ident),
        "department": lambda ident: phrases.place_name(directory.departments, ident),
        "level": lambda ident: phrases.level_text(shell, ident),
        "person": lambda ident: directories.named(directory, ident),
    }
    return shell.word("，", ", ").join(
        f"{FIELDS[name].text(shell.language)} {named.get(name, str)(value)}"
        for name, value in matching.items()
    )


def _record(shell: Shell, directory: Directory, row: SilenceRow) -> dict[str, Any]:
    state = silence_wording.state(row, shell.now)
    until = row.ended_at if row.ended_at is not None else row.until_at
    person = directory.people.get(row.by)
    return {
        "id": row.id,
        "name": row.name,
        "state": state,
        "state_text": STATES[state].text(shell.language),
        "by": row.by,
        "by_text": person.name if person else row.by,
        "reason": row.reason,
        "matching": dict(row.matching),
        "matching_text": _what(shell, directory, dict(row.matching)),
        "from_at": shell.iso(row.from_at),
        "until_at": shell.iso(row.until_at),
        "until_text": directories.day_or_time(shell, until, end=True),
        "ended_at": shell.iso(row.ended_at),
        "ended_by": row.ended_by,
        "held": row.held,
        "summed_up": row.summed_up,
        "told_text": row.summed_up,
        "superseded": row.superseded,
    }


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("add", add),
    ("list", list_silences),
    ("end", end),
)
"""The commands of ``duban silence``."""
