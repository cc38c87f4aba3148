"""Which cases a list holds: the conditions of each choice, and what a search text names.

Every condition is one that an index answers, alone or along the due moment: see
``tables/watched.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, literal_column, or_, select

from monitor.store import closings, tables
from monitor.store.scope import Scope
from monitor.store.sharing import Shared, shared
from monitor.store.statements import among
from monitor.store.tables.watched import tail
from rules.punctuality import Punctuality

_c = tables.cases.c

_PLACES: Mapping[str, ColumnElement[Any]] = {"region": _c.region, "department": _c.department}
_HIDDEN: Mapping[str, ColumnElement[Any]] = {
    # As something worked out they have no index. SQLite, which does not know that thousands of
    # cases have a region and a few a level, would else go by that of the region.
    name: func.coalesce(_c[name], "")
    for name in ("region", "department", "source")
}
_LAST = "\U0010ffff"  # after every other character
_FEW = 2_000  # cases: what search finds beyond it is looked for along the due moments
_TAIL = 4  # characters of a number, at least, by which its end is looked for


class CaseState(StrEnum):
    """What a list is of; without any it is of the live ones, see ``tables.live``."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    LATE = "late"  # closed too late
    IN_DOUBT = "in-doubt"  # closed at a time that is in doubt
    HISTORY = "history"  # with an alert about what was over before supervision began
    ALL = "all"  # also those that their sources no longer have


OK = "ok"
"""In place of a level: open, and without a card."""

PAUSED = "paused"
"""In place of a level: open, and its time stands still."""


Span = tuple[int | None, int | None]
"""From which instant (included) to which; either may be open."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases to list; what is empty or ``None`` leaves a choice open.

    ``lamps`` are levels, :data:`OK` or :data:`PAUSED`; ``due`` and ``closed`` are when it is due or
    was closed; ``overdue`` are open cases due by that instant; ``found`` is what
    :func:`search` gave.
    """

    lamps: tuple[str, ...] = ()
    states: tuple[CaseState, ...] = ()
    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    due: Span | None = None
    closed: Span | None = None
    overdue: int | None = None
    found: ColumnElement[bool] | None = None

    @property
    def past(self) -> bool:
        """Whether it is of closed cases alone."""
        closed = {CaseState.CLOSED, CaseState.LATE, CaseState.IN_DOUBT}
        return bool(self.states) and set(self.states) <= closed

    @property
    def live(self) -> bool:
        """Whether it is of live cases alone."""
        return set(self.states) <= {CaseState.OPEN, CaseState.PAUSED}

    @property
    def paused(self) -> bool:
        """Whether it is of cases alone whose time stands still, and that have no due moment."""
        return self.states == (CaseState.PAUSED,) or self.lamps == (PAUSED,)

    @property
    def narrow(self) -> bool:
        """Whether something narrows it more than a place does."""
        few = self.lamps and OK not in self.lamps
        return bool(few or self.items or self.handlers) or self.paused or self.found is not None

    def within(self, connection: Connection, scope: Scope) -> Bounded:
        """Return the choice as it is in a scope."""
        bound = scope.narrowed(self.regions, self.departments)
        if bound == Scope() and not self.handlers:
            return Bounded(self, bound)
        added, out = [], []
        for one in shared(connection):
            mine, own = one.within(bound, self.handlers), one.is_own(bound, self.handlers)
            if mine is None or not self._admits(one, mine.level):
                out += [one.id] if own else []
            elif self.lamps or not own:  # else its own columns say so
                added.append(one.id)
        return Bounded(self, bound, tuple(added), tuple(out))

    def _admits(self, one: Shared, level: str | None) -> bool:
        """Return whether a case is of the chosen lamps if its gravest card is of a level."""
        if not self.lamps or level in self.lamps:
            return True
        if one.closed:
            return False
        return (OK in self.lamps and level is None) or (PAUSED in self.lamps and one.paused)


@dataclass(frozen=True, slots=True)
class Bounded:
    """A choice in a scope.

    A case belongs to it by its own columns, but for those that several places answer for (see
    :mod:`monitor.store.sharing`): ``added`` are those that belong to it by the cards that its
    places carry, ``out`` those that only seem to.
    """

    choice: Choice
    scope: Scope
    added: tuple[int, ...] = ()
    out: tuple[int, ...] = ()

    def where(self, *, narrow: bool = False) -> ColumnElement[bool]:
        """Return the condition for the cases.

        ``narrow`` says that an index of places is not to be gone along: it comes beside a condition
        that narrows it more, or in an order of its own.
        """
        choice = self.choice
        place = _HIDDEN if narrow or choice.narrow else _PLACES
        own = [self.scope.of(place)]
        if choice.handlers:
            own.append(_c.handler.in_(choice.handlers))
        if choice.lamps:
            own.append(_lamps(choice.lamps))
        if self.out:
            own.append(_c.id.not_in(self.out))
        bounds = [_states(choice.states)]
        bounds.append(or_(and_(*own), _c.id.in_(self.added)) if self.added else and_(*own))
        for column, values in ((_c.item_code, choice.items), (_HIDDEN["source"], choice.sources)):
            if values:
                bounds.append(column.in_(values))
        bounds += _within(_c.due_at, choice.due) + _within(_c.closed_at, choice.closed)
        if choice.overdue is not None:
            bounds += [_c.due_at <= choice.overdue, tables.is_open]
        if choice.found is not None:
            bounds.append(choice.found)
        return and_(*bounds)


def _within(column: ColumnElement[int], span: Span | None) -> list[ColumnElement[bool]]:
    if span is None:
        return []
    begin, end = span
    bounds: list[ColumnElement[bool]] = [column.is_not(None)]
    bounds += [] if begin is None else [column >= begin]
    return bounds + ([] if end is None else [column < end])


def _states(states: Collection[CaseState]) -> ColumnElement[bool]:
    conditions: dict[CaseState, ColumnElement[bool]] = {
        CaseState.OPEN: tables.is_open,
        CaseState.PAUSED: and_(tables.is_open, _paused()),
        CaseState.CLOSED: closings.CLOSED,
        CaseState.LATE: closings.ended(Punctuality.LATE),
        CaseState.IN_DOUBT: closings.ended(Punctuality.IN_DOUBT),
    }
    if CaseState.HISTORY in states:
        conditions[CaseState.HISTORY] = _c.id.in_(
            select(tables.alerts.c.case_id).where(tables.history)
        )
    if not states:
        return tables.live
    if CaseState.ALL in states:
        return _c.id.is_not(None)
    return or_(*(conditions[state] for state in dict.fromkeys(states)))


def _paused() -> ColumnElement[bool]:
    # Written out, or PostgreSQL cannot know that the index of the paused ones holds them all.
    return _c.state == literal_column("'paused'")


def _lamps(lamps: Sequence[str]) -> ColumnElement[bool]:
    opened = _c.closed_at.is_(None)
    levels = [lamp for lamp in lamps if lamp not in (OK, PAUSED)]
    bounds: list[ColumnElement[bool]] = []
    if levels:
        bounds.append(and_(_c.level.is_not(None), _c.level.in_(levels)))
    if OK in lamps:
        bounds.append(and_(opened, _c.level.is_(None)))
    if PAUSED in lamps:
        bounds.append(and_(opened, _paused()))
    return or_(*bounds)


@dataclass(frozen=True, slots=True)
class Named:
    """What in the directory and the catalogue has a search text in its name, by id."""

    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    def where(self) -> ColumnElement[bool]:
        """Give the condition for cases of any of them."""
        bounds: list[ColumnElement[bool]] = [
            column.in_(values)
            for column, values in (
                (_c.region, self.regions),
                (_c.department, self.departments),
                (_c.item_code, self.items),
            )
            if values
        ]
        return or_(false(), *bounds)


def search(connection: Connection, text: str) -> ColumnElement[bool] | None:
    """Give the condition for the cases whose number (办件号) or key a text names.

    It is the whole number, else how numbers begin, or end from four characters on; ``None`` where
    there is no such number.
    """
    texts = sorted({text, text.upper()})
    exact = _ids(connection, [and_(_c.no.in_(texts)), _c.key == text])
    if exact:
        return among(connection, _c.id, exact)
    begins = [_begins(connection, one) for one in texts]
    ends = [
        and_(_c.no.is_not(None), tail == one[-_TAIL:], _c.no.endswith(one, autoescape=True))
        for one in texts
        if len(one) >= _TAIL
    ]
    found = _ids(connection, [*begins, *ends])
    if not found:
        return None
    if len(found) <= _FEW:
        return among(connection, _c.id, found)
    # So many that some of them soon come along whichever way the list is ordered.
    return or_(*(_c.no.startswith(one, autoescape=True) for one in texts), *ends)


def _ids(connection: Connection, any_of: Sequence[ColumnElement[Any]]) -> list[int]:
    """Give the ids of cases for which one of the conditions holds, a few more than few at most."""
    found: dict[int, None] = {}
    for condition in any_of:
        query = select(_c.id).where(condition).limit(_FEW + 1)
        found.update(dict.fromkeys(connection.scalars(query)))
    return list(found)


def _begins(connection: Connection, text: str) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":  # its LIKE looks through all of them
        return and_(_c.no >= text, _c.no < text + _LAST)
    return _c.no.startswith(text, autoescape=True)


def item_names(connection: Connection) -> dict[str, str]:
    """Give the items of live cases by code, each with what one of its cases calls it."""
    mine = and_(tables.live, _c.item_code.is_not(None))
    # From code to code along the index, for among a million cases there are few.
    codes = select(func.min(_c.item_code).label("code")).where(mine).cte("codes", recursive=True)
    following = select(func.min(_c.item_code)).where(mine, _c.item_code > codes.c.code)
    codes = codes.union_all(select(following.scalar_subquery()).where(codes.c.code.is_not(None)))
    name = (
        select(_c.facts["item_name"].as_string())
        .where(tables.live, _c.item_code == codes.c.code)
        .limit(1)
        .scalar_subquery()
    )
    rows = connection.execute(select(codes.c.code, name).where(codes.c.code.is_not(None)))
    return {code: called for code, called in rows if called}
