"""The policies that alerts have climbed, kept by their content."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.statements import insert
from rules.ladders import restored, snapshot
from rules.policies import Policy


def keep(connection: Connection, policies: Mapping[str, Policy], now: int) -> None:
    """Keep policies by their fingerprints; one that is kept stays as it is."""
    if policies:
        connection.execute(
            insert(connection, tables.ladders).on_conflict_do_nothing(
                index_elements=["fingerprint"]
            ),
            [
                {"fingerprint": mark, "policy": snapshot(policies[mark]), "first_used_at": now}
                for mark in sorted(policies)
            ],
        )


def load(connection: Connection, fingerprints: Collection[str]) -> dict[str, Policy]:
    """Give the policies with these fingerprints; those that were never kept are left out."""
    if not fingerprints:
        return {}
    c = tables.ladders.c
    rows = connection.execute(
        select(c.fingerprint, c.policy).where(c.fingerprint.in_(sorted(fingerprints)))
    )
    return {row.fingerprint: restored(row.policy) for row in rows}
