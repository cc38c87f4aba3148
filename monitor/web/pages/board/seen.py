"""What is counted for all places, cut down to what somebody sees and asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from monitor.pipeline.wording import level_name
from monitor.store.board import Opened, Waiting
from monitor.store.board_counts import Alike, Due, Past, Standing
from monitor.store.closings import ClosedIn
from monitor.store.scope import Scope
from monitor.web.looking import Look
from monitor.web.pages.board.scope import Narrow
from rules.instants import moment
from rules.punctuality import total


class _Placed(Protocol):
    @property
    def region(self) -> str | None: ...
    @property
    def department(self) -> str | None: ...


_Row = TypeVar("_Row", bound=_Placed)


class Lamp(NamedTuple):
    """So many cases whose gravest card is of a level, and the list of them."""

    level: str
    name: str
    number: int
    href: str | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How many per cent of a number of closed cases were on time, and by how much that changed.

    ``change`` is in percentage points, ``in_doubt`` the number of cases left out of the rate.
    """

    per_cent: float | None
    number: int
    change: float | None
    in_doubt: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The counts of a look; ``levels`` from the gravest to the mildest, as they are shown.

    ``cases`` has each case once, ``placed`` at every place that answers for it.
    """

    look: Look
    narrow: Narrow
    levels: tuple[str, ...]
    today: date
    cases: list[Alike]
    placed: list[Alike]
    due: list[Due]
    waiting: list[Waiting]
    of_no_case: list[Waiting]
    opened: list[Opened]
    this_month: list[ClosedIn]
    last_month: list[ClosedIn]

    @classmethod
    def of(cls, look: Look, narrow: Narrow, standing: Standing, past: Past) -> Seen:
        """Cut it."""
        scope = narrow.within(look.visitor.scope)
        return cls(
            look,
            narrow,
            tuple(one for one in reversed(look.rules.book.levels) if narrow.wants(one)),
            moment(look.now, look.rules.zone).date(),
            standing.alike(scope),
            standing.placed(scope),
            standing.due_in(scope),
            standing.waiting_in(scope),
            _within(scope, standing.of_no_case),
            _within(scope, past.opened),
            _within(scope, past.this_month),
            _within(scope, past.last_month),
        )

    def lamp(self, level: str, number: int, href: str | None) -> Lamp:
        """Name a number of cases of a level."""
        return Lamp(level, level_name(level, self.look.language), number, href)


def rate(this: Iterable[ClosedIn], last: Iterable[ClosedIn]) -> Rate:
    """Give the rate of a month beside that of the month before."""
    now, before = (total(one.closings for one in rows) for rows in (this, last))
    change = now.change(before)
    return Rate(
        None if now.rate is None else 100 * now.rate,
        now.known,
        None if change is None else 100 * change,
        now.in_doubt,
    )


def _within(scope: Scope, rows: Iterable[_Row]) -> list[_Row]:
    return [one for one in rows if scope.holds(one.region, one.department)]
