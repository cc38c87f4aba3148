"""The sample hall under a real daemon, and Debian's Chromium before it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from monitor import access
from monitor.clock import clock
from monitor.store import accounts, alert_list
from monitor.store.accounts import Account
from monitor.store.store import Store
from tests.support.daemons import Daemon, duban, eventually, running

SETTINGS = Path(__file__).parents[2] / "supervisor.toml"
PASSWORD = "correct horse battery"
WHO = {  # login: name, role, regions, person
    "wang": ("王敏", "system", None, "j01"),
    "qian": ("钱程", "inspect", ["990102"], "j02"),
}
# Without these Chromium looks for its maker's hosts, which an intranet does not have.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Hall:
    """The daemon, its folder, and the browser."""

    daemon: Daemon
    folder: Path
    browser: Browser

    def open(self, login: str | None = "wang", **options: object) -> BrowserContext:
        """Give a new browser in which somebody is signed in; ``options`` as Playwright's."""
        context = self.browser.new_context(
            base_url=self.daemon.url, **{"locale": "zh-CN", **options}
        )
        context.set_default_timeout(15_000)
        if login is not None:
            page = context.new_page()
            page.goto("/sign-in")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("button.main")
            page.wait_for_url("**/")
            page.close()
        return context

    def page(self, login: str = "wang", **options: object) -> Page:
        """Give a page of a new browser in which somebody is signed in."""
        return self.open(login, **options).new_page()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "these tests need Debian's package chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Hall]:
    """The sample hall with its cards up, and two accounts: wang may do all, qian has 东浦区."""
    folder = tmp_path_factory.mktemp("sample")
    text = SETTINGS.read_text("utf-8").replace('"127.0.0.1:8321"', '"127.0.0.1:0"')
    (folder / "supervisor.toml").write_text(text, "utf-8")
    with running(folder / "supervisor.toml") as daemon:
        assert daemon.url
        with Store.open(f"sqlite:///{folder / 'duban.db'}") as store:
            _add_accounts(store)
            eventually(lambda: _cards(store) > 20, seconds=60)
            _issue_order(store, folder)
        yield Hall(daemon, folder, browser)


def _add_accounts(store: Store) -> None:
    with store.write() as connection:
        for login, (name, role, regions, person) in WHO.items():
            password = access.hashed(PASSWORD)
            account = Account(
                *(login, name, password, role, regions, None, person, 0, None, clock(), None)
            )
            accounts.add(connection, account)


def _issue_order(store: Store, folder: Path) -> None:
    """Issue an order for the last card of 高新区, so that the list of orders has one."""
    with store.read() as connection:
        chosen = alert_list.Filter(region="990105", about_system=False)
        [row] = alert_list.listing(connection, chosen, 1)
    done = duban("order", "issue", str(row.alert.id), "--as", "j01", cwd=folder)
    assert done.returncode == 0, done.stderr


def _cards(store: Store) -> int:
    with store.read() as connection:
        [[count]] = connection.exec_driver_sql("SELECT count(*) FROM alerts")
        return int(count)
