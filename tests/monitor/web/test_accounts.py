"""Accounts and tokens on the desk: what is given, to whom, and what nobody can give."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import access
from monitor.store import accounts, audit_log
from monitor.store.accounts import Account, Token
from tests.support.desks import HASH, NOW, PASSWORD, Desk

OTHER = "another horse battery"


def account(hall: Desk, login: str) -> Account:
    with hall.store.read() as connection:
        found = accounts.find(connection, login)
    assert found is not None
    return found


def put(
    hall: Desk,
    login: str,
    role: str = "view",
    regions: list[str] | None = None,
    person: str | None = None,
) -> None:
    with hall.store.write() as connection:
        new = Account(login, login, HASH, role, regions, None, person, 0, None, NOW, None)
        assert accounts.add(connection, new)


def acts(hall: Desk, of: str) -> list[str]:
    with hall.store.read() as connection:
        return [one.act.act for one in audit_log.of_object(connection, of)]


def signs_in(hall: Desk, login: str, password: str) -> bool:
    hall.browser.cookies.clear()
    return hall.sign_in(login, password).url.path != "/sign-in"


def test_an_account_is_added_with_role_and_places_and_can_sign_in(hall: Desk) -> None:
    hall.enter("system")
    form = {"login": "lim", "name": "李敏", "role": "inspect", "region": ["990102"]}
    answer = hall.do("/admin/users", **form, password=OTHER, again=OTHER)
    assert answer.url.path == "/admin/users/lim"
    assert (account(hall, "lim").role, account(hall, "lim").regions) == ("inspect", ["990102"])
    assert acts(hall, "account:lim") == ["account.add"]
    assert signs_in(hall, "lim", OTHER)


def test_a_password_that_somebody_else_set_is_changed_before_anything_else(hall: Desk) -> None:
    hall.enter("system")
    hall.do("/admin/users", login="lim", name="李敏", role="inspect", password=OTHER, again=OTHER)
    assert signs_in(hall, "lim", OTHER)
    assert hall.look("/cases").url.path == "/me"
    assert "请先修改口令" in hall.look("/me").text
    assert hall.do("/silences", region="990102", reason="x", until="2h").url.path == "/me"
    assert hall.browser.get("/api/v1/cases").status_code == 403
    same = hall.do("/me/password", old=OTHER, password=OTHER, again=OTHER)
    assert same.status_code == 422
    hall.do("/me/password", old=OTHER, password=PASSWORD, again=PASSWORD)
    assert hall.look("/cases").url.path == "/cases"


def test_ones_own_password_is_not_guessed_without_end(hall: Desk) -> None:
    hall.sign_in()
    for _ in range(access.FAILURES):
        answer = hall.do("/me/password", old="wrong", password=OTHER, again=OTHER)
        assert answer.status_code == 422
    right = hall.do("/me/password", old=PASSWORD, password=OTHER, again=OTHER)
    assert right.status_code == 422
    assert acts(hall, "account:wang").count("sign-in-refused") == access.FAILURES - 1
    assert "lock-out" in acts(hall, "account:wang")


def test_no_transaction_is_open_while_a_password_is_hashed(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.enter("system")
    verify, hash_ = access._HASHER.verify, access._HASHER.hash
    seen: list[str] = []

    def noted(what: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*given: Any) -> Any:
            with hall.store.write():  # fails after its time-out where somebody else writes
                seen.append(what)
            return call(*given)

        return made

    hasher = SimpleNamespace(
        verify=noted("verify", verify),
        hash=noted("hash", hash_),
        check_needs_rehash=lambda _known: True,
    )
    monkeypatch.setattr(access, "_HASHER", hasher)
    hall.do("/admin/users", login="lim", name="李", role="view", password=OTHER, again=OTHER)
    hall.do("/admin/users/lim/password", password=PASSWORD, again=PASSWORD)
    hall.sign_in("nobody", OTHER)
    assert signs_in(hall, "lim", PASSWORD)
    hall.do("/me/password", old=PASSWORD, password=OTHER, again=OTHER)
    assert seen.count("hash") >= 4
    assert seen.count("verify") == 3


def test_without_a_password_a_random_one_is_shown_once(hall: Desk) -> None:
    hall.enter("system")
    answer = hall.do("/admin/users", login="lim", name="李敏", role="view")
    shown = re.search(r'class="key mono"[^>]*>([^<]+)<', answer.text)
    assert shown is not None
    assert shown[1] not in hall.look("/admin/users/lim").text
    assert signs_in(hall, "lim", shown[1])


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"login": "wang"}, "已有账号 wang"),
        ({"login": "a b"}, "登录名不能空"),
        ({"login": ""}, "登录名不能空"),
        ({"login": "token:1"}, "混淆"),
        ({"login": "chen"}, "混淆"),
        ({"login": "lim", "region": "999999"}, "名录里没有 999999"),
        ({"login": "lim", "role": "boss"}, "没有角色 boss"),
        ({"login": "lim", "person": "x99"}, "名录里没有 x99"),
        ({"login": "lim", "password": "short", "again": "short"}, "口令太短"),
        ({"login": "lim", "password": OTHER, "again": PASSWORD}, "两次输入的口令不同"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_kept(
    hall: Desk, form: dict[str, str], why: str
) -> None:
    hall.enter("system")
    answer = hall.do("/admin/users", name="李敏", **form)
    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="李敏"' in answer.text
    assert OTHER not in answer.text


def test_nobody_gives_places_that_he_does_not_see(hall: Desk) -> None:
    hall.enter("system", regions=["990102"])
    for places in ({}, {"region": "990100"}):
        answer = hall.do("/admin/users", login="lim", name="李", role="view", **places)
        assert answer.status_code == 422
        assert "超出你自己的权限" in answer.text
    assert hall.do("/admin/users", login="lim", name="李", region="990102").status_code == 200


def test_nobody_makes_an_account_of_a_person_whom_he_does_not_see(hall: Desk) -> None:
    hall.enter("system", regions=["990102"])
    assert 'value="wang"' not in hall.look("/admin/users").text
    form = {"login": "x", "name": "某人", "role": "view", "region": "990102"}
    answer = hall.do("/admin/users", **form, person="wang")  # who is of the city
    assert answer.status_code == 422
    assert "超出你自己的权限" in answer.text
    assert hall.do("/admin/users", **form, person="li").status_code == 200
    put(hall, "taken", regions=["990102"], person="wang")
    assert hall.do("/admin/users/taken/password", password=OTHER, again=OTHER).status_code == 404


@pytest.mark.parametrize("act", ["change", "password", "disable", "enable", "unlock", "sign-out"])
def test_nobody_lays_hands_on_an_account_with_more_than_he_has(hall: Desk, act: str) -> None:
    put(hall, "all")
    hall.enter("system", regions=["990102"])
    before = account(hall, "all")
    answer = hall.do(f"/admin/users/all/{act}", name="x", role="view", region="990102")
    assert answer.status_code == 404
    assert account(hall, "all") == before


def test_a_changed_role_holds_from_the_next_request_on(hall: Desk) -> None:
    put(hall, "lim", "view")
    with hall.store.write() as connection:
        secret = access.signed_in(connection, account(hall, "lim"), "test", hall.now)
    hall.enter("system")
    hall.do("/admin/users/lim/change", name="李", role="system")
    assert acts(hall, "account:lim")[-1] == "account.change"
    hall.browser.cookies.clear()
    hall.browser.cookies.set("duban_session", secret)
    assert hall.look("/admin/users").status_code == 200


def test_the_last_account_of_the_system_stays(hall: Desk) -> None:
    login = hall.enter("system")
    for act, form in (("disable", {}), ("change", {"name": "x", "role": "view"})):
        answer = hall.do(f"/admin/users/{login}/{act}", **form)
        assert answer.status_code == 422
        assert "最后一个" in answer.text
    put(hall, "second", "system")
    assert hall.do(f"/admin/users/{login}/disable").url.path == "/sign-in"
    assert account(hall, login).disabled_at is not None


def test_a_disabled_account_is_out_at_once_and_comes_back(hall: Desk) -> None:
    put(hall, "lim")
    assert signs_in(hall, "lim", PASSWORD)
    own = dict(hall.browser.cookies)
    hall.enter("system")
    hall.do("/admin/users/lim/disable")
    assert not signs_in(hall, "lim", PASSWORD)
    hall.browser.cookies.set("duban_session", own["duban_session"])
    assert hall.look("/me").url.path == "/sign-in"
    hall.enter("system", person="x")
    hall.do("/admin/users/lim/enable")
    assert signs_in(hall, "lim", PASSWORD)


def test_a_locked_account_can_be_unlocked(hall: Desk) -> None:
    put(hall, "lim")
    for _ in range(access.FAILURES):
        assert not signs_in(hall, "lim", "wrong")
    hall.enter("system")
    assert "锁定至" in hall.look("/admin/users").text
    hall.do("/admin/users/lim/unlock")
    assert signs_in(hall, "lim", PASSWORD)


def test_everybody_changes_his_own_password_knowing_the_one_of_now(hall: Desk) -> None:
    login = hall.enter("view")
    wrong = hall.do("/me/password", old="wrong", password=OTHER, again=OTHER)
    assert "现在的口令不对" in wrong.text
    differ = hall.do("/me/password", old=PASSWORD, password=OTHER, again=OTHER + "x")
    assert "两次输入的新口令不同" in differ.text
    with hall.store.write() as connection:
        access.signed_in(connection, account(hall, login), "web:10.0.0.9", hall.now)
    answer = hall.do("/me/password", old=PASSWORD, password=OTHER, again=OTHER)
    assert answer.url.path == "/me"  # this browser stays
    assert "退出其他 1 处登录" in answer.text
    assert signs_in(hall, login, OTHER)
    assert not signs_in(hall, login, PASSWORD)


def test_everybody_sees_and_ends_his_own_browsers_alone(hall: Desk) -> None:
    put(hall, "lim")
    login = hall.enter("view")
    with hall.store.write() as connection:
        access.signed_in(connection, account(hall, login), "web:10.0.0.9", hall.now)
        access.signed_in(connection, account(hall, "lim"), "web:10.0.0.8", hall.now)
        [other] = accounts.sessions(connection, "lim")
    page = hall.look("/me").text
    assert "10.0.0.9" in page
    assert "10.0.0.8" not in page
    assert hall.do(f"/me/sessions/{other.id[:16]}/sign-out").status_code == 404
    [handle] = re.findall(r"/me/sessions/(\w+)/sign-out", page)
    assert "10.0.0.9" not in hall.do(f"/me/sessions/{handle}/sign-out").text
    assert hall.look("/me").url.path == "/me"


def tokens(hall: Desk) -> list[Token]:
    with hall.store.read() as connection:
        return list(accounts.tokens(connection))


def test_a_token_is_shown_once_and_revoked_at_once(hall: Desk) -> None:
    hall.enter("system")
    form = {"name": "交换平台", "kind": "api", "role": "inspect", "until": "2027-10-14"}
    answer = hall.do("/admin/tokens", **form)
    key = re.search(r"dbn_[\w-]+", answer.text)
    assert key is not None
    listed = hall.look("/admin/tokens").text
    assert "交换平台" in listed
    assert key[0] not in listed
    directory = hall.rules.book.directory
    [token] = tokens(hall)
    with hall.store.read() as connection:
        found = access.by_key(connection, key[0], directory, hall.now)
    assert found is not None
    assert found[0].role is access.Role.INSPECT
    hall.do(f"/admin/tokens/{token.id}/revoke")
    with hall.store.read() as connection:
        assert access.by_key(connection, key[0], directory, hall.now) is None
    assert acts(hall, f"token:{token.id}") == ["token.add", "token.revoke"]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"kind": "api", "name": ""}, "请写明令牌给谁用"),
        ({"kind": "door", "name": "x"}, "没有令牌种类 door"),
        ({"kind": "board", "name": "x", "role": "issue"}, "大屏令牌只能查看"),
        ({"kind": "api", "name": "x", "until": "2026-10-13"}, "有效期已过"),
        ({"kind": "api", "name": "x", "until": "tomorrow"}, "不是日期"),
    ],
)
def test_a_token_that_cannot_be_is_refused(hall: Desk, form: dict[str, str], why: str) -> None:
    hall.enter("system")
    answer = hall.do("/admin/tokens", **form)
    assert answer.status_code == 422
    assert why in answer.text
    assert tokens(hall) == []


def test_a_token_gives_no_more_than_its_maker_has(hall: Desk) -> None:
    hall.enter("system", regions=["990102"])
    assert hall.do("/admin/tokens", kind="api", name="x").status_code == 422
    assert hall.do("/admin/tokens", kind="api", name="x", region="990102").status_code == 200
    hall.enter("system")
    hall.do("/admin/tokens", kind="api", name="all")
    hall.enter("system", regions=["990102"])
    [all_, _] = tokens(hall)
    assert hall.do(f"/admin/tokens/{all_.id}/revoke").status_code == 404
    assert tokens(hall)[0].revoked_at is None
