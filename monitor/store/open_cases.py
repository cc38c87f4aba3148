"""Open cases with their parts, page by page: for what is reckoned over all of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.parts import parts_of
from rules.cases import Case


def open_pages(connection: Connection, size: int = 2000) -> Iterator[list[Case]]:
    """Give the live cases (see ``tables.live``) in pages of up to ``size``, by id."""
    c = tables.cases.c
    after = 0
    while True:
        rows = connection.execute(
            select(c.id, c.source, c.key, c.facts)
            .where(c.id > after, tables.live)
            .order_by(c.id)
            .limit(size)
        ).all()
        if not rows:
            return
        parts = parts_of(connection, [row.id for row in rows])
        yield [
            Case(source, key, facts, tuple(parts.get(ident, ())), ident)
            for ident, source, key, facts in rows
        ]
        after = rows[-1].id
