"""The tables of the store. Moments are instants (BIGINT microseconds), JSON is compact UTF-8.

A row that will need work carries the moment at which it will: ``next_poll_at``,
``next_check_at``, ``next_step_at``, ``not_before``. Each of these is indexed only where it is due
at all, so that the cost of a round follows what is due and not what is stored.
"""

from monitor.store.append_only import append_only
from monitor.store.tables.cards import (
    alert_events,
    alerts,
    carried_elsewhere,
    history,
    ladders,
    notified,
    rule_versions,
    standing,
    surveys,
)
from monitor.store.tables.columns import metadata
from monitor.store.tables.messages import (
    channel_holds,
    deliveries,
    digests,
    notices,
    pending,
    silences,
    single,
)
from monitor.store.tables.people import (
    absences,
    accounts,
    directory_entries,
    request_keys,
    sessions,
    sign_in_addresses,
    tokens,
    views,
)
from monitor.store.tables.record import audit_log, audit_seals, meta, used_links
from monitor.store.tables.supervision import (
    appeals,
    call_backs,
    number_series,
    order_alerts,
    order_events,
    order_requests,
    orders,
)
from monitor.store.tables.watched import (
    calendar_days,
    cases,
    fact_changes,
    is_open,
    items,
    live,
    parts,
    rejects,
    sources,
)

for _table in (alert_events, fact_changes, notices, order_events, audit_log, audit_seals):
    append_only(_table)

__all__ = [
    "absences",
    "accounts",
    "alert_events",
    "alerts",
    "appeals",
    "audit_log",
    "audit_seals",
    "calendar_days",
    "call_backs",
    "carried_elsewhere",
    "cases",
    "channel_holds",
    "deliveries",
    "digests",
    "directory_entries",
    "fact_changes",
    "history",
    "is_open",
    "items",
    "ladders",
    "live",
    "meta",
    "metadata",
    "notices",
    "notified",
    "number_series",
    "order_alerts",
    "order_events",
    "order_requests",
    "orders",
    "parts",
    "pending",
    "rejects",
    "request_keys",
    "rule_versions",
    "sessions",
    "sign_in_addresses",
    "silences",
    "single",
    "sources",
    "standing",
    "surveys",
    "tokens",
    "used_links",
    "views",
]
