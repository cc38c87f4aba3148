"""Signing in at an identity provider: over HTTP, against one that signs, and one that lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from monitor.store import accounts, audit_log
from monitor.store.accounts import Account
from rules.instants import SECOND
from tests.monitor.web.vouching import behind
from tests.support.desks import NOW, Desk
from tests.support.providers import CLIENT, SECRET, Provider, provider

GROUPS = """
[[oidc.group]]
name = "jc-lead"
role = "issue"
regions = ["990102"]
[[oidc.group]]
name = "jc"
role = "inspect"
"""


def settings(issuer: str, more: str = "") -> str:
    return (
        f'[oidc]\nissuer = "{issuer}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n{more}'
    )


@pytest.fixture
def idp() -> Iterator[Provider]:
    with provider() as made:
        made.now = NOW // SECOND
        made.user = {"preferred_username": "qian", "name": "钱程"}
        yield made


def link(desk: Desk, idp: Provider, login: str = "qian", subject: str = "u-1") -> None:
    with desk.store.write() as connection:
        accounts.change(connection, login, issuer=idp.issuer, subject=subject)


@pytest.fixture
def desk(idp: Provider, tmp_path: Path) -> Iterator[Desk]:
    with behind(tmp_path, more=settings(idp.issuer)) as made:
        link(made, idp)
        yield made


def account(desk: Desk, login: str) -> Account | None:
    with desk.store.read() as connection:
        return accounts.find(connection, login)


def come(desk: Desk, target: str = "/me") -> httpx.Response:
    """Follow the button of the sign-in page through the provider and back."""
    return desk.look("/sign-in/oidc", next=target)


def test_the_page_to_sign_in_offers_the_provider(desk: Desk) -> None:
    page = desk.look("/cases", lamp="red")
    assert "/sign-in/oidc?next=/cases%3Flamp%3Dred" in page.text


def test_whoever_the_provider_knows_comes_in_and_goes_on(desk: Desk) -> None:
    answer = come(desk, "/me?x=1")
    assert (answer.status_code, answer.url.path, answer.url.query) == (200, "/me", b"x=1")
    assert "qian" in answer.text
    with desk.store.read() as connection:
        acts = [one.act.act for one in audit_log.of_object(connection, "account:qian")]
    assert acts == ["sign-in"]


def test_what_is_asked_for_has_state_nonce_and_a_challenge(desk: Desk, idp: Provider) -> None:
    answer = desk.browser.get("/sign-in/oidc", follow_redirects=False)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["openid profile"]
    assert query["redirect_uri"] == [f"{desk.origin}/sign-in/oidc/callback"]
    assert all(len(query[name][0]) >= 32 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"exp": NOW // SECOND - 120},
        {"exp": None},
        {"aud": "somebody else"},
        {"aud": [CLIENT, "somebody else"], "azp": "somebody else"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iat": NOW // SECOND + 3600},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(
    desk: Desk, idp: Provider, wrong: dict[str, object]
) -> None:
    idp.wrong = wrong
    answer = come(desk)
    assert answer.status_code == 403
    assert "没有放行" in answer.text
    assert desk.look("/me").url.path == "/sign-in"


@pytest.mark.parametrize("way", ["unsigned", "by_secret", "forged"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    desk: Desk, idp: Provider, way: str
) -> None:
    setattr(idp, way, True)
    assert come(desk).status_code == 403
    assert desk.look("/me").url.path == "/sign-in"


def test_another_state_lets_nobody_in(desk: Desk, idp: Provider) -> None:
    away = desk.browser.get("/sign-in/oidc", follow_redirects=False).headers["location"]
    back = desk.browser.get(away, follow_redirects=False).headers["location"]
    query = {name: one[0] for name, one in parse_qs(urlsplit(back).query).items()}
    answer = desk.look("/sign-in/oidc/callback", **{**query, "state": "another"})
    assert answer.status_code == 403
    # Nor is the way back good for a second try.
    assert desk.look("/sign-in/oidc/callback", **query).status_code == 400
    assert desk.look("/me").url.path == "/sign-in"


def test_a_way_back_that_began_in_another_browser_lets_nobody_in(desk: Desk) -> None:
    away = desk.browser.get("/sign-in/oidc", follow_redirects=False).headers["location"]
    back = desk.browser.get(away, follow_redirects=False).headers["location"]
    desk.browser.cookies.clear()
    answer = desk.browser.get(back)
    assert answer.status_code == 400
    assert "不是从本页开始的" in answer.text


def test_a_refusal_of_the_provider_is_told(desk: Desk) -> None:
    away = desk.browser.get("/sign-in/oidc", follow_redirects=False).headers["location"]
    [state] = parse_qs(urlsplit(away).query)["state"]
    answer = desk.look("/sign-in/oidc/callback", error="access_denied", state=state)
    assert answer.status_code == 403
    assert "没有放行" in answer.text


def test_a_provider_that_is_down_leaves_the_password(tmp_path: Path) -> None:
    with behind(tmp_path, more=settings("http://127.0.0.1:9")) as alone:
        answer = come(alone)
        assert answer.status_code == 503
        assert "暂时不可用" in answer.text
        assert alone.sign_in("wang").url.path == "/"


def test_one_that_calls_itself_otherwise_is_not_believed(tmp_path: Path, idp: Provider) -> None:
    with behind(tmp_path, more=settings(idp.issuer + "/")) as desk:
        assert come(desk).status_code == 503


def test_whoever_has_no_account_stays_out_and_none_is_made(desk: Desk, idp: Provider) -> None:
    idp.user |= {"preferred_username": "stranger", "sub": "u-9"}
    answer = come(desk)
    assert answer.status_code == 403
    assert "没有你的账号" in answer.text
    assert account(desk, "stranger") is None


def test_a_disabled_account_stays_out(desk: Desk) -> None:
    with desk.store.write() as connection:
        accounts.change(connection, "qian", disabled_at=1)
    assert "账号已停用" in come(desk).text


def test_an_account_is_made_where_the_settings_say_so_and_sees_nothing_yet(
    idp: Provider, tmp_path: Path
) -> None:
    idp.user = {"preferred_username": "zhao", "name": "赵新"}
    with behind(tmp_path, more=settings(idp.issuer, "create = true\n")) as desk:
        assert come(desk).url.path == "/me"
        made = account(desk, "zhao")
    assert made is not None
    assert (made.name, made.password, made.role, made.regions) == ("赵新", None, "view", [])


def test_groups_give_and_take_role_and_places_at_each_sign_in(
    idp: Provider, tmp_path: Path
) -> None:
    idp.user = {"preferred_username": "zhao", "groups": ["x", "jc", "jc-lead"]}
    with behind(tmp_path, more=settings(idp.issuer, "create = true\n" + GROUPS)) as desk:
        come(desk)
        made = account(desk, "zhao")
        assert made is not None
        assert (made.role, made.regions) == ("issue", ["990102"])  # the first of the settings
        idp.user["groups"] = ["jc"]
        come(desk)
        changed = account(desk, "zhao")
        assert changed is not None
        assert (changed.role, changed.regions) == ("inspect", None)
        idp.user["groups"] = []
        desk.browser.cookies.clear()
        assert "不在允许的组里" in come(desk).text


def test_what_people_gave_to_an_account_with_a_password_stays(
    idp: Provider, tmp_path: Path
) -> None:
    idp.user["groups"] = ["jc-lead"]
    with behind(tmp_path, more=settings(idp.issuer, GROUPS)) as desk:
        link(desk, idp)
        before = account(desk, "qian")
        assert come(desk).url.path == "/me"
        assert account(desk, "qian") == before


def test_claims_are_asked_for_where_the_token_lacks_them(desk: Desk, idp: Provider) -> None:
    idp.user = {}
    idp.user_info = {"sub": "u-1", "preferred_username": "qian"}
    assert come(desk).url.path == "/me"


def test_claims_of_somebody_else_are_not_believed(desk: Desk, idp: Provider) -> None:
    idp.user = {}
    idp.user_info = {"sub": "u-2", "preferred_username": "qian"}
    assert come(desk).status_code == 403


def test_the_way_goes_on_to_pages_of_ours_alone(desk: Desk) -> None:
    assert come(desk, "https://evil.example/").url.path == "/"


def test_whoever_takes_the_name_of_an_account_with_a_password_stays_out(
    desk: Desk, idp: Provider
) -> None:
    idp.user |= {"preferred_username": "wang", "sub": "u-9"}
    answer = come(desk)
    assert answer.status_code == 403
    assert "尚未与你的身份关联" in answer.text
    found = account(desk, "wang")
    assert found is not None
    assert found.subject is None


def test_a_new_name_at_the_provider_leads_to_the_same_account(desk: Desk, idp: Provider) -> None:
    idp.user["preferred_username"] = "wang"
    answer = come(desk)
    assert "qian" in answer.text
    assert "wang" not in answer.text


def test_whoever_is_given_the_name_of_a_leaver_does_not_get_the_account(
    idp: Provider, tmp_path: Path
) -> None:
    idp.user = {"preferred_username": "zhao", "sub": "u-1"}
    with behind(tmp_path, more=settings(idp.issuer, "create = true\n")) as desk:
        assert come(desk).url.path == "/me"
        desk.browser.cookies.clear()
        idp.user["sub"] = "u-2"
        assert come(desk).status_code == 403


def test_an_account_without_a_password_is_bound_at_the_first_sign_in(
    desk: Desk, idp: Provider
) -> None:
    new = Account("zhao", "赵新", None, "inspect", None, None, None, 0, None, NOW, None)
    with desk.store.write() as connection:
        accounts.add(connection, new)
    idp.user |= {"preferred_username": "zhao", "sub": "u-5"}
    assert come(desk).url.path == "/me"
    bound = account(desk, "zhao")
    assert bound is not None
    assert (bound.issuer, bound.subject) == (idp.issuer, "u-5")
    with desk.store.read() as connection:
        acts = [one.act.act for one in audit_log.of_object(connection, "account:zhao")]
    assert "account.link" in acts


def test_an_administrator_links_and_unlinks_an_account(desk: Desk, idp: Provider) -> None:
    desk.enter("system")
    assert "已关联" in desk.do("/admin/users/wang/link", subject="u-7").text
    taken = desk.do("/admin/users/wang/link", subject="u-1")
    assert taken.status_code == 422
    assert "已关联账号 qian" in taken.text
    desk.browser.cookies.clear()
    idp.user |= {"preferred_username": "other", "sub": "u-7"}
    assert "wang" in come(desk).text
    desk.enter("system")
    assert "已解除关联" in desk.do("/admin/users/wang/unlink").text
    desk.browser.cookies.clear()
    assert come(desk).status_code == 403


def test_a_claim_with_a_nul_lets_nobody_in(desk: Desk, idp: Provider) -> None:
    idp.user["name"] = "a\0b"
    assert come(desk).status_code == 403


def test_passwords_can_be_switched_off_beside_a_provider(idp: Provider, tmp_path: Path) -> None:
    with behind(tmp_path, "passwords = false\n", settings(idp.issuer)) as desk:
        page = desk.look("/sign-in")
        assert 'name="password"' not in page.text
        assert "/sign-in/oidc" in page.text
        assert desk.sign_in().status_code == 403
        assert "duban_session" not in desk.browser.cookies
