"""What a hall pushes, signed by Standard Webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook

from monitor.sources import ReadCase
from monitor.store import case_list, cases, rejects, tables
from monitor.store.case_list import CaseRow
from rules.cases import PartKind
from tests.support.desks import Desk, filled_desk, folder_url
from tests.support.settings import loaded
from tests.support.stories import local
from tests.support.stories_settings import SECRET, file_channel, settings_text

PATH = "/api/v1/sources/hall/cases"
ROW = {
    "no": "P-1",
    "changed": "2026-10-14 15:20:00",
    "item": "施工许可",
    "region": "990102",
    "department": "ZJ",
    "handler": "li",
    "accepted": "2026-10-08 09:00:00",
    "closed": None,
    "days": 3,
    "law_days": 20,
    "fee": None,
}
PAUSE = {
    "no": "P-1",
    "changed": "2026-10-14 15:20:00",
    "started": "2026-10-09 09:00:00",
    "ended": None,
}


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[Desk]:
    """The hall, which may push."""
    url = folder_url(tmp_path)
    text = settings_text(
        store=url,
        hall="sqlite:///hall.db",
        channels=file_channel(tmp_path / "o"),
        source=f'push_secret = "{SECRET}"',
    )
    with filled_desk(url, loaded(tmp_path, text)) as desk:
        yield desk


def push(
    hall: Desk,
    body: Any,
    ident: str = "msg-1",
    *,
    secret: str = SECRET,
    at: datetime | None = None,
    path: str = PATH,
) -> httpx.Response:
    text = json.dumps(body, ensure_ascii=False)
    when = at or datetime.now(UTC)
    return hall.browser.post(
        path,
        content=text.encode(),
        headers={
            "content-type": "application/json",
            "webhook-id": ident,
            "webhook-timestamp": str(int(when.timestamp())),
            "webhook-signature": Webhook(secret).sign(ident, when, text),
        },
    )


def case(hall: Desk, key: str = "P-1") -> CaseRow:
    with hall.store.read() as connection:
        [row] = case_list.find(connection, key)
    return row


def next_poll(hall: Desk) -> int:
    with hall.store.read() as connection:
        return connection.scalar(select(tables.sources.c.next_poll_at)) or 0


def test_a_row_is_a_case_that_is_checked_at_once(pushed: Desk) -> None:
    answer = push(pushed, {"rows": [ROW], "pauses": [PAUSE]})
    told = answer.json()
    assert (answer.status_code, told["new"], told["rejected"]) == (200, 1, [])
    row = case(pushed)
    assert row.case.facts["accepted_at"] == local("2026-10-08 09:00")
    assert [part.kind for part in row.case.parts] == [PartKind.PAUSE]
    assert row.next_check_at == pushed.now
    assert pushed.hastened == ["check"]


def test_parts_that_are_left_out_stay_as_they_were(pushed: Desk) -> None:
    push(pushed, {"rows": [ROW], "pauses": [PAUSE]})
    answer = push(pushed, {"rows": [{**ROW, "days": 5}]}, "msg-2")
    assert answer.json()["changed"] == 1
    row = case(pushed)
    assert row.case.facts["promised_days"] == 5
    assert len(row.case.parts) == 1
    push(pushed, {"rows": [ROW], "pauses": []}, "msg-3")
    assert case(pushed).case.parts == ()


def test_a_row_that_says_the_same_changes_nothing(pushed: Desk) -> None:
    push(pushed, {"rows": [ROW], "pauses": [PAUSE]})
    told = push(pushed, {"rows": [ROW], "pauses": [PAUSE]}, "msg-2").json()
    assert (told["same"], told["changed"]) == (1, 0)


def test_rows_that_cannot_be_understood_are_set_aside_and_told(pushed: Desk) -> None:
    told = push(pushed, {"rows": [ROW, {**ROW, "no": "P-2", "accepted": "昨天"}]}).json()
    assert told["new"] == 1
    [rejected] = told["rejected"]
    assert (rejected["key"], rejected["reason"]) == ("P-2", "bad-time")
    with pushed.store.read() as connection:
        assert [one.key for one in rejects.listing(connection, "hall", 9)] == ["P-2"]


def test_a_row_that_lacks_a_column_is_refused_with_all_others(pushed: Desk) -> None:
    short = {name: value for name, value in ROW.items() if name != "closed"}
    answer = push(pushed, {"rows": [{**ROW, "no": "P-2"}, short]})
    assert answer.status_code == 422
    assert "rows[1] 缺列 closed" in answer.json()["detail"]
    assert push(pushed, {"rows": [ROW]}).status_code == 200  # the id was not used up


@pytest.mark.parametrize("body", [{}, {"keys": ["D-1"]}])
def test_saying_that_something_has_changed_has_the_source_read(
    pushed: Desk, body: dict[str, Any]
) -> None:
    with pushed.store.write() as connection:
        connection.execute(update(tables.sources).values(next_poll_at=pushed.now + 30_000_000))
    assert push(pushed, body).json()["polled"] is True
    assert next_poll(pushed) == pushed.now
    assert pushed.hastened == ["poll:hall"]


def test_a_message_is_taken_once(pushed: Desk) -> None:
    assert push(pushed, {"rows": [ROW]}).status_code == 200
    assert push(pushed, {"rows": [ROW]}).status_code == 409


def test_nothing_is_taken_with_another_signature_or_at_another_time(pushed: Desk) -> None:
    wrong = "whsec_" + "A" * 32
    late = datetime.now(UTC) - timedelta(minutes=6)
    assert push(pushed, {"rows": [ROW]}, secret=wrong).status_code == 401
    assert push(pushed, {"rows": [ROW]}, at=late).status_code == 401
    assert pushed.browser.post(PATH, json={"rows": [ROW]}).status_code == 401
    assert push(pushed, {}, path="/api/v1/sources/other/cases").status_code == 404


def test_a_source_without_a_secret_takes_nothing(hall: Desk) -> None:
    assert push(hall, {"rows": [ROW]}).status_code == 401


def only(regions: str, tmp_path: Path) -> Any:
    url = folder_url(tmp_path)
    text = settings_text(
        store=url,
        hall="sqlite:///hall.db",
        channels=file_channel(tmp_path / "o"),
        source=f'push_secret = "{SECRET}"\nregions = {regions}',
    )
    return filled_desk(url, loaded(tmp_path, text))


def test_a_source_pushes_no_case_of_a_region_that_is_not_its_own(tmp_path: Path) -> None:
    with only('["990103"]', tmp_path) as desk:
        answer = push(desk, {"rows": [ROW]})
        assert answer.status_code == 422
        assert "990102" in answer.json()["detail"]
        with desk.store.read() as connection:
            assert case_list.find(connection, "P-1") == []
        assert push(desk, {"rows": [{**ROW, "region": "990103"}]}, "msg-2").status_code == 200
        moved = push(desk, {"rows": [{**ROW, "region": None}]}, "msg-3")
        assert moved.status_code == 422


def test_a_source_pushes_cases_of_the_regions_below_its_own(tmp_path: Path) -> None:
    with only('["990100"]', tmp_path) as desk:
        assert push(desk, {"rows": [ROW]}).status_code == 200


def test_a_case_is_not_pushed_away_from_a_region_that_is_not_the_sources(tmp_path: Path) -> None:
    with only('["990103"]', tmp_path) as desk:
        with desk.store.write() as connection:
            read = ReadCase("P-1", {"no": "P-1", "region": "990102"}, (), "", "d1")
            cases.put(connection, "hall", [read], desk.now)
        answer = push(desk, {"rows": [{**ROW, "region": "990103"}]})
        assert answer.status_code == 422
