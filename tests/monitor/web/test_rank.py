"""Rankings on the desk."""

from __future__ import annotations

import re
from datetime import date

import pytest

from monitor.store import call_backs, cases, rankings, tables
from monitor.store.call_backs import NewCallBack, Reason, Result
from monitor.store.rankings import By, Within
from monitor.store.scope import Scope
from monitor.web.pages.rank.periods import period
from tests.support.desks import Desk
from tests.support.stores import case_id, checked, read_case
from tests.support.stories import local


def close(
    hall: Desk,
    region: str,
    *,
    met: int = 0,
    missed: int = 0,
    doubtful: int = 0,
    month: int = 10,
    item: str | None = "I-1",
    handler: str = "李阳",
    accepted: str = "2026-09-30 09:00",
) -> None:
    """Let a region close cases of housing on the 9th of a month."""
    at = local(f"2026-{month:02}-09 16:00")
    ends = ["on time"] * met + ["late"] * missed + ["in doubt"] * doubtful
    keys = [f"{region}-{month}-{handler}-{number}" for number in range(len(ends))]
    facts = {"region": region, "department": "ZJ", "item_code": item, "handler": handler}
    with hall.store.write() as connection:
        read = [read_case(key, **facts, closed_at=at, accepted_at=local(accepted)) for key in keys]
        cases.put(connection, "hall", read, at)
        rows = [
            checked(case_id(connection, key), punctuality=ended)
            for key, ended in zip(keys, ends, strict=True)
        ]
        cases.record_checks(connection, rows)


def rows(hall: Desk, **query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = hall.look("/rank.json", **query).json()["rows"]
    return found


def of(hall: Desk, unit: str, **query: str) -> dict[str, object]:
    [row] = [row for row in rows(hall, **query) if unit in (row["id"], row["name"])]
    return row


def test_the_better_share_in_time_comes_first(hall: Desk) -> None:
    close(hall, "990102", met=8, missed=2)
    close(hall, "990100", met=9, missed=1)
    hall.enter("view")
    found = [(row["place"], row["id"], row["rate"]) for row in rows(hall, period="2026-10")]
    assert found == [(1, "990100", 0.9), (2, "990102", 0.8)]


def test_those_with_few_cases_are_not_ranked_and_come_last(hall: Desk) -> None:
    close(hall, "990102", met=4)
    close(hall, "990100", met=5, missed=5)
    hall.enter("view")
    found = [(row["place"], row["id"], row["few"]) for row in rows(hall)]
    assert found == [(1, "990100", False), (None, "990102", True)]
    assert "件数过少" in hall.look("/rank").text


def test_equal_shares_have_one_place(hall: Desk) -> None:
    for region in ("990100", "990102"):
        close(hall, region, met=5, missed=5)
    close(hall, "990000", met=5, missed=6)
    hall.enter("view")
    assert [row["place"] for row in rows(hall)] == [1, 1, 3]


def test_the_change_is_against_the_period_before(hall: Desk) -> None:
    close(hall, "990102", met=16, missed=4)
    close(hall, "990102", met=10, missed=10, month=9, accepted="2026-09-01 09:00")
    hall.enter("view")
    assert of(hall, "990102")["change"] == pytest.approx(0.3)
    assert "+30.0" in hall.look("/rank").text


def test_all_units_together_are_compared_with_the_period_before_as_well(hall: Desk) -> None:
    for region in ("990102", "990100"):
        close(hall, region, met=8, missed=2)
        close(hall, region, met=5, missed=5, month=9, accepted="2026-09-01 09:00")
    hall.enter("view")
    assert of(hall, "990102")["change"] is None  # each of them closed too few
    assert hall.look("/rank").text.count("+30.0") == 1


@pytest.mark.parametrize(("this", "before"), [(20, 19), (19, 20)])
def test_nothing_is_compared_with_a_period_of_few_cases(hall: Desk, this: int, before: int) -> None:
    close(hall, "990102", met=this)
    close(hall, "990102", missed=before, month=9, accepted="2026-09-01 09:00")
    hall.enter("view")
    assert of(hall, "990102")["change"] is None


def test_cases_whose_closing_is_in_doubt_are_told_apart_from_the_rate(hall: Desk) -> None:
    close(hall, "990102", met=5, missed=5, doubtful=3)
    hall.enter("view")
    row = of(hall, "990102")
    counted = {name: row[name] for name in ("rate", "closed", "on_time", "late", "in_doubt")}
    assert counted == {"rate": 0.5, "closed": 13, "on_time": 5, "late": 5, "in_doubt": 3}
    link = "/cases?region=990102&state=in-doubt&closed=2026-10"
    assert f'href="{link}">3<' in hall.look("/rank").text.replace("&amp;", "&")
    assert len(hall.look(link.replace("?", ".json?")).json()["rows"]) == 3


@pytest.mark.parametrize("by", ["region", "dept", "item", "handler"])
def test_what_names_no_unit_is_counted_under_none_and_leads_nowhere(hall: Desk, by: str) -> None:
    with hall.store.write() as connection:
        read = read_case("N-1", closed_at=local("2026-10-09 16:00"))
        cases.put(connection, "hall", [read], hall.now)
    hall.enter("view")
    text = hall.look("/rank", by=by, period="2026-10").text
    assert re.search(r"<td>未注明.*?</td>", text)


def test_working_days_are_counted_from_the_day_after_acceptance(hall: Desk) -> None:
    close(hall, "990102", met=5, accepted="2026-09-30 09:00")  # then 1 to 7 October is a holiday
    hall.enter("view")
    assert of(hall, "990102")["days"] == 2


@pytest.mark.parametrize(("name", "state"), [("closed", "closed"), ("late", "late")])
def test_a_number_is_a_link_to_as_many_cases(hall: Desk, name: str, state: str) -> None:
    close(hall, "990102", met=3, missed=4)
    hall.enter("view")
    link = f"/cases?region=990102&state={state}&closed=2026-10"
    text = hall.look("/rank", period="2026-10").text.replace("&amp;", "&")
    number = of(hall, "990102")[name]
    assert re.search(rf'href="{re.escape(link)}"[^>]*>{number}<', text)
    assert len(hall.look(link.replace("?", ".json?")).json()["rows"]) == number


def test_cards_and_overdue_cases_are_those_of_now(hall: Desk) -> None:
    with hall.store.write() as connection:
        ident = case_id(connection, "D-1")
        cases.record_checks(
            connection,
            [checked(ident, state="overdue", level="red", rank=2, due_at=hall.now - 1)],
        )
    hall.enter("view")
    row = of(hall, "990102", period="2025")
    assert (row["red"], row["overdue"], row["closed"]) == (1, 1, 0)


def test_who_sees_one_region_sees_its_ranking_alone(hall: Desk) -> None:
    close(hall, "990102", met=5)
    close(hall, "990100", met=5)
    hall.enter("view", regions=["990102"])
    assert [row["id"] for row in rows(hall)] == ["990102"]
    assert rows(hall, region="990100") == []


@pytest.mark.parametrize(
    ("by", "unit"), [("region", "990102"), ("dept", "ZJ"), ("item", "I-1"), ("handler", "李阳")]
)
def test_every_kind_of_unit_is_ranked(hall: Desk, by: str, unit: str) -> None:
    close(hall, "990102", met=6)
    hall.enter("view")
    assert of(hall, unit, by=by)["closed"] == 6
    assert hall.look("/rank", by=by).status_code == 200


def test_calls_tell_how_many_were_content(hall: Desk) -> None:
    close(hall, "990102", met=0, missed=2)
    with hall.store.write() as connection:
        for number, result in enumerate((Result.SATISFIED, Result.COMPLAINS)):
            case = case_id(connection, f"990102-10-李阳-{number}")
            new = NewCallBack(case, Reason.LATE, "red", hall.now)
            call_backs.add(connection, [new], hall.now)
            [waiting] = call_backs.listing(connection, 5)
            call_backs.record(connection, waiting.id, result, "wang", "", hall.now)
    hall.enter("view")
    row = of(hall, "990102")
    assert (row["calls"], row["content"]) == (2, 1)


def test_what_the_address_asks_for_must_be_known(hall: Desk) -> None:
    hall.enter("view")
    for query in ({"by": "moon"}, {"period": "2026-13"}, {"sort": "colour"}):
        assert hall.look("/rank", **query).status_code == 422, query


def test_without_cases_the_page_says_so(hall: Desk) -> None:
    hall.enter("view")
    with hall.store.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET state = 'resolved'")
    assert "没有可排名的办件" in hall.look("/rank", period="2020-01").text


@pytest.mark.parametrize(
    ("text", "days", "before"),
    [
        ("2026-01", "2026-01", "2025-12"),
        ("2026-Q1", "2026-01..2026-03", "2025-Q4"),
        ("2026", "2026-01..2026-12", "2025"),
    ],
)
def test_a_period_knows_its_days_and_the_one_before(text: str, days: str, before: str) -> None:
    found = period(text, date(2026, 10, 14))
    assert found is not None
    assert (found.text, found.days, found.beside(-1).text) == (text, days, before)


def test_orders_count_for_regions_and_not_for_items(hall: Desk) -> None:
    with hall.store.write() as connection:
        row = {
            "no": "DB-1",
            "state": "replied",
            "issued_at": hall.now - 10,
            "issued_by": "wang",
            "acknowledge_due": hall.now,
            "reply_due": hall.now,
            "replied_at": hall.now - 5,
            "reminded": [],
            "region": "990102",
            "department": "ZJ",
            "about": "x",
            "advice": "",
            "via": [],
        }
        connection.execute(tables.orders.insert().values(**row))
        within = Within(Scope())
        begin, end = hall.now - 100, hall.now + 100
        regions = rankings.orders(connection, By.REGION, within, begin, end, hall.now)
        items = rankings.orders(connection, By.ITEM, within, begin, end, hall.now)
    assert [tuple(one) for one in regions] == [("990102", 1, 1)]
    assert items == []
