"""The shape in which a calendar is written, in settings, in a file of its own or inline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from config.fields import DateField, Id, Model, SpanField, YearDay

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _week(value: Any) -> Any:
    """Read a plain list of spans as the hours of Monday to Friday."""
    return dict.fromkeys(DAYS[:5], value) if isinstance(value, list | tuple) else value


def _dated(value: Any) -> Any:
    """Read a plain list of dates as a table that says no more about them."""
    return dict.fromkeys(map(str, value)) if isinstance(value, list | tuple) else value


Hours = Annotated[Mapping[Day, tuple[SpanField, ...]], BeforeValidator(_week)]
"""Working hours: a list of spans (Monday to Friday), or a table of such by day of the week.

A day that the table leaves out is closed.
"""

Holidays = Annotated[Mapping[DateField, str | None], BeforeValidator(_dated)]
"""Days off: a list of dates, or a table from date to name."""

_SomeHours = Annotated[tuple[SpanField, ...], Field(min_length=1)]
Workdays = Annotated[Mapping[DateField, _SomeHours | None], BeforeValidator(_dated)]
"""Extra working days: a list of dates, or a table from date to spans."""


class SeasonSettings(Model):
    """Other hours for a part of each year, from and to a day such as ``07-01``, both included."""

    first: YearDay = Field(alias="from")
    last: YearDay = Field(alias="to")
    hours: Hours


class CalendarSettings(Model):
    """A calendar of one's own, laid over ``base`` (``"none"``: over nothing).

    ``hours`` and ``seasons`` replace those of the base, ``holidays`` and ``workdays`` go before
    its days. Without a base there must be hours.
    """

    id: Id
    base: Id | None = "cn"
    timezone: ZoneInfo | None = None
    hours: Hours | None = None
    seasons: tuple[SeasonSettings, ...] = ()
    holidays: Holidays = Field(default_factory=dict)
    workdays: Workdays = Field(default_factory=dict)
    published_through: DateField | None = None
    version: str = "1"

    @property
    def over(self) -> str | None:
        """The id of the calendar it is laid over, ``None`` for none."""
        return None if self.base == "none" else self.base
