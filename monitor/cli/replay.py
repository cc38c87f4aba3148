"""``duban replay``: history through the same rules, nothing stored and nothing sent."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from config import Words
from monitor.cli import listing
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.pipeline.wording import level_name
from monitor.sources import ReadCase, Reject, SourceReader
from rules.cases import Case
from rules.findings import Outcome
from rules.instants import iso
from rules.replay import AlertEvent, Event, replay

FromOption = Annotated[
    str, typer.Option("--from", metavar="TIME", help="从何时起（含）· from, included")
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


def run_replay(
    start: FromOption,
    end: ToOption,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """用历史数据推演规则，不留痕、不发消息 · run history through the rules, sending nothing."""
    shell = Shell(config, as_json)
    rules = shell.rules
    first, last = moment_of(start, shell), moment_of(end, shell)
    if last <= first:
        raise typer.BadParameter(shell.word("--to 要晚于 --from", "--to must be after --from"))
    cases, rejected = _read(shell)
    events = replay(rules.book, rules.calendars, cases, first, last, rules.catch_up)
    if rejected:
        shell.say(
            f"有 {rejected} 行读不懂，未推演", f"{rejected} rows cannot be understood, left out"
        )
    if as_json:
        for event in events:
            print(json.dumps(_record(shell, event), ensure_ascii=False), file=sys.stdout)  # noqa: T201
        return
    _show(shell, events, len(cases))


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
        return record | {"reason": event.reason.value, "due_at": iso(event.due_at, zone)}
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
