"""Presets: limits, checks and policies of law, as data, that settings take in by name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def names() -> tuple[str, ...]:
    """Give the names of the presets that are shipped."""
    return tuple(
        sorted(
            file.name.removesuffix(".toml")
            for file in files("config.presets").iterdir()
            if file.name.endswith(".toml")
        )
    )


def preset(name: str) -> dict[str, Any]:
    """Give a preset as its file says it.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    return tomllib.loads((files("config.presets") / f"{name}.toml").read_text("utf-8"))
