"""Labels with a text beside each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


def print_pairs(console: Console, pairs: Sequence[tuple[Text, Text]], indent: int = 0) -> None:
    """Print labels and texts: in two columns on a terminal, else a pair a line, however long."""
    if not console.is_terminal:
        for label, text in pairs:
            console.print(Text(" " * indent) + label + "  " + text)
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in pairs:
        grid.add_row(label, text)
    console.print(Padding(grid, (0, 0, 0, indent)))
