"""Settings that watch the planted hall with every check of the compliance preset."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from bench.planted.drafts import CASE_FACTS, PART_FACTS, SOURCE
from bench.planted.items import DEPARTMENTS, ROWS
from bench.planted.lawful import REGIONS
from bench.planted.tables import called
from config import Settings, load

_TEXT = """
region = [{regions}]
department = [{departments}]

[daemon]
presets = ["compliance"]
store = "{store}"

[[source]]
id = "{source}"
url = "{url}"
since = 2000-01-01
[source.cases]
table = "cases"
key = "key"
columns = {{ {case} }}
[source.pauses]
table = "pauses"
key = "id"
columns = {{ case = "case_key", {pause} }}
[source.steps]
table = "steps"
key = "id"
columns = {{ case = "case_key", {step} }}
[source.extensions]
table = "extensions"
key = "id"
columns = {{ case = "case_key", {extension} }}

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
        regions=_named(REGIONS),
        departments=_named(DEPARTMENTS),
        case=_columns(CASE_FACTS),
        item=_columns(ROWS[0]),
        **of_parts,
    )
    path = folder / "supervisor.toml"
    path.write_text(text, "utf-8")
    return load(path, os.environ)


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f'{name} = "{name}"' for name in names)


def _named(ids: Iterable[str]) -> str:
    return ", ".join(f'{{ id = "{one}", name = "{one}" }}' for one in ids)
