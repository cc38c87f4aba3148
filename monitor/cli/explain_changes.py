"""What ``duban explain`` tells of the facts that the source of a case has changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from monitor.cli import phrases
from monitor.cli.shell import Shell
from monitor.privacy import hidden, is_private
from rules.cases import Fact
from rules.compliance.words import called
from rules.history import VANISHED, FactChange
from rules.instants import moment

_MOST = 30


def show(shell: Shell, changes: Sequence[FactChange]) -> None:
    """Print the changes that rewrite what was told, and how many there are besides."""
    rewriting = [change for change in changes if not change.is_progress]
    if not rewriting:
        return
    out = shell.out
    out.print()
    title = shell.word("审批库改过的事实", "Facts that the source has changed")
    out.rule(Text(title, style="bold"), align="left", style="dim")
    table = Table.grid(padding=(0, 2))
    for change in rewriting[-_MOST:]:
        seen = phrases.short_moment(shell, change.seen_at) or ""
        carded = change.carded_at is not None
        table.add_row(
            Text(f"{seen} {'!' if carded else ' '}", style="red" if carded else ""),
            Text(str(called("fact", change.name, shell.language))),
            Text(_told(shell, change), overflow="fold"),
        )
    out.print(table)
    if any(change.carded_at is not None for change in rewriting[-_MOST:]):
        out.print(Text(shell.word("! 亮牌之后", "! after a card"), style="dim"))
    rest = len(changes) - len(rewriting[-_MOST:])
    if rest:
        more = shell.word(f"另有 {rest} 处，见 --json。", f"Left out: {rest}; see --json.")
        out.print(Text(more, style="dim"))


def _told(shell: Shell, change: FactChange) -> str:
    if change.name == VANISHED and change.after is None:
        return shell.word("又出现了", "it is back")
    return f"{_written(shell, change, change.before)} → {_written(shell, change, change.after)}"


def _written(shell: Shell, change: FactChange, value: Fact) -> str:
    if value is None:
        return shell.word("无", "none")
    if is_private(shell.rules, change):
        return str(hidden(value))
    if change.is_moment and isinstance(value, int):
        return f"{moment(value, shell.rules.zone):%Y-%m-%d %H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)
