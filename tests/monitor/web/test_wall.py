"""The wall board: what it shows, how it is parted into pages, and that it is for its key alone."""

from __future__ import annotations

import re

import pytest

from monitor.web.pages import wall
from tests.monitor.web.boards import board_key, charted, links, put, stand
from tests.support.desks import Desk


def test_a_wall_shows_what_its_key_is_for_and_leads_nowhere(hall: Desk) -> None:
    stand(hall)
    text = hall.look("/wall", board=board_key(hall, ["990102"])).text
    assert "东浦区政务服务电子监察" in text
    assert "事项D-1" in text
    assert "事项D-2" not in text
    assert "<a " not in text


def test_a_wall_opens_for_whoever_is_signed_in(hall: Desk) -> None:
    stand(hall)
    hall.sign_in()
    text = hall.look("/wall").text
    assert links(text)["/cases?lamp=red&region=990102&dept=ZJ"] == 1
    assert sum(charted(text, "opened")["series"][1]["numbers"]) == 1


def test_a_wall_is_for_nobody_else(hall: Desk) -> None:
    assert hall.look("/wall").url.path == "/sign-in"
    assert hall.look("/wall", board=board_key(hall) + "x").url.path == "/sign-in"


def test_a_wall_whose_data_stopped_says_so_and_is_dimmed(hall: Desk) -> None:
    key = board_key(hall)
    assert 'class="screen"' in hall.look("/wall", board=key).text
    hall.now += 3_600_000_000
    text = hall.look("/wall", board=key).text
    assert 'class="screen stale"' in text
    assert "此后没有读到审批库。以下灯色可能已过时。" in text


def test_an_unchanged_wall_is_not_sent_again(hall: Desk) -> None:
    key = board_key(hall)
    tag = hall.look("/wall", board=key).headers["etag"]
    answer = hall.browser.get("/wall", params={"board": key}, headers={"if-none-match": tag})
    assert answer.status_code == 304


def test_more_than_ten_departments_are_shown_page_by_page(hall: Desk) -> None:
    for number in range(24):
        put(hall, f"T-{number}", department=f"T{number:02}")
    text = hall.look("/wall", board=board_key(hall)).text
    screens = text.split("data-turn")[1:]
    assert len(screens) == 3
    assert [one.split("</thead>")[0].count('scope="col">') for one in screens] == [9, 9, 7]
    assert re.search(r"3 / 3", screens[2])
    assert all(one.count('<th scope="row">东浦区') == 1 for one in screens)


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [6, 5]), (30, [10, 10, 10])]
)
def test_what_does_not_fit_is_parted_evenly(number: int, sizes: list[int]) -> None:
    assert [len(one) for one in wall._parts(range(number))] == sizes


def test_a_wall_without_cases_says_so(hall: Desk) -> None:
    key = board_key(hall, ["990103"])
    assert "这块大屏的范围里还没有办件" in hall.look("/wall", board=key).text


def test_nobody_is_named_on_a_wall(hall: Desk) -> None:
    assert "张三" not in hall.look("/wall", board=board_key(hall)).text
