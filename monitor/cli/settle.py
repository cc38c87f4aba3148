"""``duban settle``: ending alerts about closed cases."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from config.times import begins_at, parse_when
from monitor.acts.settling import MOST, settle
from monitor.cli import phrases
from monitor.cli.acting import AsOption, DryRunOption, desk, done_text
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store.settlements import Choice


def settle_alerts(
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="理由 · why")],
    rule: Annotated[
        str | None, typer.Option(metavar="RULE", help="只结这条规则的 · of this rule alone")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="只结这个区划的 · of this region alone")
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(metavar="ID|NAME", help="只结这个部门的 · of this department alone"),
    ] = None,
    closed_before: Annotated[
        str | None,
        typer.Option(
            "--closed-before", metavar="DAY", help="此日前已办结的 · closed before this day"
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--history", help="只结开始监察前的 · what was over before supervision alone"),
    ] = False,
    person: AsOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """将已办结办件的亮牌成批结案 · settle alerts about closed cases, many at once."""
    shell = Shell(config, as_json)
    with desk(shell, person, dry_run=dry_run) as at:
        directory = at.rules.book.directory
        choice = Choice(
            rule=rule,
            region=phrases.place_id(shell, directory.regions, region),
            department=phrases.place_id(shell, directory.departments, department),
            closed_before=_day(shell, closed_before) if closed_before else None,
            history=history,
        )
        done = settle(at.connection, at.actor, choice, why, shell.now)
    rules = Counter(one.rule for one in done)
    lines = [
        shell.word(f"已结案 {len(done)} 张亮牌", f"settled {len(done)} alerts"),
        *(f"  {count:>6}  {shell.rules.titles.get(name, name)}" for name, count in rules.items()),
    ]
    if len(done) == MOST:
        lines.append(
            shell.word(
                f"一次至多 {MOST} 张，可再次执行", f"at most {MOST} at once; run it again for more"
            )
        )
    shell.result(
        {"settled": len(done), "rules": dict(rules), "why": why, "dry_run": dry_run},
        done_text(shell, "\n".join(lines), dry_run=dry_run),
    )


def _day(shell: Shell, text: str) -> int:
    try:
        return begins_at(parse_when(text), shell.rules.zone)
    except ValueError:
        raise typer.BadParameter(
            shell.word(f"{text!r} 不是日期，应如 2026-11-01", f"{text!r} is no day, as 2026-11-01")
        ) from None
