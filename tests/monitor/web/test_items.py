"""The item catalogue on the desk: the list, an item with its editions, and changing its limits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitor.catalogue import Reading, load
from monitor.store import cases, items
from rules.catalogue import EVER
from rules.catalogue_changes import Entry
from tests.support.desks import Desk
from tests.support.stores import read_case
from tests.support.stories_settings import SHANGHAI

ITEM = {
    "name": "施工许可",
    "department": "ZJ",
    "promised_days": 10,
    "promised_unit": "working days",
    "statutory_days": 20,
}
CHANGE = {"from": "2026-10-14", "promised_days": "5", "promised_unit": "working days"}


@pytest.fixture
def catalogue(hall: Desk) -> Desk:
    """The desk with two items, and an open case of the first in 东浦区 and one in the city."""
    listed = (Entry("SG-1", ITEM), Entry("SG-2", {"name": "规划许可", "promised_days": 7}))
    with hall.store.write() as connection:
        load(connection, Reading(listed, (), "list.csv"), date(2026, 9, 1), SHANGHAI, hall.now)
        read = [
            read_case(key, region=region, department="ZJ", item_code="SG-1", item_name="施工许可")
            for key, region in (("F-1", "990102"), ("F-2", "990100"))
        ]
        cases.put(connection, "hall", read, hall.now)
    return hall


def editions(hall: Desk) -> list[tuple[date, Any, str]]:
    with hall.store.read() as connection:
        return [
            (one.item.valid_from, one.item.facts["promised_days"], one.origin)
            for one in items.editions(connection, "SG-1")
        ]


def test_the_list_has_the_limits_in_force_and_the_open_cases(catalogue: Desk) -> None:
    catalogue.enter("view")
    text = catalogue.look("/items").text
    assert '<a href="/items/SG-1">施工许可</a>' in text
    assert "10 个工作日" in text
    assert '<a href="/cases?item=SG-1&amp;state=open">2</a>' in text
    assert "规划许可" in text


def test_the_list_counts_the_cases_that_the_visitor_sees(catalogue: Desk) -> None:
    catalogue.enter("view", regions=["990102"])
    assert '<a href="/cases?item=SG-1&amp;state=open">1</a>' in catalogue.look("/items").text


def test_the_list_is_searched_by_code_name_and_department(catalogue: Desk) -> None:
    catalogue.enter("view")
    for text in ("sg-1", "施工", "住房"):
        found = catalogue.look("/items", q=text).text
        assert "施工许可" in found
        assert "规划许可" not in found
    assert "没有符合条件的事项" in catalogue.look("/items", q="没有这样的").text


def test_a_hall_without_a_catalogue_is_told_so(hall: Desk) -> None:
    hall.enter("view")
    assert "没有事项目录" in hall.look("/items").text


def test_an_item_shows_its_editions_and_where_they_are_from(catalogue: Desk) -> None:
    catalogue.enter("view")
    text = catalogue.look("/items/SG-1").text
    assert "list.csv" in text
    assert "一直以来" in text
    assert "先看影响" not in text
    assert catalogue.look("/items/nothing").status_code == 404


def test_a_change_is_looked_at_before_it_is_made(catalogue: Desk) -> None:
    catalogue.enter("manage")
    text = catalogue.look("/items/SG-1", **CHANGE, why="令").text
    assert "这样改会怎样" in text
    assert "确认，自 2026-10-14 起施行" in text
    assert editions(catalogue) == [(EVER, 10, "list.csv")]


def test_a_change_that_is_confirmed_is_a_new_edition(catalogue: Desk) -> None:
    who = catalogue.enter("manage")
    answer = catalogue.do("/items/SG-1", **CHANGE, why="市政府令12号")
    assert "已立新版" in answer.text
    assert editions(catalogue) == [
        (EVER, 10, "list.csv"),
        (date(2026, 10, 14), 5, f"desk:{who}"),
    ]
    assert "市政府令12号" in answer.text
    assert "承诺时限 10 → 5" in answer.text
    assert "灯板改过" in catalogue.look("/items", only="desk").text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from": "2026-10-13"}, "已经过去"),
        ({"from": "someday"}, "不是日期"),
        ({"promised_days": "ten"}, "不是数"),
        ({"promised_days": "10"}, "没有改动"),
        ({"why": ""}, "没有写事由"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    catalogue: Desk, given: dict[str, str], said: str
) -> None:
    catalogue.enter("manage")
    answer = catalogue.do("/items/SG-1", **{**CHANGE, "why": "令", **given})
    assert answer.status_code == 422
    assert said in answer.text
    assert editions(catalogue) == [(EVER, 10, "list.csv")]


def test_an_edition_to_come_is_taken_back(catalogue: Desk) -> None:
    catalogue.enter("manage")
    catalogue.do("/items/SG-1", **{**CHANGE, "from": "2026-11-02"}, why="令")
    page = catalogue.look("/items/SG-1").text
    assert "from=2026-11-02&amp;back=1" in page
    assert "撤回会怎样" in catalogue.look("/items/SG-1", **{"from": "2026-11-02"}, back="1").text
    answer = catalogue.do("/items/SG-1/back", **{"from": "2026-11-02"}, why="录错")
    assert "已撤回" in answer.text
    assert editions(catalogue) == [(EVER, 10, "list.csv")]


def test_an_item_is_released_to_lists(catalogue: Desk) -> None:
    who = catalogue.enter("manage")
    catalogue.do("/items/SG-1", **CHANGE, why="令")
    answer = catalogue.do("/items/SG-1/release", why="以目录为准")
    assert "已改由目录来源决定" in answer.text
    assert editions(catalogue)[-1] == (date(2026, 10, 14), 5, f"desk-released:{who}")
    assert catalogue.do("/items/SG-1/release", why="再来").status_code == 422


def test_who_sees_some_regions_only_changes_no_item(catalogue: Desk) -> None:
    catalogue.enter("manage", regions=["990102"])
    for path in ("/items/SG-1", "/items/SG-1/back", "/items/SG-1/release"):
        assert catalogue.do(path, **CHANGE, why="令").status_code == 403
    assert "这样改会怎样" not in catalogue.look("/items/SG-1", **CHANGE, why="令").text


def test_what_a_region_decides_for_itself_has_a_page_and_a_look_ahead_of_its_own(
    hall: Desk,
) -> None:
    own = Entry("SG-1@990102", {**ITEM, "region": "990102", "promised_days": 6})
    listed = (Entry("SG-1", ITEM), own)
    with hall.store.write() as connection:
        load(connection, Reading(listed, (), "list.csv"), date(2026, 9, 1), SHANGHAI, hall.now)
        read = [
            read_case(key, region=region, department="ZJ", item_code="SG-1", item_name="施工许可")
            for key, region in (("F-1", "990102"), ("F-2", "990100"))
        ]
        cases.put(connection, "hall", read, hall.now)
    hall.enter("manage")
    text = hall.look("/items").text
    assert '<a href="/cases?item=SG-1&amp;state=open&amp;region=990102">1</a>' in text
    assert "6 个工作日" in hall.look("/items/SG-1@990102").text
    assert "10 个工作日" in hall.look("/items/SG-1").text
    hall.look("/items/SG-1@990102", **CHANGE)
