"""Signing in and out, sessions, tokens, and what each may see."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from monitor import access
from monitor.access import FAILURES, FAILURES_ELSEWHERE, IDLE, LOCKED, LONGEST, Role
from monitor.passwords import WeakPasswordError
from monitor.store import accounts, audit_log, tables
from monitor.store.accounts import Account, Token
from monitor.store.scope import Scope, scope
from monitor.store.store import Store
from rules.directory import Directory, Person, Region
from rules.instants import DAY, MINUTE, SECOND
from tests.support.databases import fresh_database
from tests.support.stores import prepare

PASSWORD = "correct horse battery"  # of a test
HASH = access.hashed(PASSWORD)
NOW = 1_790_000_000_000_000
TREE = Directory(
    regions={
        "0": Region("0", "自治区"),
        "1": Region("1", "云岭市", "0"),
        "11": Region("11", "东浦区", "1"),
        "12": Region("12", "临江区", "1"),
        "2": Region("2", "别的市", "0"),
    }
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Store.open(f"sqlite:///{tmp_path / 'duban.db'}") as store:
        prepare(store)
        with store.write() as connection:
            yield connection


def account(connection: Connection, ident: str = "wang", **given: object) -> Account:
    plain: dict[str, object] = {
        "name": "王敏",
        "password": HASH,
        "role": "inspect",
        "regions": ["1"],
        "departments": None,
        "person": "j01",
        "failures": 0,
        "locked_until": None,
        "created_at": NOW,
        "disabled_at": None,
    }
    made = Account(ident, **{**plain, **given})  # type: ignore[arg-type]  # a table of fields
    assert accounts.add(connection, made)
    return made


WRONG = access.Checked(HASH, right=False)


def sign_in(
    connection: Connection,
    password: str = PASSWORD,
    now: int = NOW,
    origin: str = "web:10.0.0.7",
    login: str = "wang",
) -> str | None:
    account = accounts.find(connection, login)
    return access.admit(connection, login, access.check(account, password), origin, now)


def guess(connection: Connection, origin: str, times: int, now: int = NOW) -> None:
    for _ in range(times):
        assert access.admit(connection, "wang", WRONG, origin, now) is None


def test_who_knows_the_password_is_signed_in_with_his_role_and_scope(
    connection: Connection,
) -> None:
    account(connection)
    secret = sign_in(connection)
    assert secret is not None
    found = access.by_session(connection, secret, TREE, NOW)
    assert found is not None
    visitor, touch = found
    assert (visitor.id, visitor.name, visitor.role) == ("wang", "王敏", Role.INSPECT)
    assert visitor.scope == Scope(frozenset({"1", "11", "12"}))
    assert not touch
    assert secret not in str(connection.execute(select(tables.sessions)).all())


@pytest.mark.parametrize(("login", "password"), [("wang", "wrong"), ("nobody", PASSWORD)])
def test_others_are_not(connection: Connection, login: str, password: str) -> None:
    account(connection)
    assert sign_in(connection, password, login=login) is None


def test_a_disabled_account_and_one_without_a_password_cannot_be_entered(
    connection: Connection,
) -> None:
    account(connection, disabled_at=NOW)
    account(connection, "li", password=None)
    assert sign_in(connection) is None
    assert sign_in(connection, "", login="li") is None


def test_wrong_passwords_in_a_row_lock_the_account_for_a_while(connection: Connection) -> None:
    account(connection)
    for _ in range(FAILURES):
        assert sign_in(connection, "wrong") is None
    assert sign_in(connection) is None
    assert sign_in(connection, now=NOW + LOCKED) is not None
    acts = [one.act.act for one in audit_log.of_object(connection, "account:wang")]
    assert sorted(acts) == sorted(["sign-in-refused"] * (FAILURES - 1) + ["lock-out", "sign-in"])


def test_wrong_passwords_from_elsewhere_lock_nobody_out_of_where_they_are_known(
    connection: Connection,
) -> None:
    account(connection, role="system")
    assert sign_in(connection, origin="web:10.0.0.7")
    for host in range(FAILURES_ELSEWHERE):
        guess(connection, f"web:192.0.2.{host}", 1)
    assert sign_in(connection, origin="web:10.0.0.7")


def test_many_addresses_do_not_guess_without_end(connection: Connection) -> None:
    account(connection)
    for host in range(FAILURES_ELSEWHERE):
        guess(connection, f"web:192.0.2.{host}", 1)
    assert sign_in(connection, origin="web:198.51.100.1") is None
    assert sign_in(connection, origin="web:198.51.100.1", now=NOW + LOCKED) is not None


def test_whoever_is_unlocked_comes_in_at_once(connection: Connection) -> None:
    account(connection)
    guess(connection, "web:10.0.0.7", FAILURES)
    assert accounts.locked(connection, NOW) == {"wang": NOW + LOCKED}
    accounts.unlock(connection, "wang")
    assert accounts.locked(connection, NOW) == {}
    assert sign_in(connection) is not None


def test_tries_of_strangers_are_forgotten_after_a_day(connection: Connection) -> None:
    account(connection)
    for host in range(9):
        guess(connection, f"web:192.0.2.{host}", 1)
    guess(connection, "web:192.0.2.99", 1, NOW + 2 * DAY)
    assert len(connection.execute(select(tables.sign_in_addresses)).all()) == 1


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("web:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("web:2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("web:", ""),
    ],
)
def test_addresses_are_counted_by_network(address: str, block: str) -> None:
    assert access.block_of(address) == block


def test_a_password_changed_meanwhile_lets_nobody_in(connection: Connection) -> None:
    made = account(connection)
    checked = access.check(made, PASSWORD)
    accounts.change(connection, "wang", password=access.hashed("another horse battery"))
    assert access.admit(connection, "wang", checked, "web:10.0.0.7", NOW) is None


def test_of_wrong_passwords_at_once_none_is_lost(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as database, Store.open(database.url) as store:
        prepare(store)
        with store.write() as connection:
            account(connection)

        def try_once(_: int) -> None:
            with store.write() as connection:
                access.admit(connection, "wang", WRONG, "web:10.0.0.7", NOW)

        with ThreadPoolExecutor(FAILURES) as threads:
            list(threads.map(try_once, range(FAILURES)))
        assert access.sign_in(store, "wang", PASSWORD, "web:10.0.0.7", NOW) is None


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "1234567890",
        "aaaaaaaaaa",
        "view102view102",
        "abcabcabcabc",
        "qwertyuiop12",
        "Password123456",
        "xx-wang2026-xx",
        "x" * 201,
    ],
)
def test_passwords_that_are_easily_guessed_are_not_taken(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        access.hashed(password, "wang2026")


def test_nobody_is_taken_for_a_person_who_has_come_with_their_login_as_an_id(
    connection: Connection,
) -> None:
    made = account(connection, "li", person=None)
    assert access.visitor_of(made, TREE).who == "li"
    with_li = replace(TREE, people={"li": Person("li", "李阳")})
    assert access.visitor_of(made, with_li).who == "account:li"


def token_of(connection: Connection, owner: str | None, **given: object) -> str:
    key, hashed = access.new_key()
    plain = {"role": "system", "regions": None, **given}
    made = Token(
        *(0, "api", "交换平台", plain["role"], plain["regions"], None),  # type: ignore[arg-type]
        *("root", NOW, None, None, None),
        owner=owner,
    )
    accounts.add_token(connection, made, hashed)
    return key


def test_a_token_has_no_more_than_its_maker_and_ends_with_them(connection: Connection) -> None:
    account(connection, role="system", regions=["1"], person="j01")
    key = token_of(connection, "wang")
    found = access.by_key(connection, key, TREE, NOW)
    assert found is not None
    assert (found[0].role, found[0].scope.regions) == (Role.SYSTEM, {"1", "11", "12"})
    assert found[0].who == "j01"
    accounts.change(connection, "wang", role="view", regions=["11"])
    found = access.by_key(connection, key, TREE, NOW)
    assert found is not None
    assert (found[0].role, found[0].scope.regions) == (Role.VIEW, {"11"})
    accounts.change(connection, "wang", disabled_at=NOW)
    assert access.by_key(connection, key, TREE, NOW) is None


def test_a_good_password_makes_failures_forgotten(connection: Connection) -> None:
    account(connection)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            sign_in(connection, "wrong")
        assert sign_in(connection) is not None


@pytest.mark.parametrize(
    ("beats", "then", "held"),
    [
        ((), IDLE, True),
        ((), IDLE + SECOND, False),
        (range(0, LONGEST, IDLE // 2), LONGEST, True),
        (range(0, LONGEST, IDLE // 2), LONGEST + SECOND, False),
    ],
)
def test_a_session_ends_when_it_is_idle_and_after_half_a_day(
    connection: Connection, beats: range, then: int, held: bool
) -> None:
    account(connection)
    secret = sign_in(connection) or ""
    for beat in beats:
        found = access.by_session(connection, secret, TREE, NOW + beat)
        assert found is not None
        accounts.seen(connection, found[0].session or "", NOW + beat)
    assert (access.by_session(connection, secret, TREE, NOW + then) is not None) is held


def test_signing_out_ends_the_session(connection: Connection) -> None:
    account(connection)
    secret = sign_in(connection) or ""
    found = access.by_session(connection, secret, TREE, NOW + 2 * MINUTE)
    assert found is not None
    assert found[1]  # to be noted, for it was not heard of for more than a minute
    access.sign_out(connection, found[0], "web:", NOW)
    assert access.by_session(connection, secret, TREE, NOW) is None


def test_all_sessions_of_an_account_can_be_ended_at_once(connection: Connection) -> None:
    account(connection)
    secrets = [sign_in(connection) or "" for _ in range(3)]
    assert len(accounts.sessions(connection, "wang")) == 3
    assert accounts.end_sessions(connection, "wang", NOW) == 3
    assert [access.by_session(connection, one, TREE, NOW) for one in secrets] == [None] * 3


def test_a_key_is_good_until_it_expires_or_is_revoked(connection: Connection) -> None:
    key, hashed = access.new_key()
    until = NOW + DAY
    given = Token(0, "api", "交换平台", "view", None, ["ZJ"], "root", NOW, until, None, None)
    ident = accounts.add_token(connection, given, hashed)
    found = access.by_key(connection, key, TREE, NOW)
    assert found is not None
    visitor, token = found
    assert (visitor.id, visitor.scope) == (f"token:{ident}", Scope(None, frozenset({"ZJ"})))
    assert token.name == "交换平台"
    assert access.by_key(connection, key, TREE, until) is None
    assert access.by_key(connection, key + "x", TREE, NOW) is None
    assert accounts.revoke_token(connection, ident, NOW)
    assert access.by_key(connection, key, TREE, NOW) is None
    assert not accounts.revoke_token(connection, ident, NOW)


def test_a_board_looks_and_does_nothing_else(connection: Connection) -> None:
    key, hashed = access.new_key()
    given = Token(0, "board", "大屏", "view", None, None, "root", NOW, None, None, None)
    accounts.add_token(connection, given, hashed)
    found = access.by_key(connection, key, TREE, NOW)
    assert found is not None
    assert not any(found[0].may(role) for role in Role)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_those_before_it_may(role: Role) -> None:
    visitor = access.Visitor("x", "x", role, Scope())
    assert [visitor.may(other) for other in Role] == [other <= role for other in Role]
    assert Role.named(role.name.lower()) is role


def test_a_role_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="expected view, inspect, issue, manage, system"):
        Role.named("boss")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 10"):
        access.hashed("short")


@pytest.mark.parametrize(
    ("regions", "seen"),
    [
        (["0"], {"0", "1", "11", "12", "2"}),
        (["1"], {"1", "11", "12"}),
        (["11"], {"11"}),
        ([], set()),
    ],
)
def test_a_region_sees_what_lies_below_it(regions: list[str], seen: set[str]) -> None:
    assert scope(regions, None, TREE).regions == seen


def test_a_tree_that_bites_its_tail_is_gone_through_once() -> None:
    tree = Directory(regions={"a": Region("a", "甲", "b"), "b": Region("b", "乙", "a")})
    assert scope(["a"], None, tree).regions == {"a", "b"}


def test_what_has_no_place_is_seen_by_those_who_see_all() -> None:
    assert Scope().holds(None, None)
    assert not Scope(frozenset({"1"})).holds(None, "ZJ")
    assert Scope(frozenset({"1"}), frozenset({"ZJ"})).holds("1", "ZJ")
    assert not Scope(frozenset({"1"}), frozenset({"ZJ"})).holds("1", "GA")
