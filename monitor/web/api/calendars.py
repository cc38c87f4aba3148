"""Working time: is a day a working day, when is something due after so many working days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from config import Words
from monitor import typed
from monitor.deadline import answer
from monitor.web.api.calls import Asked, Asks, Call, Gives
from monitor.web.api.problems import invalid
from monitor.web.looking import UnknownError
from rules.calendars import Calendar, write_span
from rules.refusals import RefusedError
from rules.worktime import FIRST_DAY, LAST_DAY

TAG = "calendars"


class CalendarOf(Gives):
    """A calendar."""

    id: str
    timezone: str
    version: str
    published_through: Annotated[
        date | None, Meta(description="已公布到 · published up to this day")
    ]


class Calendars(Gives):
    """The calendars in force."""

    rows: list[CalendarOf]


class Day(Gives):
    """What a day of a calendar is."""

    calendar: str
    date: date
    works: Annotated[bool, Meta(description="是否工作日 · whether it is a working day")]
    hours: Annotated[list[str], Meta(description="工作时间 · working hours")]
    name: Annotated[str | None, Meta(description="放假名称 · name of the holiday")]
    provisional: Annotated[
        bool, Meta(description="放假安排尚未公布 · its holidays are not yet published")
    ]


class Reckoning(Asks):
    """When is it due? As ``duban deadline`` takes it."""

    start: Annotated[str, Meta(description="起算（ISO 8601） · from when (ISO 8601)")]
    allow: Annotated[str, Meta(description="多久 · how long", examples=["5 working days"])]
    calendar: Annotated[str | None, Meta(description="日历 · id of a calendar")] = None
    now: Annotated[str | None, Meta(description="以此刻计已用、剩余 · for what is used")] = None
    extensions: Annotated[list[str | dict[str, Any]], Meta(max_length=500)] = msgspec.field(
        default_factory=list
    )
    pauses: Annotated[
        list[list[str | None]],
        Meta(max_length=500, description="[起, 止]，止可为 null · [from, to]"),
    ] = msgspec.field(default_factory=list)


class Amount(Gives):
    """An amount of time."""

    value: float
    unit: str
    text: str


class Due(Gives, kw_only=True, omit_defaults=True):
    """When it is due."""

    due: str | None = None
    state: str
    provisional: bool
    used: Amount | None = None
    left: Amount | None = None


def listed(asked: Asked) -> Calendars:
    """Give the calendars in force."""
    return Calendars(
        rows=[
            CalendarOf(
                id=one.id,
                timezone=one.timezone.key,
                version=one.version,
                published_through=one.published_through,
            )
            for _, one in sorted(asked.rules.book.calendars.items())
        ]
    )


def day(asked: Asked) -> Day:
    """Tell what a day is."""
    calendar = _calendar(asked)
    try:
        on = typed.day(asked.path["day"])
    except RefusedError as error:
        raise invalid(error.zh, error.en) from None
    if not FIRST_DAY < on < LAST_DAY:
        raise invalid(f"日历里没有 {on}", f"{on} is beyond the calendar")
    spans, through = calendar.spans(on), calendar.published_through
    return Day(
        calendar=calendar.id,
        date=on,
        works=bool(spans),
        hours=[write_span(span) for span in spans],
        name=calendar.holiday(on) if not spans else None,
        provisional=through is not None and on > through,
    )


def due(asked: Asked) -> Due:
    """Reckon when something is due."""
    body: Reckoning = asked.body
    request = {
        "start": body.start,
        "allow": body.allow,
        "calendar": body.calendar or asked.rules.book.default_calendar,
        "extensions": body.extensions,
        "pauses": body.pauses,
        **({} if body.now is None else {"now": body.now}),
    }
    try:
        found = answer(request, asked.rules.book.calendars)
    except ValueError as error:
        raise RefusedError(f"请求有误：{error}", str(error)) from None
    return msgspec.convert(found, Due)


def _calendar(asked: Asked) -> Calendar:
    found = asked.rules.book.calendars.get(asked.path["calendar"])
    if found is None:
        raise UnknownError
    return found


CALLS = (
    Call(
        "GET",
        "/calendars",
        "listCalendars",
        TAG,
        Words("日历", "List calendars"),
        listed,
        Calendars,
    ),
    Call(
        "GET",
        "/calendars/{calendar:str}/days/{day:str}",
        "getDay",
        TAG,
        Words("某天是不是工作日", "Is a day a working day?"),
        day,
        Day,
    ),
    Call(
        "POST",
        "/deadline",
        "reckonDeadline",
        TAG,
        Words("算到期时刻", "Reckon when something is due"),
        due,
        Due,
        body=Reckoning,
        example={"start": "2026-09-18T10:00", "allow": "5 working days"},
        reckons=True,
        note=Words(
            "与 `duban deadline` 相同，不改动任何东西。",
            "As `duban deadline` does; it changes nothing.",
        ),
    ),
)
