"""Who has really heard of an alert that is over, and what need not be told any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, or_, select, update

from monitor.store import tables
from monitor.store.delivery_queue import free
from monitor.store.statements import among
from rules.instants import SECOND

RESOLVED = "resolved"
"""The kind of the notice that an alert is over."""

_LOOK_AGAIN = 5 * SECOND
_d = tables.deliveries.c


@dataclass
class Heard:
    """What became of the notices of alerts that are over, by the ids of the alerts.

    ``told`` are the people who heard of each, and over which channels; ``wait_until`` is set where
    that is not known yet: something is being sent at this moment.
    """

    told: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    wait_until: dict[int, int] = field(default_factory=dict)


def settle(connection: Connection, alerts: Collection[int], now: int) -> Heard:
    """Supersede what was not told yet of alerts that are over, and return who has heard of them.

    The receipt of what is superseded says why it was not sent. What a digest brings counts as told
    once that has been sent. A delivery whose lease ran out may have arrived, although nobody knows:
    it keeps the lease when it is superseded, and its receiver counts as somebody who has heard.
    """
    heard = Heard()
    if not alerts:
        return heard
    n, digest = tables.notices.c, tables.deliveries.alias("digest")
    about = and_(among(connection, n.alert_id, alerts), n.kind != RESOLVED)
    waiting = or_(_d.state == "silenced", and_(tables.pending, free(now)))
    connection.execute(
        update(tables.deliveries)
        .where(_d.notice_id.in_(select(n.id).where(about)), waiting)
        .values(state="superseded", receipt={"superseded_by": RESOLVED, "at": now})
    )
    rows = connection.execute(
        select(n.alert_id, n.person, _d.channel, _d.state, digest.c.not_before)
        .join_from(tables.notices, tables.deliveries)
        .outerjoin(digest, digest.c.id == _d.digest_id)
        .where(
            about,
            or_(
                _d.state.in_(("sent", "pending", "grouped")),
                and_(_d.state == "superseded", _d.claimed_until.is_not(None)),
            ),
        )
    )
    for alert, person, channel, state, digest_at in rows:
        if state in ("sent", "superseded"):
            heard.told.setdefault(alert, set()).add((person, channel))
        else:
            at = max(digest_at or now, now) + _LOOK_AGAIN
            heard.wait_until[alert] = max(at, heard.wait_until.get(alert, 0))
    return heard
