"""The desk on a store of its own, on a real server, and browsers for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx

from config import Settings
from monitor import access
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store import accounts, alerts, cases, sources
from monitor.store.accounts import Account
from monitor.store.store import Store
from monitor.web.app import Health
from monitor.web.serve import served
from monitor.web.server import WebServer
from rules.carriers import carrier
from tests.support.stores import case_id, new_alert, prepare, read_case
from tests.support.stories import local

NOW = local("2026-10-14 15:30")
DUE = local("2026-10-13 17:30")
PASSWORD = "correct horse battery"
HASH = access.hashed(PASSWORD)
ROLES = ("view", "inspect", "issue", "manage", "system")


@dataclass
class Desk:
    """The store, the rules in force, the instant it is, and a browser that sends Chinese forms.

    ``server`` is what serves it.
    """

    store: Store
    rules: InForce
    browser: httpx.Client
    server: WebServer = field(init=False)
    now: int = NOW
    hastened: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return str(self.browser.base_url).rstrip("/")

    def sign_in(self, login: str = "wang", password: str = PASSWORD, **form: str) -> httpx.Response:
        data = {"login": login, "password": password, **form}
        return self.browser.post("/sign-in", data=data, headers={"origin": self.origin})

    def enter(
        self, role: str, *, regions: list[str] | None = None, person: str | None = None
    ) -> str:
        """Add an account with a role and sign it in; give its login."""
        login = f"{role}-{'all' if regions is None else '-'.join(regions)}-{person or ''}"
        with self.store.write() as connection:
            account = Account(
                login, "李监察", HASH, role, regions, None, person, 0, None, NOW, None
            )
            accounts.add(connection, account)
            secret = access.signed_in(connection, account, "test", self.now)
        self.browser.cookies.clear()
        self.browser.cookies.set("duban_session", secret)
        return login

    def look(self, path: str, **query: str) -> httpx.Response:
        return self.browser.get(path, params=query or None)

    def do(self, path: str, **form: str | list[str]) -> httpx.Response:
        """Send a form from a page of the desk."""
        return self.browser.post(path, data=form, headers={"origin": self.origin})


@contextmanager
def desk_of(store: Store, settings: Settings) -> Iterator[Desk]:
    """Serve the desk of a store, as the daemon serves it."""
    well = Health(True, {})
    with httpx.Client(headers={"accept-language": "zh-CN"}, follow_redirects=True) as browser:
        desk = Desk(store, InForce.of(settings), browser)
        with served(
            store,
            lambda: desk.rules,
            lambda: desk.now,
            Metrics(store, [], [], ()),
            lambda: well,
            lambda: well,
            "127.0.0.1:0",
            desk.hastened.append,
        ) as server:
            desk.server = server
            browser.base_url = httpx.URL(server.url)
            server.start()
            try:
                yield desk
            finally:
                server.stop()


def fill(store: Store) -> None:
    """Put a red card in 东浦区 (990102), a yellow one of the city, and two open cases without.

    And two accounts: wang, who inspects everything, and qian, who inspects 东浦区.
    """
    where = {"D-1": "990102", "D-2": "990100", "D-3": "990102", "D-4": "990100"}
    facts = {key: {"region": place, "department": "ZJ"} for key, place in where.items()}
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)
        connection.exec_driver_sql(f"UPDATE sources SET last_ok_at = {NOW}")
        read = [
            read_case(key, **of, item_name=f"事项{key}", title="张三：施工许可", accepted_at=DUE)
            for key, of in facts.items()
        ]
        cases.put(connection, "hall", read, NOW)
        red = {"level": "red", "rank": 2}
        given = {"opened_at": DUE, "level_since_at": DUE, "due_at": DUE}
        alerts.open_alerts(
            connection,
            [
                new_alert(
                    case_id(connection, key),
                    **given,
                    **(red if key == "D-1" else {}),
                    carrier=carrier(facts[key], {}),
                )
                for key in ("D-1", "D-2")
            ],
        )
        for login, regions in (("wang", None), ("qian", ["990102"])):
            account = Account(
                login, "王敏", HASH, "inspect", regions, None, None, 0, None, NOW, None
            )
            accounts.add(connection, account)


def quoted(text: str) -> str:
    """Give a text as one part of a path."""
    return quote(text, safe="")


@contextmanager
def filled_desk(url: str, settings: Settings) -> Iterator[Desk]:
    """Serve the desk of a new store that :func:`fill` has filled."""
    with Store.open(url) as store:
        prepare(store)
        fill(store)
        with desk_of(store, settings) as desk:
            yield desk


def folder_url(folder: Path) -> str:
    """Give the URL of a store in a folder."""
    return f"sqlite:///{folder / 'duban.db'}"
