"""One day of a calendar: what it is and why, and making it another, with a look ahead first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from monitor.access import Role
from monitor.acts import calendars
from monitor.pipeline.previewing import preview
from monitor.store import audit_log, calendar_days
from monitor.store.audit_log import Recorded
from monitor.store.calendar_days import REST, WORK
from monitor.store.scope import Scope
from monitor.web.looking import (
    Doing,
    Done,
    Form,
    Look,
    NoRightError,
    Page,
    Route,
    Shown,
    UnknownError,
)
from monitor.web.pages.actors import who
from monitor.web.pages.calendars.words import day_text, holiday, level_names, may_edit, seen
from notifiers import words
from rules.calendar_days import DayEdit, EditedDays, edited
from rules.calendars import write_span
from rules.refusals import RefusedError
from rules.year import days_of

_KINDS = {WORK: True, REST: False}


def address(calendar: str, day: date) -> str:
    """Give the address of a day of a calendar."""
    return f"/calendar/{day:%Y/%m-%d}?calendar={quote(calendar)}"


def show(look: Look) -> Shown:
    """Show a day and, where ``kind`` or ``back`` is asked for, what that would move."""
    ident, day = _where(look, look.path, look.one("calendar"))
    rules = look.rules
    base = rules.settings.rulebook().calendars[ident]
    days = calendar_days.load(look.connection)
    standing = calendar_days.standing(look.connection, ident, day)
    now = edited(base, days.of(ident))
    of_year = {one.date: one for one in days_of(now, day.year)}
    plain = {one.date: one for one in days_of(base, day.year)}
    asked, fault, found = _asked(look, ident, day), look.fault, None
    may = may_edit(look.visitor)
    if asked is not None and may and not fault:
        try:
            new = _planned(look, days, ident, day, asked)
            before, after = rules.with_days(days), rules.with_days(new)
            found = seen(look, preview(look.connection, before, after, look.now), rules)
        except RefusedError as error:
            fault = error.text(look.language)
    here = of_year[day]
    return Shown(
        "calendar_day.html",
        {
            "look": replace(look, fault=fault),
            "ident": ident,
            "day": day,
            "title": day_text(day, look.language),
            "here": here,
            "name": holiday(here.name, look.language),
            "plain": plain[day],
            "plain_name": holiday(plain[day].name, look.language),
            "hours": look.say("，", ", ").join(map(write_span, here.hours)),
            "standing": standing,
            "who": who(look, standing.entered_by) if standing else "",
            "when": words.when(standing.entered_at, rules.zone, look.language, look.now)
            if standing
            else "",
            "may_edit": may,
            "asked": asked,
            "given": {name: _given(look, name) or "" for name in ("name", "why")},
            "seen": found,
            "levels": level_names(rules, look.language),
            "acts": [
                (
                    words.when(one.at, rules.zone, look.language, look.now),
                    who(look, one.act.who),
                    _told(look, one),
                )
                for one in reversed(audit_log.of_object(look.connection, f"calendar:{ident}:{day}"))
            ],
        },
    )


def enter(doing: Doing) -> Done:
    """Enter what a day is."""
    ident, day = _where(doing, doing.path, doing.one("calendar"))
    _everywhere(doing)
    kind = doing.one("kind")
    if kind not in _KINDS:
        raise RefusedError("没有写是工作日还是休息日", "it does not say: working day or day off")
    edit = DayEdit(day, _KINDS[kind], doing.one("name") or "")
    calendars.enter(doing.connection, doing.rules, doing.actor, ident, edit, doing.now)
    return Done(
        address(ident, day),
        doing.say(
            f"{day_text(day, doing.language)}已改为{'工作日' if edit.works else '休息日'}，"
            "在办办件即刻重新核算",
            f"{day_text(day, doing.language)} is a {'working day' if edit.works else 'day off'} "
            "now; open cases are checked again",
        ),
    )


def take_back(doing: Doing) -> Done:
    """Take back what was entered for a day."""
    ident, day = _where(doing, doing.path, doing.one("calendar"))
    _everywhere(doing)
    why = doing.one("why") or ""
    calendars.take_back(doing.connection, doing.actor, ident, day, why, doing.now)
    return Done(
        address(ident, day),
        doing.say(
            f"{day_text(day, doing.language)}的修改已撤回，在办办件即刻重新核算",
            f"What was entered for {day_text(day, doing.language)} is taken back; open cases are "
            "checked again",
        ),
    )


def _everywhere(doing: Doing) -> None:
    """Go on only for who sees everything: a calendar holds for all regions.

    Raises:
        NoRightError: he does not.
    """
    if doing.visitor.scope != Scope():
        raise NoRightError


def _where(given: Look | Doing, path: Mapping[str, str], ident: str | None) -> tuple[str, date]:
    """Give the calendar and the day of an address.

    Raises:
        UnknownError: there is none.
    """
    try:
        day = date.fromisoformat(f"{path['year']}-{path['day']}")
    except ValueError:
        raise UnknownError from None
    ident = ident or given.rules.book.default_calendar
    if ident not in given.rules.settings.rulebook().calendars or not 1990 < day.year < 2060:
        raise UnknownError
    return ident, day


def _given(look: Look, name: str) -> str | None:
    """Give what a form that was refused said, or else the address."""
    if look.form:
        said = look.form.get(name) or ()
        return said[-1].strip() if said else None
    return look.one(name)


def _asked(look: Look, ident: str, day: date) -> str | None:
    """Give what is asked for: "work", "rest" or "back"."""
    kind = _given(look, "kind")
    if kind in _KINDS:
        return kind
    if look.one("back") or (look.form and "why" in look.form):
        standing = calendar_days.standing(look.connection, ident, day)
        return "back" if standing else None
    return None


def _planned(look: Look, days: EditedDays, ident: str, day: date, asked: str) -> EditedDays:
    if asked == "back":
        return calendars.without_edit(days, ident, day)
    edit = DayEdit(day, _KINDS[asked], look.one("name") or "")
    return calendars.with_edit(look.rules, days, ident, edit)


def _told(look: Look, one: Recorded) -> str:
    after, note = one.act.after, one.act.note
    if after is None:
        text = look.say("撤回修改", "taken back")
        return f"{text}{look.say('：', ': ')}{note}" if note else text
    works = after["kind"] == WORK
    text = look.say("改为工作日", "working day") if works else look.say("改为休息日", "day off")
    return f"{text}{look.say('：', ': ')}{after['name']}"


ROUTES: tuple[Route, ...] = (
    Page("/calendar/{year:str}/{day:str}", show),
    Form("/calendar/{year:str}/{day:str}", enter, show, Role.MANAGE),
    Form("/calendar/{year:str}/{day:str}/back", take_back, show, Role.MANAGE),
)
