"""What a search text names besides cases: an order by its number, people by their names."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from monitor.acts import order_rights
from monitor.store import orders
from monitor.web.looking import Look
from monitor.web.pages.orders.words import path

MOST = 10
"""So many people are shown at most."""


class Besides(NamedTuple):
    """An order or a person: what it is, what it is called, and its page."""

    kind: str
    name: str
    href: str


def besides(look: Look, text: str) -> list[Besides]:
    """Return the order and the people that a text names and the visitor may see."""
    found = []
    row = orders.by_no(look.connection, text.strip())
    directory = look.rules.book.directory
    if row is not None and order_rights.may_see(look.visitor, directory, row.parties):
        found.append(Besides(look.say("督办单", "Order"), row.order.no, path(row.order.no)))
    people = [
        one
        for one in directory.people.values()
        if text in (one.id, one.name) or (len(text) > 1 and text in one.name)
        if look.visitor.person == one.id or look.visitor.scope.holds(one.region, one.department)
    ]
    found += [
        Besides(look.say("人员", "Person"), one.name, f"/people/{quote(one.id, safe='')}")
        for one in people[:MOST]
    ]
    return found
