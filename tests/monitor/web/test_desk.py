"""The desk: signing in, and the board of what somebody may see."""

from __future__ import annotations

import pytest

from monitor import access
from monitor.store import accounts
from monitor.store.accounts import Token
from monitor.web.tries import ROOM, Tries
from rules.instants import MINUTE
from tests.support.desks import NOW, PASSWORD, Desk


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


def test_a_network_of_ipv6_may_not_try_without_end() -> None:
    tries = Tries(20, MINUTE)
    often = [tries.too_often(access.block_of(f"2001:db8::{n:x}"), NOW) for n in range(30)]
    assert often == [False] * 20 + [True] * 10


def test_of_those_who_try_no_more_are_kept_than_there_is_room_for() -> None:
    tries = Tries(20, MINUTE)
    for number in range(ROOM + 5):
        tries.too_often(str(number), NOW)
    assert len(tries) == ROOM
    tries.take_back(str(ROOM))
    assert len(tries) == ROOM - 1


@pytest.mark.parametrize("path", ["/sign-in", "/me/password", "/silences", "/language"])
def test_a_nul_in_a_form_is_refused(hall: Desk, path: str) -> None:
    hall.enter("system")
    form = {"login": "a\0b", "password": "x", "reason": "a\0b"}
    assert hall.do(path, **form).status_code == 400


@pytest.mark.parametrize("path", ["/cases/a%00b", "/cases?q=%00", "/sign-in?next=/%00"])
def test_a_nul_in_an_address_is_refused(hall: Desk, path: str) -> None:
    hall.enter("system")
    assert hall.browser.get(path).status_code == 400


def test_a_hall_behind_one_address_may_sign_in_all_at_once(hall: Desk) -> None:
    assert {hall.sign_in().status_code for _ in range(25)} == {200}


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
    assert "<script>" not in answer.text
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


@pytest.mark.parametrize("path", ["/sign-in", "/language"])
def test_a_form_that_anybody_may_send_is_small(hall: Desk, path: str) -> None:
    form = {"login": "wang", "password": PASSWORD, "more": "x" * 200_000}
    answer = hall.browser.post(path, data=form, headers={"origin": hall.origin})
    assert answer.status_code == 413
