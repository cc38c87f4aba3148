"""The options that commands share, as annotations of their parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CONFIG = Path("supervisor.toml")
"""The settings file that is read unless another is named."""

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", metavar="FILE", help="设置文件 · settings file")
]

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]

LimitOption = Annotated[
    int, typer.Option("--limit", "-n", min=1, metavar="N", help="至多几条 · at most so many")
]

SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="从何时起（含）· from, included")
]
