"""``duban deadline``: due moments for anyone, one request a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from config import Words, build_all
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.deadline import answer_lines
from rules.calendars import Calendar

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="请求，一行一条 JSON；省略则读标准输入 · requests"),
]

_AT_ONCE = 4096


def deadline(
    file: FileArgument = None, config: ConfigOption = CONFIG, as_json: JsonOption = False
) -> None:
    """算到期时刻，一行一条 JSON · reckon due moments, JSON Lines in and out.

    例 · e.g. {"start": "2026-09-18T10:00", "allow": "5 working days"}
    """
    shell = Shell(config, as_json)
    # At a terminal every line is answered at once; from a file many are reckoned together.
    at_once = 1 if file is None and sys.stdin.isatty() else _AT_ONCE
    if file is None:
        understood = _answer(sys.stdin, _calendars(shell), at_once)
    else:
        try:
            with file.open(encoding="utf-8") as lines:
                understood = _answer(lines, _calendars(shell), at_once)
        except OSError as error:
            raise Failed(
                Words(f"读不了 {file}：{error.strerror}", f"cannot read {file}: {error.strerror}")
            ) from None
    if not understood:
        raise typer.Exit(1)


def _calendars(shell: Shell) -> Mapping[str, Calendar]:
    """The calendars of the settings file, where there is one, or else those that ship."""
    return build_all(shell.settings.calendar if shell.config.exists() else ())


def _answer(lines: Iterable[str], calendars: Mapping[str, Calendar], at_once: int) -> bool:
    every = True
    for answer, understood in answer_lines(lines, calendars, at_once):
        print(answer, file=sys.stdout, flush=at_once == 1)  # noqa: T201
        every &= understood
    return every
