"""Alerts, the ladders they climb, and the checks across cases that raise some of them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)

from monitor.store.tables import columns as col

alerts = Table(
    "alerts",
    col.metadata,
    col.row_id(),
    Column("case_id", col.Id, ForeignKey("cases.id")),
    col.text("subject"),
    col.text("source"),
    col.text("rule", required=True),
    col.text("version", required=True),
    col.text("title", required=True),
    col.text("law", required=True),
    col.text("level", required=True),
    Column("rank", Integer, nullable=False),
    col.text("state", required=True),
    Column("shadow", Boolean, nullable=False, server_default=false()),
    col.at("opened_at", required=True),
    col.at("level_since_at", required=True),
    col.at("due_at"),
    col.json("evidence", required=True),
    col.at("acked_at"),
    col.text("acked_by"),
    col.text("ack_note"),
    col.at("resolved_at"),
    col.text("resolution"),
    col.text("policy"),
    col.text("policy_version"),
    col.count("step"),
    col.at("next_step_at"),
    col.json("told"),
    col.text("region"),
    col.text("department"),
    col.text("handler"),
    Column("part", Text, nullable=False, server_default=text("''")),
    col.text("ladder"),
    col.json("climbed"),
    col.json("holds"),
    col.at("answered_at"),
    col.text("revoke_why"),
    col.at("level_seen_at"),
    Column("elsewhere", Boolean, nullable=False, server_default=false()),
    col.text("origin"),
    CheckConstraint("(case_id IS NULL) <> (subject IS NULL)", name="case_or_subject"),
)
"""Alerts (亮牌) about a case, or about the system itself: then ``subject`` says what about.

``state`` is ``open``, ``resolved`` or ``revoked``; of one rule only one is open for a subject, and
for a case or one ``part`` of it ("": the whole of it), such as a step with a clock of its own. A
``shadow`` alert is that of a rule on trial: it is recorded, and nobody is told. ``region`` to
``handler`` say who carries the card; normally those of the case. ``ladder`` is the fingerprint of
the policy it climbs, ``climbed`` how often each rung was climbed, ``holds`` when the climb stood
still, ``answered_at`` when an order was replied to or an appeal filed. ``revoke_why`` is why a card
was taken back. ``level_since_at`` is from when its level stands, ``level_seen_at`` when a check saw
that (``NULL``: it has had the same level since it was opened). ``elsewhere`` says that another
place than the case's own carries the card. ``origin`` is a
:class:`rules.going_live.Origin`, ``NULL`` for what came after supervision had begun.
"""

standing: ColumnElement[bool] = alerts.c.state == "open"
"""An alert that stands."""

notified: ColumnElement[bool] = and_(
    alerts.c.shadow.is_(False), alerts.c.origin.is_distinct_from("history")
)
"""An alert of which people are told: of no rule on trial, nor about what was over before."""
col.index(
    "uq_alerts_open_case",
    alerts.c.case_id,
    alerts.c.rule,
    alerts.c.part,
    where=standing,
    unique=True,
)
col.index("uq_alerts_open_subject", alerts.c.subject, alerts.c.rule, where=standing, unique=True)
col.index("ix_alerts_revoked", alerts.c.case_id, where=alerts.c.state == "revoked")
history: ColumnElement[bool] = and_(standing, alerts.c.origin == "history")
"""An alert that stands about what was over before supervision began."""
col.index("ix_alerts_history", alerts.c.case_id, where=history)
col.index("ix_alerts_case_id", alerts.c.case_id)
col.index("ix_alerts_due", alerts.c.next_step_at, where=alerts.c.next_step_at.is_not(None))
col.index("ix_alerts_resolved_at", alerts.c.resolved_at, where=alerts.c.resolved_at.is_not(None))
carried_elsewhere: ColumnElement[bool] = and_(standing, alerts.c.elsewhere, ~alerts.c.shadow)
"""An alert that stands, and that another place than the case's own carries."""
col.index(
    "ix_alerts_elsewhere",
    *(alerts.c.region, alerts.c.department, alerts.c.case_id),
    where=carried_elsewhere,
)
col.index("ix_alerts_open_place", alerts.c.region, alerts.c.department, where=standing)
col.index("ix_alerts_gravest", alerts.c.rank.desc(), alerts.c.due_at, alerts.c.id, where=standing)

alert_events = Table(
    "alert_events",
    col.metadata,
    col.row_id(),
    Column("alert_id", col.Id, ForeignKey("alerts.id"), nullable=False),
    col.at("at", required=True),
    col.text("event", required=True),
    col.text("reason", required=True),
    col.text("level", required=True),
    col.json("detail"),
)
"""What happened to an alert, one row an event, only ever added to."""
col.index("ix_alert_events_alert_id", alert_events.c.alert_id)

surveys = Table(
    "surveys",
    col.metadata,
    Column("id", Text, primary_key=True),
    col.at("next_at", required=True),
    col.at("claimed_until"),
    col.text("claimed_by"),
    col.at("last_run_at"),
    col.text("fingerprint"),
    col.text("last_error"),
    col.count("found"),
)
"""The checks across cases (普查) in force, and when each is to be made again.

``fingerprint`` names the rules by which it was last made, ``found`` how much it then found;
``last_error`` is why it failed, ``NULL`` where it did not.
"""

rule_versions = Table(
    "rule_versions",
    col.metadata,
    Column("rule", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    col.text("written", required=True),
    col.text("mark", required=True),
    col.text("kind", required=True),
    col.json("said", required=True),
    col.at("first_at", required=True),
    UniqueConstraint("rule", "written", "mark"),
)
"""The texts of limits, checks and surveys that were in force: see :mod:`config.rule_texts`.

``written`` is the version that the settings named, ``version`` the one that alerts are given.
"""

ladders = Table(
    "ladders",
    col.metadata,
    Column("fingerprint", Text, primary_key=True),
    col.json("policy", required=True),
    col.at("first_used_at", required=True),
)
"""The policies that alerts have climbed, by their content: see :mod:`rules.ladders`."""
