"""Seal: rows of the record → the chain of seals, in batches, beside the pipeline.

Nobody waits for it. Rows are read and hashed in a transaction that only reads; the seal is added
in a short one of its own.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from monitor.store import heads, seals
from monitor.store.seals import SEALED, Row
from monitor.store.store import Store
from rules.instants import moment

log = structlog.get_logger(__name__)

AT_ONCE = 2000
"""Rows of one seal at most."""


class Sealer:
    """Seals what has been added to the record; it remembers for whom it waits.

    Ids are given out before their rows can be seen: beside a row that is there, one of a lower id
    may still be on its way, or never come. So rows are sealed only when every transaction that was
    adding to their table when they were seen has ended.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, frozenset[str]]] = {}
        self._told: date | None = None

    def seal(self, store: Store, now: int, zone: ZoneInfo) -> Counter[str]:
        """Seal up to ``AT_ONCE`` rows of each table, and give how many of each.

        Of several daemons that do so at a time one adds its seal, and the others nothing. Once a
        day of ``zone`` the last seal is told to the log, which is kept elsewhere: who knows its
        hash can tell a chain that was written anew.
        """
        sealed: Counter[str] = Counter()
        for table in SEALED:
            with store.read() as connection:
                # Before the rows: whoever seals meanwhile then has the number that we are to have.
                before = seals.last(connection)
                rows = self._settled(connection, table)
            if rows:
                new = seals.seal(before, table, rows, now)
                with store.write() as connection:
                    if seals.add(connection, new):
                        heads.remember(connection, new)
                        sealed[table] = len(rows)
        today = moment(now, zone).date()
        if today != self._told:
            self._told = today
            with store.read() as connection:
                head = seals.last(connection)
            if head is not None:
                log.info("audit_log_head", seal=head.no, hash=head.hash)
        return sealed

    def _settled(self, connection: Connection, table: str) -> list[Row]:
        """Give rows behind the last seal beneath which none can appear any more."""
        sealed = seals.sealed_up_to(connection, table)
        seen, waiting = self._seen.get(table, (0, frozenset[str]()))
        if seen <= sealed:
            seen = seals.last_id(connection, table)
            if seen <= sealed:
                return []
            waiting = seals.writers(connection, table)  # only after we have looked at the ids
        elif waiting:
            waiting &= seals.writers(connection, table)
        self._seen[table] = (seen, waiting)
        return [] if waiting else list(seals.rows_between(connection, table, sealed, seen, AT_ONCE))
