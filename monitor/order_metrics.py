"""Gauges of supervision orders, appeals and call-backs, counted in the store."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection

from monitor.store import appeals, call_backs, orders
from rules.orders import ENDED, OrderState


def order_families(connection: Connection, now: int) -> Iterator[GaugeMetricFamily]:
    """Give the gauges as they stand at the instant ``now``."""
    states, late = orders.counts(connection, now)
    family = GaugeMetricFamily("duban_orders_open", "Orders not ended", labels=["state"])
    for state in OrderState:
        if state not in ENDED:
            family.add_metric([state.value], states.get(state.value, 0))
    yield family
    waiting, overdue = call_backs.counts(connection, now)
    for name, help_text, number in (
        ("duban_orders_overdue", "Orders on which something is overdue", late),
        ("duban_appeals_pending", "Appeals to be decided", appeals.pending(connection)),
        ("duban_call_backs_waiting", "Applicants to be called", waiting),
        ("duban_call_backs_overdue", "Applicants who should have been called", overdue),
    ):
        family = GaugeMetricFamily(name, help_text)
        family.add_metric([], number)
        yield family
