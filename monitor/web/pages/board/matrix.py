"""The matrix of the board, regions by departments, and the rates on time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.store.closings import ClosedIn
from monitor.web.pages.board.seen import Lamp, Rate, Seen, rate
from rules.punctuality import FEW
from rules.subjects import called

_Key = Callable[[str | None, str | None], tuple[str, str]]


@dataclass
class Cell:
    """A department of a region: its lamps, gravest first, and its open cases without one.

    ``levels`` and ``ids`` are what it was made from: cases by level, departments of that name.
    ``known`` says that it has closed cases this month or last, so that none is open now.
    """

    region: str = ""
    lamps: tuple[Lamp, ...] = ()
    quiet: int = 0
    open: int = 0
    known: bool = False
    href: str | None = None
    ids: set[str] = field(default_factory=set)
    levels: Counter[str] = field(default_factory=Counter)

    @property
    def lamp(self) -> str:
        """The level of its gravest card; "ok" without one, "none" without any case."""
        return self.lamps[0].level if self.lamps else "ok" if self.open else "none"


class Row(NamedTuple):
    """A region with its cells in the order of the departments, and its rate on time."""

    name: str
    href: str | None
    cells: tuple[Cell, ...]
    rate: Rate


class Unit(NamedTuple):
    """A department, in a region or in all of them, with its rate on time."""

    name: str
    rate: Rate


class Matrix(NamedTuple):
    """The departments by name, and a row for each region that has something."""

    departments: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(seen: Seen) -> Matrix:
    """Give the matrix. Departments of one name share a column: some halls list them by region."""
    cells = _cells(seen)
    directory = seen.look.rules.book.directory
    if seen.narrow.lamps:  # what has none of the wanted lamps is left out
        cells = {place: cell for place, cell in cells.items() if cell.lamps}
    regions = _ordered({region for region, _ in cells}, list(directory.regions))
    known = [one.name for one in directory.departments.values()]
    departments = _ordered({name for _, name in cells}, known)
    this, last = _by(seen.this_month), _by(seen.last_month)
    return Matrix(
        tuple(name or "—" for name in departments),
        tuple(
            Row(
                called(directory.regions, region) or "—",
                seen.narrow.cases(region=region, state="open") if region else None,
                tuple(cells.get((region, name), Cell()) for name in departments),
                rate(this[region], last[region]),
            )
            for region in regions
        ),
    )


def by_department(seen: Seen) -> tuple[Unit, ...]:
    """Give the departments, over all regions, with their rates this month, the lowest first."""
    return _units(seen, lambda _region, department: ("", _named(seen, department)))


def by_unit(seen: Seen) -> tuple[Unit, ...]:
    """Give the departments of each region with their rates this month, the lowest first."""
    return _units(seen, lambda region, department: (region or "", _named(seen, department)))


def _units(seen: Seen, key: _Key) -> tuple[Unit, ...]:
    this: dict[tuple[str, str], list[ClosedIn]] = defaultdict(list)
    last: dict[tuple[str, str], list[ClosedIn]] = defaultdict(list)
    for rows, found in ((seen.this_month, this), (seen.last_month, last)):
        for one in rows:
            found[key(one.region, one.department)].append(one)
    regions = seen.look.rules.book.directory.regions
    units = [
        Unit(
            _joined(seen, called(regions, place[0]), place[1]) or "—",
            rate(closed, last[place]),
        )
        for place, closed in this.items()
    ]
    told = [one for one in units if one.rate.number >= FEW]
    return tuple(sorted(told, key=lambda one: (one.rate.per_cent or 0.0, one.name)))


def _cells(seen: Seen) -> dict[tuple[str, str], Cell]:
    cells: dict[tuple[str, str], Cell] = {}
    for one in seen.placed:
        place = one.region or "", _named(seen, one.department)
        cell = cells.get(place)
        if cell is None:
            cell = cells[place] = Cell(place[0])
        cell.ids.add(one.department or "")
        if not one.closed:
            cell.open += one.number
        if one.level is not None:
            cell.levels[one.level] += one.number
        elif not one.closed:
            cell.quiet += one.number
    if not seen.narrow.lamps:
        for closed in (*seen.this_month, *seen.last_month):
            place = closed.region or "", _named(seen, closed.department)
            cells.setdefault(place, Cell(place[0])).known = True
    for cell in cells.values():
        cell.lamps = tuple(
            seen.lamp(level, cell.levels[level], _list(seen, cell, level, None))
            for level in seen.levels
            if cell.levels[level]
        )
        cell.href = _list(seen, cell, "ok", "open")
    return cells


def _list(seen: Seen, cell: Cell, lamp: str, state: str | None) -> str | None:
    """Give the list behind a number of a cell; none where the case names no place."""
    if "" in cell.ids:
        return None
    return seen.narrow.cases(lamp=lamp, region=cell.region, dept=sorted(cell.ids), state=state)


def _named(seen: Seen, department: str | None) -> str:
    return called(seen.look.rules.book.directory.departments, department or "")


def _by(rows: Iterable[ClosedIn]) -> defaultdict[str, list[ClosedIn]]:
    found: defaultdict[str, list[ClosedIn]] = defaultdict(list)
    for one in rows:
        found[one.region or ""].append(one)
    return found


def _ordered(found: set[str], known: list[str]) -> list[str]:
    """Give names in the order of the directory, those it does not know last."""
    place = {name: number for number, name in reversed(list(enumerate(known)))}
    return sorted(found, key=lambda one: (place.get(one, len(known)), one))


def _joined(seen: Seen, region: str, department: str) -> str:
    return (" " if seen.look.language == "en" else "").join(filter(None, (region, department)))
