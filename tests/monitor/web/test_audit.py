"""The audit log on the desk."""

from __future__ import annotations

import pytest
from sqlalchemy import text as sql

from monitor.acts import verifying
from monitor.store import accounts, audit_log, seals, tables
from monitor.store.accounts import Token
from monitor.store.audit_log import Act
from rules.instants import HOUR
from tests.monitor.web.test_silences import alert_of
from tests.support.desks import NOW, Desk

DAY = 24 * HOUR


def put(hall: Desk, act: str = "silence", at: int = NOW, **given: object) -> None:
    of = {"who": "p-1", "origin": "cli:li@hall", "object": "silence:7", **given}
    with hall.store.write() as connection:
        audit_log.record(connection, Act(act=act, **of), at)  # type: ignore[arg-type]


def seal(hall: Desk) -> None:
    with hall.store.write() as connection:
        last = seals.last_id(connection, "audit_log")
        rows = list(seals.rows_between(connection, "audit_log", None, last))
        seals.add(connection, seals.seal(None, "audit_log", rows, NOW))


def shown(hall: Desk, **query: str) -> list[str]:
    found = hall.look("/admin/audit.json", **query).json()["rows"]
    return [row["object"] for row in found if not row["object"].startswith("account:")]


@pytest.fixture
def desk(hall: Desk) -> Desk:
    hall.enter("system")
    return hall


def test_the_newest_act_comes_first_with_what_it_changed(desk: Desk) -> None:
    put(desk, object="silence:1", before={"until_at": NOW}, after={"until_at": NOW + HOUR})
    put(desk, object="silence:2")
    assert shown(desk) == ["silence:2", "silence:1"]
    text = desk.look("/admin/audit").text
    assert "<del>10月14日（周三）15:30</del> → <ins>10月14日（周三）16:30</ins>" in text


def test_what_an_act_changed_is_told_in_words(desk: Desk) -> None:
    after = {"role": "inspect", "regions": ["990102"], "since": "2026"}
    put(desk, object="silence:1", after=after)
    text = desk.look("/admin/audit").text
    assert "<dt>角色</dt><dd><ins>监察</ins>" in text
    assert "<dt>区划</dt><dd><ins>东浦区</ins>" in text
    assert "<dt>since</dt><dd><ins>2026</ins>" in text


@pytest.mark.parametrize(
    "query", [{"who": "p-2"}, {"act": "revoke"}, {"object": "alert:1"}, {"from": "2026-10-14"}]
)
def test_a_filter_leaves_what_it_names(desk: Desk, query: dict[str, str]) -> None:
    put(desk, at=NOW - 2 * DAY)
    put(desk, "revoke", who="p-2", object="alert:1")
    assert shown(desk, **query) == ["alert:1"]


def test_the_last_day_is_included(desk: Desk) -> None:
    put(desk, at=NOW - DAY, object="order:A")
    put(desk, at=NOW, object="order:B")
    assert shown(desk, to="2026-10-13") == ["order:A"]
    assert desk.look("/admin/audit", to="13.10.").status_code == 422


def test_what_the_machine_delivered_is_shown_on_request(desk: Desk) -> None:
    put(desk, "deliver", object="deliveries")
    assert shown(desk) == []
    assert shown(desk, all="1") == ["deliveries"]
    assert shown(desk, act="deliver") == ["deliveries"]


def test_an_object_leads_to_its_page(desk: Desk) -> None:
    with desk.store.read() as connection:
        alert = alert_of(connection, "D-1")
    put(desk, "acknowledge", object=f"alert:{alert}")
    put(desk, "order.issue", object="order:DB-1")
    text = desk.look("/admin/audit").text
    assert f'<a href="/cases/NO-D-1">alert:{alert}</a>' in text
    assert '<a href="/orders/DB-1">order:DB-1</a>' in text


def test_older_pages_go_on_where_the_newer_ended(desk: Desk) -> None:
    for number in range(60):
        put(desk, object=f"silence:{number}")
    first = desk.look("/admin/audit", who="p-1").text
    assert first.count("<tr data-row>") == 50
    assert "silence:10<" in first
    before = first.rpartition("before=")[2].partition('"')[0]
    text = desk.look("/admin/audit", who="p-1", before=before).text
    assert text.count("<tr data-row>") == 10
    assert "silence:9<" in text


def test_a_whole_record_is_told_as_that_and_the_check_is_on_record(desk: Desk) -> None:
    put(desk)
    seal(desk)
    text = desk.do("/admin/audit/verify").text
    assert "完整，未被改动" in text
    assert "record:seals" in shown(desk)


def test_a_changed_row_is_named(desk: Desk) -> None:
    put(desk, note="如实")
    seal(desk)
    with desk.store.write() as connection:
        triggers = connection.execute(
            sql("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='audit_log'")
        ).all()
        for trigger, _ in triggers:
            connection.execute(sql(f"DROP TRIGGER {trigger}"))
        connection.execute(
            tables.audit_log.update().where(tables.audit_log.c.note == "如实").values(note="改过")
        )
        for _, made in triggers:
            connection.exec_driver_sql(made)
    text = desk.do("/admin/audit/verify").text
    assert "被改动过" in text
    assert "行被改过；第 1 枚封印" in text


def test_a_record_too_long_for_a_page_is_left_to_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk)
    seal(desk)
    monkeypatch.setattr(verifying.verify, "__defaults__", (0,))
    answer = desk.do("/admin/audit/verify")
    assert answer.status_code == 422
    assert "duban audit-log verify" in answer.text


def test_the_log_is_for_operators_alone(hall: Desk) -> None:
    hall.enter("manage")
    assert hall.look("/admin/audit").status_code == 403
    assert hall.look("/admin/audit.csv").status_code == 403


def test_whoever_is_in_charge_of_a_region_sees_what_concerns_it_and_nothing_else(
    hall: Desk,
) -> None:
    with hall.store.read() as connection:
        here, elsewhere = (alert_of(connection, key) for key in ("D-1", "D-2"))
    mine = [f"alert:{here}", "case:NO-D-1", "case:hall/D-3", "person:li"]
    others = [
        *(f"alert:{elsewhere}", "case:NO-D-2", "case:hall/D-4", "person:wang", "token:1"),
        *("item:GHXK", "delivery:1", "alert:none", "call_back:x", "record"),
    ]
    for of in (*mine, *others):
        put(hall, "api.unmask", object=of)
    hall.enter("system", regions=["990102"])
    hall.look("/admin/users")
    assert sorted(shown(hall)) == sorted(mine)
    rows = hall.browser.get("/api/v1/audit").json()["rows"]
    seen = {one["object"] for one in rows if not one["object"].startswith("account:")}
    assert seen == set(mine)
    assert {one["object"] for one in rows} & {"account:wang"} == set()


def test_whoever_is_in_charge_of_a_region_sees_no_accounts_and_tokens_of_elsewhere(
    hall: Desk,
) -> None:
    with hall.store.write() as connection:
        for name, regions in (("大屏乙", None), ("大屏甲", ["990102"])):
            made = Token(0, "board", name, "view", regions, None, "root", NOW, None, None, None)
            accounts.add_token(connection, made, name)
    hall.enter("system", regions=["990102"])
    page = hall.look("/admin/users").text
    assert "/admin/users/qian" in page
    assert "/admin/users/wang" not in page
    assert hall.look("/admin/users/wang").status_code == 404
    tokens = hall.look("/admin/tokens").text
    assert "大屏甲" in tokens
    assert "大屏乙" not in tokens
