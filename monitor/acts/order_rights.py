"""Who may see a supervision order (督办单), and who may do what to it: the one place for it.

The supervised side is whoever inspects the supervised place, the department that is supervised,
and the person who carries the cards. The issuing side is whoever issues orders in the region that
issued this one. Nobody judges his own doings: the person who is supervised does nothing of the
issuing side, and what else somebody did himself the acts refuse (:mod:`rules.orders_acts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from monitor.access import Role, Visitor
from monitor.store.orders import OrderRow, Parties
from rules.directory import Directory, Person
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
    return or_(scope.of(columns), issued, carried(visitor, directory, columns))


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
    who = visitor.who
    return tuple(
        act
        for act in possible(row.order, now)
        if may_do(visitor, directory, row.parties, act) and who != _asker(row.order, act)
    )


def is_supervised(visitor: Visitor, directory: Directory, parties: Parties) -> bool:
    """Tell whether somebody is the person who carries the cards of an order."""
    return carries(visitor, directory, parties.handler, parties.region)


def carries(
    visitor: Visitor, directory: Directory, handler: str | None, region: str | None
) -> bool:
    """Tell whether somebody is the ``handler`` that something of a region names."""
    person = directory.people.get(visitor.person or "")
    if person is None or handler is None:
        return False
    by_name = handler == person.name and region not in _of_namesakes(directory, person)
    return by_name or handler == person.id


def carried(visitor: Visitor, directory: Directory, columns: Any) -> ColumnElement[bool]:
    """Give the condition for what somebody carries: :func:`carries` on ``columns``."""
    person = directory.people.get(visitor.person or "")
    if person is None:
        return false()
    by_name = columns.handler == person.name
    if others := _of_namesakes(directory, person):
        elsewhere = or_(columns.region.is_(None), columns.region.not_in(sorted(others)))
        by_name = and_(by_name, elsewhere)
    return or_(columns.handler == person.id, by_name)


def names(visitor: Visitor, directory: Directory) -> tuple[str, ...]:
    """Give how a case may name somebody as its handler; none where he is not in the directory."""
    person = directory.people.get(visitor.person or "")
    return (person.id, person.name) if person else ()


def _of_namesakes(directory: Directory, person: Person) -> set[str]:
    """Give the regions where his name means somebody else: as roles do, the one who is there."""
    if person.region is None:
        return set()
    others = {one.region for one in directory.named(person.name)}
    return {region for region in others if region not in (None, person.region)}


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
