from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.store import cases, people, rejects
from monitor.store.store import Store
from tests.monitor.cli.halls import NOW, Rejected
from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain
from tests.support.stores import read_case

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]m")

pytestmark = pytest.mark.usefixtures("alerts")


def listed(config: Path, *args: str) -> list[dict[str, Any]]:
    """Call a list with --json and give its records."""
    called = duban(*args, "--json", "-c", config)
    assert called.code == 0, called.err
    records: list[dict[str, Any]] = json.loads(called.out)
    return records


def separated(out: str) -> list[dict[str, str]]:
    """Read tab-separated values with a header."""
    header, *lines = (line.split("\t") for line in out.splitlines())
    assert len(header) > 5
    assert all(len(line) == len(header) for line in lines)
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_cases_are_told_with_names_lamp_and_margin(config: Path) -> None:
    late, soon = listed(config, "cases")
    assert late["no"] == "NO-late"
    assert (late["department_name"], late["region_name"]) == ("住房和城乡建设局", "东浦区")
    assert (late["level_name"], late["state_name"]) == ("黄牌", "超期")
    assert late["due_at"] == "2026-10-16T17:30:00+08:00"
    assert late["margin"] == "超期 3 个工作日"
    assert late["limits"]["promise"]["due_at"] == late["due_at"]
    assert (soon["level_name"], soon["margin"]) == ("预警", "剩 2 个工作日")


def test_names_are_english_where_the_locale_is(config: Path) -> None:
    called = duban("cases", "--json", "-c", config, env=ENGLISH)
    late = json.loads(called.out)[0]
    assert (late["level_name"], late["margin"]) == ("Yellow card", "3 working days overdue")


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (["--level", "yellow"], ["late"]),
        (["--level", "黄牌"], ["late"]),
        (["--level", "red"], []),
        (["--state", "running"], ["soon"]),
        (["--department", "ZJ"], ["late"]),
        (["--department", "住房和城乡建设局"], ["late"]),
        (["--region", "东浦区"], ["late"]),
        (["--region", "R9"], []),
        (["--source", "hall", "--item", "I-1"], ["late"]),
        (["--source", "other"], []),
        (["-q", "消防"], ["late"]),
        (["-q", "no-S"], ["soon"]),
        (["-q", "%"], ["soon"]),
        (["--all"], ["late", "soon", "done"]),
        (["--limit", "1"], ["late"]),
    ],
)
def test_cases_are_chosen(config: Path, options: list[str], keys: list[str]) -> None:
    assert [record["key"] for record in listed(config, "cases", *options)] == keys


def test_an_unknown_level_is_refused_with_those_there_are(config: Path) -> None:
    called = duban("cases", "--level", "blue", "-c", config)
    assert called.code == 2
    assert "红牌" in called.err


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ([], ["soon", "late"]),
        (["--level", "warning"], ["soon"]),
        (["--rule", "other"], []),
        (["--department", "ZJ", "--region", "R1"], ["late"]),
        (["--source", "other"], []),
        (["--unacknowledged"], ["soon"]),
        (["--all", "--limit", "1"], ["soon"]),
    ],
)
def test_alerts_are_chosen(
    config: Path, alerts: tuple[int, int], options: list[str], keys: list[str]
) -> None:
    assert duban("ack", alerts[0], "--by", "h2", "-c", config).code == 0
    assert [record["key"] for record in listed(config, "alerts", *options)] == keys


def test_an_alert_tells_its_case_its_margin_and_who_answers(
    config: Path, alerts: tuple[int, int]
) -> None:
    duban("ack", alerts[0], "--by", "h2", "--note", "已核实", "-c", config)
    late = listed(config, "alerts")[1]
    assert (late["id"], late["no"], late["level_name"]) == (alerts[0], "NO-late", "黄牌")
    assert late["margin"] == "超期 3 个工作日"
    assert late["opened_at"] == "2026-10-16T17:30:00+08:00"
    assert (late["acked_by"], late["ack_note"]) == ("h2", "已核实")


@pytest.mark.parametrize("command", ["cases", "alerts", "rejects"])
def test_in_a_pipe_a_row_is_a_line_whatever_is_in_it(config: Path, command: str) -> None:
    called = duban(command, "-c", config)
    assert (called.code, called.err) == (0, "")
    assert separated(called.out)


def test_values_in_a_pipe_are_raw(config: Path) -> None:
    late = separated(duban("cases", "-c", config).out)[0]
    assert (late["department"], late["level"], late["closed_at"]) == ("ZJ", "yellow", "")
    assert late["title"] == ""  # halls write the applicant into it


def test_rejects_tell_what_was_found_and_where(config: Path) -> None:
    [odd] = listed(config, "rejects", "--source", "hall")
    assert (odd["key"], odd["reason"], odd["times"]) == ("odd", "bad-time", 1)
    assert odd["seen_at"] == "2026-10-21T09:00:00+08:00"
    assert listed(config, "rejects", "--source", "other") == []


def test_on_a_narrow_terminal_what_is_wrong_with_a_row_is_told_in_full(
    config: Path, store: Store
) -> None:
    detail = "cases.kind (column project_type): '7'; expected one of instant, promise, forwarded"
    with store.write() as connection:
        rejects.put_rejects(connection, "hall", [Rejected("k", "unknown-code", detail, "{}")], NOW)
    shown = plain(duban_on_terminal("rejects", "-c", config, width=80))
    assert "不认得的代码" in shown
    bare = "".join(shown.split())
    assert all(word in bare for word in ("project_type", "应为", "instant", "forwarded"))
    assert "expected" not in shown


def test_on_a_terminal_there_is_a_table_that_fits(config: Path) -> None:
    shown = duban_on_terminal("cases", "-c", config)
    assert "\x1b[1;33m黄牌" in shown
    lines = plain(shown).splitlines()
    assert [title in lines[1] for title in ("办件号", "事项", "灯")] == [True] * 3
    assert any("NO-late" in line and "超期" in line for line in lines)
    assert "到期" in plain(duban_on_terminal("cases", "-c", config, width=140))


def test_a_terminal_without_colours_gets_none(config: Path) -> None:
    coloured = duban_on_terminal("cases", "-c", config)
    bare = duban_on_terminal("cases", "-c", config, NO_COLOR="1")
    assert COLOUR.search(coloured)
    assert not COLOUR.search(bare)


def test_a_terminal_is_told_that_nothing_was_found(config: Path) -> None:
    assert "没有符合条件的记录" in duban_on_terminal("cases", "--level", "red", "-c", config)


OTHER = """
[[source]]
id = "city"
url = "sqlite:///city.db"
[source.cases]
table = "cases"
key = "id"
columns = { no = "no", accepted_at = "accepted", closed_at = "closed" }
"""


@pytest.mark.parametrize("command", ["cases", "alerts"])
def test_a_terminal_is_told_of_the_source_where_there_are_several(
    config: Path, command: str
) -> None:
    assert "审批库" not in duban_on_terminal(command, "-c", config)
    config.write_text(config.read_text("utf-8") + OTHER, "utf-8")
    shown = plain(duban_on_terminal(command, "-c", config))
    assert "审批库" in shown.splitlines()[1]
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize("command", ["cases", "alerts"])
@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--department", "住房局"], "名录和办件里都没有部门“住房局”；相近的：ZJ 住房和城乡建设局"),
        (["--region", "R9"], "名录和办件里都没有区划“R9”；相近的：R1 东浦区"),
        # There is one, or there are cases of it, but none that is asked for.
        (["--department", "ZJ", "--level", "red"], ""),
    ],
)
def test_a_place_that_nobody_knows_is_named(
    config: Path, command: str, option: list[str], said: str
) -> None:
    called = duban(command, *option, "-c", config)
    assert (called.code, called.err.strip()) == (0, said)


def test_codes_of_a_list_are_told_by_name(store: Store, config: Path) -> None:
    """A hall's own tables of departments and people are in the store, not in the settings."""
    coded = {"department": "449922002", "handler": "u00042"}
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("K-1", no="NO-coded", **coded)], 0)
        people.replace(
            connection,
            "staff",
            [
                ("department", {"id": "449922002", "name": "卫生健康局"}),
                ("person", {"id": "u00042", "name": "吴敏"}),
            ],
        )
    [one] = listed(config, "cases", "-q", "NO-coded")
    assert (one["department_name"], one["handler_name"]) == ("卫生健康局", "吴敏")
    assert "卫生健康局" in duban("explain", "NO-coded", "-c", config).out
