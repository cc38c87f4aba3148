"""Lists: a table on a terminal, tab-separated values in a pipe, JSON where asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from config import Words
from monitor.cli.shell import Shell
from monitor.cli.terminal import visible

Record = Mapping[str, Any]
"""One row of a list: plain JSON values by name, the same names in every row.

What is named ``…_text`` is for people alone: JSON leaves it out.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table on a terminal: the value ``name`` of a record under ``title``.

    ``whole`` columns are never cut, ``folds`` columns go on in a further line, the others give way
    on a narrow terminal, and one with a ``least`` width is left out of terminals narrower than
    that. ``styles`` colours a cell by a value of its record:
    ``styles=("level", {"red": "bold red"})``.
    """

    name: str
    title: Words
    whole: bool = False
    folds: bool = False
    right: bool = False
    least: int = 0
    styles: tuple[str, Mapping[str, str]] = ("", {})


def with_source(shell: Shell, columns: Sequence[Column]) -> Sequence[Column]:
    """Put the source before the columns, where there are several that rows may be from."""
    if len(shell.settings.source) < 2:
        return columns
    return (Column("source", Words("审批库", "source"), whole=True), *columns)


def show(
    shell: Shell,
    names: Sequence[str],
    records: Sequence[Record],
    columns: Sequence[Column],
) -> None:
    """Print records: ``names`` are the columns in a pipe, ``columns`` those on a terminal."""
    if shell.as_json:
        shell.print_json([_for_machines(record) for record in records])
    elif shell.out.is_terminal:
        if records:
            shell.out.print(_table(shell, records, columns))
        else:
            shell.say("没有符合条件的记录", "nothing found")
    else:
        shell.print_line("\t".join(names))
        for record in records:
            shell.print_line("\t".join(_raw(record[name]) for name in names))


def _table(shell: Shell, records: Sequence[Record], columns: Sequence[Column]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    columns = [column for column in columns if column.least <= shell.out.width]
    for column in columns:
        table.add_column(
            escape(column.title.text(shell.language)),
            no_wrap=column.whole,
            justify="right" if column.right else "left",
        )
    for record in records:
        table.add_row(*(_cell(record, column) for column in columns))
    return table


def _for_machines(record: Record) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not name.endswith("_text")}


def _cell(record: Record, column: Column) -> Text:
    value = record[column.name]
    by, styles = column.styles
    text = "" if value is None else " ".join(str(value).split())
    style = styles.get(str(record.get(by)), "")
    if column.folds:
        return Text(text, style, overflow="fold")
    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _raw(value: Any) -> str:
    listed = isinstance(value, dict | list)
    text = json.dumps(value, ensure_ascii=False) if listed else "" if value is None else str(value)
    return visible(" ".join(text.splitlines()).replace("\t", " "))
