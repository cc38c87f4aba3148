"""The daemon's metrics, declared together, each label at zero from the start.

Case numbers belong in logs, never in labels.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from monitor.order_metrics import order_families
from monitor.store import counts, seals, sources
from monitor.store.appeals import REVOKED
from monitor.store.store import Store
from notifiers import Kind
from rules.findings import Outcome
from rules.instants import SECOND

STEPS = ("poll", "check", "survey", "order", "escalate", "deliver", "digest", "watch", "seal")
LINK_RESULTS = ("done", "already", "resolved", "unknown", "expired")
RESULTS = ("sent", "retried", "failed", "deferred")

_PAUSES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Metrics:
    """Counters that the pipeline adds to, and gauges read from the store when they are asked for.

    Args:
        store: the store whose rows the gauges count.
        channels: ids of the channels.
        source_ids: ids of the sources.
        levels: names of the levels.
    """

    def __init__(
        self,
        store: Store,
        channels: Iterable[str],
        source_ids: Iterable[str],
        levels: Iterable[str],
    ) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self.rows = Counter(
            "duban_rows_read", "Rows read from a source", ["source"], registry=registry
        )
        self.rejected = Counter(
            "duban_rows_rejected",
            "Rows that could not be understood",
            ["source"],
            registry=registry,
        )
        self.source_failures = Counter(
            "duban_source_failures", "Attempts to read that failed", ["source"], registry=registry
        )
        self.checked = Counter("duban_cases_checked", "Cases checked", registry=registry)
        self.set_aside = Counter(
            "duban_cases_set_aside", "Cases that could not be checked", registry=registry
        )
        self.rows_set_aside = Counter(
            "duban_rows_set_aside",
            "Rows on which a step could not work",
            ["step"],
            registry=registry,
        )
        self.changes = Counter(
            "duban_alert_changes", "Changes of alerts", ["outcome", "level"], registry=registry
        )
        self.unreachable = Counter(
            "duban_roles_unreachable", "Roles for which nobody was found", registry=registry
        )
        self.unassigned = Counter(
            "duban_alerts_without_policy", "Alerts that no policy is for", registry=registry
        )
        self.deliveries = Counter(
            "duban_deliveries", "Attempts to deliver", ["channel", "result"], registry=registry
        )
        self.delivery_seconds = Histogram(
            "duban_delivery_seconds",
            "Seconds from notice to receipt",
            buckets=_PAUSES,
            registry=registry,
        )
        self.step_seconds = Histogram(
            "duban_step_seconds",
            "Seconds a step took",
            ["step"],
            buckets=_PAUSES,
            registry=registry,
        )
        self.step_errors = Counter(
            "duban_step_errors", "Rounds of a step that failed", ["step"], registry=registry
        )
        self.links = Counter(
            "duban_links_used", "Uses of links in messages", ["result"], registry=registry
        )
        self.sealed = Counter(
            "duban_audit_rows_sealed", "Rows of the record sealed", ["table"], registry=registry
        )
        self.rules_differ = Gauge(
            "duban_rules_differ",
            "1 while another daemon has put other rules in force",
            registry=registry,
        )
        self.unswept = Gauge(
            "duban_cases_unswept", "Open cases last checked by other rules", registry=registry
        )
        self.held = Gauge(
            "duban_cases_held",
            "Cases that are due and wait until their source is read",
            ["source"],
            registry=registry,
        )
        self.survey_found = Gauge(
            "duban_survey_found", "How much a survey last found", ["survey"], registry=registry
        )
        self.reloads = Gauge(
            "duban_settings_faulty", "1 while the settings file is faulty", registry=registry
        )
        registry.register(_FromStore(store))
        for channel in channels:
            for result in RESULTS:
                self.deliveries.labels(channel, result)
        for source in source_ids:
            for counter in (self.rows, self.rejected, self.source_failures):
                counter.labels(source)
            self.held.labels(source)
        for outcome in (*(one.value for one in Outcome), REVOKED):
            for level in levels:
                self.changes.labels(outcome, level)
        for table in seals.SEALED:
            self.sealed.labels(table)
        for step in ("order", "escalate", "deliver"):
            self.rows_set_aside.labels(step)
        for result in LINK_RESULTS:
            self.links.labels(result)
        for step in STEPS:
            self.step_seconds.labels(step)
            self.step_errors.labels(step)

    def text(self) -> bytes:
        """Give everything in the Prometheus text format."""
        return generate_latest(self.registry)


class _FromStore(Collector):
    """Gauges that are counted in the store at each scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterable[GaugeMetricFamily]:
        # Without this the registry would count everything once just to learn the names.
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the gauges; without the store only that it cannot be read, and never an error."""
        up = GaugeMetricFamily("duban_store_up", "1 where the store can be read")
        try:
            families = list(self._counted())
        except SQLAlchemyError:
            families = []
        up.add_metric([], 1.0 if families else 0.0)
        yield up
        yield from families
        noted = CounterMetricFamily("duban_notices", "Notices recorded", labels=["kind"])
        for kind in Kind:
            if kind is not Kind.TEST:
                noted.add_metric([kind.value], self._store.notices[kind.value])
        yield noted

    def _counted(self) -> Iterable[GaugeMetricFamily]:
        with self._store.read() as connection:
            cases = counts.open_cases(connection)
            alerts = counts.open_alerts(connection)
            waiting = counts.waiting(connection)
            failed = counts.deliveries(connection, "failed")
            silenced = counts.silenced(connection)
            standing = counts.silences(connection)
            rejected = counts.rejects(connection)
            states = sources.states(connection)
            unsealed = seals.unsealed(connection)
            followed = list(order_families(connection, time.time_ns() // 1000))
        yield from followed
        family = GaugeMetricFamily(
            "duban_open_cases", "Open cases", labels=["source", "state", "level"]
        )
        for one in cases:
            family.add_metric([one.source, one.state or "", one.level or ""], one.count)
        yield family
        family = GaugeMetricFamily(
            "duban_open_alerts", "Alerts that stand", labels=["level", "acknowledged"]
        )
        for alert in alerts:
            family.add_metric([alert.level, str(alert.acknowledged).lower()], alert.count)
        yield family
        for name, help_text, numbers in (
            (
                "duban_deliveries_waiting",
                "Deliveries not yet sent",
                {channel: count for channel, (count, _) in waiting.items()},
            ),
            (
                "duban_deliveries_oldest_timestamp_seconds",
                "When the longest waiting delivery was made",
                {channel: at / SECOND for channel, (_, at) in waiting.items()},
            ),
            ("duban_deliveries_silenced", "Deliveries held back by silences", silenced),
            ("duban_deliveries_given_up", "Deliveries given up", failed),
        ):
            family = GaugeMetricFamily(name, help_text, labels=["channel"])
            for channel, number in numbers.items():
                family.add_metric([channel], number)
            yield family
        family = GaugeMetricFamily(
            "duban_audit_rows_unsealed", "Rows of the record not yet sealed", labels=["table"]
        )
        for table, number in unsealed.items():
            family.add_metric([table], number)
        yield family
        family = GaugeMetricFamily("duban_silences", "Silences that hold notices back now")
        family.add_metric([], standing)
        yield family
        family = GaugeMetricFamily(
            "duban_rows_quarantined", "Rows that cannot be understood now", labels=["source"]
        )
        for source, number in rejected.items():
            family.add_metric([source], number)
        yield family
        up = GaugeMetricFamily("duban_source_up", "1 where the last read worked", labels=["source"])
        read = GaugeMetricFamily(
            "duban_source_last_read_timestamp_seconds", "When it was last read", labels=["source"]
        )
        for state in states:
            up.add_metric([state.id], 1.0 if state.state == "ok" else 0.0)
            read.add_metric([state.id], (state.last_ok_at or 0) / SECOND)
        yield up
        yield read
