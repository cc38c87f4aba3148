"""The desk: signing in, and the board of what somebody may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from monitor import access
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store import accounts, alerts, cases, migrations, sources
from monitor.store.accounts import Account, Token
from monitor.store.store import Store
from monitor.web.app import Health, build_app
from monitor.web.pages import desk
from monitor.web.server import WebServer
from monitor.web.visiting import Visitors
from rules.carriers import carrier
from tests.support.settings import loaded
from tests.support.stores import case_id, new_alert, read_case
from tests.support.stories import local
from tests.support.stories_settings import file_channel, settings_text

NOW = local("2026-10-14 15:30")
DUE = local("2026-10-13 17:30")
PASSWORD = "correct horse battery"
HASH = access.hashed(PASSWORD)


@dataclass
class Desk:
    """The store, the browser, and the instant it is."""

    store: Store
    browser: httpx.Client
    now: int = NOW

    def sign_in(self, login: str = "wang", password: str = PASSWORD, **form: str) -> httpx.Response:
        host = str(self.browser.base_url).rstrip("/")
        data = {"login": login, "password": password, **form}
        return self.browser.post("/sign-in", data=data, headers={"origin": host})


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Desk]:
    """A hall with a red card in 东浦区, a yellow one of the city, and two open cases without."""
    text = settings_text(
        store="sqlite:///duban.db", hall="sqlite:///hall.db", channels=file_channel(tmp_path / "o")
    )
    rules = InForce.of(loaded(tmp_path, text))
    with Store.open(f"sqlite:///{tmp_path / 'duban.db'}") as store:
        migrations.upgrade(store.engine)
        fill(store)
        with httpx.Client(headers={"accept-language": "zh-CN"}, follow_redirects=True) as browser:
            desk_ = Desk(store, browser)
            well = Health(True, {})
            visitors = Visitors(store, lambda: rules, lambda: desk_.now)
            app = build_app(Metrics(store, [], [], ()), lambda: well, lambda: well, desk(visitors))
            server = WebServer(app, "127.0.0.1:0")
            browser.base_url = httpx.URL(server.url)
            server.start()
            try:
                yield desk_
            finally:
                server.stop()


def fill(store: Store) -> None:
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


def test_nobody_sees_the_board_without_signing_in(hall: Desk) -> None:
    answer = hall.browser.get("/")
    assert answer.url.path == "/sign-in"
    assert "事项D-1" not in answer.text


def test_who_signs_in_is_brought_to_where_he_was_going(hall: Desk) -> None:
    answer = hall.sign_in(next="/?x=1")
    assert (answer.status_code, str(answer.url.raw_path, "ascii")) == (200, "/?x=1")
    for shown in ("王敏", "事项D-1", "事项D-2", "红牌", "数据正常"):
        assert shown in answer.text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_brought_to_another_host(hall: Desk, target: str) -> None:
    answer = hall.sign_in(next=target)
    assert answer.url.path == "/"
    assert answer.url.host == "127.0.0.1"


def test_a_wrong_password_is_told_without_saying_what_is_wrong(hall: Desk) -> None:
    known, unknown = hall.sign_in(password="wrong"), hall.sign_in(login="nobody")
    assert known.status_code == unknown.status_code == 401
    assert known.text == unknown.text
    assert "登录名或口令不对" in known.text
    assert hall.browser.get("/").url.path == "/sign-in"


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_a_form_of_another_site_signs_nobody_in(hall: Desk, origin: str | None) -> None:
    headers = {} if origin is None else {"origin": origin}
    answer = hall.browser.post(
        "/sign-in", data={"login": "wang", "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 403
    assert "duban_session" not in hall.browser.cookies


def test_an_address_may_not_try_without_end(hall: Desk) -> None:
    answers = [hall.sign_in(login=f"nobody{n}").status_code for n in range(21)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {401}


def test_the_cookie_is_out_of_reach_of_scripts(hall: Desk) -> None:
    set_cookie = hall.sign_in().history[0].headers["set-cookie"]
    assert "HttpOnly" in set_cookie
    assert "samesite=lax" in set_cookie.lower()


def test_signing_out_ends_it(hall: Desk) -> None:
    hall.sign_in()
    cookie = hall.browser.cookies["duban_session"]
    host = str(hall.browser.base_url).rstrip("/")
    hall.browser.post("/sign-out", headers={"origin": host})
    hall.browser.cookies.set("duban_session", cookie)
    answer = hall.browser.get("/")
    assert answer.url.path == "/sign-in"


def test_a_region_sees_its_own_cards_only(hall: Desk) -> None:
    text = hall.sign_in(login="qian").text
    assert "事项D-1" in text
    assert "事项D-2" not in text
    assert "云岭市" not in text


def test_a_board_shows_what_its_key_is_for_and_cannot_sign_out(hall: Desk) -> None:
    key, hashed = access.new_key()
    token = Token(0, "board", "大屏", "view", ["990102"], None, "root", NOW, None, None, None)
    with hall.store.write() as connection:
        accounts.add_token(connection, token, hashed)
    text = hall.browser.get("/", params={"board": key}).text
    assert "事项D-1" in text
    assert "事项D-2" not in text
    assert "/sign-out" not in text
    assert hall.browser.get("/", params={"board": key + "x"}).url.path == "/sign-in"


def test_the_titles_of_cases_are_not_shown_for_they_name_applicants(hall: Desk) -> None:
    assert "张三" not in hall.sign_in().text


def test_data_that_stopped_are_told_and_a_fresh_board_looks_different(hall: Desk) -> None:
    assert "可能已过时" not in hall.sign_in().text
    hall.now += 3_600_000_000
    assert "可能已过时" in hall.browser.get("/").text


def test_nothing_comes_from_elsewhere(hall: Desk) -> None:
    answer = hall.sign_in()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "style=" not in answer.text
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_static_files_may_be_kept_for_good(hall: Desk) -> None:
    page = hall.browser.get("/sign-in").text
    path = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    answer = hall.browser.get(path)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert hall.browser.get("/static/000000000000/app.css").status_code == 404
    assert hall.browser.get("/static/000000000000/..%2Ftables.py").status_code == 404


def test_english_is_told_to_those_who_prefer_it(hall: Desk) -> None:
    hall.browser.headers["accept-language"] = "en"
    text = hall.sign_in().text
    assert "Red card" in text
    assert 'lang="en"' in text


def test_without_an_account_the_page_says_how_to_make_the_first(hall: Desk) -> None:
    with hall.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM accounts")
    assert "duban account add" in hall.browser.get("/sign-in").text
