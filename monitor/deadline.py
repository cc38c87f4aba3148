"""The pure part of ``duban deadline``: when is it due? Requests in, answers out.

A request says ``start``, ``allow`` and, if it likes, ``extensions``, ``pauses``, ``calendar``,
``now`` and how to reckon (``pause_count``: touched, after-first-day, whole or moments;
``day_end``: close or 24:00; ``count_start_day``; ``roll``; ``pause_cap``). An answer has ``due``,
``state`` and ``provisional`` and, where the request said ``now``, ``used`` and ``left``, neither
beyond the limit. On limits in days the day in hand is in both: on the 9th of 10 days, 9 are used
and 2 are left, as the warning "2 working days left" says. Limits in months tell them in calendar
days.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import numpy as np

from monitor.deadline_requests import Request, Requests
from rules.amounts import Amount, Unit
from rules.batches import Batch
from rules.calendars import Calendar
from rules.cases import Case, Part, PartKind
from rules.clocks import STATES, Course
from rules.instants import NONE, instants, iso, moment, optional
from rules.limits import Allowance, Limit
from rules.worktime import WorkingTime, working_time

_AT_ONCE = 4096


def answer(request: Mapping[str, Any], bases: Mapping[str, Calendar]) -> dict[str, Any]:
    """Answer one request; ``bases`` are the calendars that can be named, by id.

    Raises:
        ValueError: the request is refused; the message says why.
    """
    found = Deadlines(bases).answers([Requests(bases).read(request)])[0]
    if "error" in found:
        raise ValueError(found["error"])
    return found


def answer_lines(
    lines: Iterable[str], bases: Mapping[str, Calendar], at_once: int = _AT_ONCE
) -> Iterator[tuple[str, bool]]:
    """Answer requests as JSON Lines, in their order, with whether each was understood.

    A line that is refused is answered with ``{"error": …, "line": n}``, counted from 1, and the
    others go on. Empty lines are passed over. Up to ``at_once`` lines are read ahead.
    """
    requests, deadlines = Requests(bases), Deadlines(bases)
    numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip())
    while chunk := list(islice(numbered, at_once)):
        read: list[Request] = []
        refused: dict[int, str] = {}
        for number, line in chunk:
            try:
                read.append(requests.read(_parsed(line)))
            except ValueError as error:
                refused[number] = str(error)
        answers = iter(deadlines.answers(read))
        for number, _ in chunk:
            bad: dict[str, Any] = {"error": refused.get(number), "line": number}
            found = bad if number in refused else next(answers)
            understood = "error" not in found
            if not understood:
                found["line"] = number
            yield _written(found), understood


class Deadlines:
    """Answers requests that have been read, those that are counted alike in one go."""

    def __init__(self, bases: Mapping[str, Calendar]) -> None:
        self._lasting = set(map(id, bases.values()))

    def answers(self, requests: Sequence[Request]) -> list[dict[str, Any]]:
        """Give the answers in the order of the requests.

        Where the calendar that a request carries contradicts itself, the answer is
        ``{"error": …}``.
        """
        alike: dict[object, list[int]] = {}
        for i, request in enumerate(requests):
            key = (request.calendar, request.allow.unit, request.reckoning)
            alike.setdefault(key, []).append(i)
        answers: list[dict[str, Any]] = [{}] * len(requests)
        for places in alike.values():
            group = [requests[i] for i in places]
            try:
                found = self._group(group)
            except ValueError as error:
                found = [{"error": str(error)} for _ in group]
            for i, one in zip(places, found, strict=True):
                answers[i] = one
        return answers

    def _group(self, group: Sequence[Request]) -> list[dict[str, Any]]:
        calendar = group[0].calendar
        batch = Batch.of([_case(request) for request in group])
        work = working_time(calendar) if id(calendar) in self._lasting else _some_years(group)
        course = Course(_limit(group[0]), batch, work)
        if np.any((course.due == NONE) & ~course.paused):
            # Due beyond the years that were compiled for the sake of speed.
            course = Course(_limit(group[0]), batch, working_time(calendar))
        return _told(group, course)


def _told(group: Sequence[Request], course: Course) -> list[dict[str, Any]]:
    zone = group[0].calendar.timezone
    now = instants(request.now for request in group)
    now = np.where(now == NONE, course.start, now)  # without it, as things stand at the start
    state = course.state(now)
    used, left = course.progress(now)
    unit = course.limit_unit
    unit = Unit.CALENDAR_DAY if unit is Unit.MONTH else unit
    told = []
    for i, request in enumerate(group):
        found: dict[str, Any] = {} if request.tag is None else {"id": request.tag}
        found["due"] = iso(optional(course.due[i]), zone)
        found["state"] = STATES[state[i]].value
        found["provisional"] = bool(course.provisional[i])
        if request.now is not None:
            found["used"] = _amount(float(used[i]), unit)
            found["left"] = _amount(float(left[i]), unit)
        told.append(found)
    return told


def _amount(value: float, unit: Unit) -> dict[str, Any]:
    number = int(value) if value.is_integer() else value
    return {"value": number, "unit": unit.value, "text": str(Amount(value, unit))}


_written = json.JSONEncoder(ensure_ascii=False).encode


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("not JSON: nested too deeply") from None


def _limit(request: Request) -> Limit:
    allow = Allowance(column="allow", unit=request.allow.unit)
    return Limit(
        id="deadline",
        title="",
        start="start_at",
        until="until_at",
        allow=allow,
        levels=(),
        calendar=request.calendar.id,
        reckoning=request.reckoning,
    )


def _case(request: Request) -> Case:
    parts = [Part(PartKind.PAUSE, "", begin, end) for begin, end in request.pauses]
    parts += [
        Part(
            PartKind.EXTENSION,
            "",
            granted,
            facts={"amount": amount.value, "unit": amount.unit.value},
        )
        for amount, granted in request.extensions
    ]
    return Case("", "", {"start_at": request.start, "allow": request.allow.value}, tuple(parts))


def _some_years(group: Sequence[Request]) -> WorkingTime:
    """Compile those years of a calendar that requests are likely to need."""
    zone = group[0].calendar.timezone
    starts = [request.start for request in group]
    ends = [end for request in group for _, end in request.pauses if end is not None]
    first = moment(min(starts), zone).year - 1
    last = moment(max(*starts, *ends, min(starts)), zone).year + 2
    try:
        return WorkingTime(group[0].calendar, date(first, 1, 1), date(last, 12, 31))
    except ValueError:  # without a working day in those years, or a fault of the calendar's
        return working_time(group[0].calendar)
