"""What texts of a hall do to the terminal: nothing."""

from __future__ import annotations

import io

import pytest
from rich.table import Table
from rich.text import Text

from monitor.cli.terminal import SafeConsole, visible

ODD = "\x1b]0;evil\x07许可\x1b[31m\x9b2J\u202e红\x7f"


def printed(renderable: object) -> str:
    out = io.StringIO()
    console = SafeConsole(file=out, force_terminal=True, color_system="standard", width=80)
    console.print(renderable, style="bold")
    return out.getvalue()


def table() -> Table:
    made = Table("title")
    made.add_row(Text(ODD))
    return made


@pytest.mark.parametrize("renderable", [Text(ODD), table(), ODD.replace("[", "(")])
def test_a_fact_commands_no_terminal(renderable: object) -> None:
    text = printed(renderable)
    assert "许可" in text
    assert not set(text) & set("\x07\x7f\x9b\u202e")
    left = text.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[1;", "")
    assert "\x1b]" not in left
    assert "\x1b[31m" not in left


def test_control_characters_are_shown_as_marks() -> None:
    assert visible(ODD) == "␛]0;evil␇许可␛[31m\ufffd2J\ufffd红␡"


def test_lines_and_tabs_stay() -> None:
    assert visible("a\tb\nc 督办") == "a\tb\nc 督办"
