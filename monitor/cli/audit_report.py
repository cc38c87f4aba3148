"""The table of an audit: by rule and level, how many cases and what share of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from config import Words
from monitor.cli import listing
from monitor.cli.listing import Column
from monitor.cli.phrases import place_name
from monitor.cli.shell import Shell
from monitor.pipeline.wording import level_name
from rules.audit import BatchResult, Count

WHOLE = "*"
"""The stratum that stands for all cases together."""

_NAMES = ("stratum", "rule", "title", "level", "late", "cases", "of", "share")
_STANDS, _LATE = Words("现状", "stands"), Words("逾期办结", "closed late")
_LEVEL_STYLES = {"warning": "yellow", "yellow": "bold yellow", "red": "bold red"}


def show(shell: Shell, total: BatchResult, by: str, now: int) -> None:
    """Print the table: all cases first, then stratum by stratum where there are any."""
    records = _records(shell, total, by)
    if shell.as_json:
        shell.print_json(
            {
                "now": shell.iso(now),
                "cases": total.cases.total(),
                "wrong": total.wrong.total(),
                "rejected": total.rejected,
                "without_edition": total.unknown,
                "by": by or None,
                "strata": [
                    {"stratum": name, "cases": count, "wrong": total.wrong[name]}
                    for name, count in sorted(total.cases.items())
                ],
                "rules": [{name: record[name] for name in _NAMES} for record in records],
                "faults": dict(total.faults),
            }
        )
        return
    columns = (
        *([Column("stratum_text", Words("分层", "Stratum"))] if by else []),
        Column("title", Words("规则", "Rule")),
        Column("level_text", Words("级别", "Level"), whole=True, styles=("level", _LEVEL_STYLES)),
        Column("late_text", Words("状态", "State"), whole=True),
        Column("cases", Words("件数", "Cases"), whole=True, right=True),
        Column("share_text", Words("占比", "Share"), whole=True, right=True),
    )
    listing.show(shell, _NAMES, records, columns)


def sum_up(shell: Shell, total: BatchResult, now: int, out: Path | None) -> None:
    """Tell how many cases were inspected, in how many anything was found, and what was not."""
    cases, wrong = total.cases.total(), total.wrong.total()
    share = _percent(wrong, cases)
    at = f"{shell.iso(now)}"[:16].replace("T", " ")
    shell.say(
        f"以 {at} 为准查了 {cases:,} 件，{wrong:,} 件有发现（{share}）",
        f"{cases:,} cases as of {at}, something found in {wrong:,} ({share})",
    )
    if out is not None:
        found = total.counts.total()
        shell.say(f"逐条发现 {found:,} 条写入 {out}", f"{found:,} findings written to {out}")
    if total.rejected:
        shell.say(
            f"有 {total.rejected:,} 行读不懂，未查",
            f"{total.rejected:,} rows cannot be understood, left out",
        )
    if total.unknown:
        shell.say(
            f"有 {total.unknown:,} 件的事项在目录中没有当时有效的版本，按无目录检查",
            f"{total.unknown:,} cases have an item of which the catalogue has no edition for them; "
            "they are judged without it",
        )
    for rule, reason in total.faults.items():
        shell.say(f"{rule} 有的办件判断不了：{reason}", f"{rule} failed in some: {reason}")


def _records(shell: Shell, total: BatchResult, by: str) -> list[dict[str, Any]]:
    whole: Counter[Count] = Counter()
    for one, count in total.counts.items():
        whole[Count(WHOLE, one.rule, one.level, one.late)] += count
    counts = [*whole.items(), *(total.counts.items() if by else ())]
    order = {rule: place for place, rule in enumerate(shell.rules.titles)}
    ranks = {level: -rank for rank, level in enumerate(shell.rules.book.levels)}

    def place(item: tuple[Count, int]) -> tuple[bool, str, int, bool, int]:
        one = item[0]
        first = one.stratum != WHOLE
        return first, one.stratum, order[one.rule], one.late, ranks.get(one.level, 1)

    return [_record(shell, total, by, one, count) for one, count in sorted(counts, key=place)]


def _record(shell: Shell, total: BatchResult, by: str, one: Count, count: int) -> dict[str, Any]:
    of = total.cases.total() if one.stratum == WHOLE else total.cases[one.stratum]
    return {
        "stratum": one.stratum,
        "stratum_text": _stratum_name(shell, by, one.stratum),
        "rule": one.rule,
        "title": shell.rules.titles[one.rule],
        "level": one.level,
        "level_text": level_name(one.level, shell.language) or "—",
        "late": one.late,
        "late_text": (_LATE if one.late else _STANDS).text(shell.language),
        "cases": count,
        "of": of,
        "share": round(count / of, 6),
        "share_text": _percent(count, of),
    }


def _stratum_name(shell: Shell, by: str, stratum: str) -> str:
    if stratum == WHOLE:
        return shell.word("全部", "all")
    directory = shell.rules.book.directory
    if by == "region":
        return place_name(directory.regions, stratum) or "—"
    if by == "department":
        return place_name(directory.departments, stratum) or "—"
    return stratum or "—"


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.2f} %" if of else "—"
