"""The page of one case: what it tells, to whom, and how its address names it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import quote

import pytest
from sqlalchemy import select

from monitor import explaining
from monitor.acts.actor import Actor
from monitor.acts.orders import Issue, issue
from monitor.addresses import case_path
from monitor.store import alert_list, alerts, cases, deliveries, fact_changes, tables
from monitor.store.alert_list import Filter
from monitor.store.case_list import find
from rules.amounts import Amount, Unit
from rules.cases import Part, PartKind
from rules.instants import SECOND
from rules.limits import Allowance, Limit
from tests.support.desks import Desk
from tests.support.stores import ReadCase, case_id, new_alert, new_delivery, notice, read_case
from tests.support.stories import local

NO = "DP-ZJ-20260922-0173"
ACCEPTED = local("2026-09-22 15:20")
DUE = local("2026-10-16 17:30")
PAUSE = Part(
    PartKind.PAUSE,
    "88213",
    local("2026-09-28 08:50"),
    local("2026-09-30 17:10"),
    {"kind": "专家评审"},
)
EXAMINED = Part(PartKind.STEP, "7", local("2026-09-23 09:00"), None, {"name": "技术审查"})


def read(key: str = NO, *parts: Part, **facts: str | int | float | None) -> ReadCase:
    plain = {
        "no": key,
        "region": "990102",
        "department": "ZJ",
        "handler": "li",
        "item_name": "特殊建设工程消防设计审查",
        "title": "云岭建设置业有限公司：消防设计审查",
        "applicant": "云岭建设置业有限公司",
        "applicant_phone": "13800000000",
        "step": "技术审查",
        "submitted_at": local("2026-09-22 14:58"),
        "accepted_at": ACCEPTED,
        "closed_at": None,
        "promised_days": 10,
        "statutory_days": 15,
    }
    return read_case(key, *parts, **{**plain, **facts})


def put(hall: Desk, *given: ReadCase, source: str = "hall") -> list[int]:
    with hall.store.write() as connection:
        cases.put(connection, source, given, ACCEPTED)
        return [case_id(connection, one.key, source) for one in given]


def card(hall: Desk, case: int, **given: object) -> int:
    plain = {
        "opened_at": DUE,
        "level_since_at": DUE,
        "due_at": DUE,
        "carrier": {"region": "990102", "department": "ZJ", "handler": "li"},
    }
    with hall.store.write() as connection:
        return alerts.open_alerts(connection, [new_alert(case, **{**plain, **given})])[0]


@pytest.fixture
def late(hall: Desk) -> Desk:
    """A case two working days late, with a pause and a yellow card."""
    hall.now = local("2026-10-20 09:12")
    [case] = put(hall, read(NO, PAUSE, EXAMINED))
    card(hall, case)
    hall.enter("inspect")
    return hall


def page(desk: Desk, path: str = f"/cases/{NO}", **query: str) -> str:
    answer = desk.look(path, **query)
    assert answer.status_code == 200, answer.text[:500]
    return unescape(answer.text)


def test_the_conclusion_says_how_late_since_when_and_what_comes_next(late: Desk) -> None:
    shown = page(late)
    assert "<b>已超期 2 个工作日</b>" in shown
    assert "<strong>10月16日（周五）17:30</strong> 前办结，至今未办结" in shown
    assert "<strong>10月21日（周三）17:30</strong> 仍未办结，则为<strong>红牌</strong>" in shown
    assert "尚未签收。" in shown


def test_what_was_over_before_supervision_climbs_no_ladder(hall: Desk) -> None:
    hall.now = local("2026-10-20 09:12")
    [case] = put(hall, read(NO, closed_at=local("2026-10-19 10:00")))
    card(hall, case, origin="history")
    hall.enter("inspect")
    shown = page(hall)
    assert "监察前已了结，不通知" in shown
    assert "升级路线" not in shown
    assert "升级至" not in shown


def test_beside_what_was_over_the_ladder_is_that_of_the_alert_that_climbs(late: Desk) -> None:
    [case] = put(late, read(NO, PAUSE, EXAMINED))
    card(late, case, origin="history", rule="acceptance", level="red", rank=2)
    shown = page(late)
    assert "升级路线" in shown
    assert "升级至" not in shown


def test_every_day_says_what_it_counts_as(late: Desk) -> None:
    shown = page(late)
    for cell in (
        "<span>9/22</span><b>受理</b><span>当日不计</span>",
        "<span>23</span><b>1</b><span></span>",
        "<span>28</span><b>停</b><span>专家评审</span>",
        "<span>10/1</span><b>休</b><span>国庆节</span>",
        "<span>10</span><b>5</b><span>调休上班</span>",
        "<span>15</span><b>9</b><span>预警</span>",
        "<span>16</span><b>10</b><span>到期 17:30</span>",
        "<span>19</span><b>超1</b><span></span>",
        "<span>20</span><b>超2</b><span>今天</span>",
        "<span>21</span><b>超3</b><span>17:30 红牌</span>",
    ):
        assert cell in shown, cell


def test_the_ruler_marks_levels_the_end_and_now(late: Desk) -> None:
    assert 'aria-label="起算，预警 9，承诺 10，现在 12，红牌 13"' in page(late)


def test_the_grounds_name_their_sources_and_the_rule(late: Desk) -> None:
    shown = page(late)
    assert "<b>暂停 3 个工作日。</b>" in shown
    assert "源记录 88213" in shown
    assert 'href="/rules/promise"' in shown


def test_the_course_is_told_newest_first(late: Desk) -> None:
    shown = page(late).partition('id="timeline"')[2]
    told = [
        "亮黄牌",
        "恢复计时：专家评审结束",
        "暂停计时：专家评审",
        "环节：技术审查",
        "受理",
        "收件",
    ]
    places = [shown.index(f"<b>{one}</b>") for one in told]
    assert places == sorted(places)


def test_what_the_source_changed_is_shown_before_and_after(late: Desk) -> None:
    moved = local("2026-09-21 10:00")
    with late.store.write() as connection:
        again = read(NO, PAUSE, EXAMINED, accepted_at=moved)
        cases.put(connection, "hall", [ReadCase(NO, again.facts, again.parts, "d2")], late.now)
    shown = page(late)
    assert "源数据变更" in shown
    assert "<td>2026-09-22 15:20</td><td>2026-09-21 10:00</td>" in shown


def test_a_number_may_hold_slashes_blanks_and_per_cents(late: Desk) -> None:
    put(late, read("苏建 2026/0001 50%"))
    assert "苏建 2026/0001 50%" in page(late, case_path("苏建 2026/0001 50%", "k"))


def test_a_case_without_a_number_goes_by_its_key(late: Desk) -> None:
    put(late, read("K-7", no=None))
    assert "K-7" in page(late, case_path(None, "K-7"))


def test_of_cases_with_one_number_one_is_chosen(late: Desk) -> None:
    put(late, read("other", no=NO), source="second")
    shown = page(late)
    assert "有几件办件同号" in shown
    assert 'href="/cases/other?source=second"' in shown
    assert "已超期 2 个工作日" in page(late, source="hall")


def test_a_case_of_another_region_is_not_shown(late: Desk) -> None:
    late.enter("inspect", regions=["990100"])
    assert late.look(f"/cases/{NO}").status_code == 200  # 东浦区 is below it
    put(late, read("ELSEWHERE", region="990100"))
    late.enter("inspect", regions=["990102"])
    for path in ("", "/explain.json", "/timeline"):
        assert late.look(f"/cases/ELSEWHERE{path}").status_code == 404


def test_who_carries_a_card_sees_the_case_wherever_it_is(late: Desk) -> None:
    [case] = put(late, read("FAR", region="990100", handler="wang"))
    card(late, case)
    late.enter("view", regions=["990103"], person="li")
    assert late.look("/cases/FAR").status_code == 200


def test_the_applicant_is_masked_everywhere(late: Desk) -> None:
    for path in ("", "/explain.json"):
        shown = late.look(f"/cases/{NO}{path}").text
        assert "云岭建设置业有限公司" not in shown
        assert "13800000000" not in shown


def test_the_json_is_that_of_duban_explain(late: Desk) -> None:
    told = late.look(f"/cases/{NO}/explain.json").json()
    with late.store.read() as connection:
        [row] = find(connection, NO)
        limits = explaining.explained(late.rules.book, row.case, late.now)
        changes = fact_changes.changes_of(connection, row.case.id)
    expected = explaining.record(late.rules, row, limits, [], changes)
    assert told["limits"] == json.loads(json.dumps(expected["limits"]))
    assert told["case"] == {**expected["case"], "title": "特殊建设工程消防设计审查"}
    assert [one["level"] for one in told["alerts"]] == ["yellow"]


def test_sections_have_addresses_of_their_own(late: Desk) -> None:
    late.browser.follow_redirects = False
    answer = late.look(f"/cases/{NO}/timeline")
    assert answer.headers["location"] == f"/cases/{NO}#timeline"


def test_a_closed_case_says_what_it_took(late: Desk) -> None:
    put(late, read("DONE", closed_at=local("2026-09-29 11:00"), result="granted"))
    shown = page(late, "/cases/DONE")
    assert "<b>按期办结</b>" in shown
    assert "用时 4 个工作日。" in shown
    assert "准予许可" in shown


def test_a_case_that_stands_still_says_why_and_since_when(late: Desk) -> None:
    still = Part(PartKind.PAUSE, "9", local("2026-09-28 08:50"), None, {"kind": "听证"})
    put(late, read("STILL", still))
    shown = page(late, "/cases/STILL")
    assert "自 <strong>9月28日（周一）08:50</strong> 起暂停：听证。" in shown
    assert "时限 10 个工作日，已计 2。" in shown


def test_a_case_without_a_limit_says_so(late: Desk) -> None:
    put(late, read("FREE", accepted_at=None, promised_days=None))
    assert "尚未起算" in page(late, "/cases/FREE")


def test_a_case_that_is_gone_from_its_source_says_since_when(late: Desk) -> None:
    with late.store.write() as connection:
        cases.mark_vanished(connection, "hall", [NO], local("2026-10-19 10:00"))
    assert "审批库自 10月19日（周一）10:00 起已没有这件办件。" in page(late)


def test_a_card_of_a_rule_on_trial_is_no_lamp(late: Desk) -> None:
    [case] = put(late, read("TRIAL", promised_days=90))
    card(late, case, shadow=True, rule="trial", level="red", rank=2)
    shown = page(late, "/cases/TRIAL")
    assert "试行，不计入" in shown
    assert '<section class="verdict ok"' in shown


def test_the_card_of_a_check_is_the_conclusion_where_it_is_the_gravest(late: Desk) -> None:
    [case] = put(late, read("CHECKED", promised_days=90))
    card(late, case, rule="charged", title="不收费事项收费", level="red", rank=2, due_at=None)
    shown = page(late, "/cases/CHECKED")
    assert "<b>不收费事项收费</b>" in shown
    assert re.search(r"时限：剩 \d+ 个工作日。", shown)


def tell(late: Desk, rule: str = "promise") -> None:
    """Tell 陈波 of the card of a rule."""
    with late.store.write() as connection:
        [row] = find(connection, NO)
        a = tables.alerts.c
        query = select(a.id).where(a.case_id == row.case.id, a.rule == rule)
        told = notice(
            new_delivery(f"D-{rule}"),
            alert_id=connection.execute(query).scalar_one(),
            at=DUE,
            kind="overdue",
            level="yellow",
            step=0,
            person="chen",
        )
        deliveries.add_notices(connection, [told], DUE)


def test_deliveries_are_listed_with_their_receivers_and_masked_addresses(late: Desk) -> None:
    tell(late)
    shown = page(late)
    assert "<td>黄牌通知</td><td>陈波（部门负责人）</td>" in shown
    assert f'href="/deliveries?case={quote(NO)}">全部 1 条' in shown


def test_deliveries_of_a_case_with_several_cards_name_the_card(late: Desk) -> None:
    with late.store.write() as connection:
        [row] = find(connection, NO)
        card = new_alert(row.case.id or 0, rule="fee-though-free", title="不收费事项收费")
        alerts.open_alerts(connection, [card])
    for rule in ("promise", "fee-though-free"):
        tell(late, rule)
    shown = page(late)
    assert "<td>黄牌通知：承诺办结时限</td>" in shown
    assert "<td>黄牌通知：不收费事项收费</td>" in shown


def test_the_page_speaks_english(late: Desk) -> None:
    late.browser.headers["accept-language"] = "en"
    shown = page(late)
    assert "<b>2 working days overdue</b>" in shown
    assert "Not acknowledged yet." in shown


def test_orders_stand_in_the_conclusion_the_calendar_and_the_course(late: Desk) -> None:
    with late.store.write() as connection:
        [row] = find(connection, NO)
        [card_id] = [
            one.alert.id for one in alert_list.listing(connection, Filter(case_id=row.case.id), 9)
        ]
        wanted = Issue(alerts=(card_id,), issuer="wang", region="990100")
        by = Actor("wang", "test")
        order = issue(connection, late.rules, by, wanted, local("2026-10-19 09:00")).order
    shown = page(late)
    assert f'督办单 <a href="/orders/{order.no}">{order.no}</a> 待签收，反馈截止 ' in shown
    assert "<span>19</span><b>超1</b><span>督办</span>" in shown
    assert f"督办单 {order.no}：签发" in shown


def test_the_ladder_tells_whom_it_goes_up_to_next(late: Desk) -> None:
    shown = page(late)
    assert "升级路线" in shown
    assert '<tr class="next">' in shown
    assert "仍无人签收的，<strong>" in shown


def test_short_limits_are_told_to_the_second(late: Desk) -> None:
    limit = Limit(
        id="hotline",
        title="热线响应时限",
        start="accepted_at",
        until="closed_at",
        allow=Allowance(amount=Amount(30, Unit.SECOND)),
        levels=(),
        calendar="cn",
        when="case.kind == 'hotline'",
    )
    late.rules = replace(late.rules, book=replace(late.rules.book, limits=(limit,)))
    put(late, read("HOT", kind="hotline", closed_at=ACCEPTED + 40 * SECOND))
    shown = page(late, "/cases/HOT")
    assert "<b>逾期办结，超期 10 秒</b>" in shown
    assert 'aria-label="起算，热线响应 30 秒，办结 40 秒"' in shown
    assert "09-22 15:20:40 · 审批库" in shown


def test_a_limit_is_chosen_by_its_address(late: Desk) -> None:
    second = replace(late.rules.book.limits[0], id="statutory", title="法定办结时限")
    second = replace(second, allow=Allowance(column="statutory_days", unit=Unit.WORKING_DAY))
    book = replace(late.rules.book, limits=(*late.rules.book.limits, second))
    late.rules = replace(late.rules, book=book)
    shown = page(late)
    assert "法定 15" in shown  # beside the promise
    assert f'href="/cases/{NO}?limit=statutory#explain"' in shown
    assert "时限 15 个工作日。" in page(late, limit="statutory")


def test_an_alert_leads_to_its_case_for_whoever_may_see_that(late: Desk) -> None:
    with late.store.read() as connection:
        by_no = select(tables.alerts.c.id, tables.cases.c.no).join(tables.cases)
        ids = {no: ident for ident, no in connection.execute(by_no)}
    late.browser.follow_redirects = False
    answer = late.look(f"/alerts/{ids[NO]}/correction")
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (
        302,
        f"/cases/{NO}",
    )
    assert answer.headers["location"].endswith("#correction")
    assert late.look("/alerts/99999").status_code == 404
    assert late.look("/alerts/none").status_code == 404


def test_a_handler_is_named_whole_on_every_page_but_a_boards(late: Desk) -> None:
    """An official's name is part of the office; a board hangs where anybody reads it."""
    for shown in (page(late), page(late, "/cases")):
        assert "李阳" in shown
        assert "李*" not in shown


def test_days_and_bar_are_red_from_the_red_line_on(late: Desk) -> None:
    late.now = local("2026-10-26 09:12")
    late.enter("inspect")
    shown = page(late)
    days = ("10月22日", "10月23日")
    after = [re.search(rf'<td class="([^"]*)" title="2026年{day}">', shown) for day in days]
    assert all(found and {"over", "red"} <= set(found[1].split()) for found in after)
    assert '<rect class="red" x="' in shown
