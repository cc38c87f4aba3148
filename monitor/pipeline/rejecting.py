"""Rows that are set aside, and the alert about them."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from config import Source, Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.unsound import unsound
from monitor.sources import ReadCase, Reject
from monitor.store import rejects, system_alerts
from rules.cases import Fact
from rules.instants import MINUTE

log = structlog.get_logger(__name__)

REJECTED = "rows-rejected"

_TELL_ANEW = 10 * MINUTE  # between two notices that more rows were set aside


def note_rejects(
    connection: Connection,
    rules: InForce,
    source: Source,
    read: Sequence[ReadCase],
    refused: Sequence[Reject],
    now: int,
) -> None:
    """Set aside the rows that were refused, and end what stood against those that were read.

    Of a case that was read, single facts may be refused: those that no limit can go by, and texts
    that nobody can read. A standing alert is renewed, and its policy goes on anew, as more rows
    are set aside.
    """
    refused = [*refused, *unsound(rules.book, read)]
    news = rejects.put_rejects(connection, source.id, refused, now) if refused else []
    for one in news:
        log.warning(
            "row_rejected", source=source.id, case=one.called, reason=one.reason, detail=one.gist
        )
    rejects.clear(
        connection,
        source.id,
        [one.key for one in read],
        now,
        but=[(one.key, one.reason) for one in refused],
    )
    count = rejects.count(connection, source.id)
    subject = f"source:{source.id}"
    if count == 0:
        system_alerts.resolve_system(connection, subject, REJECTED, "read", now)
        return
    if news:
        title = Words(
            f"来源 {source.id} 有 {count} 行读不懂，已隔离",
            f"{count} rows of source {source.id} cannot be understood and are set aside",
        )
        evidence: dict[str, Fact] = {
            "rows": count,
            "reason": news[0].reason.value,
            "detail": news[0].gist,
        }
        raise_alert(
            connection,
            rules,
            subject,
            REJECTED,
            title,
            evidence,
            now,
            source=source.id,
            mild=True,
        )
    system_alerts.tell_anew(connection, subject, REJECTED, "rows", now, pause=_TELL_ANEW)
