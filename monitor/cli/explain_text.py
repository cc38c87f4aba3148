"""What ``duban explain`` prints: for each limit its verdict, its calendar and its grounds."""

from __future__ import annotations

from collections.abc import Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.cli import phrases
from monitor.cli.shell import Shell
from monitor.cli.week_grid import legend, week_grid
from monitor.pipeline.wording import found_text
from monitor.store.alert_list import Alert
from monitor.store.case_list import CaseRow
from notifiers.grounds import grounds
from notifiers.telling import Telling, outlook, threshold_text, verdict
from notifiers.words import mask_name
from rules.explanation import DisagreementError, Explanation, LevelMark
from rules.explanations import Explained


def show(
    shell: Shell,
    row: CaseRow,
    explained: Sequence[Explained],
    alerts: list[Alert],
) -> None:
    """Print the limits of a case in their order, and its open alerts."""
    out = shell.out
    out.print(_heading(shell, row))
    if not explained:
        out.print(Text(shell.word("\n没有适用的时限。", "\nNo limit is for this case.")))
    for limit, shown in explained:
        title = f"{limit.title} · {limit.id} · " + shell.word(
            f"第 {limit.version} 版", f"version {limit.version}"
        )
        if limit.shadow:
            title += shell.word(" · 试行，不通知", " · on trial, nobody is told")
        out.print()
        out.rule(Text(title, style="bold"), align="left", style="dim")
        if isinstance(shown, DisagreementError):
            shell.err.print(Text(f"✗ {_fault(shell)}\n  {shown}", style="bold red"))
            continue
        _show_limit(shell, shown)
    if alerts:
        out.print()
        out.rule(
            Text(shell.word("亮着的牌", "Open alerts"), style="bold"), align="left", style="dim"
        )
        for alert in alerts:
            out.print(_alert_line(shell, alert))
            if found := found_text(shell.rules, alert, in_full=True):
                out.print(Padding(Text(found, style="dim"), (0, 0, 0, 6)))


def _fault(shell: Shell) -> str:
    return shell.word(
        "逐日核算与引擎不一致：这是 duban 的错误，请勿据此亮牌，并上报：",
        "the days and the engine disagree: a fault of duban; do not rely on it, and report it:",
    )


def _heading(shell: Shell, row: CaseRow) -> Text:
    facts, directory = row.case.facts, shell.rules.book.directory
    # Not the title: halls write the applicant's name into it.
    item = str(facts.get("item_name") or facts.get("item_code") or facts.get("no") or row.case.key)
    text = Text(item, style="bold")
    handler = directory.people.get(str(facts.get("handler")))
    places = (
        str(facts.get("no") or row.case.key),
        phrases.place_name(directory.regions, facts.get("region")),
        phrases.place_name(directory.departments, facts.get("department")),
        mask_name(str(facts.get("applicant") or "")),
        _labelled(shell.word("环节", "step"), facts.get("step")),
        _labelled(shell.word("承办", "handler"), handler.name if handler else facts.get("handler")),
    )
    if row.vanished_at is not None:
        text.append(shell.word("  （审批库中已不存在）", "  (gone from its source)"), style="red")
    return text.append("\n" + "  ".join(place for place in places if place), style="not bold dim")


def _labelled(label: str, value: object) -> str:
    return f"{label} {value}" if value else ""


def _show_limit(shell: Shell, shown: Explanation) -> None:
    out, language = shell.out, shell.language
    level, following = shown.level, shown.next_level
    line = Text()
    if level is not None:
        name = phrases.level_text(shell, level.name) or level.name
        line.append(f" {name} ", style=f"{phrases.LEVEL_STYLES.get(level.name, 'bold')} reverse")
        line.append("  ")
    line.append(verdict(shown, language), style="bold")
    next_name = phrases.level_text(shell, following.name) if following else None
    line.append("  ").append(outlook(shown, next_name or "", language))
    out.print(line)
    if shown.days:
        out.print(week_grid(shell, shown))
        out.print(legend(shell, shown))
        if shown.cut:
            more = shell.word("往后从略。", "Later days are left out.")
            out.print(Text(more, style="dim"))
        out.print()
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for number, ground in enumerate(grounds(shown, language), 1):
        text = Text(ground.head, style="bold").append(f" {ground.text}", style="not bold")
        if ground.source:
            text.append(f"  {ground.source}", style="not bold dim")
        table.add_row(f"{number}.", text)
    out.print(table)
    if shown.levels and shown.due_at is not None:
        out.print(Padding(_levels(shell, shown), (1, 0, 0, 0)))


def _levels(shell: Shell, shown: Explanation) -> Table:
    table = Table.grid(padding=(0, 2))
    told = Telling(shown, shell.language)
    for mark in shown.levels:
        name = phrases.level_text(shell, mark.name) or mark.name
        at = "" if mark.at is None else told.when(mark.at)
        table.add_row(
            Text(name, style=phrases.LEVEL_STYLES.get(mark.name, "")),
            Text(at),
            Text(_standing(shell, shown, mark)),
            Text(threshold_text(mark.threshold, shell.language), style="dim"),
        )
    return table


def _standing(shell: Shell, shown: Explanation, mark: LevelMark) -> str:
    if mark.withheld:
        return shell.word("暂定，不亮", "withheld: provisional")
    if mark.reached:
        return shell.word("✓ 已到", "✓ reached")
    if shown.next_level == mark:
        return shell.word("→ 下一步", "→ next")
    return shell.word("未到", "not reached")


def _alert_line(shell: Shell, alert: Alert) -> Text:
    name = phrases.level_text(shell, alert.level) or alert.level
    since = phrases.short_moment(shell, alert.opened_at) or ""
    by = phrases.person_name(shell, alert.acked_by)
    acked = (
        shell.word(f"{by} 已签收", f"acknowledged by {by}")
        if alert.acked_at is not None
        else shell.word("未签收", "not acknowledged")
    )
    text = Text(f"{name}", style=phrases.LEVEL_STYLES.get(alert.level, ""))
    return text.append(f"  {alert.title}  {since}  {acked}  #{alert.id}", style="not bold default")
