"""``duban who``, ``people``, ``leave`` and ``delegate``, as people type them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from monitor.store import audit_log, people
from monitor.store.store import Store
from tests.monitor.cli.halls import NOW, fill, local
from tests.support.cli import Called, duban

HALL = """
region = [
  { id = "R0", name = "云岭市" },
  { id = "R1", name = "东浦区", parent = "R0" },
]
department = [{ id = "ZJ", name = "住房和城乡建设局" }]
person = [
  { id = "li", name = "李阳", region = "R1", posts = ["handler"] },
  { id = "chen", name = "陈波", department = "ZJ", posts = ["department-lead"] },
  { id = "wang", name = "王敏", region = "R0", posts = ["inspector"], email = "w@example.gov.cn" },
  { id = "twin1", name = "赵一", region = "R0" },
  { id = "twin2", name = "赵一", region = "R1" },
]
[daemon]
store = "sqlite:///duban.db"
[[channel]]
id = "screen"
kind = "console"
[[channel]]
id = "mail"
kind = "email"
host = "127.0.0.1"
sender = "duban@example.gov.cn"
[[directory]]
id = "staff"
kind = "person"
file = "staff.csv"
columns = { id = "工号", name = "姓名", region = "区划", posts = "岗位" }
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a hall with few people; it is a Wednesday morning in October 2026."""
    file = tmp_path / "supervisor.toml"
    file.write_text(HALL, "utf-8")
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1000)
    return file


def call(config: Path, *arguments: object) -> Called:
    return duban(*arguments, "-c", config)


def told(config: Path, *arguments: object) -> Any:
    called = call(config, *arguments, "--json")
    assert called.code == 0, called.err
    return json.loads(called.out)


def test_a_role_is_told_for_a_case_with_why_and_over_which_channels(
    config: Path, store: Store
) -> None:
    fill(store)
    [lead] = told(config, "who", "department-lead", "--case", "NO-late")["people"]
    assert (lead["id"], lead["why"], lead["channels"]) == ("chen", "role", "screen")
    found = told(config, "who", "inspector", "--case", "NO-late")
    assert found["gap"] == {"subject": "post:inspector@R1", "known": False}
    assert [(one["id"], one["why"]) for one in found["people"]] == [("wang", "climbed")]
    assert found["people"][0]["channels"] == "screen, mail"
    mail = told(config, "who", "department-lead", "--department", "ZJ", "--via", "mail")
    assert (mail["people"], mail["gap"]["known"]) == ([], True)


def test_a_leave_and_a_deputy_are_entered_shown_and_ended(config: Path, store: Store) -> None:
    leave = told(config, "leave", "add", "李阳", "--until", "2026-10-23", "--note", "年休假")
    assert leave["until_at"] == "2026-10-24T00:00:00+08:00"
    told(config, "delegate", "add", "li", "--to", "陈波", "--by", "王敏")
    [deputy] = told(config, "who", "handler", "--handler", "李阳", "--region", "R1")["people"]
    assert (deputy["id"], deputy["instead_of"]) == ("chen", "li")
    later = ("who", "handler", "--handler", "李阳", "--at", "2026-10-24T00:00")
    assert [one["id"] for one in told(config, *later)["people"]] == ["li"]
    assert [one["person"] for one in told(config, "leave", "list")] == ["li"]
    [away] = told(config, "people", "list", "--away")
    assert (away["id"], away["deputy"]) == ("li", "chen")
    assert call(config, "leave", "end", leave["id"]).code == 0
    assert told(config, "leave", "list") == []
    assert call(config, "leave", "end", leave["id"]).code == 1
    with store.read() as connection:
        acts = [one.act.act for one in audit_log.of_object(connection, "person:li")]
        assert acts == ["leave", "delegate", "leave.end"]
        [kept, _] = people.absences(connection, ended=True)
        assert (kept.ended_at, kept.note) == (NOW, "年休假")


def test_a_dry_run_enters_nothing(config: Path, store: Store) -> None:
    called = call(config, "leave", "add", "li", "--until", "2026-10-23", "--dry-run")
    assert "将登记" in called.out
    with store.read() as connection:
        assert people.absences(connection) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("leave", "add", "李扬"), "名录里没有"),
        (("leave", "add", "赵一"), "twin1, twin2"),
        (("leave", "add", "li", "--until", "soon"), "不是日期或时间"),
        (("leave", "add", "li", "--until", "2026-10-01"), "结束须晚于开始"),
        (("leave", "add", "li", "--from", "2026-10-01", "--until", "2026-10-02"), "已经结束"),
        (("delegate", "add", "li", "--to", "li"), "代理成环"),
        (("who", "inspector@street"), "不是通知对象"),
        (("who", "handler", "--case", "NO-none"), "没有办件"),
        (("people", "refresh", "stuff"), "没有名单 stuff"),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(
    config: Path, store: Store, arguments: tuple[str, ...], said: str
) -> None:
    called = call(config, *arguments)
    assert called.code in (1, 2)
    assert said in called.err
    with store.read() as connection:
        assert people.version(connection) == 0


def test_deputies_with_dates_that_lead_in_a_circle_are_refused(config: Path, store: Store) -> None:
    dates = ("--from", "2026-11-01", "--until", "2026-11-30")
    assert call(config, "delegate", "add", "li", "--to", "chen", *dates).code == 0
    called = call(config, "delegate", "add", "chen", "--to", "li", "--from", "2026-11-30")
    assert (called.code, "chen → li → chen" in called.err) == (1, True)
    assert call(config, "delegate", "add", "chen", "--to", "li").code == 0


def test_a_list_is_read_when_asked_and_its_people_are_listed_by_place(
    config: Path, store: Store
) -> None:
    staff = config.parent / "staff.csv"
    staff.write_text("工号,姓名,区划,岗位\nq1,钱程,R1,inspector\nq2,,R1,\n", "utf-8")
    assert told(config, "people", "refresh", "staff") == {
        "list": "staff",
        "entries": 1,
        "rejected": 1,
    }
    inspectors = told(config, "people", "list", "--post", "inspector", "--region", "云岭市")
    assert [one["id"] for one in inspectors] == ["q1", "wang"]
    [found] = told(config, "who", "inspector", "--region", "R1")["people"]
    assert found["id"] == "q1"
    assert call(config, "send-test", "screen", "--to", "钱程").code == 0
    staff.unlink()
    called = call(config, "people", "refresh", "staff")
    assert (called.code, "读不了" in called.err) == (1, True)
    assert len(told(config, "people", "list", "--post", "inspector", "--region", "R1")) == 1


def test_whoever_is_on_duty_is_told_at_a_moment(config: Path, store: Store) -> None:
    roster = 'roster = [{ id = "w", name = "值班", people = ["li", "chen"], since = 2026-10-19 }]'
    config.write_text(roster + HALL, "utf-8")
    at = [told(config, "who", "duty:w", "--at", f"2026-10-{day}T10:00") for day in (19, 20, 21)]
    assert [one["people"][0]["id"] for one in at] == ["li", "chen", "li"]
    assert at[0]["at"] == "2026-10-19T10:00:00+08:00"
    assert local("2026-10-19 10:00") < NOW
