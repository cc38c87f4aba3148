"""Reading over the API: pages, filters, masks, moments, and what goes wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from monitor.deadline import answer
from monitor.store import alert_list, alerts, audit_log, case_list, cases
from monitor.web.api import calendars
from tests.monitor.web.api.callers import caller
from tests.monitor.web.boards import put, stand
from tests.support.desks import Desk
from tests.support.stores import case_id, new_alert, read_case
from tests.support.stories import local


def keys(answer: httpx.Response) -> list[str]:
    return [one["key"] for one in answer.json()["rows"]]


@pytest.fixture
def dated(hall: Desk) -> Desk:
    """The hall with five more cases that are due one after the other, and two that are not due."""
    stand(hall)
    for number in range(5):
        put(hall, f"E-{number}", due=local(f"2026-10-{20 - number} 17:30"))
    return hall


def pages_of(program: httpx.Client, hall: Desk, **query: str | int) -> list[str]:
    """Read a list page by page, while somebody adds cases to it."""
    found: list[str] = []
    path = f"/cases?{httpx.QueryParams(query)}"
    while path:
        answer = program.get(path.removeprefix("/api/v1"))
        found += keys(answer)
        put(hall, f"N-{len(found)}", due=local("2026-10-01 17:30"))
        link = answer.headers.get("link", "")
        path = link[link.find("<") + 1 : link.find(">")] if link else ""
    return found


def test_the_newest_cases_come_page_by_page_while_others_are_added(dated: Desk) -> None:
    with caller(dated, "view") as program:
        found = pages_of(program, dated, limit=4)
    assert found == ["E-4", "E-3", "E-2", "E-1", "E-0", "D-4", "D-3", "D-2", "D-1"]


def test_cases_come_by_their_due_moment_and_those_without_last(dated: Desk) -> None:
    with caller(dated, "view") as program:
        found = pages_of(program, dated, limit=3, sort="due")
    assert found[:5] == ["E-4", "E-3", "E-2", "E-1", "E-0"]
    assert found[5:] == ["D-1", "D-2", "D-3", "D-4"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"lamp": "red"}, {"D-1"}),
        ({"lamp": "red,yellow"}, {"D-1", "D-2"}),
        ({"region": "990102", "lamp": "red,yellow"}, {"D-1"}),
        ({"due": "2026-10-18"}, {"E-2"}),
        ({"due": "2026-10-19.."}, {"E-0", "E-1"}),
        ({"due": "..2026-10-16"}, {"E-4"}),
        ({"q": "NO-E-3"}, {"E-3"}),
        ({"q": "nothing"}, set()),
    ],
    # Two workers have to find the same tests, and sets have no order of their own.
    ids=lambda one: " ".join(sorted(one)) if isinstance(one, set) else str(one),
)
def test_lists_are_narrowed_as_on_the_page(
    dated: Desk, query: dict[str, str], wanted: set[str]
) -> None:
    with caller(dated, "view") as program:
        assert set(keys(program.get("/cases", params=query))) == wanted


def test_applicants_are_masked_unless_somebody_who_may_asks(hall: Desk) -> None:
    with hall.store.write() as connection:
        read = read_case(
            "D-1", digest="d2", region="990102", applicant="张三丰", title="张三丰：许可"
        )
        cases.put(connection, "hall", [read], hall.now)
    with caller(hall, "view") as viewer, caller(hall, "inspect") as inspector:
        masked = viewer.get("/cases/NO-D-1")
        refused = viewer.get("/cases/NO-D-1?unmask=true")
        unreasoned = inspector.get("/cases/NO-D-1?unmask=true&reason=%20")
        shown = inspector.get("/cases/NO-D-1?unmask=true&reason=核对来电")
    assert "三丰" not in masked.text
    assert masked.json()["applicant"].startswith("张")
    assert refused.status_code == 403
    assert unreasoned.status_code == 400
    assert "reason" in unreasoned.text
    assert shown.json()["applicant"] == shown.json()["facts"]["applicant"] == "张三丰"
    with hall.store.read() as connection:
        [act] = audit_log.of_object(connection, "case:hall/D-1")
    assert (act.act.act, act.act.who) == ("api.unmask", "token:2")
    assert act.act.note == "核对来电"


def test_a_case_is_explained_day_by_day(hall: Desk) -> None:
    with hall.store.write() as connection:
        read = read_case("D-5", region="990102", accepted_at=hall.now, promised_days=3)
        cases.put(connection, "hall", [read], hall.now)
    with caller(hall, "view") as program:
        found = program.get("/cases/NO-D-5/explanation").json()
        unknown = program.get("/cases/NO-D-5/explanation?limit=none")
    [limit] = found["limits"]
    assert limit["limit"]["id"] == "promise"
    assert limit["due_at"] == "2026-10-19T17:30:00+08:00"
    assert limit["days"][1]["date"] == "2026-10-15"
    assert unknown.status_code == 400


def test_a_number_that_two_sources_have_is_a_conflict(hall: Desk) -> None:
    with hall.store.write() as connection:
        cases.put(connection, "other", [read_case("D-1", region="990102")], hall.now)
    with caller(hall, "view") as program:
        assert program.get("/cases/NO-D-1").status_code == 409
        assert program.get("/cases/NO-D-1?source=other").json()["source"] == "other"


def test_working_time_is_told_as_the_command_tells_it(hall: Desk) -> None:
    asked = {"start": "2026-09-29T10:00", "allow": "3 working days"}
    with caller(hall, "view") as program:
        due = program.post("/deadline", json=asked)
        day = program.get("/calendars/cn/days/2026-10-01").json()
        wrong = program.post("/deadline", json={**asked, "allow": "soon"})
    assert due.json()["due"].startswith("2026-10-")
    assert (day["works"], bool(day["name"])) == (False, True)
    assert wrong.status_code == 422


def test_no_transaction_is_open_while_a_deadline_is_reckoned(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reckon(*given: Any) -> Any:
        with hall.store.write():  # fails after its time-out where somebody else writes
            return answer(*given)

    monkeypatch.setattr(calendars, "answer", reckon)
    asked = {"start": "2026-09-29T10:00", "allow": "3 working days"}
    with caller(hall, "view") as program:
        assert program.post("/deadline", json=asked).status_code == 200


def test_a_page_of_another_site_has_no_names_shown_in_somebody_elses_name(hall: Desk) -> None:
    hall.enter("inspect")
    ask = "/api/v1/cases?unmask=true&reason=check"
    for headers in ({}, {"origin": "https://evil.example"}):
        assert hall.browser.get(ask, headers=headers).status_code == 403
    assert hall.browser.get(ask, headers={"origin": hall.origin}).status_code == 200
    with hall.store.read() as connection:
        [recorded] = audit_log.of_object(connection, "cases")
    assert recorded.act.after["count"] == 4
    assert "hall/D-1" in recorded.act.after["whose"]


def test_what_is_reckoned_is_bounded(hall: Desk) -> None:
    asked = {"start": "2026-09-29T10:00", "allow": "3 working days"}
    with caller(hall, "view") as program:
        many = program.post("/deadline", json={**asked, "extensions": ["1 working day"] * 501})
        large = program.post("/deadline", json={**asked, "calendar": "x" * 70_000})
    assert (many.status_code, large.status_code) == (400, 413)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/cases?limit=0", "limit"),
        ("/cases?limit=501", "limit"),
        ("/cases?lmp=red", "lmp"),
        ("/cases?due=2026-02-30", "due"),
        ("/cases?state=shut", "state"),
        ("/cases?cursor=abc", "cursor"),
        ("/people?page=2", "page"),
    ],
)
def test_a_faulty_parameter_is_named(shared: Desk, path: str, parameter: str) -> None:
    with caller(shared, "view") as program:
        answer = program.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_a_fault_of_a_body_is_pointed_at(shared: Desk) -> None:
    body = {"alerts": [1, "two"]}
    with caller(shared, "issue") as program:
        answer = program.post("/orders", json=body)
        text = program.post("/orders", content=b"{", headers={"content-type": "application/json"})
        form = program.post("/orders", data={"alerts": "1"})
    assert answer.json()["errors"][0]["pointer"] == "/alerts/1"
    assert (answer.status_code, text.status_code, form.status_code) == (400, 400, 415)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/cases", 405), ("GET", "/alerts/x", 404)],
)
def test_problems_are_told_in_the_language_asked_for(
    shared: Desk, method: str, path: str, status: int
) -> None:
    with caller(shared, "view") as program:
        zh = program.request(method, path)
        en = program.request(method, path, headers={"accept-language": "en"})
    assert zh.status_code == en.status_code == status
    assert zh.headers["content-type"] == "application/problem+json"
    assert zh.json()["title"] != en.json()["title"]
    assert zh.json()["type"].startswith("/api/docs#")


def test_a_fault_of_ours_tells_nothing_of_its_inside(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("the password")

    monkeypatch.setattr("monitor.web.api.cases.case_list.find", fail)
    with caller(hall, "view") as program:
        answer = program.get("/cases/NO-D-1")
    assert answer.status_code == 500
    assert "password" not in answer.text


def test_the_pages_tell_of_faults_as_before(shared: Desk) -> None:
    answer = shared.browser.get("/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] != "application/problem+json"


def test_the_description_is_open_and_in_both_languages(shared: Desk) -> None:
    zh = shared.browser.get("/api/v1/openapi.json").json()
    en = shared.browser.get("/api/v1/openapi.json", headers={"accept-language": "en"}).json()
    assert zh["paths"].keys() == en["paths"].keys()
    assert zh["info"]["title"] != en["info"]["title"]
    assert not [text for text in (zh, en) if " · " in str(text)]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_about_the_api_names_every_call(shared: Desk, language: str) -> None:
    shared.enter("view")
    described = shared.browser.get("/api/v1/openapi.json").json()
    page = shared.browser.get("/api/docs", headers={"accept-language": language})
    assert page.status_code == 200
    for methods in described["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page.text


@pytest.mark.parametrize(
    "query", ["&".join(["limit=1"] * 101), "region=" + ",".join(map(str, range(201)))]
)
def test_too_many_parameters_are_refused(shared: Desk, query: str) -> None:
    with caller(shared, "view") as program:
        answer = program.get(f"/cases?{query}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/docs#invalid")


def test_personal_facts_of_a_hall_are_shown_to_whoever_may_see_them_alone(hall: Desk) -> None:
    told = {"id_no": "450305199001011234", "tel": "13800000000", "legal_person": "何凯旋"}
    with hall.store.write() as connection:
        read = read_case("P-1", region="990102", department="ZJ", **told)
        cases.put(connection, "hall", [read], hall.now)
        opened = new_alert(
            case_id(connection, "P-1"),
            rule="own",
            evidence={"accepted_at": hall.now, **told},
        )
        alerts.open_alerts(connection, [opened])
        [row] = case_list.find(connection, "NO-P-1")
        chosen = alert_list.Filter(open=None, case_id=row.case.id)
        [card] = alert_list.listing(connection, chosen, 10)
    ident = card.alert.id
    api = "/api/v1"
    hall.enter("view")
    for path in (
        "/cases/NO-P-1",
        "/cases/NO-P-1/explain.json",
        f"{api}/cases/NO-P-1",
        f"{api}/cases/NO-P-1/explanation",
        f"{api}/alerts/{ident}",
        f"{api}/alerts/{ident}/events",
    ):
        answer = hall.look(path)
        assert answer.status_code == 200, path
        for value in told.values():
            assert value not in answer.text, path
    assert "accepted_at" in hall.look(f"{api}/alerts/{ident}").json()["evidence"]
    hall.enter("inspect")
    asked = f"{api}/cases/NO-P-1?unmask=true&reason=check"
    facts = hall.browser.get(asked, headers={"origin": hall.origin}).json()["facts"]
    assert told.items() <= facts.items()
