"""The board (灯板): how every department of every region stands, and what is most urgent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import level_name, margin_text
from monitor.store import alert_list, case_list, digests
from monitor.store.alert_list import AlertRow
from monitor.store.scope import Scope
from monitor.web.looking import Look, Page, Route, Shown
from notifiers import words
from rules.instants import instant, moment
from rules.subjects import called

URGENT = 8
"""So many of the gravest cards are shown."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many cards of a level stand, and how many of them nobody has acknowledged."""

    level: str
    name: str
    count: int
    unacknowledged: int


@dataclass
class Cell:
    """A department of a region: its cards by level, gravest first, and its open cases."""

    cards: list[tuple[str, int]] = field(default_factory=list)
    open: int = 0

    @property
    def lamp(self) -> str:
        """The level of its gravest card; "ok" without one, "none" without any case."""
        return self.cards[0][0] if self.cards else "ok" if self.open else "none"


@dataclass(frozen=True, slots=True)
class Row:
    """A region: its cells in the order of the departments, and its rate (per cent) on time."""

    name: str
    cells: tuple[Cell, ...]
    on_time: float | None


@dataclass(frozen=True, slots=True)
class Urgent:
    """One of the gravest cards."""

    level: str
    item: str
    place: str
    tail: str
    margin: str
    state: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the board shows, in words of one language."""

    totals: tuple[Total, ...]
    due_today: int
    open: int
    on_time: float | None
    departments: tuple[str, ...]
    rows: tuple[Row, ...]
    urgent: tuple[Urgent, ...]
    now_text: str


def board(connection: Connection, rules: InForce, scope: Scope, language: str, now: int) -> Board:
    """Give the board of what a scope holds, at the instant ``now``."""
    today = moment(now, rules.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    places = digests.open_cases(connection, instant(today), instant(today + timedelta(days=1)))
    month = digests.closed(connection, instant(today.replace(day=1)), now)
    cards = [c for c in digests.cards(connection) if scope.holds(c.region, c.department)]
    opened = [one for one in places if scope.holds(one.region, one.department)]
    closed = [one for one in month if scope.holds(one.region, one.department)]
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    for one in opened:
        cells[one.region or "", one.department or ""].open += one.count
    ranks = {level: rank for rank, level in enumerate(rules.book.levels)}
    for card in sorted(cards, key=lambda card: -ranks.get(card.level, 0)):
        cells[card.region or "", card.department or ""].cards.append((card.level, card.count))
    regions, departments = _order(rules, cells)
    directory = rules.book.directory
    return Board(
        tuple(_total(level, language, cards) for level in reversed(rules.book.levels)),
        sum(one.due for one in opened),
        sum(one.count for one in opened),
        digests.on_time(closed),
        tuple(called(directory.departments, ident) or "—" for ident in departments),
        tuple(
            Row(
                called(directory.regions, region) or "—",
                tuple(cells.get((region, department), Cell()) for department in departments),
                digests.on_time(one for one in closed if (one.region or "") == region),
            )
            for region in regions
        ),
        tuple(
            _urgent(connection, rules, row, language, now) for row in _gravest(connection, scope)
        ),
        words.when(now, rules.zone, language, now),
    )


def _total(level: str, language: str, cards: list[digests.Cards]) -> Total:
    of_level = [one for one in cards if one.level == level]
    return Total(
        level,
        level_name(level, language),
        sum(one.count for one in of_level),
        sum(one.unacknowledged for one in of_level),
    )


def _order(rules: InForce, cells: dict[tuple[str, str], Cell]) -> tuple[list[str], list[str]]:
    """Give the regions and departments that have something, in the order of the directory."""
    directory = rules.book.directory

    def sort(found: set[str], known: list[str]) -> list[str]:
        return sorted(
            found, key=lambda one: (known.index(one) if one in known else len(known), one)
        )

    regions = sort({region for region, _ in cells}, list(directory.regions))
    return regions, sort({department for _, department in cells}, list(directory.departments))


def _gravest(connection: Connection, scope: Scope) -> list[AlertRow]:
    ids = digests.most_urgent(connection, scope, URGENT)
    rows = {row.alert.id: row for row in alert_list.of_ids(connection, ids)}
    return [rows[ident] for ident in ids if ident in rows]


def _urgent(
    connection: Connection, rules: InForce, row: AlertRow, language: str, now: int
) -> Urgent:
    alert = row.alert
    found = case_list.by_id(connection, alert.case_id) if alert.case_id is not None else None
    # Not the title: halls write the applicant's name into it.
    item = str((found.case.facts.get("item_name") if found else None) or alert.title)
    margin = ""
    if alert.due_at is not None:
        unit = alert.evidence.get("unit")
        margin = margin_text(rules, alert.rule, alert.due_at, now, language, unit)
    directory = rules.book.directory
    place = " · ".join(
        filter(
            None,
            (
                called(directory.regions, alert.region or ""),
                called(directory.departments, alert.department or ""),
            ),
        )
    )
    zh = language == "zh_CN"
    if alert.acked_at is not None:
        state = f"{alert.acked_by} 已签收" if zh else f"acknowledged by {alert.acked_by}"
    else:
        state = "未签收" if zh else "not acknowledged"
    number = row.no or row.key or ""
    return Urgent(
        *(alert.level, item, place, words.tail(number) if number else ""),
        *(margin or alert.title, state),
    )


def show(look: Look) -> Shown:
    """Show the board of what somebody may see."""
    found = board(look.connection, look.rules, look.visitor.scope, look.language, look.now)
    return Shown("board.html", {"board": found})


ROUTES: tuple[Route, ...] = (Page("/", show, board=True),)
