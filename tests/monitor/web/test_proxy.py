"""What a reverse proxy says: who it is, from where and how; believed of trusted peers alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import Daemon
from monitor.store import accounts, audit_log
from monitor.web.proxy import VOUCHED, settle
from tests.monitor.web.vouching import behind
from tests.support.desks import Desk

TRUSTED = Daemon.model_validate(
    {"trusted_proxies": ["10.0.0.0/8", "127.0.0.1"], "user_header": "X-Remote-User"}
)


def settled(peer: str, *headers: tuple[str, str], daemon: Daemon = TRUSTED) -> dict[str, Any]:
    scope = {
        "type": "http",
        "client": (peer, 4711),
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    settle(scope, daemon)
    return scope


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("10.1.2.3", ["192.0.2.7"], "192.0.2.7"),
        ("10.1.2.3", ["6.6.6.6, 192.0.2.7"], "192.0.2.7"),  # the first he wrote himself
        ("10.1.2.3", ["6.6.6.6", "192.0.2.7, 10.9.9.9"], "192.0.2.7"),  # over two of ours
        ("10.1.2.3", ["10.0.0.5"], "10.0.0.5"),
        ("10.1.2.3", ["nonsense"], "10.1.2.3"),
        ("::ffff:10.1.2.3", ["192.0.2.7"], "192.0.2.7"),
        ("192.0.2.1", ["192.0.2.7"], "192.0.2.1"),
    ],
)
def test_the_address_is_the_first_that_is_no_proxy_of_ours(
    peer: str, said: list[str], address: str
) -> None:
    scope = settled(peer, *(("x-forwarded-for", one) for one in said))
    assert scope["client"][0] == address


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http, https", "https"),
        ("10.0.0.1", "gopher", "http"),
        ("192.0.2.1", "https", "http"),
    ],
)
def test_https_is_believed_of_a_trusted_peer(peer: str, said: str, scheme: str) -> None:
    assert settled(peer, ("x-forwarded-proto", said))["scheme"] == scheme


@pytest.mark.parametrize(
    ("peer", "headers", "login"),
    [
        ("10.0.0.1", ["wang"], "wang"),
        ("10.0.0.1", [" wang "], "wang"),
        ("10.0.0.1", ["王敏"], "王敏"),
        ("10.0.0.1", [], None),
        ("10.0.0.1", [""], None),
        ("10.0.0.1", ["root", "wang"], None),  # one of them is not the proxy's
        ("192.0.2.1", ["wang"], None),
        ("11.0.0.1", ["wang"], None),
    ],
)
def test_who_it_is_is_believed_of_a_trusted_peer(
    peer: str, headers: list[str], login: str | None
) -> None:
    scope = settled(peer, *(("X-Remote-User", one) for one in headers))
    assert scope.get(VOUCHED) == login


def test_without_a_header_in_the_settings_nobody_is_vouched_for() -> None:
    daemon = Daemon.model_validate({"trusted_proxies": ["10.0.0.0/8"]})
    assert VOUCHED not in settled("10.0.0.1", ("x-remote-user", "wang"), daemon=daemon)


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Desk]:
    """The desk behind a proxy at 127.0.0.1."""
    daemon = 'trusted_proxies = ["127.0.0.1"]\nuser_header = "X-Remote-User"\n'
    with behind(tmp_path, daemon) as desk:
        yield desk


def test_whom_the_proxy_names_is_signed_in_within_his_rights(proxied: Desk) -> None:
    proxied.browser.headers["x-remote-user"] = "qian"
    page = proxied.look("/me")
    assert page.url.path == "/me"
    assert "qian" in page.text
    assert proxied.look("/admin/users").status_code == 403
    with proxied.store.read() as connection:
        acts = [one.act for one in audit_log.of_object(connection, "account:qian")]
    assert [(one.act, one.origin) for one in acts] == [("sign-in", "web:127.0.0.1")]  # once


def test_whom_the_proxy_names_without_an_account_is_told_so(proxied: Desk) -> None:
    proxied.browser.headers["x-remote-user"] = "stranger"
    page = proxied.look("/me")
    assert page.url.path == "/sign-in"
    assert "没有这个账号" in page.text


def test_a_disabled_account_stays_out_whatever_the_proxy_says(proxied: Desk) -> None:
    with proxied.store.write() as connection:
        accounts.change(connection, "qian", disabled_at=1)
    proxied.browser.headers["x-remote-user"] = "qian"
    assert proxied.look("/me").url.path == "/sign-in"


def test_a_form_must_come_from_our_own_pages_behind_a_proxy_too(proxied: Desk) -> None:
    proxied.browser.headers["x-remote-user"] = "qian"
    foreign = {"origin": "https://evil.example"}
    assert proxied.browser.post("/me/sign-out", headers=foreign).status_code == 403


def test_the_cookie_is_for_https_alone_where_the_proxy_says_https(proxied: Desk) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        answer = proxied.browser.post(
            "/sign-in",
            data={"login": "wang", "password": "correct horse battery"},
            headers={"origin": proxied.origin, "x-forwarded-proto": scheme},
            follow_redirects=False,
        )
        assert ("secure" in answer.headers["set-cookie"].lower()) is secure


def test_attempts_are_counted_by_the_address_that_the_proxy_tells(proxied: Desk) -> None:
    def attempt(address: str) -> int:
        headers = {"origin": proxied.origin, "x-forwarded-for": address}
        form = {"login": "x", "password": "y"}
        return proxied.browser.post("/sign-in", data=form, headers=headers).status_code

    assert {attempt("192.0.2.7") for _ in range(21)} == {401, 429}
    assert attempt("192.0.2.8") == 401


def test_the_header_of_a_peer_that_is_not_trusted_is_not_heard(tmp_path: Path) -> None:
    daemon = 'trusted_proxies = ["10.0.0.0/8"]\nuser_header = "X-Remote-User"\n'
    with behind(tmp_path, daemon) as desk:
        desk.browser.headers["x-remote-user"] = "qian"
        assert desk.look("/me").url.path == "/sign-in"
