"""A window that nobody attends although tickets wait there."""

from __future__ import annotations

import pytest

from rules.compliance import Setting
from tests.rules.surveys.looking import NOW, Row, hall, look, said, subjects

DAY = "2026-10-15"


def ticket(drawn: str, called: str | None = None, **facts: object) -> Row:
    return {
        "window": "3",
        "ticket_at": f"{DAY} {drawn}",
        "called_at": called and f"{DAY} {called}",
        **facts,
    }


@pytest.mark.parametrize(
    ("rows", "now", "settings", "found"),
    [
        pytest.param([ticket("10:00")], "10:29", {}, 0, id="not long enough"),
        pytest.param([ticket("10:00")], "10:30", {}, 1, id="long enough"),
        pytest.param([ticket("10:00")], "10:30", {"minutes": 40}, 0, id="where more is allowed"),
        pytest.param([ticket("10:00", "10:05")], "11:00", {}, 0, id="nobody waits"),
        pytest.param(
            [ticket("10:00", "10:20"), ticket("10:01")], "10:49", {}, 0, id="counted from a call"
        ),
        pytest.param([ticket("10:00", "10:20"), ticket("10:01")], "10:50", {}, 1, id="a call ago"),
        pytest.param(
            [ticket("10:00", "10:20"), ticket("10:25")], "10:54", {}, 0, id="from the first to wait"
        ),
        pytest.param(
            [ticket("10:00", accepted_at=f"{DAY} 10:03")], "11:00", {}, 0, id="accepted uncalled"
        ),
        pytest.param([ticket("11:50")], "13:49", {}, 0, id="the rest at noon does not count"),
        pytest.param([ticket("11:50")], "13:50", {}, 1, id="but the afternoon does"),
        pytest.param([ticket("08:00")], "09:20", {}, 0, id="drawn before opening"),
        pytest.param([ticket("08:00")], "09:30", {}, 1, id="counted from opening"),
        pytest.param([ticket("10:00")], "18:00", {}, 0, id="after close of business"),
        pytest.param([ticket("10:00")], "10:30", {"tickets": 2}, 0, id="too few wait"),
        pytest.param([ticket("10:00", window=None)], "10:30", {}, 0, id="at no window"),
        pytest.param([ticket("10:00", queue="A")], "10:30", {"by": "queue"}, 1, id="by queue"),
        pytest.param(
            [ticket("10:00"), ticket("10:10", window="4")], "11:00", {}, 2, id="each window"
        ),
    ],
)
def test_windows(rows: list[Row], now: str, settings: dict[str, Setting], found: int) -> None:
    assert len(subjects("window-unattended", hall(*rows), f"{DAY} {now}", **settings)) == found


def test_tickets_of_the_day_before_are_not_waited_with() -> None:
    rows = hall({"window": "3", "ticket_at": "2026-10-14 16:00"})
    assert subjects("window-unattended", rows, "2026-10-15 10:00") == []


def test_nothing_is_found_on_a_day_off() -> None:
    rows = hall({"window": "3", "ticket_at": "2026-10-17 10:00"})
    assert subjects("window-unattended", rows, "2026-10-17 11:30") == []


def test_it_is_about_the_window_and_carried_by_its_unit() -> None:
    rows = hall(ticket("10:00"), ticket("10:10"))
    [found] = look("window-unattended", rows, f"{DAY} 11:00")
    assert found.subject == "window:R1/3"
    assert found.carrier == {"region": "R1", "department": "ZJ"}
    assert found.evidence["rows"] == "K1, K2"
    assert said("window-unattended", rows, f"{DAY} 11:00") == (
        "窗口 3 已 60 分钟（只计办公时间）没有叫号，有 2 人等候",
        "no call at window 3 for 60 minutes of office hours, with 2 waiting",
    )


def test_a_window_of_two_departments_is_carried_by_the_region_alone() -> None:
    rows = hall(ticket("10:00"), ticket("10:10", department="ZR"))
    [found] = look("window-unattended", rows, NOW.replace("12:00", "11:00"))
    assert found.carrier == {"region": "R1", "department": None}
