"""Views of the list of cases that somebody saves under a name."""

from __future__ import annotations

import re
from html import unescape

import pytest

from monitor.web.pages.cases import views as cases_views
from tests.support.desks import Desk


@pytest.fixture
def desk(hall: Desk) -> Desk:
    hall.enter("view")
    return hall


def views(desk: Desk) -> list[tuple[str, str]]:
    """Give the views that the page offers: name and address."""
    found = re.search(r'<nav aria-label="我的视图">(.*?)</nav>', desk.look("/cases").text, re.S)
    links = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', found[1] if found else "")
    return [(name, unescape(address)) for address, name in links]


def test_a_saved_view_leads_back_to_what_was_asked_for(desk: Desk) -> None:
    answer = desk.do("/views", name="我的红牌", address="lamp=red&region=990102&page=3&evil=1")
    assert str(answer.url).endswith("/cases?lamp=red&region=990102")
    assert "已保存视图“我的红牌”" in answer.text
    assert views(desk) == [("我的红牌", "/cases?lamp=red&region=990102")]


def test_a_view_of_the_same_name_takes_its_place(desk: Desk) -> None:
    for lamp in ("red", "yellow"):
        desk.do("/views", name="看", address=f"lamp={lamp}")
    assert views(desk) == [("看", "/cases?lamp=yellow")]


def test_views_are_of_one_account(desk: Desk) -> None:
    desk.do("/views", name="看", address="lamp=red")
    desk.enter("inspect")
    assert views(desk) == []
    assert desk.do("/views/1/remove").status_code == 404
    desk.enter("view", regions=["990102"])
    assert views(desk) == []


def test_a_view_can_be_removed_from_its_page(desk: Desk) -> None:
    desk.do("/views", name="看", address="lamp=red")
    assert 'action="/views/1/remove"' in desk.look("/cases", lamp="red").text
    answer = desk.do("/views/1/remove", address="lamp=red")
    assert str(answer.url).endswith("/cases?lamp=red")
    assert views(desk) == []
    assert desk.do("/views/1/remove").status_code == 404


@pytest.mark.parametrize("name", ["", " ", "长" * 31])
def test_a_view_without_a_fitting_name_is_refused_beside_its_list(desk: Desk, name: str) -> None:
    answer = desk.do("/views", name=name, address="lamp=red")
    assert answer.status_code == 422
    assert "请给视图起一个名字" in answer.text
    assert "灯：红牌" in answer.text
    assert views(desk) == []


def test_there_are_no_more_views_than_can_be_looked_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases_views, "MOST", 1)
    desk.do("/views", name="一", address="lamp=red")
    assert desk.do("/views", name="二", address="lamp=red").status_code == 422
    assert desk.do("/views", name="一", address="lamp=yellow").status_code == 200
    assert views(desk) == [("一", "/cases?lamp=yellow")]
