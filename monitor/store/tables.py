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
    text,
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
_index("ix_cases_closed_at", cases.c.closed_at, where=cases.c.closed_at.is_not(None))
_index("ix_cases_live", cases.c.source, cases.c.key, where=live)
_index("ix_cases_live_fingerprint", cases.c.fingerprint, where=live)
_index("ix_cases_live_due_at", cases.c.due_at, where=live)
_index(
    "ix_cases_live_standing",
    *(cases.c.source, cases.c.level, cases.c.state),
    *(cases.c.closed_at, cases.c.vanished_at),  # or SQLite reads the rows to see that they live
    where=live,
)
_index("ix_cases_live_item_code", cases.c.item_code, where=live)
_index("ix_cases_live_handler", cases.c.handler, where=live)

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
    Column("part", Text, nullable=False, server_default=text("''")),
    _text("ladder"),
    _json("climbed"),
    _json("holds"),
    _at("answered_at"),
    _text("revoke_why"),
    CheckConstraint("(case_id IS NULL) <> (subject IS NULL)", name="case_or_subject"),
)
"""Alerts (亮牌) about a case, or about the system itself: then ``subject`` says what about.

``state`` is ``open``, ``resolved`` or ``revoked``; of one rule only one is open for a subject, and
for a case or one ``part`` of it ("": the whole of it), such as a step with a clock of its own. A
``shadow`` alert is that of a rule on trial: it is recorded, and nobody is told. ``region`` to
``handler`` say who carries the card; normally those of the case. ``ladder`` is the fingerprint of
the policy it climbs, ``climbed`` how often each rung was climbed, ``holds`` when the climb stood
still, ``answered_at`` when an order was replied to or an appeal filed. ``revoke_why`` is why a card
was taken back.
"""

standing: ColumnElement[bool] = alerts.c.state == "open"
"""An alert that stands."""

_index(
    "uq_alerts_open_case",
    alerts.c.case_id,
    alerts.c.rule,
    alerts.c.part,
    where=standing,
    unique=True,
)
_index("uq_alerts_open_subject", alerts.c.subject, alerts.c.rule, where=standing, unique=True)
_index("ix_alerts_revoked", alerts.c.case_id, where=alerts.c.state == "revoked")
_index("ix_alerts_case_id", alerts.c.case_id)
_index("ix_alerts_due", alerts.c.next_step_at, where=alerts.c.next_step_at.is_not(None))
_index("ix_alerts_resolved_at", alerts.c.resolved_at, where=alerts.c.resolved_at.is_not(None))
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
    _count("turn"),
    Column("grouping", Text, nullable=False, server_default="may"),
    _at("tried_at"),
    Column("digest_id", Id),
    Column("silence_id", Id),
    _at("read_at"),
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
_index("ix_deliveries_notice_id", deliveries.c.notice_id)
_index("ix_deliveries_due", deliveries.c.not_before, where=pending)
_index(
    "ix_deliveries_queue",
    deliveries.c.channel,
    deliveries.c.turn,
    deliveries.c.not_before,
    where=pending,
)
_index("ix_deliveries_failed", deliveries.c.channel, where=deliveries.c.state == "failed")
_index("ix_deliveries_tried", deliveries.c.channel, deliveries.c.tried_at, where=_tried)
_index(
    "ix_deliveries_address",
    deliveries.c.channel,
    deliveries.c.address,
    deliveries.c.tried_at,
    where=_tried,
)
_index(
    "ix_deliveries_digest_id",
    deliveries.c.digest_id,
    where=deliveries.c.digest_id.is_not(None),
)
_index(
    "ix_deliveries_silence_id",
    deliveries.c.silence_id,
    where=deliveries.c.silence_id.is_not(None),
)

channel_holds = Table(
    "channel_holds",
    metadata,
    Column("channel", Text, primary_key=True),
    _at("until", required=True),
    _text("reason", required=True),
)
"""Channels that asked to be left alone, and until when nothing is sent over them."""

silences = Table(
    "silences",
    metadata,
    _id(),
    _text("name"),
    _text("by", required=True),
    _text("reason", required=True),
    _json("matching", required=True),
    _at("created_at", required=True),
    _at("from_at", required=True),
    _at("until_at", required=True),
    _at("ended_at"),
    _text("ended_by"),
    _at("next_at"),
    UniqueConstraint("name"),
)
"""Silences (静默): notices of what ``matching`` describes are held from ``from_at`` on.

At ``until_at``, or ``ended_at`` where somebody ended it before, what was held is summed up;
``next_at`` is the moment of that while it is still to be done. ``name`` is that of a maintenance
window of the settings, ``NULL`` for a silence that somebody set.
"""

_index("ix_silences_due", silences.c.next_at, where=silences.c.next_at.is_not(None))

digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    _text("schedule", required=True),
    _at("next_at", required=True),
    _at("last_at"),
)
"""The daily digests (每日快报) of the settings, and when each is to be made again.

``schedule`` says when it is due, so that another time of day takes effect.
"""

number_series = Table(
    "number_series",
    metadata,
    Column("series", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""Series of numbers without gaps: the last one that was drawn, by all that comes before it."""

orders = Table(
    "orders",
    metadata,
    _id(),
    _text("no", required=True),
    _text("state", required=True),
    _at("issued_at", required=True),
    _text("issued_by", required=True),
    _at("acknowledge_due", required=True),
    _at("reply_due", required=True),
    _at("acknowledged_at"),
    _at("replied_at"),
    _text("replied_by"),
    _text("cause"),
    _text("reply"),
    _at("finish_due"),
    _at("review_due"),
    _at("accepted_at"),
    _at("close_due"),
    _at("ended_at"),
    _text("opinion"),
    _at("asked_at"),
    _text("asked_by"),
    _at("wished_due"),
    _at("answer_due"),
    _count("returns"),
    _count("extensions"),
    _json("reminded", required=True),
    _text("issuer"),
    _text("issuing_region"),
    _text("region"),
    _text("department"),
    _text("handler"),
    _text("about", required=True),
    _text("advice", required=True),
    _json("found"),
    _json("via", required=True),
    _at("next_at"),
    UniqueConstraint("no"),
)
"""Supervision orders (督办单); ``no`` to ``reminded`` are those of :class:`rules.orders.Order`.

``issuer`` answers for it, in the region ``issuing_region``; ``region`` to ``handler`` say who is
supervised. ``about`` names what it is about, ``found`` is what the data show as the cause, ``via``
are the channels over which both sides are told. ``next_at`` is the moment at which something is to
be reminded of or becomes overdue.
"""

_index("ix_orders_due", orders.c.next_at, where=orders.c.next_at.is_not(None))

order_requests = Table(
    "order_requests",
    metadata,
    _id(),
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False),
    _text("policy", required=True),
    _text("advice", required=True),
    _text("acknowledge_within"),
    _text("reply_within"),
    _text("issuer", required=True),
    _text("region"),
    _json("via", required=True),
    _at("at", required=True),
)
"""Orders that rungs ask for and that are still to be issued: every row is due."""

order_alerts = Table(
    "order_alerts",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False, primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False, primary_key=True),
)
"""The cards for which an order was issued."""

_index("ix_order_alerts_alert_id", order_alerts.c.alert_id)

order_events = Table(
    "order_events",
    metadata,
    _id(),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    _at("at", required=True),
    _text("event", required=True),
    _text("by", required=True),
    _text("note", required=True),
    _json("detail"),
)
"""What happened to an order, one row an event, only ever added to."""

_index("ix_order_events_order_id", order_events.c.order_id)

appeals = Table(
    "appeals",
    metadata,
    _id(),
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False),
    _text("state", required=True),
    _at("filed_at", required=True),
    _text("filed_by", required=True),
    _text("reason", required=True),
    _text("evidence", required=True),
    _text("region"),
    _at("decide_due", required=True),
    _count("passed"),
    _at("decided_at"),
    _text("decided_by"),
    _text("opinion"),
    _at("next_at"),
)
"""Appeals (申诉) against cards; the columns are those of :class:`rules.appeals.Appeal`.

Of one card only one is pending; ``next_at`` is the moment from which it is not decided in time.
"""

_index("uq_appeals_pending", appeals.c.alert_id, where=appeals.c.state == "pending", unique=True)
_index("ix_appeals_due", appeals.c.next_at, where=appeals.c.next_at.is_not(None))

call_backs = Table(
    "call_backs",
    metadata,
    _id(),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False),
    _text("reason", required=True),
    _text("level", required=True),
    _at("created_at", required=True),
    _at("call_due", required=True),
    _count("attempts"),
    _at("called_at"),
    _text("called_by"),
    _text("result"),
    _text("note"),
    UniqueConstraint("case_id"),
)
"""Applicants of late and unfinished cases who are to be telephoned (回访), one row a case.

``reason`` is ``unfinished`` or ``late``; ``call_due`` is the instant by which to call.
"""

_index("ix_call_backs_waiting", call_backs.c.call_due, where=call_backs.c.called_at.is_(None))

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

for _table in (alert_events, fact_changes, notices, order_events, audit_log, audit_seals):
    append_only(_table)

ladders = Table(
    "ladders",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    _json("policy", required=True),
    _at("first_used_at", required=True),
)
"""The policies that alerts have climbed, by their content: see :mod:`rules.ladders`."""

directory_entries = Table(
    "directory_entries",
    metadata,
    _id(),
    _text("list", required=True),
    _text("kind", required=True),
    _json("facts", required=True),
)
"""The last good state of the lists of the directory that are kept elsewhere; replaced by list."""

_index("ix_directory_entries_list", directory_entries.c.list)

absences = Table(
    "absences",
    metadata,
    _id(),
    _text("person", required=True),
    _text("deputy"),
    _at("from_at"),
    _at("until_at"),
    _text("note", required=True),
    _text("entered_by", required=True),
    _at("entered_at", required=True),
    _text("ended_by"),
    _at("ended_at"),
)
"""Leave and deputies entered by hand; a leave has no ``deputy``. One that was ended is kept."""

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name", required=True),
    _text("password"),
    _text("role", required=True),
    _json("regions"),
    _json("departments"),
    _text("person"),
    _count("failures"),
    _at("locked_until"),
    _at("created_at", required=True),
    _at("disabled_at"),
)
"""Who may sign in to the pages: see :class:`monitor.store.accounts.Account`.

``password`` is an Argon2 hash, ``NULL`` for those whom somebody else vouches for. ``failures`` are
the attempts with a wrong password since the last good one.
"""

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    _text("origin", required=True),
    _at("created_at", required=True),
    _at("seen_at", required=True),
    _at("ended_at"),
)
"""Browsers that are signed in; ``id`` is the SHA-256 of what their cookie holds."""

_index("ix_sessions_account_id", sessions.c.account_id)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _text("hash", required=True),
    _text("kind", required=True),
    _text("name", required=True),
    _text("role", required=True),
    _json("regions"),
    _json("departments"),
    _text("created_by", required=True),
    _at("created_at", required=True),
    _at("expires_at"),
    _at("revoked_at"),
    _at("used_at"),
    UniqueConstraint("hash"),
)
"""Keys of programs (``api``) and wall boards (``board``); ``hash`` is the SHA-256 of a key."""

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    _json("value"),
)
"""Single values the daemon remembers: the fingerprint of the rules, the progress of a sweep."""
