"""The lines of a ranking: each unit with its numbers, worked out from what the store counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection

from monitor.pipeline.in_force import InForce
from monitor.store import rankings
from monitor.store.rankings import By, StartedOn, Within
from monitor.web.pages.rank.periods import Period
from rules.instants import moment
from rules.punctuality import FEW, NONE_CLOSED, Closings, total

_EPOCH = date(1970, 1, 1)


@dataclass
class Line:
    """A unit and its numbers; shares are ``None`` where there is nothing to share.

    ``done`` is what was closed in the period, ``before`` in the one before. ``days`` are the
    working days from acceptance to closing on average, ``cards`` the cases that have a card now,
    by level.
    """

    unit: str
    done: Closings = NONE_CLOSED
    before: Closings = NONE_CLOSED
    days: float | None = None
    cards: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overdue: int = 0
    orders: int = 0
    answered: int = 0
    calls: int = 0
    content: int = 0

    @property
    def rate(self) -> float | None:
        """The on-time rate, 0 to 1."""
        return self.done.rate

    @property
    def change(self) -> float | None:
        """By how much that is more than in the period before, where both have enough cases."""
        return self.done.change(self.before)

    @property
    def answered_share(self) -> float | None:
        """The share of orders that were replied to in time."""
        return _share(self.answered, self.orders)

    @property
    def content_share(self) -> float | None:
        """The share of applicants reached who were content."""
        return _share(self.content, self.calls)

    @property
    def tells(self) -> bool:
        """Whether it has anything to tell of the period or of now."""
        return bool(self.done.closed or self.cards or self.overdue or self.orders or self.calls)

    @property
    def few(self) -> bool:
        """Whether it has too few cases to be ranked by them."""
        return self.done.known < FEW


SORTS: dict[str, Callable[[Line], float | None]] = {
    "rate": lambda line: line.rate,
    "change": lambda line: line.change,
    "closed": lambda line: line.done.closed,
    "late": lambda line: line.done.late,
    "days": lambda line: line.days,
    "overdue": lambda line: line.overdue,
    "orders": lambda line: line.answered_share,
    "calls": lambda line: line.content_share,
}
"""By what lines can be sorted, beside the levels; a minus turns it round."""


def lines(
    connection: Connection, rules: InForce, by: By, within: Within, period: Period, now: int
) -> list[Line]:
    """Work out the lines of all units that have anything to tell."""
    levels = list(rules.settings.daemon.levels)
    offset = _offset(rules, now)
    begin, end = period.begin(rules.zone), period.end(rules.zone)
    earlier = period.beside(-1).begin(rules.zone)
    found: dict[str, Line] = {}

    def of(unit: str | None) -> Line:
        named = _unit(rules, by, unit)
        return found.setdefault(named, Line(named))

    for unit, done in rankings.closed(connection, by, within, begin, end):
        line = of(unit)
        line.done = total((line.done, done))
    at = (connection, by, within, begin, end, offset)
    for unit, average in _days(
        rules, by, rankings.closed_on(*at), rankings.accepted_on(*at)
    ).items():
        found[unit].days = average
    for unit, done in rankings.closed(connection, by, within, earlier, begin):
        line = of(unit)
        line.before = total((line.before, done))
    for card in rankings.cards(connection, by, within, levels):
        if card.level != levels[0]:
            of(card.unit).cards[card.level] += card.number
    for late in rankings.overdue(connection, by, within, now):
        of(late.unit).overdue += late.number
    for share in rankings.orders(connection, by, within, begin, end, now):
        line = of(share.unit)
        line.orders += share.number
        line.answered += share.good
    for share in rankings.calls(connection, by, within, begin, end):
        line = of(share.unit)
        line.calls += share.number
        line.content += share.good
    return [line for line in found.values() if line.tells]


def ranked(found: Iterable[Line], sort: str) -> list[Line]:
    """Put lines in order: those of few cases and those without the number come last."""
    key = sort.lstrip("-")
    value = SORTS.get(key) or (lambda line: line.cards.get(key, 0))
    sign = -1 if sort.startswith("-") else 1

    def order(line: Line) -> tuple[bool, bool, float, int, str]:
        number = value(line)
        ranks = key in ("rate", "change", "days")
        return (
            ranks and line.few,
            number is None,
            sign * (number or 0),
            -line.done.known,
            line.unit,
        )

    return sorted(found, key=order)


def _share(good: int, count: int) -> float | None:
    return good / count if count else None


def _days(
    rules: InForce, by: By, done: Iterable[StartedOn], begun: Iterable[StartedOn]
) -> dict[str, float]:
    """Give the working days from acceptance to closing on average, by unit.

    The number of working days between two days is the difference of their ordinals, so that the
    sum over all cases is the difference of two sums.
    """
    work = rules.calendars[rules.book.default_calendar]

    def ordinal(day: int) -> int:
        number = work.number_of(_EPOCH + timedelta(days=day))
        return int(work.ordinal[min(max(number, 0), work.size - 1)])

    sums: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    for closed in done:
        unit = _unit(rules, by, closed.unit)
        sums[unit] += ordinal(closed.day) * closed.number
        counts[unit] += closed.number
    for accepted in begun:
        sums[_unit(rules, by, accepted.unit)] -= ordinal(accepted.day) * accepted.number
    return {unit: sums[unit] / count for unit, count in counts.items() if count}


def _unit(rules: InForce, by: By, unit: str | None) -> str:
    """Give the unit by its id: cases name handlers by their ids or by their names."""
    if by is By.HANDLER and unit is not None:
        named = rules.book.directory.named(unit)
        if len(named) == 1:
            return named[0].id
    return unit or ""


def _offset(rules: InForce, now: int) -> int:
    offset = moment(now, rules.zone).utcoffset() or timedelta()
    return int(offset.total_seconds()) * 1_000_000
