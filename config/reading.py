"""What holds of every table of the settings that says where rows are read and what they hold.

Attach a rule to a model as ``field_validator("values")(known_columns)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationInfo

from config.codes import Words
from config.fields import refusal

_ONE_PLACE = Words("source 或 file 之一", "either source or file")
_IN_SOURCE = Words("source 配 table 或 query 之一", "with source, either table or query")


def one_place(file: Path | None, info: ValidationInfo) -> Path | None:
    """Give ``file`` back; refuse it beside a ``source``, and neither of both (CFG-401)."""
    if "source" in info.data and (file is None) == (info.data["source"] is None):
        raise refusal("CFG-401", _ONE_PLACE)
    return file


def in_source(query: str | None, info: ValidationInfo) -> str | None:
    """Give ``query`` back; with a source there is either it or a ``table`` (CFG-401)."""
    given = info.data
    if {"source", "file", "table"} <= given.keys():
        places = (given["table"] is not None) + (query is not None)
        if places != (given["source"] is not None):
            raise refusal("CFG-401", _IN_SOURCE)
    return query


def known_columns(
    values: Mapping[str, Mapping[str, str]], info: ValidationInfo
) -> Mapping[str, Mapping[str, str]]:
    """Give ``values`` back; refuse those of a name that is not among ``columns`` (CFG-403)."""
    columns = info.data.get("columns", values)
    missing = ", ".join(name for name in values if name not in columns)
    if missing:
        raise refusal("CFG-403", Words(f"columns 中有 {missing}", f"{missing} among the columns"))
    return values
