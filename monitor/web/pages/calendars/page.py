"""Calendars: a year as it is reckoned with, and the days that were entered by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.store import calendar_days
from monitor.store.calendar_days import Day
from monitor.web.looking import Look, Page, Route, Shown, UnknownError
from monitor.web.pages.actors import who
from monitor.web.pages.calendars.day import ROUTES as DAY
from monitor.web.pages.calendars.day import address
from monitor.web.pages.calendars.words import day_text, holiday, may_edit
from notifiers import words
from rules.calendar_days import edited
from rules.calendars import Calendar, write_span
from rules.instants import moment
from rules.year import YearDay, YearDayKind, days_of, holidays_of

_YEARS = range(1991, 2060)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in its month: what it is, how it is called, and who entered it, if anybody did."""

    day: YearDay
    name: str
    href: str
    today: bool
    edit: Day | None
    who: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its weeks, with ``None`` before its first day and behind its last."""

    number: int
    name: str
    working: int
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A day that was entered, in words."""

    day: str
    href: str
    works: bool
    name: str
    who: str
    when: str
    ended: str


def show_now(look: Look) -> Shown:
    """Show the year that it is."""
    return _year(look, moment(look.now, look.rules.zone).year)


def show(look: Look) -> Shown:
    """Show a year."""
    text = look.path["year"]
    if not text.isdecimal() or len(text) > 4 or int(text) not in _YEARS:
        raise UnknownError
    return _year(look, int(text))


def _year(look: Look, year: int) -> Shown:
    rules = look.rules
    base = rules.settings.rulebook().calendars
    ident = look.one("calendar") or rules.book.default_calendar
    if ident not in base:
        raise UnknownError
    calendar = edited(base[ident], calendar_days.load(look.connection).of(ident))
    days = days_of(calendar, year)
    entered = calendar_days.history(look.connection, ident, year)
    standing = {one.day: one for one in entered if one.ended_at is None}
    months = tuple(_month(look, ident, number, days, standing) for number in range(1, 13))
    through = calendar.published_through
    return Shown(
        "calendar.html",
        {
            "year": year,
            "years": [one for one in (year - 1, year + 1) if one in _YEARS],
            "ident": ident,
            "version": calendar.version,
            "calendars": sorted(base),
            "months": months,
            "working": sum(day.works for day in days),
            "off": sum(not day.works for day in days),
            "provisional": any(day.provisional for day in days),
            "through": words.date(through, look.language, with_year=True) if through else "",
            "unknown": _unknown(calendar, year),
            "holidays": [
                (
                    holiday(one.name, look.language),
                    _span(look, one.first, one.last),
                    one.days,
                    any(one.first <= day <= one.last for day in standing),
                )
                for one in holidays_of(days)
            ],
            "makeups": [
                (day_text(day.date, look.language), day.date in standing)
                for day in days
                if day.kind is YearDayKind.MAKEUP
            ],
            "hours": tuple(_hours(look, days)),
            "entries": [_entry(look, ident, one) for one in entered],
            "may_edit": may_edit(look.visitor),
            "weekdays": look.say("一 二 三 四 五 六 日", "M T W T F S S").split(),
            "limits": [one.title for one in rules.book.limits if one.calendar == ident],
        },
    )


def _month(
    look: Look, ident: str, number: int, days: Sequence[YearDay], standing: dict[date, Day]
) -> Month:
    mine = [day for day in days if day.date.month == number]
    today = moment(look.now, look.rules.zone).date()
    cells: list[Cell | None] = [None] * mine[0].date.weekday()
    for day in mine:
        edit = standing.get(day.date)
        cells.append(
            Cell(
                day,
                edit.name if edit else holiday(day.name, look.language),
                address(ident, day.date),
                day.date == today,
                edit,
                who(look, edit.entered_by) if edit else "",
            )
        )
    cells += [None] * (-len(cells) % 7)
    name = look.say(f"{number}月", f"{date(2000, number, 1):%b}")
    weeks = tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7))
    return Month(number, name, sum(day.works for day in mine), weeks)


def _unknown(calendar: Calendar, year: int) -> int | None:
    """Give the first year whose holidays are known, where that is a later one."""
    known = min((*calendar.holidays, *calendar.workdays), default=None)
    return known.year if known is not None and known.year > year else None


def _hours(look: Look, days: Sequence[YearDay]) -> Iterator[tuple[str, str]]:
    """Give the hours of ordinary working days, each with the part of the year they are of."""
    runs: list[tuple[date, date, str]] = []
    for day in days:
        if day.kind is not YearDayKind.WORKING:
            continue
        written = look.say("，", ", ").join(map(write_span, day.hours))
        if runs and runs[-1][2] == written:
            runs[-1] = (runs[-1][0], day.date, written)
        else:
            runs.append((day.date, day.date, written))
    if len(runs) > 6:  # another time every day of the week: each once
        for written in dict.fromkeys(run[2] for run in runs):
            yield "", written
        return
    for first, last, written in runs:
        whole = last - first > timedelta(days=340)
        yield ("" if whole else _span(look, first, last)), written


def _span(look: Look, first: date, last: date) -> str:
    begin = day_text(first, look.language)
    return begin if first == last else f"{begin} – {day_text(last, look.language)}"


def _entry(look: Look, ident: str, one: Day) -> Entry:
    rules = look.rules

    def when(at: int) -> str:
        return words.when(at, rules.zone, look.language, look.now)

    ended = ""
    if one.ended_at is not None and one.ended_by is not None:
        ended = f"{who(look, one.ended_by)} {when(one.ended_at)}"
    return Entry(
        day_text(one.day, look.language),
        address(ident, one.day),
        one.works,
        one.name,
        who(look, one.entered_by),
        when(one.entered_at),
        ended,
    )


ROUTES: tuple[Route, ...] = (
    Page("/calendar", show_now),
    Page("/calendar/{year:str}", show),
    *DAY,
)
