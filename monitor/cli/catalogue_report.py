"""What an edition of the item catalogue changes, and what an item is, told on a terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

from rich.text import Text

from config import Words
from monitor.catalogue import Loaded, Reading
from monitor.cli.shell import Shell
from monitor.sources.reject_words import in_words
from monitor.store.items import Edition
from notifiers import words
from rules.amounts import Amount, parse_unit
from rules.cases import Fact, Facts
from rules.catalogue import EVER
from rules.catalogue_changes import ItemChange, Kind

_MOST = 20  # lines of each part of the report on a terminal; JSON has all
_MARKS = {Kind.ADDED: ("+", "green"), Kind.REMOVED: ("-", "red"), Kind.CHANGED: ("~", "yellow")}
_TITLES = {
    Kind.CHANGED: Words("变更", "changed"),
    Kind.ADDED: Words("新增", "added"),
    Kind.REMOVED: Words("取消", "removed"),
}
_NAMES = {
    "name": Words("名称", "name"),
    "department": Words("部门", "department"),
    "kind": Words("类型", "kind"),
    "promised_days": Words("承诺时限", "promised"),
    "promised_unit": Words("承诺时限单位", "unit of the promise"),
    "statutory_days": Words("法定时限", "statutory"),
    "statutory_unit": Words("法定时限单位", "unit of the statutory limit"),
    "fee_standard": Words("收费标准", "fee"),
    "documents": Words("申请材料", "documents"),
    "steps": Words("环节", "steps"),
    "pause_grounds": Words("特别程序事由", "grounds of pauses"),
}


def show(shell: Shell, reading: Reading, loaded: Loaded, *, dry_run: bool) -> None:
    """Print what a list changed, or would change, and what of it could not be understood."""
    if shell.as_json:
        shell.print_json(_record(reading, loaded, dry_run=dry_run))
        return
    changes = loaded.changes
    counts = {kind: len(changes.of(kind)) for kind in Kind}
    shell.out.print(
        Text(
            shell.word(
                f"{reading.origin}：读到 {len(reading.entries)} 条，目录原有 {loaded.items} 项；"
                f"新增 {counts[Kind.ADDED]}，变更 {counts[Kind.CHANGED]}"
                f"（时限缩短 {len(changes.shortened)}，延长 {len(changes.lengthened)}），"
                f"取消 {counts[Kind.REMOVED]}",
                f"{reading.origin}: {len(reading.entries)} entries read, {loaded.items} items "
                f"before; {counts[Kind.ADDED]} added, {counts[Kind.CHANGED]} changed "
                f"(limits: {len(changes.shortened)} shorter, {len(changes.lengthened)} longer), "
                f"{counts[Kind.REMOVED]} removed",
            )
        )
    )
    for kind, title in _TITLES.items():
        some = changes.of(kind)
        if some:
            shell.out.print(Text(f"\n{title.text(shell.language)}", style="bold"))
        for one in some[:_MOST]:
            shell.out.print(_line(shell, one))
        if len(some) > _MOST:
            shell.say(
                f"  另有 {len(some) - _MOST} 项（--json 全部）",
                f"  {len(some) - _MOST} more (--json has all)",
            )
    for reject in reading.rejects[:_MOST]:
        shell.say(
            f"✗ 读不懂 {reject.key}：{in_words(reject.detail).zh}",
            f"✗ not understood: {reject.key}: {reject.detail}",
        )
    if reading.rejects:
        count = len(reading.rejects)
        shell.say(
            f"{count} 项读不懂，保持原样",
            f"{count} items cannot be understood and stay as they are",
        )
    if loaded.held:
        shell.say(
            f"{len(loaded.held)} 项在灯板上改过，保持原样：{'、'.join(loaded.held[:_MOST])}",
            f"{len(loaded.held)} items were changed on the desk and stay as they are: "
            f"{', '.join(loaded.held[:_MOST])}",
        )
    if dry_run:
        shell.say("未导入（--dry-run）", "nothing was imported (--dry-run)")
    else:
        shell.say(
            f"已导入；{loaded.due} 件在办办件将重新核算",
            f"imported; {loaded.due} open cases will be checked again",
        )


def show_edition(shell: Shell, edition: Edition) -> None:
    """Print one edition of an item with all its facts."""
    item = edition.item
    until = item.valid_to.isoformat() if item.valid_to else "…"
    head = f"{item.code}  {since(shell, item.valid_from)} – {until}  ({edition.origin})"
    shell.out.print(Text(head, style="bold"))
    for name, value in item.facts.items():
        stem = name.removesuffix("_unit")
        if value is None or (stem != name and f"{stem}_days" in item.facts):
            continue  # a unit is told with its number
        stem = name.removesuffix("_days")
        told = length(shell, item.facts, stem) if stem != name else None
        shell.out.print(Text(f"  {_name(shell, name)}  {told or value}"))


def since(shell: Shell, day: date) -> str:
    """Write the first day of an edition."""
    return shell.word("一直", "ever") if day == EVER else day.isoformat()


def length(shell: Shell, facts: Facts, which: str) -> str | None:
    """Write the limit ``promised`` or ``statutory`` of an item; ``None`` where it has none."""
    value, unit = facts.get(f"{which}_days"), facts.get(f"{which}_unit")
    if not isinstance(value, int | float):
        return None
    return words.amount(Amount(value, parse_unit(str(unit or "working days"))), shell.language)


def _line(shell: Shell, change: ItemChange) -> Text:
    mark, style = _MARKS[change.kind]
    line = Text(f"  {mark} {change.code}  {change.name}", style=style)
    day = shell.word(f"{change.on} 起", f"from {change.on}")
    line.append("" if change.on == EVER else f"  {day}", style="not bold dim default")
    for name, (before, after) in change.facts.items():
        arrow = "↓" if name in change.shortened else "↑" if name in change.lengthened else ""
        line.append(
            f"\n      {_name(shell, name)}{arrow}  {_shown(before)} → {_shown(after)}",
            style="not bold default",
        )
    return line


def _record(reading: Reading, loaded: Loaded, *, dry_run: bool) -> dict[str, Any]:
    changes = loaded.changes
    return {
        "origin": reading.origin,
        "dry_run": dry_run,
        "entries": len(reading.entries),
        "items_before": loaded.items,
        **{kind.value: [_change(one) for one in changes.of(kind)] for kind in Kind},
        "shortened": [one.code for one in changes.shortened],
        "lengthened": [one.code for one in changes.lengthened],
        "rejected": [
            {"code": one.key, "reason": one.reason.value, "detail": one.detail}
            for one in reading.rejects
        ],
        "held": list(loaded.held),
        "cases_due": loaded.due,
    }


def _change(change: ItemChange) -> dict[str, Any]:
    return {
        "code": change.code,
        "name": change.name,
        "from": None if change.on == EVER else change.on.isoformat(),
        "facts": {name: {"before": a, "after": b} for name, (a, b) in change.facts.items()},
    }


def _name(shell: Shell, name: str) -> str:
    return _NAMES[name].text(shell.language) if name in _NAMES else name


def _shown(value: Fact) -> str:
    if value is None:
        return "—"
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "…"
