from __future__ import annotations

from monitor.store import accounts, views
from monitor.store.accounts import Account
from monitor.store.store import Store
from tests.support.stores import NOW


def account(login: str) -> Account:
    return Account(login, "王敏", None, "view", None, None, None, 0, None, NOW, None)


def test_views_are_those_of_an_account_and_of_one_address_a_name(store: Store) -> None:
    with store.write() as connection:
        for login in ("wang", "qian"):
            accounts.add(connection, account(login))
        views.save(connection, "wang", "红牌", "lamp=red", NOW)
        views.save(connection, "wang", "今日", "due=today", NOW)
        views.save(connection, "wang", "红牌", "lamp=red&dept=ZJ", NOW)
        views.save(connection, "qian", "红牌", "lamp=red", NOW)
        mine = views.of_account(connection, "wang")
        [other] = views.of_account(connection, "qian")
        assert [(one.name, one.address) for one in mine] == [
            ("红牌", "lamp=red&dept=ZJ"),
            ("今日", "due=today"),
        ]
        assert not views.remove(connection, "wang", other.id)
        assert views.remove(connection, "wang", mine[0].id)
        assert [one.name for one in views.of_account(connection, "wang")] == ["今日"]
