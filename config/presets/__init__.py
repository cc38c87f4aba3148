"""Presets: limits, checks and policies of law, as data, that settings take in by name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from rules.surveys import SURVEY_BY_ID


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


def preset(name: str) -> dict[str, list[dict[str, Any]]]:
    """Give a preset as its file says it: lists of limits and checks.

    A ``when`` at the beginning of the file, which says what cases it is for, is in each of them
    but surveys, which have none. So is, in those that name it as ``of``, one of the ``conditions``
    there.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    given = tomllib.loads((files("config.presets") / f"{name}.toml").read_text("utf-8"))
    cases = given.pop("when", None)
    conditions = given.pop("conditions", {})
    for item in (item for items in given.values() for item in items):
        named = item.pop("of", None)
        if item.get("use") in SURVEY_BY_ID:
            continue
        both = (cases, None if named is None else conditions[named], item.get("when"))
        when = " && ".join(f"({one})" for one in both if one)
        if when:
            item["when"] = when
    return given
