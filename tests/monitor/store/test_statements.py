"""Statements that both kinds of store have."""

from __future__ import annotations

from sqlalchemy import select

from monitor.store import tables
from monitor.store.statements import insert_unknown
from monitor.store.store import Store

HOLDS = tables.channel_holds


def hold(channel: str, until: int) -> dict[str, object]:
    return {"channel": channel, "until": until, "reason": "busy"}


def test_a_row_whose_key_is_known_is_left_as_it_is(store: Store) -> None:
    with store.write() as connection:
        insert_unknown(connection, HOLDS, [hold("sms", 1)], "channel")
        insert_unknown(connection, HOLDS, [hold("sms", 2), hold("email", 3)], "channel")
        insert_unknown(connection, HOLDS, [], "channel")
        found = connection.execute(select(HOLDS.c.channel, HOLDS.c.until)).all()
    assert dict(map(tuple, found)) == {"sms": 1, "email": 3}
