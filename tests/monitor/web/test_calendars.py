"""The calendars of the desk: a year, a day, and making it another."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.store import audit_log, calendar_days, cases
from monitor.store.case_list import find
from tests.support.desks import Desk
from tests.support.stores import read_case
from tests.support.stories import local

DAY = "/calendar/2026/10-15"
OFF = {"calendar": "cn", "kind": "rest", "name": "台风停工"}


@pytest.fixture
def open_case(hall: Desk) -> Desk:
    """The desk with a case that is due on Friday 16 October 2026 at 17:30."""
    facts = {"region": "990102", "department": "ZJ", "item_name": "施工许可"}
    read = read_case("E-1", **facts, accepted_at=local("2026-10-09 10:00"), promised_days=6)
    with hall.store.write() as connection:
        cases.put(connection, "hall", [read], hall.now)
    return hall


def entered(hall: Desk) -> list[tuple[date, str, str, str | None]]:
    with hall.store.read() as connection:
        return [
            (one.day, one.kind, one.entered_by, one.ended_by)
            for one in calendar_days.history(connection, "cn", 2026)
        ]


def test_a_year_has_its_holidays_make_up_days_and_working_days_a_month(hall: Desk) -> None:
    hall.enter("view")
    text = hall.look("/calendar/2026").text
    assert "248" in text
    assert "国庆节" in text
    assert "10月10日（周六）" in text
    assert "18 个工作日" in text
    assert "09:00-12:00，13:30-17:30" in text


def test_the_calendar_of_the_bar_is_of_the_year_that_it_is(hall: Desk) -> None:
    hall.enter("view")
    assert "2026 年日历" in hall.look("/calendar").text


def test_a_year_that_is_not_announced_is_marked(hall: Desk) -> None:
    hall.enter("view")
    assert "暂定" in hall.look("/calendar/2027").text
    assert "暂定：" not in hall.look("/calendar/2026").text


@pytest.mark.parametrize(
    "path", ["/calendar/1066", "/calendar/x", "/calendar/2026/13-01", "/calendar/2026/02-30"]
)
def test_what_is_no_year_or_day_is_not_found(hall: Desk, path: str) -> None:
    hall.enter("view")
    assert hall.look(path).status_code == 404


def test_a_calendar_that_is_not_in_force_is_not_found(hall: Desk) -> None:
    hall.enter("view")
    assert hall.look("/calendar/2026", calendar="mars").status_code == 404


def test_a_day_that_is_looked_at_beforehand_says_which_cases_it_moves(open_case: Desk) -> None:
    open_case.enter("manage")
    text = open_case.look(DAY, **OFF).text
    assert "推后 3 天的 1 个" in text  # from Friday to Monday
    assert "10月19日（周一）17:30" in text
    assert ">施工许可</a>" in text
    assert entered(open_case) == []


def test_a_day_that_is_confirmed_is_entered_and_said(open_case: Desk) -> None:
    who = open_case.enter("manage")
    answer = open_case.do(DAY, **OFF)
    assert answer.url.path == DAY
    assert "已改为休息日" in answer.text
    assert entered(open_case) == [(date(2026, 10, 15), "rest", who, None)]
    year = open_case.look("/calendar/2026").text
    assert "台风停工" in year
    assert "day-edited" in year
    assert "17 个工作日" in year


def test_a_day_is_entered_for_the_person_of_the_account(hall: Desk) -> None:
    hall.enter("manage", person="wang")
    hall.do(DAY, **OFF)
    assert "王敏" in hall.look("/calendar/2026").text


def test_who_changed_a_day_is_called_by_the_name_of_the_account(hall: Desk) -> None:
    hall.enter("manage")
    hall.do(DAY, **OFF)
    assert "手工修改：李监察" in hall.look(DAY, calendar="cn").text


def test_what_is_taken_back_stays_in_the_list(open_case: Desk) -> None:
    who = open_case.enter("manage")
    open_case.do(DAY, **OFF)
    ahead = open_case.look(DAY, calendar="cn", back="1").text
    assert "提前 3 天的 1 个" in ahead
    answer = open_case.do(f"{DAY}/back", calendar="cn", why="没有停工")
    assert "已撤回" in answer.text
    assert entered(open_case) == [(date(2026, 10, 15), "rest", who, who)]
    assert "没有停工" in open_case.look(DAY).text
    assert "已撤回：" in open_case.look("/calendar/2026").text


def test_who_did_it_is_on_record(hall: Desk) -> None:
    who = hall.enter("manage")
    hall.do(DAY, **OFF)
    with hall.store.read() as connection:
        [one] = audit_log.of_object(connection, "calendar:cn:2026-10-15")
    assert (one.act.who, one.act.act) == (who, "calendar.edit")
    assert one.act.origin.startswith("web:")


def test_what_changes_nothing_is_refused_and_what_was_filled_in_stays(hall: Desk) -> None:
    hall.enter("manage")
    answer = hall.do(DAY, calendar="cn", kind="work", name="照常")
    assert answer.status_code == 422
    assert "本来就是工作日" in answer.text
    assert "本来就是工作日" in hall.look(DAY, calendar="cn", kind="work", name="照常").text
    assert hall.do(DAY, calendar="cn", kind="rest", name=" ").status_code == 422
    assert hall.do(DAY, calendar="cn", kind="nap", name="x").status_code == 422
    assert entered(hall) == []


def test_who_sees_some_regions_only_changes_no_calendar(hall: Desk) -> None:
    hall.enter("manage", regions=["990102"])
    assert "先看影响" not in hall.look(DAY).text
    assert "会怎样" not in hall.look(DAY, **OFF).text
    assert hall.do(DAY, **OFF).status_code == 403
    assert hall.do(f"{DAY}/back", calendar="cn", why="x").status_code == 403
    assert entered(hall) == []


def test_who_may_not_change_it_sees_no_form(hall: Desk) -> None:
    hall.enter("issue")
    assert "先看影响" not in hall.look(DAY).text


def test_names_of_holidays_are_told_in_english(hall: Desk) -> None:
    hall.enter("view")
    answer = hall.browser.get("/calendar/2026", headers={"accept-language": "en"})
    assert "National Day" in answer.text
    assert "国庆" not in answer.text


def test_the_case_itself_is_left_alone_by_a_look_ahead(open_case: Desk) -> None:
    with open_case.store.read() as connection:
        [before] = find(connection, "E-1")
    open_case.enter("manage")
    open_case.look(DAY, **OFF)
    with open_case.store.read() as connection:
        assert find(connection, "E-1") == [before]
