"""``duban calendar diff``: what other calendars would do to the open cases, before they do it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from config import Faulty, Settings, Words, build_all
from monitor.cli import listing, phrases
from monitor.cli.failure import Failed
from monitor.cli.guard import FAULTY, tell_faults
from monitor.cli.listing import Column
from monitor.cli.shell import Shell
from monitor.pipeline.stored import with_stored
from monitor.store import calendar_days
from monitor.store.open_cases import open_pages
from rules.batches import Batch
from rules.calendar_change import CaseChange, calendar_changes
from rules.calendar_days import EditedDays, edited
from rules.rulebook import RuleBook

_NAMES = (
    *("source", "key", "no", "title", "limit", "due_before", "due_after"),
    *("state_before", "state_after", "becomes_overdue", "stops_being_overdue"),
)
_STYLES = ("outcome", {"becomes": "bold red", "stops": "green"})
_COLUMNS = (
    Column("no", Words("办件号", "case"), whole=True),
    Column("limit", Words("时限", "limit")),
    Column("before_text", Words("现到期", "due now"), whole=True),
    Column("after_text", Words("改后到期", "due then"), whole=True),
    Column("outcome_text", Words("变化", "change"), whole=True, styles=_STYLES),
)


def show_difference(shell: Shell, new: Path, most: int) -> None:
    """Compare the calendars of the settings with those of the file ``new`` over all open cases.

    Limits stay as they are in force; only their calendars are exchanged. Nothing is written.

    Raises:
        config.Faulty: the settings in force are refused; faults of ``new`` are told here, as its.
        Failed: the store cannot be used.
    """
    new_settings = _load(shell, new)
    changes: list[CaseChange] = []
    cases = closed = compared = 0
    with shell.store() as store, store.read() as connection:
        days = calendar_days.load(connection)
        before = shell.rules.with_days(days).book
        after = _with_calendars_of(before, new_settings, days)
        enrich = with_stored(connection, shell.rules).book.catalogue.enrich
        for page in open_pages(connection):
            batch = Batch.of([enrich(case, shell.now) for case in page])
            found, number = calendar_changes(before, after, batch, shell.now)
            changes += found
            cases += len(page)
            closed += sum(case.facts.get("closed_at") is not None for case in page)
            compared += number
    changes.sort(key=_gravity)
    counts = {
        "cases": cases,
        "open": cases - closed,
        "limits": compared,
        "moved": sum(one.moves for one in changes),
        "becoming_overdue": sum(one.becomes_overdue for one in changes),
        "no_longer_overdue": sum(one.stops_being_overdue for one in changes),
        "no_longer_provisional": sum(
            one.before.provisional and not one.after.provisional for one in changes
        ),
        "newly_provisional": sum(
            one.after.provisional and not one.before.provisional for one in changes
        ),
    }
    records = [_record(shell, one) for one in changes]
    if shell.as_json:
        shell.print_json({**counts, "changes": records})
        return
    shell.err.print(_summary(shell, new, counts))
    listing.show(shell, _NAMES, records[:most], _COLUMNS)
    if len(records) > most:
        shell.say(
            f"另有 {len(records) - most} 项未列出（-n 多列一些，--json 全部）",
            f"{len(records) - most} more are not listed (-n for more, --json for all)",
        )


def _load(shell: Shell, new: Path) -> Settings:
    other = Shell(new, shell.as_json)
    try:
        return other.settings
    except Faulty as error:
        tell_faults(other, error)
        raise typer.Exit(FAULTY) from None


def _with_calendars_of(book: RuleBook, new: Settings, days: EditedDays) -> RuleBook:
    """Give a rule book whose limits have the calendars that they have in the new settings.

    A limit that the new settings do not have keeps the id of its calendar. The ``days`` that were
    entered by hand are over them as well.

    Raises:
        Failed: the new settings have no such calendar.
    """
    built = build_all(new.calendar)
    calendars = {name: edited(one, days.of(name)) for name, one in built.items()}
    changed = new.rulebook()
    named = {limit.id: (limit.calendar, limit.by_region) for limit in changed.limits}
    limits = tuple(
        replace(limit, calendar=calendar, by_region=by_region)
        for limit in book.limits
        for calendar, by_region in (named.get(limit.id, (limit.calendar, limit.by_region)),)
    )
    for limit in limits:
        if limit.calendar not in calendars:
            raise Failed(
                Words(
                    f"新设置里没有时限 {limit.id} 所用的日历 {limit.calendar}",
                    f"the new settings have no calendar {limit.calendar}, which limit {limit.id} "
                    "uses",
                )
            )
    of_regions = changed.region_calendars
    return replace(book, limits=limits, calendars=calendars, region_calendars=of_regions)


def _gravity(change: CaseChange) -> tuple[int, int]:
    outcome = 0 if change.becomes_overdue else 1 if change.stops_being_overdue else 2
    return outcome, change.after.due_at or 0


def _summary(shell: Shell, new: Path, counts: dict[str, int]) -> Text:
    c = counts
    text = Text(
        shell.word(
            f"换用 {new} 的日历：{c['open']:,} 件在办，"
            f"{c['cases'] - c['open']:,} 件已办结而牌未解除，{c['limits']:,} 个时限",
            f"With the calendars of {new}: {c['open']:,} open cases, {c['cases'] - c['open']:,} "
            f"closed ones with an open alert, {c['limits']:,} limits",
        )
    )
    lines = (
        ("moved", Words("到期时刻改变", "due moments move"), ""),
        ("becoming_overdue", Words("变为超期", "become overdue"), "bold red"),
        ("no_longer_overdue", Words("不再超期", "stop being overdue"), "green"),
        ("no_longer_provisional", Words("不再暂定", "no longer provisional"), ""),
        ("newly_provisional", Words("变为暂定", "become provisional"), "yellow"),
    )
    for name, words, style in lines:
        text.append(f"\n{c[name]:>9,}  ", style=style if c[name] else "dim")
        text.append(words.text(shell.language), style="" if c[name] else "dim")
    return text


def _record(shell: Shell, change: CaseChange) -> dict[str, Any]:
    facts = change.case.facts
    if change.becomes_overdue:
        outcome = "becomes"
    elif change.stops_being_overdue:
        outcome = "stops"
    else:
        outcome = "moves" if change.moves else "same"
    return {
        "source": change.case.source,
        "key": change.case.key,
        "no": facts.get("no") or change.case.key,
        "title": facts.get("title"),
        "limit": change.limit.id,
        "due_before": shell.iso(change.before.due_at),
        "due_after": shell.iso(change.after.due_at),
        "state_before": change.before.state.value,
        "state_after": change.after.state.value,
        "provisional_before": change.before.provisional,
        "provisional_after": change.after.provisional,
        "becomes_overdue": change.becomes_overdue,
        "stops_being_overdue": change.stops_being_overdue,
        "before_text": phrases.short_moment(shell, change.before.due_at),
        "after_text": phrases.short_moment(shell, change.after.due_at),
        "outcome": outcome,
        "outcome_text": {
            "becomes": shell.word("变为超期", "overdue"),
            "stops": shell.word("不再超期", "not overdue"),
            "moves": shell.word("改期", "moved"),
            "same": shell.word("暂定有变", "provisional"),
        }[outcome],
    }
