"""Entering what a day of a calendar is, over the calendar of the settings, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.pipeline.in_force import InForce
from monitor.store import audit_log, calendar_days
from monitor.store.audit_log import Act
from monitor.store.calendar_days import Day
from rules.calendar_days import DayEdit, EditedDays, edited
from rules.calendars import Calendar
from rules.refusals import RefusedError
from rules.worktime import FIRST_DAY, LAST_DAY, WorkingTime

LONGEST = 40
"""Characters of what a day is called."""


def with_edit(rules: InForce, days: EditedDays, calendar: str, edit: DayEdit) -> EditedDays:
    """Give the days as they would be with one more edit, in the place of what stands for its day.

    Args:
        rules: what is in force.
        days: the days that stand.
        calendar: the id of the calendar.
        edit: what the day is to be.

    Raises:
        RefusedError: there is no such calendar, nothing is said about the day, it is so already, or
            its hours run into those of a day beside it.
    """
    base = _base(rules, calendar)
    day, now = edit.day, edited(base, days.of(calendar))
    if not FIRST_DAY < day < LAST_DAY:
        raise RefusedError(f"日历里没有 {day}", f"{day} is beyond the calendar")
    if not edit.name.strip():
        raise RefusedError("没有写名称或事由", "it does not say what the day is called, or why")
    if len(edit.name) > LONGEST:
        raise RefusedError(f"名称或事由不超过 {LONGEST} 字", f"at most {LONGEST} characters")
    if bool(now.spans(day)) is edit.works:
        raise RefusedError(
            f"{day} 本来就是{'工作日' if edit.works else '休息日'}，不必修改",
            f"{day} is a {'working day' if edit.works else 'day off'} already",
        )
    others = tuple(one for one in days.of(calendar) if one.day != day)
    # What the calendar of the settings says needs no edit.
    more = () if bool(base.spans(day)) is edit.works else (edit,)
    new = _with(days, calendar, (*others, *more))
    try:
        WorkingTime(edited(base, new.of(calendar)))
    except ValueError as error:
        raise RefusedError(f"改后的日历有误：{error}", str(error)) from None
    return new


def without_edit(days: EditedDays, calendar: str, day: date) -> EditedDays:
    """Give the days as they would be without what was entered for one day."""
    return _with(days, calendar, tuple(one for one in days.of(calendar) if one.day != day))


def enter(
    connection: Connection, rules: InForce, actor: Actor, calendar: str, edit: DayEdit, now: int
) -> None:
    """Enter what a day is: the next check of every case goes by it.

    Where that is what the calendar of the settings says, what stands against it is taken back.

    Raises:
        RefusedError: see :func:`with_edit`.
    """
    calendar_days.lock(connection)
    new = with_edit(rules, calendar_days.load(connection), calendar, edit)
    before = calendar_days.standing(connection, calendar, edit.day)
    if edit not in new.of(calendar):
        assert before is not None  # noqa: S101  or it would be refused
        take_back(connection, actor, calendar, edit.day, edit.name, now)
        return
    calendar_days.enter(connection, calendar, edit, actor.who, now)
    after = {"kind": "work" if edit.works else "rest", "name": edit.name}
    _record(connection, actor, "calendar.edit", (calendar, edit.day), _told(before), after, "", now)


def take_back(
    connection: Connection, actor: Actor, calendar: str, day: date, why: str, now: int
) -> None:
    """Take back what was entered for a day: the calendar of the settings holds again.

    Raises:
        RefusedError: nothing was entered that stands, or no reason is given.
    """
    calendar_days.lock(connection)
    before = calendar_days.standing(connection, calendar, day)
    if before is None:
        raise RefusedError(f"{day} 没有可撤回的修改", f"nothing stands that was entered for {day}")
    if not why.strip():
        raise RefusedError("没有写撤回的事由", "it does not say why it is taken back")
    calendar_days.end(connection, before.id, actor.who, now)
    where = (calendar, day)
    _record(connection, actor, "calendar.take-back", where, _told(before), None, why, now)


def _base(rules: InForce, calendar: str) -> Calendar:
    base = rules.settings.rulebook().calendars.get(calendar)
    if base is None:
        raise RefusedError(f"没有日历 {calendar}", f"there is no calendar {calendar}")
    return base


def _with(days: EditedDays, calendar: str, edits: tuple[DayEdit, ...]) -> EditedDays:
    ordered = tuple(sorted(edits, key=lambda one: one.day))
    return replace(days, version=days.version + 1, edits={**days.edits, calendar: ordered})


def _told(before: Day | None) -> dict[str, str] | None:
    return None if before is None else {"kind": before.kind, "name": before.name}


def _record(
    connection: Connection,
    actor: Actor,
    name: str,
    where: tuple[str, date],
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    note: str,
    now: int,
) -> None:
    calendar, day = where
    act = Act(actor.who, actor.origin, name, f"calendar:{calendar}:{day}", before, after, note)
    audit_log.record(connection, act, now)
