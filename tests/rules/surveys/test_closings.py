"""Several cases closed in one second by one person."""

from __future__ import annotations

import pytest

from rules.compliance import Setting
from rules.instants import SECOND
from tests.rules.surveys.looking import Row, hall, look, said, subjects
from tests.support.moments import at

TIME = "2026-10-12 15:00:05"


def closed(number: int, **facts: object) -> list[Row]:
    return hall(*({"closed_at": TIME, **facts} for _ in range(number)))


@pytest.mark.parametrize(
    ("rows", "settings", "found"),
    [
        (closed(5), {}, 1),
        (closed(2), {}, 0),
        (closed(4), {"cases": 5}, 0),
        (closed(9, handler=None), {}, 0),
        (closed(2) + closed(2, handler="王敏"), {}, 0),
        (closed(5) + closed(5, handler="王敏"), {}, 2),
        (closed(5, closed_at="2026-10-12"), {}, 0),  # a date without a time of day
        (closed(2) + closed(1, closed_at="2026-10-12 15:00:06"), {}, 0),
        (closed(2) + closed(1, closed_at=at(TIME) + SECOND - 1), {}, 1),
        (closed(5), {"days": 2}, 0),
        (closed(5, closed_at="2026-10-16 10:00"), {}, 0),  # in the future: of another check
    ],
)
def test_closings(rows: list[Row], settings: dict[str, Setting], found: int) -> None:
    assert len(subjects("closed-in-one-second", rows, **settings)) == found


def test_it_is_one_card_of_whoever_closed_them() -> None:
    [found] = look("closed-in-one-second", closed(25))
    assert found.subject == f"closings:李阳@{at(TIME)}"
    assert found.carrier == {"region": "R1", "department": "ZJ", "handler": "李阳"}
    assert found.evidence["count"] == 25
    rows = str(found.evidence["rows"])
    assert rows.startswith("K1, K2, ")
    assert rows.endswith("K20 …")
    assert said("closed-in-one-second", closed(25)) == (
        "同一账号在 2026-10-12 15:00:05 这一秒办结了 25 件",
        "one account closed 25 cases in the second 2026-10-12 15:00:05",
    )


def test_an_account_that_closes_for_many_handlers_is_found_and_none_of_them_accused() -> None:
    rows = [
        row
        for handler in ("李阳", "王敏", "赵倩")
        for row in closed(1, handler=handler, closed_by="admin")
    ]
    [found] = look("closed-in-one-second", rows)
    assert found.subject == f"closings:admin@{at(TIME)}"
    assert found.carrier == {"region": "R1", "department": "ZJ"}


def test_several_accounts_of_one_handler_are_several() -> None:
    rows = [row for who in ("a", "b", "c") for row in closed(1, closed_by=who)]
    assert subjects("closed-in-one-second", rows) == []


def test_what_was_closed_months_ago_is_found_at_the_first_start() -> None:
    assert len(look("closed-in-one-second", closed(3), "2027-06-01 09:00")) == 1
