"""Settings of sources: where cases are read and which column is which fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from config.codes import Words
from config.fields import (
    SHANGHAI,
    DatabaseUrl,
    Id,
    Model,
    Name,
    Overlap,
    Seconds,
    UnitField,
    refusal,
)
from config.reading import known_columns
from config.times import When
from notifiers.channels.webhook import signing_secret
from rules.amounts import Unit

Text = Annotated[str, Field(min_length=1)]


class _Mapped(Model):
    table: Text | None = None
    query: Text | None = Field(default=None, validate_default=True)
    changed: Text | None = None
    columns: Annotated[Mapping[Name, Text], Field(min_length=1)]
    values: Mapping[Name, Mapping[str, str]] = Field(default_factory=dict)

    @field_validator("query")
    @classmethod
    def _one_place(cls, query: str | None, info: ValidationInfo) -> str | None:
        # A validator of the last of the two keys still runs when another key is at fault, so that
        # all faults come in one report; it is left out where ``table`` itself was refused.
        if "table" in info.data and (query is None) == (info.data["table"] is None):
            raise refusal("CFG-401", Words("table 或 query 之一", "either table or query"))
        return query

    _known_columns = field_validator("values")(known_columns)


class Table(_Mapped):
    """The table, view or query that holds the cases, one row each.

    ``key`` is the column that identifies a case. ``changed`` is a column that grows with every
    change, a time or a version; without it the source is read whole at each reconcile. ``columns``
    maps facts to source columns, ``values`` the codes of a fact (as text) to our values.
    """

    key: Text


class PartTable(_Mapped):
    """A table of rows that belong to cases: pauses, steps or extensions.

    The column ``case`` holds the key of the case. ``unit`` is what an extension's amount counts
    where no column says it. ``open_when_equal`` reads a row whose end is its beginning as still
    open, as the national data standard writes them (GB/T 39046-2020).
    """

    key: Text | None = None
    unit: UnitField = Unit.WORKING_DAY
    open_when_equal: bool = False


def _needs(*names: str) -> Callable[[PartTable], PartTable]:
    def check(table: PartTable) -> PartTable:
        missing = ", ".join(name for name in names if name not in table.columns)
        if missing:
            raise refusal(
                "CFG-403", Words(f"columns 中有 {missing}", f"{missing} among the columns")
            )
        return table

    return check


class Source(Model):
    """A database that cases are read from, and only read.

    Lengths of time are seconds. ``overlap`` says how far back each poll reads again what was
    written late: seconds where the cursor is a time, a whole number where it is a version.
    ``timezone`` is the zone of times without one; it is the daemon's unless given. ``push_secret``
    is shared with a hall that pushes changes (Standard Webhooks); without it nobody can.
    ``regions`` are those, with the ones below them, whose cases it may push; any if not given.
    ``judge_unread`` has cases judged on the facts last read while the source cannot be read;
    otherwise they wait.
    What was over before ``since`` is listed and told to nobody; without it that is the first start.
    """

    id: Id
    url: DatabaseUrl
    poll_every: Seconds = 30.0
    overlap: Overlap = 120.0
    page: Annotated[int, Field(ge=1, le=100_000)] = 1000
    timeout: Seconds = 30.0
    reconcile_every: Seconds = 86_400.0
    timezone: ZoneInfo = SHANGHAI
    judge_unread: bool = False
    since: When | None = None
    push_secret: Annotated[SecretStr, AfterValidator(signing_secret)] | None = None
    regions: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    cases: Table
    pauses: Annotated[PartTable, AfterValidator(_needs("case", "started_at"))] | None = None
    steps: Annotated[PartTable, AfterValidator(_needs("case", "started_at"))] | None = None
    extensions: (
        Annotated[PartTable, AfterValidator(_needs("case", "granted_at", "amount"))] | None
    ) = None

    @property
    def polled(self) -> bool:
        """Whether anything is polled: the cases or their parts have a ``changed`` column."""
        tables = (self.cases, self.pauses, self.steps, self.extensions)
        return any(table is not None and table.changed is not None for table in tables)
