"""Sending again what was given up."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select, update

from monitor.acts.actor import Actor
from monitor.store import audit_log, tables
from monitor.store.audit_log import Act
from rules.grouping import Grouping
from rules.refusals import RefusedError

_d = tables.deliveries.c


def retry(connection: Connection, actor: Actor, ident: int, now: int) -> None:
    """Let a failed delivery be sent again at once, as a message of its own; a digest as a whole.

    Raises:
        RefusedError: it has not failed.
    """
    row = connection.execute(
        select(_d.state, _d.key, _d.channel, _d.last_error).where(_d.id == ident).with_for_update()
    ).one_or_none()
    if row is None or row.state != "failed":
        raise RefusedError("只能重发失败的投递", "only what has failed can be sent again")
    changed = update(tables.deliveries).where(_d.id == ident)
    connection.execute(changed.values(**_again(now), digest_id=None))
    _regroup(connection, _d.digest_id == ident)
    before = {"state": "failed", "last_error": row.last_error}
    after = {"state": "pending", "channel": row.channel, "key": row.key}
    act = Act(actor.who, actor.origin, "delivery.retry", f"delivery:{ident}", before, after)
    audit_log.record(connection, act, now)


def retry_channel(connection: Connection, actor: Actor, channel: str, now: int) -> int:
    """Let all that has failed over a channel be sent again, and give how many messages that is.

    What a digest was to bring comes with the digest.

    Raises:
        RefusedError: nothing has.
    """
    count = connection.execute(
        update(tables.deliveries)
        .where(_d.state == "failed", _d.channel == channel, tables.single)
        .values(**_again(now))
    ).rowcount
    if not count:
        raise RefusedError(
            f"渠道 {channel} 没有失败的投递", f"nothing has failed over the channel {channel}"
        )
    _regroup(connection, and_(_d.channel == channel, _d.digest_id.is_not(None)))
    after = {"state": "pending", "deliveries": count}
    act = Act(
        actor.who, actor.origin, "delivery.retry", f"channel:{channel}", {"state": "failed"}, after
    )
    audit_log.record(connection, act, now)
    return count


def _regroup(connection: Connection, which: ColumnElement[bool]) -> None:
    """Let what failed with a digest wait for it once more."""
    connection.execute(
        update(tables.deliveries).where(_d.state == "failed", which).values(state="grouped")
    )


def _again(now: int) -> dict[str, object]:
    # It begins its attempts anew, and by itself.
    return {
        "state": "pending",
        "not_before": now,
        "attempts": 0,
        "claimed_until": None,
        "claimed_by": None,
        "grouping": Grouping.ALONE.value,
    }
