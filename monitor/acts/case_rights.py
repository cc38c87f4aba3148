"""Who may see a case (办件) that an address names; lists go by :mod:`monitor.store.sharing`.

Those see it in whose places it lies, who carry a card of it, in whose places a card of it is or was
carried, and its handler.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.access import Visitor
from monitor.acts import order_rights
from monitor.store.alert_list import Alert
from monitor.store.case_list import CaseRow
from rules.directory import Directory


def may_see(visitor: Visitor, directory: Directory, row: CaseRow, cards: Iterable[Alert]) -> bool:
    """Return whether somebody sees a case; ``cards`` are all of its alerts."""
    region, department, handler = (
        None if value is None else str(value)
        for value in (row.case.facts.get(name) for name in ("region", "department", "handler"))
    )
    scope = visitor.scope
    if scope.holds(region, department):
        return True
    if order_rights.carries(visitor, directory, handler, region):
        return True
    return any(
        scope.holds(one.region, one.department)
        or order_rights.carries(visitor, directory, one.handler, one.region)
        for one in cards
    )
