"""Cases that several places answer for: whoever carries a card has it on board, list and page."""

from __future__ import annotations

import pytest

from monitor import access
from monitor.store import accounts, alerts
from monitor.store.accounts import Account
from monitor.store.store import Store
from tests.monitor.web.boards import RANKS, behind, links, put, stand
from tests.support.desks import HASH, NOW, Desk
from tests.support.stores import case_id, new_alert
from tests.support.stories import local

BRANCH = {"region": "990102", "department": "XF", "handler": None}
ABOVE = {"region": "990100", "department": "ZJ", "handler": None}


def carry(store: Store, key: str, rule: str, level: str, by: dict[str, str | None]) -> None:
    """Raise a card of a case that another place carries."""
    with store.write() as connection:
        card = {"level": level, "rank": RANKS[level], "opened_at": NOW}
        alert = new_alert(case_id(connection, key), rule=rule, carrier=by, elsewhere=True, **card)
        alerts.open_alerts(connection, [alert])
        connection.exec_driver_sql(
            f"UPDATE cases SET level = '{level}', rank = {RANKS[level]} WHERE key = '{key}'"
            f" AND coalesce(rank, -1) < {RANKS[level]}"
        )


@pytest.fixture
def joint(hall: Desk) -> Desk:
    """A hall with cases of one department some of whose cards a branch or an upper office carries.

    J-1 has a red card of the branch alone, J-2 one beside a yellow one of its own, J-3 a yellow one
    of the upper office, J-4 is closed and has one of the branch.
    """
    stand(hall)
    put(hall, "J-1", due=local("2026-10-14 17:30"))
    put(hall, "J-2", level="yellow", due=local("2026-10-13 17:30"), state="overdue")
    put(hall, "J-3", due=local("2026-10-15 17:30"))
    put(hall, "J-4", closed=NOW - 1, punctuality="on time")
    put(hall, "J-5", due=local("2026-10-15 17:30"))
    for key, level, by in (
        ("J-1", "red", BRANCH),
        ("J-2", "red", BRANCH),
        ("J-3", "yellow", ABOVE),
        ("J-4", "yellow", BRANCH),
    ):
        carry(hall.store, key, "step-over-limit", level, by)
    hall.sign_in()
    return hall


def enter(hall: Desk, regions: list[str] | None, departments: list[str] | None) -> None:
    login = f"of-{regions}-{departments}"
    with hall.store.write() as connection:
        account = Account(
            login, "赵科长", HASH, "inspect", regions, departments, None, 0, None, NOW, None
        )
        accounts.add(connection, account)
        secret = access.signed_in(connection, account, "test", hall.now)
    hall.browser.cookies.clear()
    hall.browser.cookies.set("duban_session", secret)


def listed(hall: Desk, **query: str) -> set[str]:
    rows = hall.look("/cases.json", **query).json()["rows"]
    return {row["no"].removeprefix("NO-") for row in rows}


@pytest.mark.parametrize("query", [{}, {"dept": "XF"}, {"dept": "ZJ"}, {"region": "990102"}])
def test_every_number_of_the_board_is_that_of_its_list(joint: Desk, query: dict[str, str]) -> None:
    found = links(joint.look("/", **query).text)
    assert len(found) > 3
    assert found == {href: behind(joint, href) for href in found}


def test_a_case_counts_in_the_cell_of_whoever_carries_its_card_by_that_card(joint: Desk) -> None:
    found = links(joint.look("/").text)
    branch = {href: n for href, n in found.items() if "dept=XF" in href}
    assert branch == {
        "/cases?lamp=red&region=990102&dept=XF": 2,
        "/cases?lamp=yellow&region=990102&dept=XF": 1,
    }
    assert found["/cases?lamp=yellow&region=990102&dept=ZJ"] == 1  # J-2 by its own card
    assert found["/cases?lamp=yellow&region=990100&dept=ZJ"] == 2  # J-3 and D-2


def test_all_together_each_case_counts_once(joint: Desk) -> None:
    found = links(joint.look("/").text)
    assert found["/cases?lamp=red"] == 3  # D-1, J-1 and J-2
    assert found["/cases?lamp=yellow"] == 3  # D-2, J-3 and J-4


def test_the_list_of_a_branch_has_the_cases_that_wait_for_it(joint: Desk) -> None:
    assert listed(joint, dept="XF") == {"J-1", "J-2", "J-4"}
    assert listed(joint, dept="XF", lamp="red") == {"J-1", "J-2"}
    assert listed(joint, dept="XF", state="open") == {"J-1", "J-2"}
    assert listed(joint, dept="ZJ", lamp="ok", region="990102") == {"D-3", "J-1", "J-3", "J-5"}


@pytest.mark.parametrize("sort", ["due", "lamp", "new", "closed"])
def test_however_sorted_the_list_is_the_same(joint: Desk, sort: str) -> None:
    assert listed(joint, dept="XF", sort=sort) == {"J-1", "J-2", "J-4"}


def test_who_sees_the_branch_alone_sees_case_and_card(joint: Desk) -> None:
    enter(joint, None, ["XF"])
    assert listed(joint) == {"J-1", "J-2", "J-4"}
    found = links(joint.look("/").text)
    assert found["/cases?lamp=red"] == behind(joint, "/cases?lamp=red") == 2
    assert joint.look("/cases/NO-J-1").status_code == 200
    assert joint.look("/cases/NO-J-5").status_code == 404
    rows = joint.look("/api/v1/cases").json()["rows"]
    assert {row["key"] for row in rows} == {"J-1", "J-2", "J-4"}
    assert joint.look("/api/v1/cases/NO-J-1").status_code == 200
    assert joint.look("/api/v1/cases/NO-J-5").status_code == 404
    standing = joint.look("/api/v1/figures/standing").json()["rows"]
    assert [row["levels"]["red"] for row in standing] == [2]


def test_who_sees_the_branch_alone_is_not_shown_the_applicants_of_others(joint: Desk) -> None:
    with joint.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET facts = json_set(facts, '$.applicant', '赵小明') WHERE key = 'J-1'"
        )
    enter(joint, None, ["XF"])
    [row] = joint.browser.get(
        "/api/v1/cases?unmask=true&reason=x&q=NO-J-1", headers={"origin": joint.origin}
    ).json()["rows"]
    assert row["applicant"] == "赵*"
    one = joint.browser.get(
        "/api/v1/cases/NO-J-1?unmask=true&reason=x", headers={"origin": joint.origin}
    ).json()
    assert one["applicant"] == "赵*"
    assert one["facts"] is None


def test_rankings_count_cards_for_whoever_carries_them(joint: Desk) -> None:
    rows = joint.look("/rank.json", by="dept").json()["rows"]
    cards = {row["id"]: (row["red"], row["yellow"]) for row in rows}
    assert cards == {"ZJ": (1, 3), "XF": (2, 1)}
    for unit, (red, yellow) in cards.items():
        assert len(listed(joint, dept=unit, lamp="red")) == red
        assert len(listed(joint, dept=unit, lamp="yellow")) == yellow


def test_when_the_card_is_over_the_branch_has_the_case_no_longer(joint: Desk) -> None:
    with joint.store.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET state = 'resolved' WHERE department = 'XF'")
    assert listed(joint, dept="XF") == set()
