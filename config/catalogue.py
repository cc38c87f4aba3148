"""Settings of the item catalogue (事项目录): where it is read and which column is which fact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from config.codes import Words
from config.fields import Id, Model, Name, Seconds, refusal
from config.sources import Text

ITEM_KEYS = frozenset({"code", "valid_from", "valid_to"})
"""The columns that tell which edition of which item a row is; all others are its facts."""

_ONE_PLACE = Words("source 或 file 之一", "either source or file")
_IN_SOURCE = Words("source 配 table 或 query 之一", "with source, either table or query")


class CatalogueSettings(Model):
    """The catalogue of items: a table of a source, or a CSV or XLSX file.

    ``columns`` maps facts to the columns of the table or the headers of the file, ``code`` among
    them; ``valid_from`` and ``valid_to`` (exclusive) are the dates of an edition where the list has
    them. ``values`` maps the codes of a fact (as text) to our values. It is read again every
    ``refresh_every`` seconds, and taken over where it has changed since.
    """

    source: Id | None = None
    file: Path | None = Field(default=None, validate_default=True)
    table: Text | None = None
    query: Text | None = Field(default=None, validate_default=True)
    columns: Annotated[Mapping[Name, Text], Field(min_length=1)]
    values: Mapping[Name, Mapping[str, str]] = Field(default_factory=dict)
    refresh_every: Seconds = 86_400.0

    @field_validator("file")
    @classmethod
    def _one_place(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if "source" in info.data and (file is None) == (info.data["source"] is None):
            raise refusal("CFG-401", _ONE_PLACE)
        return file

    @field_validator("query")
    @classmethod
    def _in_source(cls, query: str | None, info: ValidationInfo) -> str | None:
        given = info.data
        if {"source", "file", "table"} <= given.keys():
            places = (given["table"] is not None) + (query is not None)
            if places != (given["source"] is not None):
                raise refusal("CFG-401", _IN_SOURCE)
        return query

    @field_validator("columns")
    @classmethod
    def _has_code(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        if "code" not in columns:
            raise refusal("CFG-403", Words("columns 中有 code", "code among the columns"))
        return columns

    @field_validator("values")
    @classmethod
    def _known_columns(
        cls, values: Mapping[str, Mapping[str, str]], info: ValidationInfo
    ) -> Mapping[str, Mapping[str, str]]:
        columns = info.data.get("columns", values)
        missing = ", ".join(name for name in values if name not in columns)
        if missing:
            raise refusal(
                "CFG-403", Words(f"columns 中有 {missing}", f"{missing} among the columns")
            )
        return values
