"""What people are told: notices and deliveries, and what holds them back or merges them."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

from monitor.store.tables import columns as col

notices = Table(
    "notices",
    col.metadata,
    col.row_id(),
    Column("alert_id", col.Id, ForeignKey("alerts.id")),
    col.at("at", required=True),
    col.text("kind", required=True),
    Column("step", Integer),
    col.text("level"),
    col.text("person"),
    col.text("reason", required=True),
    col.json("context", required=True),
)
"""What one person is to be told and why; a test message is about no alert."""
col.index("ix_notices_alert_id", notices.c.alert_id)

deliveries = Table(
    "deliveries",
    col.metadata,
    col.row_id(),
    Column("notice_id", col.Id, ForeignKey("notices.id"), nullable=False),
    col.text("key", required=True),
    col.text("channel", required=True),
    col.text("address", required=True),
    col.at("not_before", required=True),
    col.text("state", required=True),
    col.count("attempts"),
    col.at("claimed_until"),
    col.text("claimed_by"),
    col.text("last_error"),
    col.at("sent_at"),
    col.json("receipt"),
    col.at("created_at", required=True),
    col.count("turn"),
    Column("grouping", Text, nullable=False, server_default="may"),
    col.at("tried_at"),
    Column("digest_id", col.Id),
    Column("silence_id", col.Id),
    col.at("read_at"),
    UniqueConstraint("key"),
)
"""A notice on its way over one channel, to the person ``address`` ("": the channel's own room).

``state`` is ``pending``, ``sent`` or ``failed``, or says who else has it: ``grouped`` in the digest
``digest_id`` until that is sent, ``silenced`` by ``silence_id``, ``superseded`` because its alert
was resolved before it went. Of those that are due the lowest ``turn`` goes first. ``grouping`` is
``may`` where it may be merged with others, ``held`` where it waits for that, ``alone`` where it
never is. ``tried_at`` is the instant of the last attempt; what a digest brought has none.
``read_at`` is when its receiver read it, where the channel is an inbox.
"""

pending: ColumnElement[bool] = deliveries.c.state == "pending"
"""A delivery that is still to be sent."""

single: ColumnElement[bool] = deliveries.c.digest_id.is_(None)
"""A delivery that is a message of its own."""

_tried = and_(deliveries.c.tried_at.is_not(None), single)
col.index("ix_deliveries_notice_id", deliveries.c.notice_id)
col.index("ix_deliveries_due", deliveries.c.not_before, where=pending)
col.index(
    "ix_deliveries_queue",
    deliveries.c.channel,
    deliveries.c.turn,
    deliveries.c.not_before,
    where=pending,
)
col.index("ix_deliveries_failed", deliveries.c.channel, where=deliveries.c.state == "failed")
col.index("ix_deliveries_tried", deliveries.c.channel, deliveries.c.tried_at, where=_tried)
col.index(
    "ix_deliveries_address",
    deliveries.c.channel,
    deliveries.c.address,
    deliveries.c.tried_at,
    where=_tried,
)
col.index(
    "ix_deliveries_digest_id",
    deliveries.c.digest_id,
    where=deliveries.c.digest_id.is_not(None),
)
col.index(
    "ix_deliveries_silence_id",
    deliveries.c.silence_id,
    where=deliveries.c.silence_id.is_not(None),
)

channel_holds = Table(
    "channel_holds",
    col.metadata,
    Column("channel", Text, primary_key=True),
    col.at("until", required=True),
    col.text("reason", required=True),
)
"""Channels that asked to be left alone, and until when nothing is sent over them."""

silences = Table(
    "silences",
    col.metadata,
    col.row_id(),
    col.text("name"),
    col.text("by", required=True),
    col.text("reason", required=True),
    col.json("matching", required=True),
    col.at("created_at", required=True),
    col.at("from_at", required=True),
    col.at("until_at", required=True),
    col.at("ended_at"),
    col.text("ended_by"),
    col.at("next_at"),
    col.json("regions"),
    col.json("departments"),
    UniqueConstraint("name"),
)
"""Silences (静默): notices of what ``matching`` describes are held from ``from_at`` on.

At ``until_at``, or ``ended_at`` where somebody ended it before, what was held is summed up;
``next_at`` is the moment of that while it is still to be done. ``name`` is that of a maintenance
window of the settings, ``NULL`` for a silence that somebody set. ``regions`` and ``departments``
are those whose people it is for (``NULL``: all): those that whoever set it is in charge of.
"""
col.index("ix_silences_due", silences.c.next_at, where=silences.c.next_at.is_not(None))

digests = Table(
    "digests",
    col.metadata,
    Column("id", Text, primary_key=True),
    col.text("schedule", required=True),
    col.at("next_at", required=True),
    col.at("last_at"),
)
"""The daily digests (每日快报) of the settings, and when each is to be made again.

``schedule`` says when it is due, so that another time of day takes effect.
"""
