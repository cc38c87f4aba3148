"""Who may see a supervision order (督办单), and who may do what to it: the one place for it.

The supervised side is whoever inspects the supervised place, the department that is supervised,
and the person who carries the cards. The issuing side is whoever issues orders in the region that
issued this one. Nobody judges his own doings: the person who is supervised does nothing of the
issuing side, and what else somebody did himself the acts refuse (:mod:`rules.orders_acts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, false, or_

from monitor.access import Role, Visitor
from monitor.store.orders import OrderRow, Parties
from rules.directory import Directory
from rules.orders import Order
from rules.orders_acts import SIDES, OrderAct, possible
from rules.orders_deadlines import Side


def seen(visitor: Visitor, directory: Directory, columns: Any) -> ColumnElement[bool]:
    """Give the condition for the orders that somebody sees, on the ``columns`` of their table.

    They are those of his places, those that his regions issued (unless his are some departments
    only), and those that name him.
    """
    scope = visitor.scope
    issued: ColumnElement[bool] = false()
    if scope.departments is None and scope.regions is not None:
        issued = columns.issuing_region.in_(sorted(scope.regions))
    own = columns.handler.in_(names(visitor, directory))
    return or_(scope.of(columns), issued, own)


def may_see(visitor: Visitor, directory: Directory, parties: Parties) -> bool:
    """Tell whether somebody sees an order: :func:`seen` for one."""
    return (
        visitor.scope.holds(parties.region, parties.department)
        or visitor.scope.holds(parties.issuing_region, None)
        or is_supervised(visitor, directory, parties)
    )


def may_issue(
    visitor: Visitor, region: str | None, places: Iterable[tuple[str | None, str | None]]
) -> bool:
    """Tell whether somebody issues orders in a region for cards of places: (region, department)."""
    return (
        visitor.may(Role.ISSUE)
        and _in_region(visitor, region)
        and all(visitor.scope.holds(*place) for place in places)
    )


def may_do(visitor: Visitor, directory: Directory, parties: Parties, act: OrderAct) -> bool:
    """Tell whether somebody may do something to an order, if that stands so that it can be done."""
    supervised = is_supervised(visitor, directory, parties)
    if SIDES[act] is Side.SUPERVISED:
        if supervised or _of_unit(visitor, directory, parties):
            return visitor.may(Role.VIEW)
        return visitor.may(Role.INSPECT) and visitor.scope.holds(parties.region, parties.department)
    return (
        not supervised
        and visitor.may(Role.ISSUE)
        and _in_region(visitor, parties.issuing_region)
        and may_see(visitor, directory, parties)
    )


def open_to(
    visitor: Visitor, directory: Directory, row: OrderRow, now: int
) -> tuple[OrderAct, ...]:
    """Give what somebody can do to an order as it stands at the instant ``now``."""
    who = visitor.person or visitor.id
    return tuple(
        act
        for act in possible(row.order, now)
        if may_do(visitor, directory, row.parties, act) and who != _asker(row.order, act)
    )


def is_supervised(visitor: Visitor, directory: Directory, parties: Parties) -> bool:
    """Tell whether somebody is the person who carries the cards of an order."""
    return parties.handler is not None and parties.handler in names(visitor, directory)


def names(visitor: Visitor, directory: Directory) -> tuple[str, ...]:
    """Give how a case may name somebody as its handler; none where he is not in the directory."""
    person = directory.people.get(visitor.person or "")
    return (person.id, person.name) if person else ()


def _asker(order: Order, act: OrderAct) -> str | None:
    """Give who cannot decide: he gave the reply, or asked for the time, that is decided about."""
    if act in (OrderAct.EXTEND, OrderAct.REFUSE):
        return order.asked_by
    judged = (OrderAct.ACCEPT, OrderAct.SEND_BACK, OrderAct.DISCHARGE)
    return order.replied_by if act in judged else None


def _in_region(visitor: Visitor, region: str | None) -> bool:
    return visitor.scope.regions is None or region in visitor.scope.regions


def _of_unit(visitor: Visitor, directory: Directory, parties: Parties) -> bool:
    person = directory.people.get(visitor.person or "")
    return (
        person is not None
        and person.department is not None
        and person.department == parties.department
        and person.region in (None, parties.region)
    )
