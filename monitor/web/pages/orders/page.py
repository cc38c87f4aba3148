"""Supervision orders (督办单): the list of them, and the addresses of all pages about them."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response

from config import Words
from monitor.acts import order_rights
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.store import order_list, tables
from monitor.store.order_list import LATE, OPEN, TABS, Wanted
from monitor.store.orders import OrderRow
from monitor.web.downloads import pages
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.orders import files
from monitor.web.pages.orders.doing import ROUTES as DOING
from monitor.web.pages.orders.new import ROUTES as NEW
from monitor.web.pages.orders.one import ROUTES as ONE
from monitor.web.pages.orders.words import due_text, owed, path
from notifiers import words
from rules.orders import STATE_NAMES, OrderState

SIZE = 50
"""So many orders make a page."""

_NAMES = {
    OPEN: Words("未销号", "Open"),
    "issued": Words("待签收", "To acknowledge"),
    "reply": Words("待反馈", "To reply"),
    "review": Words("待审核", "To review"),
    "close": Words("待销号", "To discharge"),
    LATE: Words("已逾期", "Overdue"),
    "discharged": Words("已销号", "Discharged"),
    "withdrawn": Words("已撤回", "Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An order in the list, in words; ``late`` says that something on it is overdue."""

    no: str
    path: str
    about: str
    unit: str
    person: str
    issuer: str
    issued: str
    due: str
    left: str
    late: bool
    state: str
    kind: str
    asked: bool


def wanted(look: Look) -> Wanted:
    """Give which orders the address asks for, within what the visitor sees."""
    visitor, directory = look.visitor, look.rules.book.directory
    mine = None
    if look.one("mine"):
        mine = (visitor.id, visitor.who, *order_rights.names(visitor, directory))
    return Wanted(
        order_rights.seen(visitor, directory, tables.orders.c),
        look.one("region"),
        look.one("dept"),
        mine,
        look.one("q"),
    )


def tab_of(look: Look) -> str:
    """Give the tab that the address names."""
    tab = look.one("state") or OPEN
    return tab if tab in TABS else OPEN


def show(look: Look) -> Shown:
    """Show a page of the list."""
    tab, chosen = tab_of(look), wanted(look)
    numbers = order_list.counts(look.connection, chosen, look.now)
    last = max(1, -(-numbers[tab] // SIZE))
    number = look.page(last)
    rows = order_list.listing(
        look.connection, chosen, tab, look.now, offset=(number - 1) * SIZE, limit=SIZE
    )
    return Shown(
        "orders.html",
        {
            "tab": tab,
            "tabs": [(one, _NAMES[one].text(look.language), numbers[one]) for one in TABS],
            "lines": [line(look.rules, row, look.language, look.now) for row in rows],
            "total": numbers[tab],
            "page": number,
            "pages": last,
            "chosen": {name: look.one(name) for name in ("region", "dept", "mine", "q")},
            "regions": look.regions,
            "departments": look.departments,
            "address": lambda **change: address(look, **change),
            "size": SIZE,
        },
    )


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the orders that the address asks for as a file, without its pages."""
    return files.show(look, wanted(look), tab_of(look), kind)


def line(rules: InForce, row: OrderRow, language: str, now: int) -> Line:
    """Give an order as the list shows it."""
    order, parties = row.order, row.parties
    due = owed(order)
    at = order.ended_at if due is None else due
    ended = {
        OrderState.DISCHARGED: Words("销号", "discharged"),
        OrderState.WITHDRAWN: Words("撤回", "withdrawn"),
    }
    left = ended[order.state].text(language) if due is None else ""
    return Line(
        order.no,
        path(order.no),
        parties.about,
        unit_name(rules, parties.region, parties.department),
        person_name(rules, parties.handler or ""),
        " ".join(
            filter(
                None,
                (
                    unit_name(rules, parties.issuing_region, None),
                    person_name(rules, parties.issuer or ""),
                ),
            )
        ),
        words.when(order.issued_at, rules.zone, language, now),
        "" if at is None else words.when(at, rules.zone, language, now),
        left or ("" if due is None else due_text(rules, due, now, language)),
        due is not None and due <= now,
        STATE_NAMES[order.state].of(language),
        order.state.value.replace(" ", "-"),
        order.asked_at is not None,
    )


def address(look: Look, **change: str | int | None) -> str:
    """Give the address of the same list with something else in it; ``None`` leaves it out."""
    return look.again("/orders", ("state", "region", "dept", "mine", "q", "page"), **change)


ROUTES: tuple[Route, ...] = (
    Page("/orders", show),
    *pages("/orders", show_file),
    *NEW,
    *ONE,
    *DOING,
)
