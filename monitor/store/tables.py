"""The tables of the store. Moments are instants (BIGINT microseconds), JSON is compact UTF-8.

A row that will need work carries the moment at which it will: ``next_poll_at``,
``next_check_at``, ``next_step_at``, ``not_before``. Each of these is indexed only where it is due
at all, so that the cost of a round follows what is due and not what is stored.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    or_,
)

from monitor.store.append_only import append_only

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only where it is INTEGER
Json = JSON(none_as_null=True)


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _at(name: str, *, required: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=not required)


def _text(name: str, *, required: bool = False) -> Column[str]:
    return Column(name, Text, nullable=not required)


def _json(name: str, *, required: bool = False) -> Column[Any]:
    return Column(name, Json, nullable=not required)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _index(
    name: str,
    *columns: Column[Any],
    where: ColumnElement[bool] | None = None,
    unique: bool = False,
) -> None:
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    _text("cursor"),
    _at("next_poll_at", required=True),
    _at("next_reconcile_at", required=True),
    _at("claimed_until"),
    _text("claimed_by"),
    _count("failures"),
    _at("last_ok_at"),
    _text("last_error"),
    Column("rows_read", BigInteger, nullable=False, server_default="0"),
    _text("state", required=True),
)
"""How far each source has been read; ``state`` is ``new``, ``ok``, ``down`` or ``fault``."""

cases = Table(
    "cases",
    metadata,
    _id(),
    _text("source", required=True),
    _text("key", required=True),
    _json("facts", required=True),
    _text("digest", required=True),
    _text("fingerprint"),
    _text("no"),
    _text("title"),
    _text("item_code"),
    _text("department"),
    _text("region"),
    _text("handler"),
    _at("accepted_at"),
    _at("closed_at"),
    _text("level"),
    Column("rank", Integer),
    _text("state"),
    _at("due_at"),
    _json("clocks"),
    _at("next_check_at"),
    _at("first_seen_at", required=True),
    _at("changed_at", required=True),
    _at("vanished_at"),
    UniqueConstraint("key", "source"),  # in this order: pages of keys, and a key of any source
)
"""The cases as their sources last told them, and how they last stood.

``digest`` says what was read, ``fingerprint`` by which rules it was last checked; ``no`` to
``closed_at`` are copies of facts for finding and filtering. ``level`` and ``rank`` are those of
the gravest alert that stands, ``NULL`` where none does.
"""

live: ColumnElement[bool] = and_(
    cases.c.vanished_at.is_(None), or_(cases.c.closed_at.is_(None), cases.c.level.is_not(None))
)
"""A case that rules still have a say in: in its source, and not closed or with an open alert."""

_index("ix_cases_due", cases.c.next_check_at, where=cases.c.next_check_at.is_not(None))
_index("ix_cases_no", cases.c.no, where=cases.c.no.is_not(None))
_index("ix_cases_live", cases.c.source, cases.c.key, where=live)
_index("ix_cases_live_fingerprint", cases.c.fingerprint, where=live)
_index("ix_cases_live_due_at", cases.c.due_at, where=live)
_index("ix_cases_live_item_code", cases.c.item_code, where=live)

parts = Table(
    "parts",
    metadata,
    _id(),
    Column("case_id", Id, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    _text("kind", required=True),
    _text("key", required=True),
    _at("started_at"),
    _at("ended_at"),
    _json("facts", required=True),
)
"""The pauses, steps and extensions of cases; replaced whole whenever their case has changed."""

_index("ix_parts_case_id", parts.c.case_id)

fact_changes = Table(
    "fact_changes",
    metadata,
    _id(),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    _at("seen_at", required=True),
    _text("name", required=True),
    _json("before"),
    _json("after"),
    _at("read_at"),
    _at("carded_at"),
)
"""What sources changed about cases they had told before, only ever added to.

The columns are those of :class:`rules.history.FactChange`.
"""

_index("ix_fact_changes_case_id", fact_changes.c.case_id)

rejects = Table(
    "rejects",
    metadata,
    _id(),
    _text("source", required=True),
    _text("key", required=True),
    _text("reason", required=True),
    _text("detail", required=True),
    _text("row", required=True),
    _at("first_seen_at", required=True),
    _at("seen_at", required=True),
    Column("times", Integer, nullable=False),
    _at("gone_at"),
    UniqueConstraint("source", "key", "reason"),
)
"""Source rows that could not be understood; ``gone_at`` is set once they can or are no more."""

_index("ix_rejects_standing", rejects.c.source, where=rejects.c.gone_at.is_(None))

alerts = Table(
    "alerts",
    metadata,
    _id(),
    Column("case_id", Id, ForeignKey("cases.id")),
    _text("subject"),
    _text("source"),
    _text("rule", required=True),
    _text("version", required=True),
    _text("title", required=True),
    _text("law", required=True),
    _text("level", required=True),
    Column("rank", Integer, nullable=False),
    _text("state", required=True),
    Column("shadow", Boolean, nullable=False, server_default=false()),
    _at("opened_at", required=True),
    _at("level_since_at", required=True),
    _at("due_at"),
    _json("evidence", required=True),
    _at("acked_at"),
    _text("acked_by"),
    _text("ack_note"),
    _at("resolved_at"),
    _text("resolution"),
    _text("policy"),
    _text("policy_version"),
    _count("step"),
    _at("next_step_at"),
    _json("told"),
    _text("region"),
    _text("department"),
    _text("handler"),
    CheckConstraint("(case_id IS NULL) <> (subject IS NULL)", name="case_or_subject"),
)
"""Alerts (亮牌) about a case, or about the system itself: then ``subject`` says what about.

``state`` is ``open`` or ``resolved``; of one rule only one is open for a case or a subject. A
``shadow`` alert is that of a rule on trial: it is recorded, and nobody is told. ``region`` to
``handler`` say who carries the card; normally those of the case.
"""

standing: ColumnElement[bool] = alerts.c.state == "open"
"""An alert that stands."""

_index("uq_alerts_open_case", alerts.c.case_id, alerts.c.rule, where=standing, unique=True)
_index("uq_alerts_open_subject", alerts.c.subject, alerts.c.rule, where=standing, unique=True)
_index("ix_alerts_case_id", alerts.c.case_id)
_index("ix_alerts_due", alerts.c.next_step_at, where=alerts.c.next_step_at.is_not(None))
_index("ix_alerts_open_place", alerts.c.region, alerts.c.department, where=standing)

alert_events = Table(
    "alert_events",
    metadata,
    _id(),
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False),
    _at("at", required=True),
    _text("event", required=True),
    _text("reason", required=True),
    _text("level", required=True),
    _json("detail"),
)
"""What happened to an alert, one row an event, only ever added to."""

_index("ix_alert_events_alert_id", alert_events.c.alert_id)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("alert_id", Id, ForeignKey("alerts.id")),
    _at("at", required=True),
    _text("kind", required=True),
    Column("step", Integer),
    _text("level"),
    _text("person"),
    _text("reason", required=True),
    _json("context", required=True),
)
"""What one person is to be told and why; a test message is about no alert."""

_index("ix_notices_alert_id", notices.c.alert_id)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("notice_id", Id, ForeignKey("notices.id"), nullable=False),
    _text("key", required=True),
    _text("channel", required=True),
    _text("address", required=True),
    _at("not_before", required=True),
    _text("state", required=True),
    _count("attempts"),
    _at("claimed_until"),
    _text("claimed_by"),
    _text("last_error"),
    _at("sent_at"),
    _json("receipt"),
    _at("created_at", required=True),
    UniqueConstraint("key"),
)
"""A notice on its way over one channel; ``state`` is ``pending``, ``sent`` or ``failed``."""

pending: ColumnElement[bool] = deliveries.c.state == "pending"
"""A delivery that is still to be sent."""

_index("ix_deliveries_notice_id", deliveries.c.notice_id)
_index("ix_deliveries_due", deliveries.c.not_before, where=pending)
_index("ix_deliveries_failed", deliveries.c.channel, where=deliveries.c.state == "failed")
_index(
    "ix_deliveries_sent",
    deliveries.c.channel,
    deliveries.c.sent_at,
    where=deliveries.c.sent_at.is_not(None),
)

items = Table(
    "items",
    metadata,
    _id(),
    _text("code", required=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    _json("facts", required=True),
    _text("origin", required=True),
    _at("imported_at", required=True),
    UniqueConstraint("code", "valid_from"),
)
"""The editions of the item catalogue (事项目录); ``origin`` is the source or file they are from.

An edition is in force from ``valid_from`` until the day before ``valid_to``.
"""

surveys = Table(
    "surveys",
    metadata,
    Column("id", Text, primary_key=True),
    _at("next_at", required=True),
    _at("claimed_until"),
    _text("claimed_by"),
    _at("last_run_at"),
    _text("fingerprint"),
    _text("last_error"),
    _count("found"),
)
"""The checks across cases (普查) in force, and when each is to be made again.

``fingerprint`` names the rules by which it was last made, ``found`` how much it then found;
``last_error`` is why it failed, ``NULL`` where it did not.
"""

audit_log = Table(
    "audit_log",
    metadata,
    _id(),
    _at("at", required=True),
    _text("who", required=True),
    _text("origin", required=True),
    _text("act", required=True),
    _text("object", required=True),
    _json("before"),
    _json("after"),
    _text("note", required=True),
)
"""Acts of people and of the machine: see :class:`monitor.store.audit_log.Act`."""

_index("ix_audit_log_object", audit_log.c.object)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("no", Id, primary_key=True, autoincrement=False),
    _at("at", required=True),
    _text("sealed", required=True),
    Column("last_id", BigInteger, nullable=False),
    Column("rows", LargeBinary, nullable=False),
    _text("previous", required=True),
    _text("hash", required=True),
)
"""The chain of seals over the tables that are only ever added to: see :mod:`monitor.store.seals`.

``no`` counts from 1 without gaps; ``sealed`` is the name of the table whose rows it seals.
"""

_index("ix_audit_seals_sealed", audit_seals.c.sealed, audit_seals.c.last_id)

used_links = Table(
    "used_links",
    metadata,
    Column("id", Text, primary_key=True),
    _at("used_at", required=True),
    _at("expires_at", required=True),
)
"""Links that have done the one act they were good for; kept until they would have expired."""

for _table in (alert_events, fact_changes, audit_log, audit_seals):
    append_only(_table)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    _json("value"),
)
"""Single values the daemon remembers: the fingerprint of the rules, the progress of a sweep."""
