"""The board (灯板): how every department of every region stands, and what is most urgent."""

from __future__ import annotations

from monitor.pipeline.wording import level_name
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.board.charts import charts
from monitor.web.pages.board.figures import figures
from monitor.web.pages.board.matrix import by_department
from monitor.web.pages.board.scope import Narrow
from monitor.web.pages.board.urgent import urgent
from notifiers import words
from rules.instants import moment
from rules.subjects import called


def show(look: Look) -> Shown:
    """Show the board of what somebody may see, or of the part of it that the address asks for."""
    narrow = Narrow.of(look)
    found = figures(look, narrow)
    rates = by_department(found.seen)
    directory = look.rules.book.directory
    local = moment(look.now, look.rules.zone)
    return Shown(
        "board.html",
        {
            "board": found,
            "charts": charts(look, found),
            "rates": rates,
            "rate_of": {one.name: one.rate for one in rates},
            "urgent": urgent(look, narrow),
            "month": f"{local:%Y-%m}",
            "now_text": words.when(look.now, look.rules.zone, look.language, look.now),
            "regions": [(one.id, one.name) for one in look.regions],
            "departments": [(one.id, one.name) for one in look.departments],
            "lamps": [
                (level, level_name(level, look.language))
                for level in reversed(look.rules.book.levels)
            ],
            "outside": outside(look, narrow),
            "wanted": [
                *(called(directory.regions, one) for one in narrow.regions),
                *(called(directory.departments, one) for one in narrow.departments),
                *(level_name(one, look.language) for one in narrow.lamps),
            ],
        },
    )


def outside(look: Look, narrow: Narrow) -> bool:
    """Return whether the address asks for places none of which the visitor may see."""
    scope = look.visitor.scope
    return any(
        within is not None and wanted and not within.intersection(wanted)
        for within, wanted in (
            (scope.regions, narrow.regions),
            (scope.departments, narrow.departments),
        )
    )


ROUTES: tuple[Route, ...] = (Page("/", show, board=True),)
