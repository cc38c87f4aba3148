"""A person's inbox, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.store import deliveries, inbox
from monitor.store.deliveries import Sent
from monitor.store.store import Store
from tests.support.cli import duban, duban_on_terminal, plain, settings_file
from tests.support.messages import message
from tests.support.stores import NOW, claim_deliveries, new_delivery, notice, prepare

INBOX = '\n[[channel]]\nid = "inbox"\nkind = "inbox"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings with an inbox; 李阳 has two messages in it, and one that is still on its way."""
    path = settings_file(tmp_path, INBOX)
    with Store.open(f"sqlite:///{tmp_path / 'duban.db'}") as store:
        prepare(store)
        put(store, "h1", "one", "two", "by mail")
        put(store, "h2", "of another")
        with store.write() as connection:
            way = new_delivery("later", channel="inbox", address="h1")
            deliveries.add_notices(connection, [notice(way, person="h1", kind="test")], NOW)
    return path


def put(store: Store, person: str, *keys: str) -> None:
    with store.write() as connection:
        for key in keys:
            channel = "email" if key == "by mail" else "inbox"
            way = new_delivery(key, channel=channel, address=person)
            given = message(case={"item": f"事项 {key}"}).context
            told = notice(way, person=person, kind="overdue", context=given)
            deliveries.add_notices(connection, [told], NOW)
        claimed = claim_deliveries(connection, NOW, NOW + 1, "me")
        deliveries.sent(connection, [Sent(one.id, NOW, {}) for one in claimed])


def listed(config: Path, *options: str) -> list[tuple[str, str | None]]:
    called = duban("inbox", "李阳", *options, "--json", "-c", config)
    assert called.code == 0
    return [(one["about"], one["read_at"] and "read") for one in json.loads(called.out)]


def about(key: str) -> str:
    return f"事项 {key}（办件号 DP-ZJ-20260922-0173）"


def test_the_newest_is_listed_first_and_nothing_of_others(config: Path) -> None:
    assert listed(config) == [(about("two"), None), (about("one"), None)]


def test_one_is_shown_whole_and_is_then_read(config: Path) -> None:
    called = duban("inbox", "h1", "--show", "1", "-c", config)
    assert called.out.startswith("黄牌｜超期 1 个工作日\n")
    assert "应办结：10月16日（周五）17:30" in called.out
    assert listed(config) == [(about("two"), None)]
    assert listed(config, "--all") == [(about("two"), None), (about("one"), "read")]


def test_all_can_be_noted_as_read_while_they_are_listed(config: Path) -> None:
    assert len(listed(config, "--read")) == 2
    assert listed(config) == []


def test_what_is_not_in_the_inbox_is_not_shown(config: Path) -> None:
    assert duban("inbox", "h1", "--show", "99", "-c", config).code == 1
    assert "收件箱里没有 99 号" in duban("inbox", "h1", "--show", "99", "-c", config).err


@pytest.mark.parametrize(
    ("who", "why"), [("王敏", "名录里不止一个王敏"), ("张三", "名录里没有张三")]
)
def test_whose_inbox_it_is_must_be_clear(config: Path, who: str, why: str) -> None:
    called = duban("inbox", who, "-c", config)
    assert called.code == 1
    assert why in called.err


def test_without_an_inbox_in_the_settings_the_mend_is_told(tmp_path: Path) -> None:
    called = duban("inbox", "h1", "-c", settings_file(tmp_path))
    assert called.code == 1
    assert 'kind = "inbox"' in called.err


def test_the_list_fits_on_a_terminal(config: Path) -> None:
    lines = plain(duban_on_terminal("inbox", "h1", "-c", config)).splitlines()
    assert "黄牌｜超期 1 个工作日" in "".join(lines)


def test_unread_ones_are_counted(config: Path) -> None:
    with Store.open(f"sqlite:///{config.parent / 'duban.db'}") as store, store.write() as c:
        assert inbox.unread(c, ["inbox"], "h1") == 2
        assert inbox.mark_read(c, ["inbox"], "h1", [1], NOW) == 1
        assert inbox.mark_read(c, ["inbox"], "h1", [1], NOW) == 0
        assert inbox.unread(c, ["inbox"], "h1") == 1
        assert inbox.mark_read(c, ["inbox"], "h2", [2], NOW) == 0
