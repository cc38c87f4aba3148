"""Who may call what: every call, by every role, of one's own region and of another."""

from __future__ import annotations

import re

import pytest

from monitor.access import Role
from monitor.web.api.calls import Call
from monitor.web.api.table import CALLS
from tests.monitor.web.api.callers import caller, key_of
from tests.support.desks import NOW, ROLES, Desk

KEYED = [call for call in CALLS if not call.signed]
WRITES = [call for call in KEYED if call.writes]
OWN, FOREIGN = ["990102"], ["990100"]
"""东浦区, in which there is the case D-1 with the card 1; 云岭市 is above it."""


def name(call: Call) -> str:
    return call.name


def address(call: Call) -> str:
    """Give the address of a call about what is in 东浦区, or about nothing."""
    known = {"no": "NO-D-1", "id": "1", "calendar": "cn", "day": "2026-10-14"}
    return re.sub(r"\{(\w+):\w+\}", lambda found: known.get(found[1], "none"), call.path)


@pytest.mark.parametrize("call", KEYED, ids=name)
def test_a_call_is_for_its_role_and_those_above(shared: Desk, call: Call) -> None:
    for role in ROLES:
        with caller(shared, role) as program:
            answer = program.request(call.method, address(call))
        assert answer.status_code < 500
        if Role.named(role) < call.role:
            assert answer.status_code == 403, role
            assert call.role.name.lower() in answer.json()["detail"]
        else:
            assert "需要角色" not in answer.text, role


@pytest.mark.parametrize("call", KEYED, ids=name)
def test_nobody_calls_without_a_key(shared: Desk, call: Call) -> None:
    answer = shared.browser.request(call.method, f"/api/v1{address(call)}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="duban"'


@pytest.mark.parametrize("call", WRITES, ids=name)
def test_no_page_of_another_site_does_anything(shared: Desk, call: Call) -> None:
    shared.enter("system")
    answer = shared.browser.request(
        call.method, f"/api/v1{address(call)}", headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        # As for a number that is nowhere: whether there is such a case is not said either.
        ("/cases/NO-D-2", 404),
        ("/cases/NO-D-2/explanation", 404),
        ("/alerts/2", 403),
        ("/alerts/2/events", 403),
    ],
)
def test_what_is_of_another_region_is_not_shown(hall: Desk, path: str, status: int) -> None:
    for role in ROLES:
        with caller(hall, role, regions=OWN) as program:
            assert program.get(path).status_code == status
        with caller(hall, role, regions=["990100"]) as program:
            assert program.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/alerts/2/acknowledge", {}),
        ("/alerts/2/appeals", {"reason": "录错"}),
        ("/orders", {"alerts": [2]}),
        (
            "/silences",
            {
                "matching": {"region": "990100"},
                "reason": "割接",
                "until_at": "2026-10-20T00:00:00+08:00",
            },
        ),
        ("/absences", {"person": "wang", "until_at": "2026-10-20T00:00:00+08:00"}),
    ],
)
def test_nothing_is_done_in_another_region(hall: Desk, path: str, body: dict[str, object]) -> None:
    for role in ROLES:
        with caller(hall, role, regions=OWN) as program:
            assert program.post(path, json=body).status_code == 403, role
    with caller(hall, "system", regions=FOREIGN) as program:
        assert program.post(path, json=body).status_code < 300


def test_lists_hold_what_is_of_ones_regions_alone(hall: Desk) -> None:
    with caller(hall, "view", regions=OWN) as program:
        cases = program.get("/cases").json()["rows"]
        alerts = program.get("/alerts").json()["rows"]
        board = program.get("/figures/standing").json()["rows"]
    assert {one["key"] for one in cases} == {"D-1", "D-3"}
    assert {one["id"] for one in alerts} == {1}
    assert {one["place"]["region"]["id"] for one in board} == {"990102"}


def test_a_browser_that_is_signed_in_may_read_and_write(hall: Desk) -> None:
    hall.enter("inspect")
    assert hall.look("/api/v1/cases").status_code == 200
    answer = hall.browser.post(
        "/api/v1/alerts/1/acknowledge", json={}, headers={"origin": hall.origin}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "more", [{"expires_at": NOW}, {"revoked_at": NOW - 1}, {"kind": "board"}], ids=str
)
def test_a_key_that_ended_or_is_of_a_board_opens_nothing(
    hall: Desk, more: dict[str, object]
) -> None:
    key = key_of(hall, "system", **more)
    answer = hall.browser.get("/api/v1/cases", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_keys_that_fail_too_often_are_told_to_wait(hall: Desk) -> None:
    wrong = {"authorization": "Bearer dbn_wrong"}
    found = [hall.browser.get("/api/v1/cases", headers=wrong) for _ in range(25)]
    assert [one.status_code for one in found][-1] == 429
    assert found[-1].headers["retry-after"] == "60"
    with caller(hall, "view") as program:
        assert program.get("/cases").status_code == 200
    hall.now += 600_000_000
    assert hall.browser.get("/api/v1/cases", headers=wrong).status_code == 401
