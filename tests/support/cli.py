"""The command line in tests: called in the process, or in one of its own on a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from monitor.cli import app

CHINESE: Mapping[str, str | None] = {
    **dict.fromkeys(("LC_ALL", "LC_MESSAGES", "NO_COLOR", "DUBAN_DEBUG")),
    "LANG": "C.UTF-8",
}
ENGLISH: Mapping[str, str | None] = {**CHINESE, "LANG": "en_US.UTF-8"}

SETTINGS = """
region = [{ id = "R1", name = "东浦区" }]
department = [{ id = "ZJ", name = "住房和城乡建设局" }]
person = [
  { id = "h1", name = "李阳", email = "liyang@example.gov.cn" },
  { id = "h2", name = "王敏" },
  { id = "h3", name = "王敏" },
]

[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "id"
columns = { no = "no", item_name = "item", accepted_at = "accepted", closed_at = "closed" }

[[limit]]
id = "promise"
title = "承诺办结时限"
from = "accepted_at"
until = "closed_at"
allow = "20 working days"
levels = { warning = "2 working days left", yellow = "over", red = "3 working days over" }

[[channel]]
id = "screen"
kind = "console"
"""


@dataclass(frozen=True)
class Called:
    """What came of a call."""

    code: int
    out: str
    err: str


def duban(*args: object, env: Mapping[str, str | None] = CHINESE) -> Called:
    """Call the command line in this process, its output in a pipe."""
    result = CliRunner().invoke(app, [str(arg) for arg in args], env=env, prog_name="duban")
    return Called(result.exit_code, result.stdout, result.stderr)


def duban_on_terminal(*args: object, width: int = 80, **env: str) -> str:
    """Give what the command line prints on a terminal, with its colours."""
    ours, theirs = pty.openpty()
    whole = {**os.environ, "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLUMNS": str(width)}
    whole.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-c", "from monitor.cli import main; main()", *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**whole, **env},
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65536):
            seen += chunk
    except OSError:
        pass  # Linux: the other end of the terminal was closed
    finally:
        os.close(ours)
        process.wait(timeout=30)
    return seen.decode()


def plain(text: str) -> str:
    """Take the colours out of what was printed on a terminal."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r\n", "\n")


def settings_file(folder: Path, more: str = "", before: str = "") -> Path:
    """Write settings with one source, one limit and one channel, and ``more`` behind them."""
    path = folder / "supervisor.toml"
    path.write_text(before + SETTINGS + more, "utf-8")
    return path
