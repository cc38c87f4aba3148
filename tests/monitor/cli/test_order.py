"""The commands around orders, appeals and call-backs: what they say, and that a dry run is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from monitor.store import call_backs, orders
from monitor.store.call_backs import NewCallBack, Reason
from monitor.store.store import Store
from tests.monitor.cli.halls import LATER, NOW, local
from tests.support.cli import ENGLISH, Called, duban, duban_on_terminal
from tests.support.stores import case_id

NO = "DB-2026-0001"
DIRECTORY = """
person = [
  { id = "q", name = "钱程", region = "R1", posts = ["inspector"] },
  { id = "c", name = "陈波", department = "ZJ", posts = ["department-lead"] },
]
"""


@pytest.fixture
def hall(config: Path, store: Store, alerts: tuple[int, int]) -> Path:
    """The settings of a hall with a late case whose card is number 1."""
    text = config.read_text("utf-8")
    begin, end = text.index("person = ["), text.index("[[source]]")
    config.write_text(text[:begin] + DIRECTORY.strip() + "\n\n" + text[end:], "utf-8")
    return config


def run(config: Path, *args: object) -> Called:
    called = duban(*args, "-c", config)
    assert called.code == 0, called.err
    return called


def test_an_order_goes_through_its_acts(hall: Path, store: Store) -> None:
    issued = run(hall, "order", "issue", 1, "--advice", "请办结", "--as", "钱程")
    assert "✓ 已签发督办单 DB-2026-0001" in issued.out
    assert "被督办：东浦区住房和城乡建设局 李阳" in issued.out
    assert "签发：东浦区 钱程" in issued.out
    assert "审批库没有环节记录，只知承办人为 住房和城乡建设局 李阳。" in issued.out
    acked = run(hall, "order", "ack", NO, "--as", "陈波")
    assert acked.out == "✓ 督办单 DB-2026-0001 签收；待反馈，限 10月28日（周三）17:30 前\n"
    asked = ("order", "extend", NO, "--ask", "--until", "2026-10-30", "--note", "等专家")
    run(hall, *asked, "--as", "陈波")
    run(hall, "order", "extend", NO, "--as", "钱程")
    reply = ("order", "reply", NO, "--cause", "handler", "--note", "休假", "--finish", "2026-10-22")
    assert "待审核" in run(hall, *reply, "--as", "陈波").out
    run(hall, "order", "accept", NO, "--as", "钱程")
    shown = run(hall, "order", "show", NO).out
    assert "反馈：承办人；休假；10月22日（周四）17:30 前办结" in shown
    assert "10-21 09:00  审核通过  钱程" in shown
    with store.read() as connection:
        row = orders.by_no(connection, NO)
    assert row is not None
    assert row.order.reply_due == local("2026-10-30 17:30")
    assert (row.order.finish_due, row.order.replied_by) == (LATER, "c")


def test_a_dry_run_tells_all_and_draws_no_number(hall: Path) -> None:
    tried = run(hall, "order", "issue", 1, "--as", "钱程", "--dry-run")
    assert tried.out.startswith("（试行，未改动）已签发督办单 DB-2026-0001")
    assert run(hall, "order", "list", "--json").out == "[]\n"
    issued = run(hall, "order", "issue", 1, "--as", "钱程", "--json")
    assert json.loads(issued.out)["no"] == NO


def test_what_cannot_be_done_is_refused_with_its_reason(hall: Path) -> None:
    run(hall, "order", "issue", 1, "--as", "钱程")
    for args, why in (
        (("order", "issue", 1), "已有督办单 DB-2026-0001"),
        (("order", "ack", "DB-2026-0009"), "没有督办单 DB-2026-0009"),
        (("order", "accept", NO), "待签收，不能审核通过"),
        (("revoke", 9, "--why", "误报"), "没有编号为 9 的亮牌"),
        (("appeal", "decide", 1, "--opinion", "可", "--revoke"), "没有申诉 1"),
        (("call-backs", "record", 7, "--result", "satisfied"), "回访名单里没有 7"),
    ):
        called = duban(*args, "-c", hall)
        assert (called.code, why in called.err) == (1, True), called.err


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("issue", 1, "--reply-within", "soon"), "不是时间量"),
        (("reply", NO, "--cause", "handler", "--note", "忙", "--finish", "soon"), "不是日期或时间"),
        (("extend", NO, "--ask", "--refuse"), "只取其一"),
    ],
)
def test_what_is_typed_wrongly_is_told(hall: Path, args: tuple[object, ...], why: str) -> None:
    called = duban("order", *args, "-c", hall)
    assert called.code == 2
    assert why in "".join(called.err.replace("│", "").split())


def test_the_list_fits_a_terminal_and_marks_what_is_overdue(
    hall: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(hall, "order", "issue", 1, "--as", "钱程")
    shown = duban_on_terminal("order", "list", "-c", hall)  # today is not the day of the story
    assert "DB-2026-0001" in shown
    assert all(cell_len(Text.from_ansi(line).plain) <= 80 for line in shown.splitlines())
    listed = json.loads(run(hall, "order", "list", "--late", "--json").out)
    assert listed == []
    monkeypatch.setattr("time.time_ns", lambda: local("2026-10-23 09:00") * 1000)
    [late] = json.loads(run(hall, "order", "list", "--late", "--json").out)
    assert (late["late"], late["owed_by"]) == (True, "2026-10-22T17:30:00+08:00")


def test_an_appeal_is_filed_and_decided(hall: Path) -> None:
    filed = run(hall, "appeal", "file", 1, "--reason", "停机", "--evidence", "公告", "--as", "李阳")
    assert filed.out == "✓ 已申诉：申诉 1，亮牌 1，应于 10-26 17:30 前裁定\n"
    [listed] = json.loads(run(hall, "appeal", "list", "--json").out)
    assert (listed["no"], listed["reason"], listed["late"]) == ("NO-late", "停机", False)
    decided = run(hall, "appeal", "decide", 1, "--revoke", "--opinion", "属实", "--as", "钱程")
    assert decided.out == "✓ 申诉 1（亮牌 1）已撤牌\n"
    alerts = json.loads(run(hall, "alerts", "--all", "--json").out)
    assert [(one["state"], one["revoke_why"]) for one in alerts if one["id"] == 1] == [
        ("revoked", "属实")
    ]


def test_a_card_is_taken_back_by_whoever_may(hall: Path) -> None:
    own = duban("revoke", 1, "--why", "误报", "--as", "李阳", "-c", hall)
    assert "不能撤自己的牌，可以申诉" in own.err
    done = run(hall, "revoke", 1, "--why", "误报", "--as", "钱程")
    assert done.out == "✓ 已撤牌：亮牌 1  黄牌  承诺办结时限\n"


def test_calls_are_listed_and_recorded_until_somebody_is_reached(hall: Path, store: Store) -> None:
    with store.write() as connection:
        late = case_id(connection, "late")
        new = NewCallBack(late, Reason.UNFINISHED, "yellow", NOW)
        call_backs.add(connection, [new], NOW)
    [row] = json.loads(run(hall, "call-backs", "list", "--json").out)
    assert (row["no"], row["late"], row["reason"]) == ("NO-late", True, "unfinished")
    missed = run(hall, "call-backs", "record", 1, "--result", "unreached", "--as", "王芳")
    assert missed.out == "✓ 回访 1（NO-late）第 1 次：无人接听\n"
    reached = run(hall, "call-backs", "record", 1, "--result", "satisfied", "--as", "王芳")
    assert "第 2 次：满意" in reached.out
    assert json.loads(run(hall, "call-backs", "list", "--json").out) == []


def test_orders_are_told_in_english_as_well(hall: Path) -> None:
    run(hall, "order", "issue", 1, "--as", "钱程")
    shown = duban("order", "show", NO, "-c", hall, env=ENGLISH)
    assert "Order DB-2026-0001  to be acknowledged, by Thu 22 Oct 17:30" in shown.out
    assert "The source tells no steps; the handler is 住房和城乡建设局 李阳." in shown.out
