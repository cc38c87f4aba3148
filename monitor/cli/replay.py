"""``duban replay``: history through the same rules, nothing stored and nothing sent."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from config import Words
from monitor.cli import listing, phrases, stores
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import level_name
from monitor.sources import ReadCase, Reject, SourceReader
from rules import comparison
from rules.cases import Case
from rules.comparison import Difference
from rules.findings import Outcome
from rules.instants import iso
from rules.replay import AlertEvent, Event, replay

FromOption = Annotated[
    str, typer.Option("--from", metavar="TIME", help="从何时起（含）· from, included")
]
SettingsOption = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="用这份设置的规则 · with these rules"),
]
CompareOption = Annotated[
    bool, typer.Option("--compare", help="与现行规则比较 · compare with the rules in force")
]
ToOption = Annotated[
    str, typer.Option("--to", metavar="TIME", help="到何时止（不含）· until, not included")
]

_OUTCOMES = tuple(outcome.value for outcome in Outcome)

_COLUMNS = (
    Column("title_text", Words("规则", "Rule")),
    Column("level_text", Words("级别", "Level"), whole=True),
    Column(Outcome.OPENED.value, Words("亮牌", "Opened"), whole=True, right=True),
    Column(Outcome.RAISED.value, Words("升级", "Raised"), whole=True, right=True),
    Column(Outcome.LOWERED.value, Words("降级", "Lowered"), whole=True, right=True),
    Column(Outcome.RESOLVED.value, Words("解除", "Resolved"), whole=True, right=True),
    Column("notice", Words("通知", "Notices"), whole=True, right=True),
)

_DIFFERENCES = {
    Difference.APPEARS: Words("出现", "appears"),
    Difference.DISAPPEARS: Words("消失", "disappears"),
    Difference.MOVES: Words("移动", "moves"),
}

_COMPARED = (
    Column("difference_text", Words("变化", "Change"), whole=True),
    Column("case", Words("办件", "Case"), whole=True),
    Column("rule", Words("规则", "Rule")),
    Column("level_text", Words("级别", "Level"), whole=True),
    Column("before_text", Words("原来", "Before"), whole=True),
    Column("after_text", Words("改后", "After"), whole=True),
)


def run_replay(
    start: FromOption,
    end: ToOption,
    config: ConfigOption = CONFIG,
    settings: SettingsOption = None,
    compare: CompareOption = False,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """用历史数据推演规则，不留痕、不发消息 · run history through the rules, sending nothing.

    --settings 用另一份设置的规则推演；加 --compare 则列出哪些牌会出现、消失或移动。
    With --settings the rules of another file are used, with --compare the two are compared.
    """
    shell = Shell(config, as_json)
    rules = shell.rules
    first, last = moment_of(start, shell), moment_of(end, shell)
    if last <= first:
        raise typer.BadParameter(shell.word("--to 要晚于 --from", "--to must be after --from"))
    if compare and settings is None:
        raise typer.BadParameter(
            shell.word("--compare 要与 --settings 同用", "--compare goes with --settings")
        )
    other = Shell(settings, as_json).rules if settings else None
    cases, rejected = _read(shell)
    kept = stores.kept(rules)
    catalogue = kept.book.catalogue

    def run(under: InForce) -> list[Event]:
        under = under.with_catalogue(catalogue).with_days(kept.days)
        return replay(under.book, under.calendars, cases, first, last, under.catch_up)

    events = run(rules if compare or other is None else other)
    if rejected:
        shell.say(
            f"有 {rejected} 行读不懂，未推演", f"{rejected} rows cannot be understood, left out"
        )
    unknown = catalogue.unknown(cases, last)
    if shell.settings.catalogue is not None and unknown:
        shell.say(
            f"有 {unknown.total()} 件的事项在目录中没有当时有效的版本，按无目录推演",
            f"{unknown.total()} cases have an item of which the catalogue has no edition for them",
        )
    if compare and other is not None:
        _compare(shell, events, run(other), limit)
    elif as_json:
        _print_lines(_record(shell, event) for event in events)
    else:
        _show(shell, events, len(cases))


def _print_lines(records: Iterable[dict[str, Any]]) -> None:
    for record in records:
        print(json.dumps(record, ensure_ascii=False), file=sys.stdout)  # noqa: T201


def _compare(shell: Shell, before: list[Event], after: list[Event], limit: int) -> None:
    """Show the cards that the other rules would show, leave out, or show at another moment."""
    zone, language = shell.rules.zone, shell.language
    records = [
        {
            "difference": change.difference.value,
            "difference_text": _DIFFERENCES[change.difference].text(language),
            "source": change.source,
            "case": change.case,
            "rule": change.rule,
            "level": change.level,
            "level_text": level_name(change.level, language),
            "before_at": iso(change.before_at, zone),
            "after_at": iso(change.after_at, zone),
            "before_text": phrases.short_moment(shell, change.before_at),
            "after_text": phrases.short_moment(shell, change.after_at),
        }
        for change in comparison.compare(before, after)
    ]
    counted = Counter(record["difference"] for record in records)
    shell.say(
        "出现 {appears} 张，消失 {disappears} 张，移动 {moves} 张".format_map(counted),
        "{appears} appear, {disappears} disappear, {moves} move".format_map(counted),
    )
    if shell.as_json:
        _print_lines(
            {name: value for name, value in one.items() if not name.endswith("_text")}
            for one in records
        )
        return
    names = ("difference", "source", "case", "rule", "level", "before_at", "after_at")
    shown = records[:limit] if shell.out.is_terminal else records
    listing.show(shell, names, shown, listing.with_source(shell, _COMPARED))
    if len(shown) < len(records):
        shell.say(
            f"只列出前 {len(shown)} 张；要看更多用 -n，全部用 --json",
            f"only the first {len(shown)} are listed; more with -n, all with --json",
        )


def _read(shell: Shell) -> tuple[list[Case], int]:
    cases: list[Case] = []
    rejected = 0
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,}"))
    with Progress(*columns, console=shell.err, transient=True) as progress:
        for source in shell.settings.source:
            task = progress.add_task(shell.word(f"读取 {source.id}", f"reading {source.id}"))
            reader = SourceReader(source)
            try:
                for page in reader.read_all():
                    for one in page:
                        if isinstance(one, ReadCase):
                            cases.append(Case(source.id, one.key, one.facts, one.parts))
                        rejected += isinstance(one, Reject)
                    progress.update(task, completed=len(cases))
            finally:
                reader.close()
    return cases, rejected


def _record(shell: Shell, event: Event) -> dict[str, Any]:
    zone = shell.rules.zone
    record = {
        "at": iso(event.at, zone),
        "event": event.outcome.value if isinstance(event, AlertEvent) else "notice",
        "source": event.source,
        "case": event.case,
        "rule": event.rule,
        "level": event.level,
    }
    if isinstance(event, AlertEvent):
        return record | {
            "reason": event.reason.value,
            "due_at": iso(event.due_at, zone),
            "provisional": event.provisional,
        }
    return record | {
        "kind": event.kind.value,
        "step": event.step,
        "person": event.person,
        "via": list(event.via),
    }


def _show(shell: Shell, events: list[Event], cases: int) -> None:
    """Show how often each thing happened, by rule and level."""
    counted = Counter(
        (
            event.rule,
            event.level,
            event.outcome.value if isinstance(event, AlertEvent) else "notice",
        )
        for event in events
    )
    shell.say(
        f"推演 {cases:,} 件，{len(events):,} 个事件；逐条看加 --json",
        f"{cases:,} cases, {len(events):,} events; add --json for each of them",
    )
    records = [
        {
            "rule": rule,
            "title_text": shell.rules.titles.get(rule, rule),
            "level": level,
            "level_text": level_name(level, shell.language),
            **{event: counted[rule, level, event] for event in (*_OUTCOMES, "notice")},
        }
        for rule, level in sorted({(rule, level) for rule, level, _ in counted})
    ]
    listing.show(shell, ("rule", "level", *_OUTCOMES, "notice"), records, _COLUMNS)
