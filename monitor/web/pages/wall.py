"""The wall board (大屏): one screen that is read from six metres, and renews itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from monitor.web.looking import Events, Look, Page, Route, Shown
from monitor.web.pages.board.charts import charts
from monitor.web.pages.board.figures import Figures, figures
from monitor.web.pages.board.matrix import Matrix, Row, Unit, by_department, by_unit
from monitor.web.pages.board.scope import Narrow
from monitor.web.pages.board.urgent import urgent
from notifiers import words
from rules.instants import moment

ACROSS = 10
"""More departments than these are shown page by page, and so are regions."""

LOWEST = 5
"""So many of the lowest rates are shown."""

_Part = TypeVar("_Part")


class Screen(NamedTuple):
    """A page of the matrix."""

    departments: Sequence[str]
    rows: Sequence[Row]


def show(look: Look) -> Shown:
    """Show the board of what a wall may see, or of the part of it that the address asks for."""
    narrow = Narrow.of(look)
    found = figures(look, narrow)
    return Shown(
        "wall.html",
        {
            "board": found,
            "charts": charts(look, found),
            "urgent": urgent(look, narrow),
            "screens": _screens(found.matrix),
            "lowest": _lowest(found),
            "rate_of": {one.name: one.rate for one in by_department(found.seen)},
            "hall": _hall(look, narrow, found),
            "day": words.day(look.now, look.rules.zone, look.language),
            "hours": _hours(look),
            "clock": f"{moment(look.now, look.rules.zone):%H:%M}",
            "now_seconds": look.now // 1_000_000,
            "zone": look.rules.zone.key,
        },
    )


def _screens(matrix: Matrix) -> list[Screen]:
    places = list(zip(*(row.cells for row in matrix.rows), strict=True))
    columns = list(zip(matrix.departments, places, strict=True))
    return [
        Screen(
            [name for name, _ in part],
            [
                matrix.rows[place]._replace(cells=tuple(cells[place] for _, cells in part))
                for place in rows
            ],
        )
        for rows in _parts(range(len(matrix.rows)))
        for part in _parts(columns)
    ]


def _parts(parts: Sequence[_Part]) -> list[Sequence[_Part]]:
    """Part a list into as few parts as can be shown at once, all about as long."""
    number = -(-len(parts) // ACROSS)
    size = -(-len(parts) // number) if number else 1
    return [parts[first : first + size] for first in range(0, len(parts), size)]


def _lowest(found: Figures) -> Sequence[Unit]:
    """Give the units of the lowest rates; in one region they go by the name of the department."""
    several = len({row.name for row in found.matrix.rows}) > 1
    return (by_unit if several else by_department)(found.seen)[:LOWEST]


def _hall(look: Look, narrow: Narrow, found: Figures) -> str:
    """Give the name of the region that holds all that is shown; "" where there is none."""
    regions = look.rules.book.directory.regions
    within = narrow.within(look.visitor.scope).regions
    if within:
        return next((one.name for one in regions.values() if one.id in within), "")
    rows = found.matrix.rows
    return rows[0].name if rows and rows[0].href else ""


def _hours(look: Look) -> str:
    """Say whether people work today, and until when."""
    work = look.rules.calendars[look.rules.book.default_calendar]
    today = moment(look.now, look.rules.zone)
    number = work.number_of(today.date())
    if not work.working[number]:
        return look.say("非工作日", "Day off")
    closes = moment(int(work.closes[number]), look.rules.zone)
    return look.say(f"工作日 · {closes:%H:%M} 截止", f"Working day until {closes:%H:%M}")


ROUTES: tuple[Route, ...] = (
    Page("/wall", show, board=True),
    Events("/wall/events", board=True),
)
"""The wall, and where it hears that it should look again."""
