"""Settings of the item catalogue (事项目录): where it is read and which column is which fact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from config.codes import Words
from config.fields import Id, Model, Name, Seconds, refusal
from config.reading import in_source, known_columns, one_place
from config.sources import Text

ITEM_KEYS = frozenset({"code", "valid_from", "valid_to"})
"""The columns that tell which edition of which item a row is; all others are its facts."""


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

    _one_place = field_validator("file")(one_place)
    _in_source = field_validator("query")(in_source)
    _known_columns = field_validator("values")(known_columns)

    @field_validator("columns")
    @classmethod
    def _has_code(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        if "code" not in columns:
            raise refusal("CFG-403", Words("columns 中有 code", "code among the columns"))
        return columns
