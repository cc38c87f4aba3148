"""The list of cases: what an address asks for, whom it shows what, its order, pages and files."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from sqlalchemy import select, update

from monitor.acts.actor import Actor
from monitor.acts.orders import Issue, issue
from monitor.store import alerts, cases, tables
from monitor.web.pages.cases import page
from rules.instants import DAY, MINUTE
from tests.support.desks import DUE, NOW, Desk
from tests.support.stores import case_id, checked, new_alert, put_cases, read_case

CLOCK = {"state": "running", "provisional": False, "unit": "working days", "level": None}


@pytest.fixture
def desk(hall: Desk) -> Desk:
    """The cases of the hall as they were checked, a paused one, and two that are closed."""
    read = [
        read_case("P-5", region="990102", department="ZJ", item_name="=1+1", applicant="赵小明"),
        read_case("C-6", region="990100", department="GA", closed_at=NOW - DAY, item_code="I-1"),
        read_case("C-7", region="990102", department="GA", closed_at=NOW - 3 * DAY),
    ]
    due = {"D-1": DUE, "D-2": DUE, "D-3": NOW + MINUTE, "D-4": NOW + 5 * DAY}
    stand = {
        "D-1": {"state": "overdue", "level": "red", "rank": 2},
        "D-2": {"state": "overdue", "level": "yellow", "rank": 1},
        "P-5": {"state": "paused"},
        "C-6": {"punctuality": "on time"},
        "C-7": {"punctuality": "late"},
    }
    with hall.store.write() as connection:
        cases.put(connection, "hall", read, NOW)
        cases.record_checks(
            connection,
            [
                checked(
                    case_id(connection, key),
                    due_at=due.get(key),
                    clocks={"promise": {**CLOCK, "due_at": due.get(key)}},
                    **stand.get(key, {}),
                )
                for key in ("D-1", "D-2", "D-3", "D-4", "P-5", "C-6", "C-7")
            ],
        )
    hall.enter("view")
    return hall


def raise_for(desk: Desk, key: str, rule: str, title: str) -> None:
    """Let a check raise a red card for a case."""
    with desk.store.write() as connection:
        case = case_id(connection, key)
        card = new_alert(case, rule=rule, title=title, level="red", rank=2)
        alerts.open_alerts(connection, [card])
        connection.execute(
            update(tables.cases).where(tables.cases.c.id == case).values(level="red", rank=2)
        )


def listed(text: str) -> list[str]:
    """Give the keys of the listed cases in their order."""
    return re.findall(r'<a href="/cases/[^"]*">NO-([^<]*)</a>', text)


def shown(desk: Desk, **query: str) -> str:
    answer = desk.look("/cases", **query)
    assert answer.status_code == 200
    return unescape(answer.text)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, ["D-1", "D-2", "D-3", "D-4", "P-5"]),
        ({"lamp": "red"}, ["D-1"]),
        ({"lamp": "red,yellow"}, ["D-1", "D-2"]),
        ({"lamp": "ok"}, ["D-3", "D-4", "P-5"]),
        ({"lamp": "paused"}, ["P-5"]),
        ({"lamp": "red,paused"}, ["D-1", "P-5"]),
        ({"region": "990102"}, ["D-1", "D-3", "P-5"]),
        ({"region": "990102", "lamp": "ok"}, ["D-3", "P-5"]),
        ({"dept": "ZJ", "region": "990100"}, ["D-2", "D-4"]),
        ({"due": "today"}, ["D-3"]),
        ({"due": "10d"}, ["D-3", "D-4"]),
        ({"due": "overdue"}, ["D-1", "D-2"]),
        ({"due": "2026-10-13"}, ["D-1", "D-2"]),
        ({"due": "2026-10-14..2026-10-19"}, ["D-3", "D-4"]),
        ({"due": "2026-10-15.."}, ["D-4"]),
        ({"due": "..2026-10-13"}, ["D-1", "D-2"]),
        ({"due": "2026-10"}, ["D-1", "D-2", "D-3", "D-4"]),
        ({"state": "open"}, ["D-1", "D-2", "D-3", "D-4", "P-5"]),
        ({"state": "paused"}, ["P-5"]),
        ({"state": "closed"}, ["C-6", "C-7"]),
        ({"state": "late"}, ["C-7"]),
        ({"closed": "2026-10-13"}, ["C-6"]),
        ({"item": "I-1", "state": "closed"}, ["C-6"]),
        ({"source": "hall", "lamp": "red"}, ["D-1"]),
        ({"source": "other"}, []),
        ({"sort": "-due"}, ["D-4", "D-3", "D-2", "D-1", "P-5"]),
        ({"sort": "lamp"}, ["D-1", "D-2", "D-3", "D-4", "P-5"]),
        ({"sort": "-lamp"}, ["D-2", "D-1", "D-3", "D-4", "P-5"]),
        ({"state": "closed", "sort": "closed"}, ["C-7", "C-6"]),
        ({"q": "NO-D-1"}, ["D-1"]),
        ({"q": "no-c"}, ["C-7", "C-6"]),
        ({"q": "-C-6"}, ["C-6"]),
        ({"q": "住房"}, ["D-1", "D-2", "D-3", "D-4", "P-5"]),
        ({"q": "东浦"}, ["D-1", "D-3", "P-5"]),
        ({"q": "nowhere"}, []),
    ],
    ids=str,
)
def test_an_address_lists_what_it_asks_for(
    desk: Desk, query: dict[str, str], keys: list[str]
) -> None:
    text = shown(desk, **query)
    assert listed(text) == keys
    assert f"共 {len(keys)} 件" in text


def test_a_handler_is_found_by_id_and_by_name(desk: Desk) -> None:
    with desk.store.write() as connection:
        read = [read_case("H-1", handler="li"), read_case("H-2", handler="李阳")]
        cases.put(connection, "hall", read, NOW)
    for name in ("li", "李阳"):
        assert listed(shown(desk, handler=name)) == ["H-1", "H-2"]


def test_a_row_says_how_a_case_stands(desk: Desk) -> None:
    row = re.sub(r"<[^>]+>|\s+", " ", shown(desk, lamp="red").split("<tbody>")[1])
    for said in (
        "红牌",
        "事项D-1",
        "东浦区 · 住房和城乡建设局",
        "已超期 1 个工作日",
        "10-13 17:30",
        "未签收",
    ):
        assert said in row
    assert "张三" not in row


def test_a_lamp_that_a_check_has_lit_names_the_check(desk: Desk) -> None:
    raise_for(desk, "D-3", "fee-though-free", "不收费事项收费")
    raise_for(desk, "D-3", "reply-missing", "退件未说明理由")
    text = shown(desk, region="990102", lamp="red")
    [row] = [one for one in text.split("<tr data-row>") if "NO-D-3<" in one]
    assert '<td class="margin red" title="不收费事项收费、退件未说明理由">' in row
    [of_file] = [one for one in read_csv(desk, lamp="red") if one["办件号"] == "NO-D-3"]
    assert of_file["亮牌项目"] == "不收费事项收费、退件未说明理由"


def test_a_lamp_that_the_limit_due_first_has_lit_tells_the_margin_though_a_check_is_as_grave(
    desk: Desk,
) -> None:
    raise_for(desk, "D-1", "fee-though-free", "不收费事项收费")
    text = shown(desk, lamp="red")
    assert "已超期 1 个工作日" in text
    assert "不收费事项收费" not in text


@pytest.mark.parametrize(
    "query",
    [{"due": "soon"}, {"due": "2026-13-01"}, {"due": ".."}, {"state": "new"}, {"sort": "no"}],
)
def test_what_an_address_cannot_ask_for_is_told(desk: Desk, query: dict[str, str]) -> None:
    answer = desk.look("/cases", **query)
    assert answer.status_code == 422
    assert next(iter(query.values())) in answer.text


def test_nothing_of_another_region_is_shown_counted_found_or_taken(desk: Desk) -> None:
    desk.enter("view", regions=["990102"])
    for query in ({}, {"region": "990100"}, {"q": "NO-D-2"}, {"q": "NO-D"}, {"state": "all"}):
        text = shown(desk, **query)
        keys = set(listed(text))
        assert keys <= {"D-1", "D-3", "P-5", "C-7"}
        assert f"共 {len(keys)} 件" in text
        for kind in ("csv", "json"):
            taken = desk.look(f"/cases.{kind}", **query).text
            assert "NO-D-2" not in taken
            assert "NO-C-6" not in taken
    assert "云岭市</option>" not in shown(desk)


def test_conditions_can_be_taken_away_one_by_one(desk: Desk) -> None:
    text = shown(desk, lamp="red,yellow", region="990102")
    chips = text.split('<ul class="chips"')[1].split("</ul>")[0]
    assert re.findall(r"<span>([^<]*)</span>", chips) == ["灯：红牌", "灯：黄牌", "区划：东浦区"]
    assert re.findall(r'<a href="([^"]*)"', chips) == [
        "/cases?lamp=yellow&region=990102",
        "/cases?lamp=red&region=990102",
        "/cases?lamp=red,yellow",
        "/cases",
    ]


def test_an_empty_list_names_its_conditions(desk: Desk) -> None:
    text = shown(desk, lamp="red", dept="GA")
    assert "没有符合条件的办件。当前条件：灯 红牌、部门 GA。" in text
    assert "清除条件" in text


def test_fields_that_were_left_empty_leave_the_address(desk: Desk) -> None:
    answer = desk.look("/cases", lamp="red", region="", q=" ", due="")
    assert str(answer.url).endswith("/cases?lamp=red")


def test_the_heading_of_the_order_says_which_way_it_goes(desk: Desk) -> None:
    assert re.findall(r'aria-sort="(\w+)"', shown(desk)) == ["ascending"]
    assert re.findall(r'aria-sort="(\w+)"', shown(desk, sort="-due")) == ["descending"]
    assert re.findall(r'aria-sort="(\w+)"', shown(desk, sort="lamp")) == ["descending"]
    assert re.findall(r'aria-sort="(\w+)"', shown(desk, state="closed")) == ["descending"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three."""
    monkeypatch.setattr(page, "SIZE", 3)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("sort", ["due", "-due", "lamp", "-lamp", "new"])
def test_pages_hold_every_case_once(desk: Desk, sort: str) -> None:
    with desk.store.write() as connection:
        put_cases(connection, *(f"X-{n}" for n in range(6)))
    whole: list[str] = []
    for number in range(1, 5):
        text = shown(desk, sort=sort, page=str(number))
        assert f"<span>{number} / 4</span>" in text
        assert ('rel="next"' in text) is (number < 4)
        whole += listed(text)
    assert len(whole) == 11
    assert len(set(whole)) == 11
    taken = read_csv(desk, sort=sort)
    assert [row["办件号"].removeprefix("NO-") for row in taken] == whole


@pytest.mark.usefixtures("small")
def test_more_than_are_counted_are_told_as_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "COUNTED", 3)
    text = shown(desk)
    assert "共 3+ 件" in text
    assert "只能翻到前" in text
    assert len(listed(text)) == 3


def read_csv(desk: Desk, **query: str) -> list[dict[str, str]]:
    answer = desk.look("/cases.csv", **query)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_a_file_has_what_the_page_has_and_no_formula_and_no_name(desk: Desk) -> None:
    [row] = read_csv(desk, lamp="paused")
    assert row["事项"] == "'=1+1"
    assert row["申请人"] == "赵*"
    assert row["状态"] == "暂停计时"
    [row] = desk.look("/cases.json", lamp="red").json()["rows"]
    assert row["due_at"] == "2026-10-13T17:30:00+08:00"
    assert row["lamp"] == "红牌"
    assert desk.look("/cases.xlsx", lamp="red").content.startswith(b"PK")


def test_a_file_has_no_more_rows_than_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "LIMIT", 2)
    assert len(read_csv(desk)) == 2


@pytest.mark.parametrize(
    ("text", "link"),
    [("李阳", ">李阳</a>"), ("li", ">李阳</a>"), ("DB-2026-0001", ">DB-2026-0001</a>")],
)
def test_search_finds_people_and_orders_as_well(desk: Desk, text: str, link: str) -> None:
    with desk.store.write() as connection:
        a, c = tables.alerts.c, tables.cases.c
        card = connection.scalar(select(a.id).join(tables.cases).where(c.key == "D-1"))
        assert card is not None
        issue(connection, desk.rules, Actor("wang", "cli:test@hall"), Issue((card,)), desk.now)
    assert link in shown(desk, q=text)
    desk.enter("view", regions=["990000-elsewhere"])
    assert link not in shown(desk, q=text)
