"""Alerts together with the facts of the cases that they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.alert_list import COLUMNS, Alert
from monitor.store.statements import among
from rules.cases import Case

_AT_ONCE = 5_000  # SQLite binds at most 32,766 values to a statement


@dataclass(frozen=True, slots=True)
class AlertCase:
    """An alert and its case (without parts), ``None`` where it is about none."""

    alert: Alert
    case: Case | None


def of_alerts(connection: Connection, ids: Collection[int]) -> Iterator[AlertCase]:
    """Give alerts by id, with their cases."""
    c = tables.cases.c
    wanted = sorted(ids)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        query = select(*COLUMNS, c.key, c.facts).select_from(tables.alerts.outerjoin(tables.cases))
        for *columns, key, facts in connection.execute(
            query.where(among(connection, tables.alerts.c.id, some)).order_by(tables.alerts.c.id)
        ):
            alert = Alert(*columns)
            case = None
            if alert.case_id is not None:
                case = Case(alert.source or "", key, facts, id=alert.case_id)
            yield AlertCase(alert, case)
