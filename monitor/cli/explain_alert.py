"""What ``duban explain --alert`` prints: one alert, what it was found on, and its source rows."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from sqlalchemy import Connection

from config import Words
from monitor.cli import phrases
from monitor.cli.failure import Failed
from monitor.cli.pairs import print_pairs
from monitor.cli.shell import Shell
from monitor.pipeline.wording import found_text
from monitor.privacy import shown_evidence
from monitor.store import alert_list
from monitor.store.alert_list import AlertRow
from rules.instants import is_moment
from rules.subjects import name_of

_FIGURES = {
    "start_at": Words("起算", "began"),
    "due_at": Words("到期", "due"),
    "count": Words("件数", "cases"),
    "all": Words("全体件数", "of all"),
    "period": Words("统计期", "period"),
    "hours": Words("平均工作小时", "working hours"),
    "average": Words("全体平均", "average of all"),
    "percent": Words("为平均的 %", "% of average"),
    "rate": Words("比率 %", "rate %"),
    "target": Words("目标 %", "target %"),
    "part": Words("其中", "of which"),
    "cards": Words("亮牌", "cards"),
    "year": Words("此前一年", "in a year"),
    "minutes": Words("分钟", "minutes"),
    "missing": Words("缺号", "missing"),
    "below_no": Words("前一号", "before"),
    "above_no": Words("后一号", "after"),
    "first_no": Words("先受理的", "accepted before"),
    "related_no": Words("提到的", "about"),
    "carded_at": Words("此前亮牌", "carded"),
    "vanished_at": Words("消失", "vanished"),
}
"""What people call the figures of alerts; what is not here is in the sentence or in JSON."""


def the_alert(connection: Connection, ident: int) -> AlertRow:
    """Give the alert with this id.

    Raises:
        Failed: there is none.
    """
    rows = alert_list.of_ids(connection, [ident])
    if not rows:
        raise Failed(
            Words(f"没有编号为 {ident} 的亮牌", f"there is no alert {ident}"),
            Words("编号见 duban alerts --all", "ids: duban alerts --all"),
        )
    return rows[0]


def about(shell: Shell, row: AlertRow) -> str:
    """Say what an alert is about: the number of its case, or what people call its subject."""
    number = row.no or row.key
    if number:
        return number
    directory = shell.rules.book.directory
    return name_of(row.alert.subject or "", directory, shell.rules.zone, shell.language)


def show(shell: Shell, row: AlertRow) -> None:
    """Print an alert: what stands since when, why, who carries it, the figures and the rows."""
    alert, directory = row.alert, shell.rules.book.directory
    level = phrases.level_text(shell, alert.level) or alert.level
    head = Text(f" {level} ", style=f"{phrases.LEVEL_STYLES.get(alert.level, 'bold')} reverse")
    shell.out.print(head.append(f" {alert.title}", style="not reverse bold default"))
    shell.out.print(Text(about(shell, row), style="bold"))
    found = found_text(shell.rules, alert, in_full=True)
    if found:
        shell.out.print(Text(found))
    shell.out.print()
    carried = (
        phrases.place_name(directory.regions, alert.region),
        phrases.place_name(directory.departments, alert.department),
        alert.handler,
    )
    pairs = [
        (shell.word("亮牌", "opened"), phrases.short_moment(shell, alert.opened_at)),
        (shell.word("起于", "since"), phrases.short_moment(shell, alert.level_since_at)),
        (shell.word("谁的牌", "carried by"), " ".join(one for one in carried if one)),
        (shell.word("依据", "law"), alert.law),
        (
            shell.word("规则", "rule"),
            shell.word(f"{alert.rule}，第 {alert.version} 版", f"{alert.rule} {alert.version}"),
        ),
        (
            shell.word("签收", "acknowledged"),
            phrases.person_name(shell, alert.acked_by) or shell.word("未签收", "no"),
        ),
        *_figures(shell, row),
        (shell.word("来源行", "source rows"), str(alert.evidence.get("rows") or "")),
    ]
    told = [(Text(name, style="dim"), Text(value)) for name, value in pairs if value]
    print_pairs(shell.out, told)


def record(shell: Shell, row: AlertRow) -> dict[str, Any]:
    """Give an alert with its evidence as plain JSON values."""
    alert = row.alert
    return {
        "id": alert.id,
        "rule": alert.rule,
        "version": alert.version,
        "title": alert.title,
        "law": alert.law,
        "level": alert.level,
        "state": alert.state,
        "about": about(shell, row),
        "case": row.key,
        "subject": alert.subject,
        "found": found_text(shell.rules, alert, in_full=True),
        "carrier": alert.carrier,
        "opened_at": shell.iso(alert.opened_at),
        "level_since_at": shell.iso(alert.level_since_at),
        "evidence": {
            name: shell.iso(value) if is_moment(name) and isinstance(value, int) else value
            for name, value in shown_evidence(shell.rules, alert.rule, alert.evidence).items()
        },
    }


def _figures(shell: Shell, row: AlertRow) -> list[tuple[str, str]]:
    figures = []
    evidence = shown_evidence(shell.rules, row.alert.rule, row.alert.evidence)
    for name, title in _FIGURES.items():
        value = evidence.get(name)
        if value is None:
            continue
        if is_moment(name) and isinstance(value, int):
            told = phrases.short_moment(shell, value) or ""
        else:
            told = f"{value:g}" if isinstance(value, float) else str(value)
        figures.append((title.text(shell.language), told))
    return figures
