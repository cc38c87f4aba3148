"""How the daemon, its sources and its channels fare, as the desk tells it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import insert, update

from config import Words
from monitor.acts import running
from monitor.pipeline.raising import raise_alert
from monitor.store import deliveries, rejects, seals, sources, tables
from rules.instants import HOUR, MINUTE
from tests.monitor.web.api.callers import caller
from tests.support.desks import NOW, Desk
from tests.support.stores import new_delivery, notice


@dataclass
class Row:
    """A source row that was set aside."""

    key: str
    reason: str = "bad-time"
    detail: str = "accepted_at (column SLSJ): '2026-13-01'; expected a number"
    row: str = '{"SLSJ": "2026-13-01"}'


def source(hall: Desk, **values: object) -> None:
    with hall.store.write() as connection:
        changed = update(tables.sources).where(tables.sources.c.id == "hall")
        later = {"next_poll_at": NOW + HOUR, "next_reconcile_at": NOW + HOUR, "state": "ok"}
        connection.execute(changed.values({**later, **values}))


def put(hall: Desk, channel: str, state: str, at: int = NOW) -> None:
    with hall.store.write() as connection:
        one = new_delivery(f"K-{channel}-{state}", channel=channel, not_before=at)
        deliveries.add_notices(connection, [notice(one, at=at)], at)
        d = tables.deliveries.c
        connection.execute(update(tables.deliveries).where(d.key == one.key).values(state=state))


@pytest.fixture
def well(hall: Desk) -> Desk:
    """A hall in which nothing is behind."""
    source(hall)
    with hall.store.write() as connection:
        connection.execute(update(tables.cases).values(next_check_at=None))
        connection.execute(update(tables.alerts).values(next_step_at=None))
        for table in seals.SEALED:
            last = seals.last_id(connection, table)
            rows = list(seals.rows_between(connection, table, None, last))
            if rows:
                before = seals.last(connection)
                seals.add(connection, seals.seal(before, table, rows, NOW))
    hall.enter("view")
    return hall


def test_where_all_is_well_the_page_says_so(well: Desk) -> None:
    text = well.look("/health").text
    assert "都好" in text
    assert "没有落下的" in text
    assert "没有隔离的行" in text


def test_a_standing_alert_about_the_supervision_is_not_well(well: Desk) -> None:
    with well.store.write() as connection:
        title = Words("岗位 inspector@990102 没有人", "nobody")
        raise_alert(connection, well.rules, "post:x", "nobody-reachable", title, {}, NOW)
        connection.execute(update(tables.alerts).values(next_step_at=None))
    text = well.look("/health").text
    assert "都好" not in text
    assert "1 处不好" in text
    assert "<li>岗位 inspector@990102 没有人</li>" in text


def test_a_source_that_refuses_tells_its_code_and_how_to_mend_it(well: Desk) -> None:
    source(well, state="fault", last_error="refused-login: password authentication failed")
    text = well.look("/health").text
    assert "1 处不好" in text
    assert "数据库拒绝登录" in text
    assert "<code>refused-login</code>" in text
    assert "检查用户、口令、库名" in text


def test_the_words_of_a_database_are_for_its_operators(well: Desk) -> None:
    told = "password authentication failed for user reader at 10.1.2.3"
    source(well, state="fault", last_error=f"refused-login: {told}")
    with caller(well, "view") as program:
        assert told not in well.look("/health").text
        assert [one["last_error"] for one in program.get("/sources").json()["rows"]] == [
            "refused-login"
        ]
    well.enter("system")
    with caller(well, "system") as program:
        assert f"数据库拒绝登录（数据库原文：{told}）" in well.look("/health").text
        assert told in program.get("/sources").text


def test_a_source_that_was_not_read_for_long_is_not_well(well: Desk) -> None:
    source(well, last_ok_at=NOW - 27 * MINUTE)
    text = well.look("/health").text
    assert "好久没有读到" in text
    assert "27 分" in text


def test_a_source_that_the_settings_no_longer_have_is_told_and_no_trouble(well: Desk) -> None:
    with well.store.write() as connection:
        sources.ensure(connection, ["old"], NOW)
        connection.execute(
            update(tables.sources).values(next_poll_at=NOW + HOUR, next_reconcile_at=NOW + HOUR)
        )
    text = well.look("/health").text
    assert "设置里已没有它" in text
    assert "都好" in text


def test_a_channel_with_failed_messages_is_not_well_and_leads_to_them(well: Desk) -> None:
    put(well, "out", "failed")
    text = well.look("/health").text.replace("&amp;", "&")
    assert "有失败的消息" in text
    assert 'href="/deliveries?channel=out&result=failed">1<' in text


def test_a_message_that_waits_for_long_is_told(well: Desk) -> None:
    put(well, "out", "pending", NOW - HOUR)
    text = well.look("/health").text
    assert "最早一条已等 1 小时" in text
    assert "消息到时未发 1" in text


def test_a_channel_that_asked_for_rest_says_until_when(well: Desk) -> None:
    with well.store.write() as connection:
        connection.execute(
            insert(tables.channel_holds).values(channel="out", until=NOW + HOUR, reason="429")
        )
    assert "对方要求暂停，到 10月14日（周三）16:30" in well.look("/health").text


def test_work_that_is_behind_is_told(well: Desk) -> None:
    with well.store.write() as connection:
        connection.execute(update(tables.cases).values(next_check_at=NOW - HOUR))
    assert "办件到时未核对 4" in well.look("/health").text


def test_rows_set_aside_are_counted_for_all_and_shown_to_operators_alone(well: Desk) -> None:
    with well.store.write() as connection:
        rejects.put_rejects(connection, "hall", [Row("K-77"), Row("K-78")], NOW)
    text = well.look("/health").text
    assert "不是时间" in text
    assert "K-77" not in text
    well.enter("system")
    assert "2026-13-01" in well.look("/health").text


def test_what_is_set_aside_of_an_applicant_is_masked(well: Desk) -> None:
    row = Row(
        "K-77", "invalid-utf-8", "applicant (column SQR): '张三'; expected text in UTF-8", "张三"
    )
    with well.store.write() as connection:
        rejects.put_rejects(connection, "hall", [row], NOW)
    well.enter("system")
    text = well.look("/health").text
    assert "K-77" in text
    assert "张三" not in text


def test_a_cursor_is_shown_to_operators_alone(well: Desk) -> None:
    source(well, cursor="CURSOR-1")
    assert "CURSOR-1" not in well.look("/health").text
    well.enter("system")
    assert "CURSOR-1" in well.look("/health").text


def test_how_long_the_daemon_runs_is_taken_from_the_record(well: Desk) -> None:
    assert "没有启动记录" in well.look("/health").text
    running.started(well.store, well.rules, NOW - 3 * HOUR)
    text = well.look("/health").text
    assert "3 小时" in text
    assert "SQLite" in text


def test_rows_that_nobody_seals_are_told(well: Desk) -> None:
    well.now += 10 * MINUTE  # since it signed in
    assert "有留痕没有按时封存" in well.look("/health").text
