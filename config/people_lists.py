"""Settings of lists of the directory that are kept elsewhere: tables of a source, files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from config.codes import Words
from config.fields import Id, Model, Name, Seconds, refusal
from config.reading import in_source, known_columns, one_place
from config.sources import Text


class Shape(NamedTuple):
    """The columns of a kind of list: those that it must have, and those that it may."""

    needed: tuple[str, ...]
    possible: tuple[str, ...] = ()


SHAPES: Mapping[str, Shape] = {
    "region": Shape(("id", "name"), ("parent",)),
    "department": Shape(("id", "name"), ("region", "parent")),
    "window": Shape(("id", "name"), ("region", "department")),
    "person": Shape(("id", "name"), ("department", "region", "window", "posts")),
    "team": Shape(("team", "member"), ("name",)),
    "leave": Shape(("person", "from"), ("until", "note")),
    "deputy": Shape(("person", "deputy"), ("from", "until", "note")),
    "shift": Shape(("roster", "person", "from", "until")),
}
"""The kinds of list. A list of people may have any further columns: each is a kind of address."""

ListKind = Literal["region", "department", "window", "person", "team", "leave", "deputy", "shift"]


class ListSettings(Model):
    """A list of the directory: a table of a source, or a CSV or XLSX file, read again on schedule.

    ``columns`` maps what :data:`SHAPES` names to the columns of the table or the headers of the
    file; in a list of people every other name is a kind of address (``email``, ``dingtalk`` …).
    ``values`` maps codes (as text) to our values: those of ``posts`` each by itself where a cell
    has several. It is read again every ``refresh_every`` seconds; the last good state is kept.
    """

    id: Id
    kind: ListKind
    source: Id | None = None
    file: Path | None = Field(default=None, validate_default=True)
    table: Text | None = None
    query: Text | None = Field(default=None, validate_default=True)
    columns: Annotated[Mapping[Name, Text], Field(min_length=1)]
    values: Mapping[Name, Mapping[str, str]] = Field(default_factory=dict)
    refresh_every: Seconds = 3_600.0

    _one_place = field_validator("file")(one_place)
    _in_source = field_validator("query")(in_source)
    _known_columns = field_validator("values")(known_columns)

    @field_validator("columns")
    @classmethod
    def _shaped(cls, columns: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        shape = SHAPES.get(info.data.get("kind", ""))
        if shape is None:  # the kind has its fault already
            return columns
        missing = [name for name in shape.needed if name not in columns]
        if missing:
            listed = ", ".join(missing)
            raise refusal("CFG-403", Words(f"columns 中有 {listed}", f"{listed} among the columns"))
        known = (*shape.needed, *shape.possible)
        strange = [name for name in columns if name not in known]
        if strange and info.data["kind"] != "person":
            listed = ", ".join(known)
            raise refusal("CFG-404", Words(listed, listed))
        return columns
