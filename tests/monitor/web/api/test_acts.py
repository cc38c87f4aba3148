"""Acts over the API: done once for a key, refused with reasons, on record."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select, update

from monitor import access
from monitor.store import accounts, audit_log, deliveries, request_keys, tables
from monitor.store.accounts import Account, Token
from tests.monitor.web.api.callers import caller
from tests.support.desks import Desk
from tests.support.stores import new_delivery, notice

KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
ACK = "/alerts/1/acknowledge"


def acknowledged(hall: Desk) -> list[str]:
    with hall.store.read() as connection:
        acts = audit_log.of_object(connection, "alert:1")
    return [one.act.who for one in acts]


def test_a_card_is_acknowledged_by_the_program_that_did_it(hall: Desk) -> None:
    with caller(hall, "inspect") as program:
        answer = program.post(ACK, json={"note": "已督促"})
    assert (answer.status_code, answer.json()["acked_by"]) == (200, "token:1")
    assert answer.json()["acked_at"] == "2026-10-14T15:30:00+08:00"
    assert acknowledged(hall) == ["token:1"]


def test_a_request_with_a_key_is_done_once(hall: Desk) -> None:
    with caller(hall, "inspect") as program:
        first = program.post(ACK, json={"note": "一"}, headers=KEY)
        second = program.post(ACK, json={"note": "一"}, headers=KEY)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert acknowledged(hall) == ["token:1"]


def test_a_key_is_for_one_request(hall: Desk) -> None:
    with caller(hall, "inspect") as program:
        program.post(ACK, json={"note": "一"}, headers=KEY)
        other = program.post(ACK, json={"note": "二"}, headers=KEY)
    assert other.status_code == 422
    assert "请换一个" in other.json()["detail"]


def test_the_key_of_another_program_is_another_key(hall: Desk) -> None:
    body = {"person": "li", "until_at": "2026-10-20T00:00:00+08:00"}
    with caller(hall, "manage") as one, caller(hall, "manage") as other:
        found = [program.post("/absences", json=body, headers=KEY) for program in (one, other)]
    assert [answer.json()["id"] for answer in found] == [1, 2]


def test_a_request_in_hand_is_not_begun_again(hall: Desk) -> None:
    with caller(hall, "inspect") as program:
        program.post(ACK, json={}, headers=KEY)
        with hall.store.write() as connection:
            connection.execute(update(tables.request_keys).values(status=0))
        answer = program.post(ACK, json={}, headers=KEY)
    assert answer.status_code == 409
    assert answer.headers["retry-after"] == "1"


def test_what_was_refused_can_be_sent_again_with_its_key(hall: Desk) -> None:
    with caller(hall, "manage") as program:
        body = {"person": "li", "until_at": "2026-10-01T00:00:00+08:00"}
        assert program.post("/absences", json=body, headers=KEY).status_code == 422
        body["until_at"] = "2026-10-20T00:00:00+08:00"
        assert program.post("/absences", json=body, headers=KEY).status_code == 201


def test_keys_are_forgotten_after_a_day(hall: Desk) -> None:
    body = {"person": "li", "until_at": "2026-10-20T00:00:00+08:00"}
    with caller(hall, "manage") as program:
        program.post("/absences", json=body, headers=KEY)
        hall.now += request_keys.KEPT_FOR + 1
        assert program.post("/absences", json=body, headers=KEY).json()["id"] == 2
    with hall.store.read() as connection:
        assert len(connection.execute(select(tables.request_keys)).all()) == 1


def test_a_second_acknowledgement_is_refused_and_says_whose_was_first(hall: Desk) -> None:
    with caller(hall, "inspect") as program:
        program.post(ACK, json={})
        answer = program.post(ACK, json={}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "token:1 has acknowledged alert 1"


def test_an_order_goes_through_its_loop(hall: Desk) -> None:
    with caller(hall, "issue") as program:
        order = program.post("/orders", json={"alerts": [1], "advice": "限期办结"})
        assert order.status_code == 201
        no = order.json()["no"]
        assert "acknowledge" in order.json()["can"]
        assert program.post(f"/orders/{no}/acknowledge", json={}).json()["state"] == "acknowledged"
        reply = {
            "note": "系统故障，今日办结",
            "cause": "system",
            "finish_at": "2026-10-15T17:30:00+08:00",
        }
        assert program.post(f"/orders/{no}/reply", json=reply).json()["state"] == "replied"
        events = program.get(f"/orders/{no}").json()["events"]
        again = program.post("/orders", json={"alerts": [1]})
    assert [one["event"] for one in events] == ["issued", "acknowledge", "reply"]
    assert again.status_code == 422


def test_an_appeal_is_filed_and_decided_by_another(hall: Desk) -> None:
    with caller(hall, "inspect") as one, caller(hall, "inspect") as other:
        appeal = one.post("/alerts/1/appeals", json={"reason": "受理时间录错"}).json()
        deciding = {"decision": "revoke", "opinion": "属实"}
        assert one.post(f"/appeals/{appeal['id']}/decide", json=deciding).status_code == 403
        decided = other.post(f"/appeals/{appeal['id']}/decide", json=deciding)
        assert decided.json()["state"] == "granted"
        assert other.get("/alerts/1").json()["state"] == "revoked"


def test_a_handler_acknowledges_their_own_alert_and_no_other(hall: Desk) -> None:
    with hall.store.write() as connection:
        connection.execute(
            update(tables.alerts).where(tables.alerts.c.id == 1).values(handler="li")
        )
        maker = Account("li", "李阳", None, "view", [], None, "li", 0, None, hall.now, None)
        accounts.add(connection, maker)
        key, hashed = access.new_key()
        accounts.add_token(
            connection,
            Token(0, "api", "x", "view", [], None, "li", hall.now, None, None, None, owner="li"),
            hashed,
        )
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=hall.origin + "/api/v1", headers=headers) as program:
        assert program.post("/alerts/2/acknowledge", json={}).status_code == 403
        assert program.post("/alerts/1/acknowledge", json={}).json()["acked_by"] == "li"


def test_a_silence_is_set_and_ended(hall: Desk) -> None:
    body = {
        "matching": {"region": "990102"},
        "reason": "系统割接",
        "until_at": "2026-10-20T17:30:00+08:00",
    }
    with caller(hall, "inspect", regions=["990102"]) as program:
        silence = program.post("/silences", json=body).json()
        assert silence["matching"] == {"region": "990102"}
        assert [one["id"] for one in program.get("/silences").json()["rows"]] == [silence["id"]]
        ended = program.post(f"/silences/{silence['id']}/end")
        assert ended.json()["ended_at"] == "2026-10-14T15:30:00+08:00"
        assert program.get("/silences").json()["rows"] == []


@pytest.mark.parametrize(
    "when",
    [
        r"[1,1].all(x,[1,1].all(y,case.item_name.matches('\\pL{200}')||true))",
        r"case.item_name.matches('\\pL{200}')",
        "case.item_name.matches(case.no)",
    ],
)
def test_conditions_that_have_frozen_the_daemon_are_refused(hall: Desk, when: str) -> None:
    body = {
        "matching": {"region": "990102", "when": when},
        "reason": "x",
        "until_at": "2026-10-20T17:30:00+08:00",
    }
    with caller(hall, "inspect", regions=["990102"]) as program:
        answer = program.post("/silences", json=body)
        assert answer.status_code == 422
        assert program.get("/silences").json()["rows"] == []


def test_a_silence_of_a_case_is_not_told_to_another_department(hall: Desk) -> None:
    until = "2026-10-20T17:30:00+08:00"
    with caller(hall, "inspect") as program:
        body = {"matching": {"case": "D-1"}, "reason": "割接", "until_at": until}
        assert program.post("/silences", json=body).status_code == 201
    for department, seen in (("ZJ", 1), ("SL", 0)):
        with caller(hall, "view", departments=[department]) as program:
            assert len(program.get("/silences").json()["rows"]) == seen


def test_a_failed_delivery_is_sent_again_at_once(hall: Desk) -> None:
    with hall.store.write() as connection:
        told = notice(new_delivery("d-1", not_before=hall.now), alert_id=1, at=hall.now)
        deliveries.add_notices(connection, [told], hall.now)
        connection.execute(update(tables.deliveries).values(state="failed"))
    with caller(hall, "inspect") as program:
        answer = program.post("/deliveries/1/retry")
    assert answer.json()["result"] == "pending"
    assert hall.hastened == ["deliver"]


@pytest.mark.parametrize("key", ["", "x" * 256, "一"])
def test_a_key_that_is_none_is_refused(hall: Desk, key: str) -> None:
    with caller(hall, "inspect") as program:
        answer = program.post(ACK, json={}, headers=[(b"idempotency-key", key.encode())])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"
