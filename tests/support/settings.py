"""Builders of settings files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config import Faulty, Settings, load

SOURCE = """
[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "id"
columns = { accepted_at = "accepted", closed_at = "closed", promised_days = "days" }
"""

LIMIT = """
[[limit]]
id = "promise"
title = "承诺办结时限"
from = "accepted_at"
until = "closed_at"
allow = "20 working days"
levels = { red = "over" }
"""


def loaded(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    """Load settings from text, as a file in ``folder``."""
    path = folder / "supervisor.toml"
    path.write_text(text, "utf-8")
    return load(path, environ or {})


def refused(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Faulty:
    """Give what loading the text is refused with; fail where it is not refused."""
    try:
        loaded(folder, text, environ)
    except Faulty as error:
        return error
    raise AssertionError("the settings were accepted")
