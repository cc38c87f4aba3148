"""Pages of the audit log, the newest act first."""

from __future__ import annotations

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.audit_list import DELIVER, Chosen
from monitor.store.audit_log import Act, Recorded
from monitor.store.by_time import first_since

_c = tables.audit_log.c


def page(
    connection: Connection, chosen: Chosen, limit: int, before: int | None = None
) -> list[Recorded]:
    """Give up to ``limit`` acts, the newest first, those alone recorded before another.

    Messages that were handed to channels are among them where ``chosen.machine`` or its act asks.
    """
    query = select(
        *(_c.id, _c.at, _c.who, _c.origin, _c.act, _c.object, _c.before, _c.after, _c.note)
    )
    for column, value in ((_c.who, chosen.who), (_c.act, chosen.act), (_c.object, chosen.object)):
        if value is not None:
            query = query.where(column == value)
    if chosen.only is not None:
        query = query.where(chosen.only)
    if not chosen.machine and chosen.act != DELIVER:
        query = query.where(_c.act != DELIVER)
    if chosen.since is not None:
        query = query.where(_c.id >= first_since(connection, _c.id, _c.at, chosen.since))
    if chosen.until is not None:
        query = query.where(_c.id < first_since(connection, _c.id, _c.at, chosen.until))
    if before is not None:
        query = query.where(_c.id < before)
    rows = connection.execute(query.order_by(_c.id.desc()).limit(limit))
    return [Recorded(ident, at, Act(*act)) for ident, at, *act in rows]
