"""Cases with their parts, page by page: for what is reckoned over all of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.store import fact_changes, tables
from monitor.store.parts import parts_of
from rules.cases import Case


def open_pages(
    connection: Connection,
    size: int = 2000,
    *,
    closed: bool = False,
    changes: bool = False,
    item: str | None = None,
) -> Iterator[list[Case]]:
    """Give the live cases (see ``tables.live``) in pages of up to ``size``, by id.

    With ``closed`` those too that are closed without an open alert, with ``changes`` each with
    those that its source made to it. With ``item`` those of that item alone.
    """
    c = tables.cases.c
    of_item = () if item is None else (c.item_code == item,)
    after = 0
    while True:
        rows = connection.execute(
            select(c.id, c.source, c.key, c.facts)
            .where(c.id > after, _which(closed=closed), *of_item)
            .order_by(c.id)
            .limit(size)
        ).all()
        if not rows:
            return
        ids = [row.id for row in rows]
        parts = parts_of(connection, ids)
        changed = fact_changes.by_case(connection, ids) if changes else {}
        yield [
            Case(
                source,
                key,
                facts,
                tuple(parts.get(ident, ())),
                ident,
                tuple(changed.get(ident, ())),
            )
            for ident, source, key, facts in rows
        ]
        after = rows[-1].id


def count(connection: Connection, *, closed: bool = False) -> int:
    """Give how many cases :func:`open_pages` gives."""
    query = select(func.count()).select_from(tables.cases).where(_which(closed=closed))
    return connection.execute(query).scalar_one()


def _which(*, closed: bool) -> ColumnElement[bool]:
    return tables.cases.c.vanished_at.is_(None) if closed else tables.live
