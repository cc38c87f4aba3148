"""All the figures of the board, in words of one language, each with the list behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.pipeline.wording import level_name
from monitor.web.looking import Look
from monitor.web.pages.board import days as board_days
from monitor.web.pages.board import matrix as board_matrix
from monitor.web.pages.board.days import Day
from monitor.web.pages.board.matrix import Matrix
from monitor.web.pages.board.scope import Narrow
from monitor.web.pages.board.seen import Lamp, Rate, Seen, rate
from notifiers import words


class Total(NamedTuple):
    """A level and its cases; of them nobody acknowledged ``waiting``, and ``closed`` are closed.

    ``today`` is how many cards came to the level today.
    """

    lamp: Lamp
    waiting: int
    closed: int
    today: int


class Bar(NamedTuple):
    """A day: its label, the day in words, the numbers stacked on it, and the list behind them."""

    label: str
    day: str
    numbers: tuple[int, ...]
    href: str | None

    @property
    def total(self) -> int:
        """All of its numbers."""
        return sum(self.numbers)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of what is ``seen``.

    Bars of ``due`` hold cases with a lamp and others, those of ``opened`` cards by level.
    ``as_of`` says when they were counted, where the store has changed since.
    """

    seen: Seen
    totals: tuple[Total, ...]
    due_today: int
    due_today_lit: int
    open: int
    paused: int
    of_no_case: int
    rate: Rate
    matrix: Matrix
    due: tuple[Bar, ...]
    opened: tuple[Bar, ...]
    opened_levels: tuple[tuple[str, str], ...]
    as_of: str

    @property
    def narrow(self) -> Narrow:
        """What was asked for."""
        return self.seen.narrow

    @property
    def standing(self) -> int:
        """How many open cases have a lamp, and how many cards are about no case."""
        return sum(one.lamp.number for one in self.totals) - self.closed + self.of_no_case

    @property
    def closed(self) -> int:
        """How many closed cases have a lamp."""
        return sum(one.closed for one in self.totals)

    @property
    def first_run(self) -> bool:
        """Whether there is nothing at all."""
        return not self.matrix.rows and not self.rate.number


def figures(look: Look, narrow: Narrow) -> Figures:
    """Give the figures of what a visitor sees and asks for."""
    rules, zone = look.rules, look.rules.zone
    coming, gone = board_days.coming(rules, look.now), board_days.gone(rules, look.now)
    days = board_days.edges(coming, zone)
    standing, current = look.counts.standing.get(look.connection, days, look.now)
    past, _ = look.counts.past.get(
        look.connection,
        (board_days.edges(gone, zone), board_days.months(rules, look.now)),
        look.now,
    )
    seen = Seen.of(look, narrow, standing.value, past.value)
    due = _due(seen, coming, days, standing.value.days)
    levels = _carded(seen)
    opened = _opened(seen, gone, past.value.days, levels)
    return Figures(
        seen,
        tuple(_total(seen, level, opened, levels) for level in seen.levels),
        due[0].total,
        due[0].numbers[0],
        sum(one.number for one in seen.cases if not one.closed),
        sum(one.number for one in seen.cases if one.paused and not one.closed),
        sum(one.number for one in seen.of_no_case),
        rate(seen.this_month, seen.last_month),
        board_matrix.matrix(seen),
        due,
        opened,
        tuple((level, level_name(level, look.language)) for level in levels),
        "" if current else words.when(standing.at, zone, look.language, look.now),
    )


def _total(seen: Seen, level: str, opened: Sequence[Bar], levels: Sequence[str]) -> Total:
    of_level = [one for one in seen.cases if one.level == level]
    return Total(
        seen.lamp(level, sum(one.number for one in of_level), seen.narrow.cases(lamp=level)),
        sum(one.number for one in seen.waiting if one.level == level),
        sum(one.number for one in of_level if one.closed),
        opened[-1].numbers[levels.index(level)] if level in levels else 0,
    )


def _carded(seen: Seen) -> list[str]:
    """Give the levels whose cards are shown day by day: all but the mildest, which only warns."""
    levels = list(seen.look.rules.book.levels)
    return [one for one in levels[1:] or levels if seen.narrow.wants(one)]


def _due(
    seen: Seen, days: list[Day], begins: tuple[int, ...], counted: tuple[int, ...]
) -> tuple[Bar, ...]:
    lit, others = Counter[int](), Counter[int]()
    for one in seen.due:
        for (day, level), number in one.numbers.items():
            # Counted yesterday, days have other numbers, and the last one is not among them yet.
            if seen.narrow.wants(level):
                (others if level is None else lit)[counted[day]] += number
    return tuple(
        Bar(
            board_days.label(day, seen.today, first=place == 0, language=seen.look.language),
            words.day(begin, seen.look.rules.zone, seen.look.language, seen.look.now),
            (lit[begin], others[begin]),
            seen.narrow.cases(
                lamp=",".join(seen.narrow.lamps), due=day.date.isoformat(), state="open"
            ),
        )
        for place, (day, begin) in enumerate(zip(days, begins[:-1], strict=True))
        # A day off is shown where something falls due on it.
        if day.working or lit[begin] or others[begin] or place == 0
    )


def _opened(
    seen: Seen, days: list[Day], counted: tuple[int, ...], levels: list[str]
) -> tuple[Bar, ...]:
    begins = board_days.edges(days, seen.look.rules.zone)
    numbers: Counter[tuple[int, str]] = Counter()
    for one in seen.opened:
        numbers[counted[one.day], one.level] += one.number
    bars: list[Bar] = []
    before: Day | None = None
    for day, begin in zip(days, begins[:-1], strict=True):
        of_day = tuple(numbers[begin, level] for level in levels)
        if not (day.working or any(of_day) or day.date == seen.today):
            continue
        words_ = words.day(begin, seen.look.rules.zone, seen.look.language, seen.look.now)
        bars.append(Bar(board_days.short_label(day, before), words_, of_day, None))
        before = day
    return tuple(bars)
