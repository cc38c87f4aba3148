"""Pages that are looked at while things happen."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SEEN = 45_000  # milliseconds: three times the pause between two looks of a page

QUIET = """
    SELECT no FROM cases
    WHERE level IS NULL AND closed_at IS NULL AND state = 'running' AND vanished_at IS NULL
"""


def working_days_ago(days: int) -> date:
    """Give the day from which so many working days have passed."""
    day = date.today()  # noqa: DTZ011  # either zone's will do: the hall leaves days to spare
    while days:
        day -= timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return day


def quiet_case(folder: Path) -> str:
    """Give the number of an open case whose promise is ten working days or more."""
    with sqlite3.connect(folder / "duban.db") as store:
        numbers = [number for (number,) in store.execute(QUIET)]
    with sqlite3.connect(folder / "hall.db") as hall:
        marks = ",".join("?" * len(numbers))
        query = (
            "SELECT project_no FROM up_pro_accept WHERE project_type = '2' AND promise_day >= 5"
            " AND project_no NOT IN (SELECT project_no FROM up_pro_special_procedure)"
            " AND project_no NOT IN (SELECT project_no FROM up_pro_extension)"
        )
        rows = hall.execute(f"{query} AND project_no IN ({marks})", numbers)
        return str(rows.fetchone()[0])


def accept_earlier(folder: Path, number: str, over: int) -> None:
    """Have the hall write an earlier acceptance into a case: it is then late by working days."""
    with sqlite3.connect(folder / "hall.db", timeout=30) as hall:
        query = "SELECT promise_day FROM up_pro_accept WHERE project_no = ?"
        [(promised,)] = hall.execute(query, [number])
        day = working_days_ago(promised + over)
        hall.execute(
            "UPDATE up_pro_accept SET apply_date = ?, accept_date = ?,"
            " cd_time = strftime('%Y-%m-%d %H:%M:%f', 'now', '+8 hours') WHERE project_no = ?",
            [f"{day} 09:00:00.000000", f"{day} 10:00:00.000000", number],
        )


def test_a_case_goes_yellow_before_ones_eyes(sample: Hall) -> None:
    number = quiet_case(sample.folder)
    page = sample.page()
    page.goto(f"/cases/{number}")
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).not_to_contain_text("已超期")
    page.evaluate("window.same = true")
    accept_earlier(sample.folder, number, over=2)
    expect(page.locator("main")).to_contain_text("已超期", timeout=SEEN)
    assert page.evaluate("window.same"), "the page was loaded anew instead of renewing itself"
    page.context.close()
