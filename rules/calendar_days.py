"""Days that people enter by hand over those of a calendar, as when a notice was put in wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from rules.calendars import Calendar


@dataclass(frozen=True, slots=True)
class DayEdit:
    """That work is done on a day, or is not; ``name`` is what the day is called, or why."""

    day: date
    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class EditedDays:
    """What was entered, by the id of the calendar; ``version`` grows with every change."""

    version: int = 0
    edits: Mapping[str, tuple[DayEdit, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, calendar: str) -> tuple[DayEdit, ...]:
        """Give what was entered for a calendar, in the order of days."""
        return self.edits.get(calendar, ())


def edited(calendar: Calendar, edits: Sequence[DayEdit]) -> Calendar:
    """Give a calendar with days entered by hand in the place of its own.

    A day that becomes a working day has the hours of its own, if it is a make-up day already, or
    else the usual ones of the season. Without edits it is the calendar itself.
    """
    if not edits:
        return calendar
    off = {one.day: one.name for one in edits if not one.works}
    on = {one.day: calendar.workdays.get(one.day) for one in edits if one.works}
    holidays = {day: name for day, name in calendar.holidays.items() if day not in on}
    workdays = {day: spans for day, spans in calendar.workdays.items() if day not in off}
    return replace(
        calendar,
        holidays=dict(sorted({**holidays, **off}.items())),
        workdays=dict(sorted({**workdays, **on}.items())),
        version=f"{calendar.version} + {len(edits)}",
    )
