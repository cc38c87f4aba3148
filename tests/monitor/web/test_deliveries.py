"""The delivery log on the desk."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from monitor.store import deliveries, tables
from rules.instants import HOUR
from tests.monitor.web.test_silences import alert_of
from tests.support.desks import NOW, Desk
from tests.support.stores import new_delivery, notice

DAY = 24 * HOUR


def put(hall: Desk, key: str, case: str | None = None, at: int = NOW, **given: Any) -> int:
    """Record a delivery about a case's card (``None``: a test message) and give its id."""
    with hall.store.write() as connection:
        about = None if case is None else alert_of(connection, case)
        kind = "test" if case is None else "overdue"
        state = given.pop("state", "pending")
        of = {"alert_id": about, "kind": kind, "person": given.pop("person", None), **given}
        deliveries.add_notices(connection, [notice(new_delivery(key), at=at, **of)], at)
        d = tables.deliveries.c
        more = {"last_error": "网关超时", "attempts": 5} if state == "failed" else {}
        connection.execute(
            update(tables.deliveries).where(d.key == key).values(state=state, **more)
        )
        return connection.execute(select(d.id).where(d.key == key)).scalar_one()


def state_of(hall: Desk, ident: int) -> tuple[str, int]:
    d = tables.deliveries.c
    with hall.store.read() as connection:
        row = connection.execute(select(d.state, d.attempts).where(d.id == ident)).one()
    return row.state, row.attempts


def shown(hall: Desk, **query: str) -> list[int]:
    rows = hall.look("/deliveries.json", **query).json()["rows"]
    return [row["id"] for row in rows]


def test_the_newest_comes_first_with_why_it_was_sent(hall: Desk) -> None:
    first, second = put(hall, "K-1", "D-1"), put(hall, "K-2", "D-2")
    hall.enter("view")
    assert shown(hall) == [second, first]
    assert "你是本件承办人" in hall.look("/deliveries").text


def test_a_scope_bounds_the_list_and_each_delivery(hall: Desk) -> None:
    mine, other, test = put(hall, "K-1", "D-1"), put(hall, "K-2", "D-2"), put(hall, "K-3")
    hall.enter("inspect", regions=["990102"])
    assert shown(hall) == [mine]
    assert hall.look(f"/deliveries/{mine}").status_code == 200
    assert hall.look(f"/deliveries/{other}").status_code == 403
    assert hall.look(f"/deliveries/{test}").status_code == 403


def test_everybody_sees_what_he_was_told_himself(hall: Desk) -> None:
    ident = put(hall, "K-1", "D-2", person="p-9")
    hall.enter("view", regions=["990102"], person="p-9")
    assert shown(hall) == [ident]


@pytest.mark.parametrize(
    "query", [{"result": "failed"}, {"channel": "sms"}, {"person": "p-1"}, {"case": "NO-D-1"}]
)
def test_a_filter_leaves_what_it_names(hall: Desk, query: dict[str, str]) -> None:
    put(hall, "K-1", "D-2")
    wanted = put(hall, "K-2", "D-1", state="failed", person="p-1")
    with hall.store.write() as connection:
        d = tables.deliveries.c
        connection.execute(update(tables.deliveries).where(d.id == wanted).values(channel="sms"))
    hall.enter("view")
    assert shown(hall, **query) == [wanted]


def test_a_day_has_what_was_made_on_it(hall: Desk) -> None:
    put(hall, "K-1", at=NOW - 2 * DAY)
    middle = [put(hall, "K-2", at=NOW - DAY), put(hall, "K-3", at=NOW - DAY + HOUR)]
    put(hall, "K-4", at=NOW)
    hall.enter("view")
    assert shown(hall, day="2026-10-13") == middle[::-1]
    assert shown(hall, day="2026-10-20") == []
    assert hall.look("/deliveries", day="gestern").status_code == 422


def test_older_pages_go_on_where_the_newer_ended(hall: Desk) -> None:
    ids = [put(hall, f"K-{number}") for number in range(53)]
    hall.enter("view")
    first = hall.look("/deliveries").text
    assert first.count("<tr data-row>") == 50
    assert f"before={ids[3]}" in first
    assert hall.look("/deliveries", before=str(ids[3])).text.count("<tr data-row>") == 3


def test_a_failed_one_is_sent_again_and_that_is_on_record(hall: Desk) -> None:
    ident = put(hall, "K-1", "D-1", state="failed")
    hall.enter("inspect", regions=["990102"])
    assert "网关超时" in hall.look("/deliveries", result="failed").text
    hall.do(f"/deliveries/{ident}/retry")
    assert state_of(hall, ident) == ("pending", 0)
    with hall.store.read() as connection:
        a = tables.audit_log.c
        row = connection.execute(select(a.object, a.before).where(a.act == "delivery.retry")).one()
    assert row.object == f"delivery:{ident}"
    assert row.before["last_error"] == "网关超时"


def test_what_has_not_failed_or_lies_elsewhere_is_not_sent_again(hall: Desk) -> None:
    sent, other = put(hall, "K-1", "D-1"), put(hall, "K-2", "D-2", state="failed")
    hall.enter("inspect", regions=["990102"])
    assert hall.do(f"/deliveries/{sent}/retry").status_code == 422
    assert hall.do(f"/deliveries/{other}/retry").status_code == 403
    assert state_of(hall, other) == ("failed", 5)


def test_all_that_failed_over_a_channel_is_sent_again(hall: Desk) -> None:
    failed = [put(hall, f"K-{number}", state="failed") for number in range(3)]
    member = put(hall, "K-9", state="failed")
    with hall.store.write() as connection:
        d = tables.deliveries.c
        connection.execute(
            update(tables.deliveries).where(d.id == member).values(digest_id=failed[0])
        )
    hall.enter("system")
    assert "3 条消息已放回待发" in hall.do("/deliveries/retry", channel="email").text
    assert {state_of(hall, ident)[0] for ident in failed} == {"pending"}
    assert state_of(hall, member)[0] == "grouped"
    assert hall.do("/deliveries/retry", channel="email").status_code == 422


def test_one_delivery_shows_its_text(hall: Desk) -> None:
    context = {
        "case": {"item": "施工许可", "tail": "0173", "no": "DP-0173"},
        "alert": {"level": "red", "level_name": "红牌", "title": "承诺时限"},
        "route": {"reason": "你是承办人"},
    }
    ident = put(hall, "K-1", "D-1", context=context)
    hall.enter("view")
    text = hall.look(f"/deliveries/{ident}").text
    assert "施工许可" in text
    assert "你是承办人" in text


def test_an_empty_log_says_what_will_be_in_it(hall: Desk) -> None:
    hall.enter("view")
    assert "还没有要告诉谁的事" in hall.look("/deliveries").text
    assert "没有失败的投递" in hall.look("/deliveries", result="failed").text
