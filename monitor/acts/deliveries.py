"""Sending again what was given up."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, retries
from monitor.store.audit_log import Act
from rules.refusals import RefusedError


def retry(connection: Connection, actor: Actor, ident: int, now: int) -> None:
    """Let a failed delivery be sent again at once, as a message of its own; a digest as a whole.

    Raises:
        RefusedError: it has not failed.
    """
    known = retries.given_up(connection, ident)
    if known is None:
        raise RefusedError("只能重发失败的投递", "only what has failed can be sent again")
    retries.again(connection, ident, now)
    before = {"state": "failed", "last_error": known.last_error}
    after = {"state": "pending", "channel": known.channel, "key": known.key}
    act = Act(actor.who, actor.origin, "delivery.retry", f"delivery:{ident}", before, after)
    audit_log.record(connection, act, now)


def retry_channel(connection: Connection, actor: Actor, channel: str, now: int) -> int:
    """Let all that has failed over a channel be sent again, and give how many messages that is.

    Raises:
        RefusedError: nothing has.
    """
    count = retries.channel_again(connection, channel, now)
    if not count:
        raise RefusedError(
            f"渠道 {channel} 没有失败的投递", f"nothing has failed over the channel {channel}"
        )
    after = {"state": "pending", "deliveries": count}
    act = Act(
        actor.who, actor.origin, "delivery.retry", f"channel:{channel}", {"state": "failed"}, after
    )
    audit_log.record(connection, act, now)
    return count
