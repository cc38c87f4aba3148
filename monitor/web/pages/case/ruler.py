"""The ruler of a limit: how much of it is used, and where its levels, its end and others lie.

Limits in days are drawn by working (or calendar) days, as the calendar beside it counts them;
others by the time that counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.pipeline.wording import level_name
from monitor.web.looking import Look
from monitor.web.pages.case.words import limit_name
from notifiers import words
from notifiers.telling import Telling
from rules.days import DayKind
from rules.explanation import CLOSED, DisagreementError, Explanation, LevelMark
from rules.explanations import Explained
from rules.findings import ClockState
from rules.instants import moment
from rules.limits import ThresholdKind

_WIDE = 760  # pixels of the ruler, about; where it is narrower it is scrolled


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: its kind, its place in per cent, its label, on which of four lines, how anchored."""

    kind: str
    at: float
    text: str
    line: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """What is drawn, in per cent: used, the end, how much over it; ``said`` is that in words.

    ``red`` is how much of that lies beyond the line from which the alert is red.
    """

    used: float
    end: float
    over: float
    red: float
    marks: tuple[Mark, ...]
    said: str


@dataclass(frozen=True, slots=True)
class _Point:
    kind: str
    at: float
    text: str
    lines: tuple[int, ...]


_ABOVE, _BELOW = (1, 0), (2, 3)


class Count:
    """How much of a limit is used by the end of each day, of the due day and the last, in days."""

    def __init__(self, shown: Explanation) -> None:
        self._by_date: dict[date, int] = {}
        self.due: int | None = None
        number = 0
        for day in shown.days:
            if day.kind is DayKind.COUNTED:
                number = day.number or number
            elif day.kind is DayKind.OVERDUE:
                number = (self.due or 0) + (day.number or 0)
            self._by_date[day.date] = number
            if day.due_at is not None:
                self.due = number
        self._first = shown.days[0].date if shown.days else None
        self.last = number

    def on(self, day: date) -> int:
        """Give how much is used by the end of a day."""
        if self._first is None or day < self._first:
            return 0
        return self._by_date.get(day, self.last)


def ruler(look: Look, shown: Explanation, limits: Sequence[Explained]) -> Ruler | None:
    """Give the ruler of a limit; ``None`` where nothing is counted yet.

    ``limits`` are all that are for the case: those that began with it and allow more are marked.
    """
    if shown.start_at is None or not shown.days:
        return None
    days = shown.unit.counts_days
    count = Count(shown)
    end = _end(shown, count)
    if end is None:
        return None
    now = _now(shown, count, end)
    name = limit_name(shown.limit)
    if name == Telling(shown, look.language).end:
        name = look.say("时限", "Limit")
    points = [_Point("due", end, _label(look, name, end, days), _ABOVE)]
    points.append(_Point("now", now, _label(look, _called_now(look, shown), now, days), _BELOW))
    open_ = shown.state not in CLOSED
    reached = [at for level, at in _levels(shown, count, end) if level.rank > 1 and level.reached]
    red_at = min(reached, default=now)
    for level, at in _levels(shown, count, end) if open_ else ():
        if at != end:
            name = level_name(level.name, look.language)
            lines = _ABOVE if level.rank > 1 else _BELOW
            points.append(_Point(level.name, at, _label(look, name, at, days), lines))
    for name, at in _others(shown, limits, end):
        points.append(_Point("other", at, _label(look, name, at, days), _BELOW))
    points.append(_Point("start", 0, look.say("起算", "Start"), _BELOW))
    most = max(one.at for one in points) or 1
    said = look.say("，", ", ").join(one.text for one in sorted(points, key=lambda one: one.at))
    return Ruler(
        min(now, end) / most * 100,
        end / most * 100,
        max(now - end, 0) / most * 100,
        max(now - max(red_at, end), 0) / most * 100,
        tuple(_placed(points, most)),
        said,
    )


def _end(shown: Explanation, count: Count) -> float | None:
    if shown.unit.counts_days:
        if count.due is not None:
            return count.due
        return shown.amount.value if shown.amount else None
    return shown.amount.seconds if shown.amount else None


def _now(shown: Explanation, count: Count, end: float) -> float:
    closed = shown.state in CLOSED and shown.until_at is not None
    if shown.unit.counts_days:
        at = shown.until_at if closed and shown.until_at is not None else shown.now
        day = moment(at, shown.timezone).date()
        if shown.margin is not None and shown.margin.passed:
            return end + shown.margin.amount.value
        return min(count.on(day), end)
    if shown.margin is None:
        return (shown.days[-1].total or 0) / 1_000_000
    left = shown.margin.amount.seconds
    return end + left if shown.margin.passed else max(end - left, 0)


def _levels(shown: Explanation, count: Count, end: float) -> Iterator[tuple[LevelMark, float]]:
    """Give the levels with how much of the limit is used when each is reached."""
    if shown.unit.counts_days:
        for day in shown.days:
            for mark in shown.levels:
                if mark.name in day.levels:
                    yield mark, count.on(day.date)
        return
    for mark in shown.levels:
        threshold = mark.threshold
        if threshold.kind is ThresholdKind.PERCENT:
            yield mark, end * threshold.percent / 100
        elif threshold.amount.value == 0:
            yield mark, end
        elif threshold.amount.unit.seconds is not None:
            late = threshold.kind is ThresholdKind.OVER
            yield mark, max(end + threshold.amount.seconds * (1 if late else -1), 0)


def _others(
    shown: Explanation, limits: Sequence[Explained], end: float
) -> Iterator[tuple[str, float]]:
    """Give the limits that run beside this one and allow more, with how much they do."""
    for limit, other in limits:
        if isinstance(other, DisagreementError) or limit.id == shown.limit.id:
            continue
        beside = (other.start_at, other.unit, limit.until) == (
            shown.start_at,
            shown.unit,
            shown.limit.until,
        )
        if beside and other.amount is not None and shown.unit.counts_days:
            allowed = Count(other).due or other.amount.value
            if allowed > end:
                yield limit_name(limit), allowed


def _called_now(look: Look, shown: Explanation) -> str:
    if shown.state in CLOSED:
        end = Telling(shown, look.language).end
        return end[:1].upper() + end[1:]
    if shown.state is ClockState.PAUSED:
        return look.say("已用", "Used")
    return look.say("现在", "Now")


def _label(look: Look, name: str, at: float, days: bool) -> str:
    number = f"{at:g}" if days else words.duration(at, look.language)
    return f"{name} {number}"


def _placed(points: Sequence[_Point], most: float) -> Iterator[Mark]:
    """Put labels on lines so that none lies over another; one that has no room goes without."""
    taken: list[list[tuple[float, float]]] = [[], [], [], []]
    for one in points:
        share = one.at / most
        width = sum(13 if ord(sign) > 255 else 7.5 for sign in one.text) + 12
        anchor, begin = "middle", share * _WIDE - width / 2
        if begin < 0:
            anchor, begin = "start", share * _WIDE
        elif begin + width > _WIDE:
            anchor, begin = "end", share * _WIDE - width
        free = (
            line
            for line in one.lines
            if all(begin + width <= a or begin >= b for a, b in taken[line])
        )
        line = next(free, -1)
        if line >= 0:
            taken[line].append((begin, begin + width))
        text = one.text if line >= 0 else ""
        yield Mark(one.kind, share * 100, text, max(line, 0), anchor)
