"""A store with a card that was told, its pages on a real server, and a browser for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from config import Settings
from monitor.links import Links
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store import alert_list, alerts, deliveries
from monitor.store.alert_list import Alert
from monitor.store.deliveries import Delivery
from monitor.store.store import Store
from monitor.web.app import Health, build_app
from monitor.web.links import link_pages
from monitor.web.server import WebServer
from tests.support.stores import claim_deliveries, new_alert, new_delivery, notice, put_cases
from tests.support.stories import local

DUE, NOW = local("2026-10-13 17:30"), local("2026-10-14 15:30")
CASE = {
    "no": "DP-20260922-0173",
    "tail": "0173",
    "item": "特殊建设工程消防设计审查",
    "department": "住房和城乡建设局",
    "handler_masked": "李*",
    "applicant_masked": "张**",
}


SECRET = "a secret of the store"


@dataclass
class Pages:
    """The store, the rules, the instant it is, and the browser."""

    store: Store
    rules: InForce
    metrics: Metrics
    now: int
    browser: httpx.Client
    card: int = 0

    def tell(self, person: str = "chen", kind: str = "escalation") -> str:
        """Tell somebody of the card; give the path of his link."""
        with self.store.write() as connection:
            key = f"duban-1-{person}-{kind}"
            told = notice(
                new_delivery(key, not_before=self.now),
                alert_id=self.card,
                at=self.now,
                kind=kind,
                person=person,
                step=1,
                level="yellow",
                context={"case": CASE, "alert": {}},
            )
            deliveries.add_notices(connection, [told], self.now)
            [one] = claim_deliveries(connection, self.now, self.now + 1, person)
            return self.link(one)

    def link(self, one: Delivery) -> str:
        """Give the path of the link in a message that is sent now."""
        found = Links("https://jc.example.gov.cn", SECRET).offered(one, self.now)
        return found["ack"].removeprefix("https://jc.example.gov.cn")

    def alert(self) -> Alert:
        """Give the card as it stands."""
        with self.store.read() as connection:
            [row] = alert_list.of_ids(connection, [self.card])
        return row.alert


@contextmanager
def served(store: Store, settings: Settings) -> Iterator[Pages]:
    """Open a card, and serve the pages of a store."""
    rules = InForce.of(settings)
    metrics = Metrics(store, [], [], ())
    with store.write() as connection:
        [case] = put_cases(connection, "C-1")
        [card] = alerts.open_alerts(
            connection,
            [new_alert(case, opened_at=DUE, level_since_at=DUE, due_at=DUE)],
        )
    with httpx.Client(headers={"accept-language": "zh-CN"}, follow_redirects=True) as browser:
        pages = Pages(store, rules, metrics, NOW, browser, card)
        handlers = link_pages(store, lambda: pages.rules, lambda: pages.now, metrics)
        well = Health(True, {})
        app = build_app(metrics, lambda: well, lambda: well, handlers)
        server = WebServer(app, "127.0.0.1:0")
        browser.base_url = httpx.URL(server.url)
        server.start()
        try:
            yield pages
        finally:
            server.stop()
