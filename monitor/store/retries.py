"""Deliveries that were given up and are to be sent once more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, select, update

from monitor.store import tables
from rules.grouping import Grouping

_d = tables.deliveries.c


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A delivery that has failed, and why."""

    key: str
    channel: str
    last_error: str | None


def given_up(connection: Connection, ident: int) -> GivenUp | None:
    """Give a delivery if it has failed; it is this transaction's."""
    row = connection.execute(
        select(_d.key, _d.channel, _d.last_error)
        .where(_d.id == ident, _d.state == "failed")
        .with_for_update()
    ).one_or_none()
    return None if row is None else GivenUp(*row)


def again(connection: Connection, ident: int, now: int) -> None:
    """Let a failed delivery be sent at ``now``, as a message of its own; a digest as a whole."""
    changed = update(tables.deliveries).where(_d.id == ident)
    connection.execute(changed.values(**_anew(now), digest_id=None))
    _regroup(connection, _d.digest_id == ident)


def channel_again(connection: Connection, channel: str, now: int) -> int:
    """Let all that has failed over a channel be sent at ``now``; give how many messages that is.

    What a digest was to bring comes with the digest.
    """
    count = connection.execute(
        update(tables.deliveries)
        .where(_d.state == "failed", _d.channel == channel, tables.single)
        .values(**_anew(now))
    ).rowcount
    _regroup(connection, and_(_d.channel == channel, _d.digest_id.is_not(None)))
    return count


def _regroup(connection: Connection, which: ColumnElement[bool]) -> None:
    """Let what failed with a digest wait for it once more."""
    connection.execute(
        update(tables.deliveries).where(_d.state == "failed", which).values(state="grouped")
    )


def _anew(now: int) -> dict[str, object]:
    # It begins its attempts anew, and by itself.
    return {
        "state": "pending",
        "not_before": now,
        "attempts": 0,
        "claimed_until": None,
        "claimed_by": None,
        "grouping": Grouping.ALONE.value,
    }
