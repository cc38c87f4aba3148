"""Building calendars from how they are written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from config.calendars.china import china
from config.calendars.shape import DAYS, CalendarSettings, Hours
from config.faults import Faulty, fault
from config.fields import SHANGHAI
from config.translation import faults_of, show
from rules.calendars import Calendar, Season, Week, write_span

_DAY = timedelta(days=1)


def build(settings: CalendarSettings, bases: Mapping[str, Calendar]) -> Calendar:
    """Build a calendar; ``bases`` are those it may be laid over.

    Raises:
        KeyError: its base is not among them.
        ValueError: it contradicts itself; the message says where.
    """
    base = bases[settings.over] if settings.over is not None else None
    if settings.hours is not None:
        week = _week(settings.hours)
    elif base is not None:
        week = base.week
    else:
        raise ValueError("neither hours nor a base that has hours")
    seasons = tuple(Season(s.first, s.last, _week(s.hours)) for s in settings.seasons)
    if not any(any(hours) for hours in (week, *(season.week for season in seasons))):
        raise ValueError("no working hours on any day of the week")
    own_off = {day: name or "放假" for day, name in settings.holidays.items()}
    own_on = {
        day: tuple(sorted(spans)) if spans is not None else None
        for day, spans in settings.workdays.items()
    }
    both = ", ".join(day.isoformat() for day in sorted(own_off.keys() & own_on.keys()))
    if both:
        raise ValueError(f"both holiday and working day: {both}")
    holidays = {**(base.holidays if base else {}), **own_off}
    workdays = {**(base.workdays if base else {}), **own_on}
    calendar = Calendar(
        id=settings.id,
        timezone=settings.timezone or (base.timezone if base else SHANGHAI),
        week=week,
        seasons=seasons or (base.seasons if base and settings.hours is None else ()),
        holidays={day: holidays[day] for day in sorted(holidays) if day not in own_on},
        workdays={day: workdays[day] for day in sorted(workdays) if day not in own_off},
        yearly=base.yearly if base else {},
        published_through=settings.published_through or (base.published_through if base else None),
        version=settings.version if base is None else f"{settings.version} ({base.version})",
    )
    _refuse_overlaps(calendar, own_on)
    return calendar


def calendar_from(data: Mapping[str, Any], bases: Mapping[str, Calendar]) -> Calendar:
    """Build a calendar from values as JSON or TOML give them, such as a line that carries its own.

    The keys are those of :class:`CalendarSettings`, except that ``id`` need not be given and that
    without ``base`` (or with ``null``) it is laid over nothing.

    Raises:
        Faulty: it is refused; paths are within ``data``.
    """
    given = {"id": "inline", "base": None, **data}
    try:
        settings = CalendarSettings.model_validate(given)
        return build(settings, bases)
    except ValidationError as error:
        raise Faulty(faults_of(error, CalendarSettings, given)) from None
    except KeyError:
        raise Faulty(
            [fault("CFG-302", "base", show(given["base"]), ", ".join(sorted(bases)))]
        ) from None
    except ValueError as error:
        raise Faulty([fault("CFG-402", "", str(error))]) from None


def build_all(own: Iterable[CalendarSettings]) -> dict[str, Calendar]:
    """Build every calendar there is, by id: ``cn``, the shipped ones and one's own.

    One's own goes before a shipped one of the same id, and the order in which they are written
    does not matter. The settings' references must have been checked.

    Raises:
        KeyError: a base does not exist.
        ValueError: a calendar contradicts itself, or is laid over itself.
    """
    built: dict[str, Calendar] = {"cn": china()}
    waiting = {calendar.id: calendar for calendar in (*shipped(), *own)}
    while waiting:
        ready = [c for c in waiting.values() if c.over not in waiting]
        if not ready:
            raise ValueError(f"calendars laid over themselves: {', '.join(waiting)}")
        for calendar in ready:
            built[calendar.id] = build(calendar, built)
            del waiting[calendar.id]
    return built


@cache
def shipped() -> tuple[CalendarSettings, ...]:
    """Give the calendars that are files beside this one; a calendar's id is its file's name."""
    folder = files("config.calendars")
    return tuple(
        CalendarSettings.model_validate(
            {"id": file.name.removesuffix(".toml"), **tomllib.loads(file.read_text("utf-8"))}
        )
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    )


def _week(hours: Hours) -> Week:
    mon, tue, wed, thu, fri, sat, sun = (tuple(sorted(hours.get(day, ()))) for day in DAYS)
    return (mon, tue, wed, thu, fri, sat, sun)


def _refuse_overlaps(calendar: Calendar, days: Iterable[date]) -> None:
    """Refuse extra working days whose hours run into those of a day beside them."""
    for day in days:
        for today in (day - _DAY, day):
            before, after = calendar.spans(today), calendar.spans(today + _DAY)
            if before and after and before[-1][1] > after[0][0] + 86_400:
                raise ValueError(
                    f"the hours of {today} run past midnight ({write_span(before[-1])}) into "
                    f"those of the next day ({write_span(after[0])})"
                )
