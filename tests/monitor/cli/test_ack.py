from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest

from monitor.store import alert_list, audit_log, case_list, cases, sources
from monitor.store import alerts as changes
from monitor.store.alert_list import Alert, Filter
from monitor.store.alerts import Resolved
from monitor.store.store import Store
from rules.findings import Reason
from tests.monitor.cli.halls import NOW
from tests.support.cli import duban
from tests.support.stores import new_alert, read_case


def alert(store: Store, ident: int) -> Alert:
    with store.read() as connection:
        [row] = alert_list.of_ids(connection, [ident])
    return row.alert


def test_an_alert_is_acknowledged_by_whom_and_with_which_note(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    called = duban("ack", alerts[0], "--by", "h2", "--note", "已核实", "-c", config)
    assert called.code == 0
    assert "王敏 已签收" in called.out
    assert "NO-late" in called.out
    found = alert(store, alerts[0])
    assert (found.acked_by, found.ack_note, found.acked_at) == ("h2", "已核实", NOW)
    with store.read() as connection:
        [recorded] = audit_log.of_object(connection, f"alert:{alerts[0]}")
    act = recorded.act
    assert (recorded.at, act.who, act.act, act.note) == (NOW, "h2", "acknowledge", "已核实")
    assert act.origin.startswith(f"cli:{getpass.getuser()}@")
    assert act.after == {"acked_by": "h2", "level": "yellow"}


def test_who_acknowledges_is_the_user_unless_another_is_named(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    called = duban("ack", *alerts, "--json", "-c", config)
    told: dict[str, Any] = json.loads(called.out)
    assert told["by"] == getpass.getuser()
    assert [one["id"] for one in told["acknowledged"]] == sorted(alerts)
    assert all(alert(store, ident).acked_by == getpass.getuser() for ident in alerts)


def test_a_dry_run_shows_what_would_be_and_changes_nothing(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    called = duban("ack", alerts[0], "--dry-run", "-c", config)
    assert called.code == 0
    assert "将由" in called.out
    assert alert(store, alerts[0]).acked_at is None
    with store.read() as connection:
        assert audit_log.of_object(connection, f"alert:{alerts[0]}") == []


def test_all_open_alerts_of_a_case_are_acknowledged(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    with store.write() as connection:
        [late] = case_list.find(connection, "NO-late")
        assert late.case.id is not None
        changes.open_alerts(connection, [new_alert(late.case.id, rule="statutory")])
    assert duban("ack", "--case", "NO-late", "-c", config).code == 0
    with store.read() as connection:
        waiting = alert_list.listing(connection, Filter(acknowledged=False), 10)
    assert [row.key for row in waiting] == ["soon"]
    again = duban("ack", "--case", "NO-late", "-c", config)
    assert again.code == 1
    assert "没有待签收的亮牌" in again.err


def test_a_number_that_two_sources_have_needs_its_source(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    with store.write() as connection:
        sources.ensure(connection, ["other"], NOW)
        cases.put(connection, "other", [read_case("late", no="NO-late")], NOW)
    told = duban("ack", "--case", "NO-late", "-c", config)
    assert (told.code, "hall, other" in told.err) == (1, True)
    assert alert(store, alerts[0]).acked_at is None
    assert duban("ack", "--case", "NO-late", "--source", "hall", "-c", config).code == 0
    assert alert(store, alerts[0]).acked_at == NOW


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["999"], "没有编号为 999 的亮牌"),
        (["--case", "NO-such"], "没有办件 NO-such"),
        (["--case", "NO-done"], "没有待签收的亮牌"),
    ],
)
def test_what_is_not_there_is_told(
    config: Path, alerts: tuple[int, int], arguments: list[str], said: str
) -> None:
    called = duban("ack", *arguments, "-c", config)
    assert (called.code, called.out) == (1, "")
    assert said in called.err


def test_who_has_acknowledged_already_is_told_and_the_others_wait(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    duban("ack", alerts[0], "--by", "h2", "-c", config)
    called = duban("ack", *alerts, "--by", "李阳", "-c", config)
    assert called.code == 1
    assert "已由 王敏 于 10-21 09:00 签收" in called.err
    assert alert(store, alerts[0]).acked_by == "h2"
    assert alert(store, alerts[1]).acked_at is None


def test_a_resolved_alert_needs_no_answer(
    config: Path, store: Store, alerts: tuple[int, int]
) -> None:
    with store.write() as connection:
        changes.resolve(connection, [Resolved(alerts[0], NOW, Reason.CLOSED, "yellow")])
    called = duban("ack", alerts[0], "-c", config)
    assert called.code == 1
    assert "已解除" in called.err


def test_something_must_be_named(config: Path) -> None:
    assert duban("ack", "-c", config).code == 2
