"""The numbers of the board for every place at once, kept between looks.

However many look, the store counts once: scopes are cut out of what is kept. Where counting is
cheap it is done anew for every look after a change; where it is not, a look gets what is kept and,
when that is old, has it counted again behind its back.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Generic, NamedTuple, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from monitor.store import board, closings, sharing
from monitor.store.board import Opened, Waiting
from monitor.store.closings import ClosedIn
from monitor.store.scope import Scope
from monitor.store.sharing import Part, Shared
from monitor.store.stamps import Stamps
from monitor.store.store import Store

log = structlog.get_logger(__name__)

CHEAP = 0.05
"""Seconds of counting that a look may cost."""

SELDOM = 3.0
"""Seconds, at least, from one dear count to the next."""

SHARE = 10
"""Of the time, counting takes no more than one part in so many."""


class Alike(NamedTuple):
    """So many live cases of a place stand alike, whenever they are due."""

    region: str | None
    department: str | None
    level: str | None
    paused: bool
    closed: bool
    number: int


class Due(NamedTuple):
    """How many open cases of a place are due, by the number of the day and by level."""

    region: str | None
    department: str | None
    numbers: Mapping[tuple[int, str | None], int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything stands; ``days`` are the instants at which the counted days begin.

    ``shared`` are the cases that several places answer for, the other counts leave them out. What
    is cut out of it for a scope has them by the cards that are carried there.
    """

    days: tuple[int, ...]
    cases: tuple[Alike, ...]
    due: tuple[Due, ...]
    waiting: tuple[Waiting, ...]
    of_no_case: tuple[Waiting, ...]
    shared: tuple[Shared, ...]

    def alike(self, scope: Scope) -> list[Alike]:
        """Return the cases in a scope, each counted once."""
        return _held(scope, self.cases) + [
            Alike(one.region, one.department, mine.level, one.paused, one.closed, 1)
            for one, mine in self._shared(scope)
        ]

    def placed(self, scope: Scope) -> list[Alike]:
        """Return the cases in a scope, each counted at every place of it that answers for it."""
        return _held(scope, self.cases) + [
            Alike(*place, one.at(place), one.paused, one.closed, 1)
            for one in self.shared
            for place in one.places
            if scope.holds(*place)
        ]

    def due_in(self, scope: Scope) -> list[Due]:
        """Return the open cases in a scope that are due, each counted once."""
        found = _held(scope, self.due)
        for one, mine in self._shared(scope):
            day = bisect_right(self.days, one.due_at or 0) - 1
            if not one.closed and one.due_at is not None and 0 <= day < len(self.days) - 1:
                found.append(Due(one.region, one.department, {(day, mine.level): 1}))
        return found

    def waiting_in(self, scope: Scope) -> list[Waiting]:
        """Return the cases in a scope with a card that nobody has acknowledged."""
        return _held(scope, self.waiting) + [
            Waiting(one.region, one.department, mine.level, 1)
            for one, mine in self._shared(scope)
            if mine.level is not None and not mine.acknowledged
        ]

    def _shared(self, scope: Scope) -> list[tuple[Shared, Part]]:
        parts = ((one, one.within(scope)) for one in self.shared)
        return [(one, mine) for one, mine in parts if mine is not None]


@dataclass(frozen=True, slots=True)
class Past:
    """Which cards were opened on the ``days``, and what was closed in this month and the last."""

    days: tuple[int, ...]
    opened: tuple[Opened, ...]
    this_month: tuple[ClosedIn, ...]
    last_month: tuple[ClosedIn, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """When the last month and this one began, and by when this one ends for us."""

    last: int
    this: int
    end: int


_Row = TypeVar("_Row", Alike, Due, Waiting)
Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Asked, Given]):
    """What was counted, for which question, when and at which stamp of the store.

    ``at`` is the instant of the look that had it counted, ``took`` how many seconds that takes.
    """

    value: Given
    asked: Asked
    stamp: str
    at: int
    took: float
    done: float

    def holds(self, asked: Asked, stamp: str) -> bool:
        """Tell whether it is what counting now would give."""
        return self.asked == asked and self.stamp == stamp


class Keeper(Generic[Asked, Given]):
    """Keeps what ``count`` gives; threads may share it, and it never counts twice at a time."""

    def __init__(
        self, store: Store, stamps: Stamps, count: Callable[[Connection, Asked], Given]
    ) -> None:
        self._store = store
        self._stamps = stamps
        self._count = count
        self._lock = Lock()
        self._kept: Kept[Asked, Given] | None = None
        self._last: deque[float] = deque(maxlen=3)
        self._renewing: Thread | None = None
        self._tried = 0.0

    def get(
        self, connection: Connection, asked: Asked, now: int
    ) -> tuple[Kept[Asked, Given], bool]:
        """Give what is kept, and whether nothing has changed since it was counted."""
        stamp = self._stamps.of(connection)
        kept = self._kept
        if kept is None or (kept.took < CHEAP and not kept.holds(asked, stamp)):
            with self._lock:
                kept = self._kept  # another look may have had it counted while we waited
                if kept is None or (kept.took < CHEAP and not kept.holds(asked, stamp)):
                    kept = self._kept = self._counted(connection, asked, stamp, now)
        current = kept.holds(asked, stamp)
        if not current and kept.took >= CHEAP:
            self._renew(kept, asked, now)
        return kept, current

    def close(self) -> None:
        """Wait for a count under way."""
        thread = self._renewing
        if thread is not None:
            thread.join()

    def _counted(
        self, connection: Connection, asked: Asked, stamp: str, now: int
    ) -> Kept[Asked, Given]:
        begun = time.monotonic()
        value = self._count(connection, asked)
        done = time.monotonic()
        self._last.append(done - begun)
        # The least of the last ones: that the machine was busy once does not make counting dear.
        return Kept(value, asked, stamp, now, min(self._last), done)

    def _renew(self, kept: Kept[Asked, Given], asked: Asked, now: int) -> None:
        last = max(kept.done, self._tried)
        if time.monotonic() - last < max(SELDOM, SHARE * kept.took):
            return
        if self._lock.acquire(blocking=False):
            self._tried = time.monotonic()
            self._renewing = Thread(target=self._renewed, args=(asked, now), name="counts")
            self._renewing.start()

    def _renewed(self, asked: Asked, now: int) -> None:
        try:
            with self._store.read() as connection:
                stamp = self._stamps.of(connection)  # before counting: it may be older, not newer
                self._kept = self._counted(connection, asked, stamp, now)
        except SQLAlchemyError:
            log.warning("counts_not_renewed", exc_info=True)
        finally:
            self._lock.release()


class Counts:
    """What is kept for the board: how all stands, and what the last days and months were like."""

    def __init__(self, store: Store, stamps: Stamps) -> None:
        self.standing: Keeper[tuple[int, ...], Standing] = Keeper(store, stamps, _standing)
        self.past: Keeper[tuple[tuple[int, ...], Months], Past] = Keeper(store, stamps, _past)

    def close(self) -> None:
        """Wait for counts under way; then the store may be closed."""
        self.standing.close()
        self.past.close()


def _standing(connection: Connection, days: tuple[int, ...]) -> Standing:
    alike: Counter[tuple[str | None, str | None, str | None, bool, bool]] = Counter()
    due: defaultdict[tuple[str | None, str | None], Counter[tuple[int, str | None]]]
    due = defaultdict(Counter)
    for one in board.cases(connection, days):
        alike[one.region, one.department, one.level, one.paused, one.closed] += one.number
        if not one.closed and one.day != board.OUTSIDE:
            due[one.region, one.department][one.day, one.level] += one.number
    return Standing(
        days,
        tuple(Alike(*of, number) for of, number in alike.items()),
        tuple(Due(*place, numbers) for place, numbers in due.items()),
        tuple(board.waiting(connection)),
        tuple(board.of_no_case(connection)),
        tuple(sharing.shared(connection)),
    )


def _held(scope: Scope, rows: Iterable[_Row]) -> list[_Row]:
    return [one for one in rows if scope.holds(one.region, one.department)]


def _past(connection: Connection, asked: tuple[tuple[int, ...], Months]) -> Past:
    days, months = asked
    return Past(
        days,
        tuple(board.opened(connection, days)),
        tuple(closings.by_place(connection, months.this, months.end)),
        tuple(closings.by_place(connection, months.last, months.this)),
    )
