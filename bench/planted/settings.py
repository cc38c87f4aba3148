"""Settings that watch the planted hall with every check of the compliance preset."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from bench.planted.drafts import CASE_FACTS, PART_FACTS, SOURCE
from bench.planted.items import ROWS
from bench.planted.tables import called
from config import Settings, load

_TEXT = """
[daemon]
presets = ["compliance"]
store = "{store}"

[[source]]
id = "{source}"
url = "{url}"
[source.cases]
table = "cases"
key = "no"
columns = {{ no = "no", {case} }}
[source.pauses]
table = "pauses"
key = "id"
columns = {{ case = "case_no", {pause} }}
[source.steps]
table = "steps"
key = "id"
columns = {{ case = "case_no", {step} }}
[source.extensions]
table = "extensions"
key = "id"
columns = {{ case = "case_no", {extension} }}

[catalogue]
source = "{source}"
table = "items"
columns = {{ {item} }}
"""


def settings(folder: Path, url: str = "sqlite:///hall.db", store: str = "") -> Settings:
    """Write the settings file and load it; ``url`` is the hall's database, ``store`` duban's."""
    of_parts = {
        kind.value: _columns(called(kind, name) for name in names)
        for kind, names in PART_FACTS.items()
    }
    text = _TEXT.format(
        source=SOURCE,
        url=url,
        store=store or "sqlite:///duban.db",
        case=_columns(CASE_FACTS),
        item=_columns(ROWS[0]),
        **of_parts,
    )
    path = folder / "supervisor.toml"
    path.write_text(text, "utf-8")
    return load(path, os.environ)


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f'{name} = "{name}"' for name in names)
