"""Cases that several places answer for: their own, and whoever else carries a card of theirs.

A case belongs to its own region and department, and to every place that carries an open card of it
(谁的牌), such as the department of a branch that lags. For each place it counts by the gravest card
that the place carries. This is the one rule for lists, the board, rankings and scopes; cases all
of whose cards are their own place's need no more than their own columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.scope import Scope

_a, _c = tables.alerts.c, tables.cases.c

Place = tuple[str | None, str | None]
"""A region and a department."""

SHARED = select(_a.case_id).where(
    tables.carried_elsewhere, tables.notified, _a.case_id.is_not(None)
)
"""The ids of cases with an open card that another place than their own carries."""


class Share(NamedTuple):
    """The gravest open card of a case that a place carries; ``acknowledged``: all of its are."""

    region: str | None
    department: str | None
    handler: str | None
    level: str
    rank: int
    acknowledged: bool


class Part(NamedTuple):
    """A case as a part of the hall sees it: by the gravest card carried there, if any is."""

    level: str | None
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A live case (see ``tables.live``) that several places answer for; ``due_at`` is an instant.

    ``region`` to ``handler`` are its own, ``shares`` what each place carries.
    """

    id: int
    region: str | None
    department: str | None
    handler: str | None
    paused: bool
    closed: bool
    due_at: int | None
    shares: tuple[Share, ...]

    def is_own(self, scope: Scope, handlers: Collection[str] = ()) -> bool:
        """Return whether its own place is in a scope, and its handler among ``handlers``, if any.

        Only so far is it found by its own columns.
        """
        return scope.holds(self.region, self.department) and _named(self.handler, handlers)

    def within(self, scope: Scope, handlers: Collection[str] = ()) -> Part | None:
        """Return how it counts in a scope, and for ``handlers``, if any; ``None``: not at all."""
        mine = [
            one
            for one in self.shares
            if scope.holds(one.region, one.department) and _named(one.handler, handlers)
        ]
        if mine:
            gravest = max(mine, key=lambda one: one.rank)
            return Part(gravest.level, all(one.acknowledged for one in mine))
        return Part(None, acknowledged=True) if self.is_own(scope, handlers) else None

    def at(self, place: Place) -> str | None:
        """Return the level of the gravest card that a region and department carries, if any."""
        mine = [one for one in self.shares if (one.region, one.department) == place]
        return max(mine, key=lambda one: one.rank).level if mine else None

    @property
    def places(self) -> list[Place]:
        """Its own place and those that carry a card, each once."""
        own = (self.region, self.department)
        return list(dict.fromkeys((own, *((one.region, one.department) for one in self.shares))))


def shared(connection: Connection) -> list[Shared]:
    """Return all live cases that several places answer for."""
    columns = (_c.id, _c.region, _c.department, _c.handler, _c.state, _c.closed_at, _c.due_at)
    rows = connection.execute(
        select(
            *columns,
            *(_a.region, _a.department, _a.handler, _a.level, _a.rank, _a.acked_at),
        )
        .select_from(tables.alerts.join(tables.cases, _a.case_id == _c.id))
        .where(_a.case_id.in_(SHARED), tables.standing, tables.notified, tables.live)
    )
    found = []
    by_case = sorted(rows, key=lambda row: row[0])
    for ident, of_case in groupby(by_case, key=lambda row: row[0]):
        cards = list(of_case)
        _, region, department, handler, state, closed_at, due_at = cards[0][: len(columns)]
        found.append(
            Shared(
                id=ident,
                region=region,
                department=department,
                handler=handler,
                paused=state == "paused",
                closed=closed_at is not None,
                due_at=due_at,
                shares=tuple(_shares(card[len(columns) :] for card in cards)),
            )
        )
    return found


def _shares(cards: Iterable[Sequence[Any]]) -> Iterator[Share]:
    by_place: dict[Any, list[Sequence[Any]]] = {}
    for card in cards:
        by_place.setdefault(tuple(card[:3]), []).append(card)
    for place, mine in by_place.items():
        level, rank = max(((one[3], one[4]) for one in mine), key=lambda one: one[1])
        region, department, handler = place
        acknowledged = all(one[5] is not None for one in mine)
        yield Share(region, department, handler, level, rank, acknowledged)


def _named(handler: str | None, handlers: Collection[str]) -> bool:
    return not handlers or handler in handlers
