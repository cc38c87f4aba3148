"""``duban who``: whom a role means for a case, at a moment, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy import Connection

from config import Words
from monitor.cli import directories, listing
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.phrases import short_moment
from monitor.cli.shell import Shell
from monitor.pipeline.in_force import InForce
from monitor.pipeline.reasons import role_name
from monitor.pipeline.stored import with_stored
from monitor.store import case_list
from rules.cases import Facts
from rules.roles import PLACES, ROLE, Found, Gap, Why

_COLUMNS = (
    Column("name", Words("姓名", "name"), whole=True),
    Column("place_text", Words("所在", "where")),
    Column("why_text", Words("缘由", "why"), folds=True),
    Column("channels", Words("渠道", "over")),
)
_NAMES = ("id", "name", "region", "department", "window", "why", "instead_of", "channels")


def who(
    role: Annotated[
        str,
        typer.Argument(metavar="ROLE", help="handler、inspector@region.parent、duty:… · a role"),
    ],
    case: Annotated[
        str | None, typer.Option("--case", metavar="NO", help="办件号 · number of a case")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="ID", help="区划 · region")] = None,
    department: Annotated[str | None, typer.Option(metavar="ID", help="部门 · department")] = None,
    window: Annotated[str | None, typer.Option(metavar="ID", help="窗口 · window")] = None,
    handler: Annotated[str | None, typer.Option(metavar="NAME", help="承办人 · handler")] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="何时，默认现在 · when (now)")
    ] = None,
    via: Annotated[
        list[str] | None, typer.Option("--via", metavar="ID", help="只用这些渠道 · over these")
    ] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """某个角色此刻指谁，为什么 · whom a role means for a case, and why."""
    shell = Shell(config, as_json)
    if ROLE.fullmatch(role) is None:
        raise typer.BadParameter(
            shell.word(
                f"“{role}”不是通知对象；如 handler、inspector@region.parent、team:…、duty:…",
                f"{role!r} is no role; such as handler, inspector@region.parent, team:…, duty:…",
            )
        )
    moment = directories.time(shell, at)
    moment = shell.now if moment is None else moment
    given = {"region": region, "department": department, "window": window, "handler": handler}
    with shell.store() as store, store.read() as connection:
        rules = with_stored(connection, shell.rules)
        facts = _facts(connection, case, given)
    channels = via or list(rules.reach)
    found = rules.resolver(moment).resolve(role, facts, channels)
    records = [_record(shell, rules, one) for one in found.people]
    if as_json:
        shell.print_json({"at": shell.iso(moment), "gap": _gap(found.gap), "people": records})
        return
    sought = " ".join(f"{name}={facts[name]}" for name in PLACES if facts.get(name))
    called = role_name(rules, role, shell.language)
    when = short_moment(shell, moment)
    shell.say(f"{role}（{called}） {sought}  {when}", f"{role} ({called}) {sought}  {when}")
    if found.gap is not None:
        shell.err.print(Text(_gap_text(shell, found.gap, bool(records)), "yellow"))
    listing.show(shell, _NAMES, records, _COLUMNS)


def _facts(connection: Connection, case: str | None, given: dict[str, str | None]) -> Facts:
    facts: dict[str, Any] = {}
    if case is not None:
        cases = case_list.find(connection, case)
        if not cases:
            raise Failed(Words(f"没有办件 {case}", f"there is no case {case}"))
        facts = {name: cases[0].case.facts.get(name) for name in PLACES}
    facts |= {name: value for name, value in given.items() if value is not None}
    return facts


def _record(shell: Shell, rules: InForce, found: Found) -> dict[str, Any]:
    person, directory = found.person, rules.book.directory
    return {
        "id": person.id,
        "name": person.name,
        "region": person.region,
        "department": person.department,
        "window": person.window,
        "place_text": directories.place(directory, person),
        "why": found.why.value,
        "instead_of": found.instead_of.id if found.instead_of else None,
        "away_until": shell.iso(found.away_until),
        "why_text": _why(shell, found),
        "channels": ", ".join(found.channels),
    }


def _why(shell: Shell, found: Found) -> str:
    said = []
    if found.why is Why.CLIMBED:
        said.append(shell.word("本级无人可达，上一级代收", "nobody at that level can be reached"))
    if found.instead_of is not None:
        name = found.instead_of.name
        until = directories.day_or_time(shell, found.away_until, end=True)
        said.append(
            shell.word(f"代理{name}", f"stands in for {name}")
            + (shell.word(f"，至 {until}", f" until {until}") if until else "")
        )
    return shell.word("；", "; ").join(said) or shell.word("本人", "himself")


def _gap(gap: Gap | None) -> dict[str, Any] | None:
    return None if gap is None else {"subject": gap.subject, "known": gap.known}


def _gap_text(shell: Shell, gap: Gap, found: bool) -> str:
    why = (
        shell.word("都不在岗，或没有这些渠道的地址", "all are away or have no address of a channel")
        if gap.known
        else shell.word("没有这样的人", "there is nobody")
    )
    then = (
        shell.word("改为通知：", "told instead:")
        if found
        else shell.word("无人可代，升级路线直接走下一级", "the ladder goes on to its next step")
    )
    return (
        f"! {gap.subject}：{why}；{then}"
        if shell.language == "zh_CN"
        else (f"! {gap.subject}: {why}; {then}")
    )
