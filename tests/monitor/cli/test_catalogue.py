from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from monitor.store import audit_log, cases, items
from monitor.store.store import Store
from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain, settings_file
from tests.support.stores import NOW, case_id, checked, read_case

CATALOGUE = """
[catalogue]
file = "items.csv"
[catalogue.columns]
code = "事项编码"
name = "事项名称"
promised_days = "承诺时限"
fee_standard = "收费标准"
"""
FIRST = """事项编码,事项名称,承诺时限,收费标准
A,施工许可,20个工作日,0
B,消防验收,15个工作日,100
C,旧事项,5个工作日,0
"""
SECOND = """事项编码,事项名称,承诺时限,收费标准
A,施工许可,10个工作日,0
B,消防验收,30个工作日,100
D,新事项,5个工作日,0
E,怪事项,马上,0
"""
_BY_ITEM = '{ column = "item_promised_days", unit = "working days" }'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings with a catalogue of three items in a file."""
    (tmp_path / "items.csv").write_text(FIRST, "utf-8")
    (tmp_path / "second.csv").write_text(SECOND, "gb18030")
    return settings_file(tmp_path, CATALOGUE)


@pytest.fixture(autouse=True)
def _store(store: Store) -> None:
    """Make the tables of the store, with cases of A and of what no catalogue has."""
    with store.write() as connection:
        read = [
            read_case("a", item_code="A"),
            read_case("x1", item_code="X", item_name="无名"),
            read_case("x2", item_code="X", closed_at=NOW),
        ]
        cases.put(connection, "hall", read, NOW)


def data(config: Path, *args: object) -> Any:
    called = duban("catalogue", *args, "--json", "-c", config)
    assert called.code == 0, called.err
    return json.loads(called.out)


def test_who_imported_what_is_on_record_where_it_changed_anything(
    config: Path, store: Store
) -> None:
    data(config, "import")
    data(config, "import")
    with store.read() as connection:
        [recorded] = audit_log.of_object(connection, "catalogue")
    act = recorded.act
    assert (act.who, act.act) == (getpass.getuser(), "catalogue.import")
    assert act.after == {"origin": "items.csv", "added": 3, "changed": 0, "removed": 0}


def test_the_first_import_adds_every_item_since_ever(config: Path) -> None:
    report = data(config, "import")
    assert [(one["code"], one["from"]) for one in report["added"]] == [
        ("A", None),
        ("B", None),
        ("C", None),
    ]
    assert (report["origin"], report["entries"], report["items_before"]) == ("items.csv", 3, 0)
    assert [one["code"] for one in data(config, "list")] == ["A", "B", "C"]


def test_a_new_edition_tells_what_it_changes_and_is_in_force_from_its_day(config: Path) -> None:
    data(config, "import")
    report = data(config, "import", config.parent / "second.csv", "--from", "2030-01-01")
    assert [one["code"] for one in report["added"]] == ["D"]
    assert [one["code"] for one in report["removed"]] == ["C"]
    assert report["changed"][0] == {
        "code": "A",
        "name": "施工许可",
        "from": "2030-01-01",
        "facts": {"promised_days": {"before": 20, "after": 10}},
    }
    assert (report["shortened"], report["lengthened"]) == (["A"], ["B"])
    assert [(one["code"], one["reason"]) for one in report["rejected"]] == [("E", "bad-number")]
    assert [
        (one["valid_from"], one["valid_to"], one["facts"]["promised_days"], one["origin"])
        for one in data(config, "show", "A")
    ] == [(None, "2030-01-01", 20, "items.csv"), ("2030-01-01", None, 10, "second.csv")]


def test_of_a_partial_list_the_other_items_stay(config: Path) -> None:
    data(config, "import")
    report = data(config, "import", config.parent / "second.csv", "--partial")
    assert report["removed"] == []
    assert [one["code"] for one in data(config, "list")] == ["A", "B", "C", "D"]


def test_an_import_makes_the_cases_of_its_items_due(config: Path, store: Store) -> None:
    with store.write() as connection:
        idle = [checked(case_id(connection, key)) for key in ("a", "x1")]
        cases.record_checks(connection, idle)
    assert data(config, "import")["cases_due"] == 1
    with store.read() as connection:
        assert items.state(connection).version == 1


@pytest.mark.parametrize("command", [("import", "--dry-run"), ("diff",)])
def test_a_dry_run_tells_the_same_and_changes_nothing(
    config: Path, store: Store, command: tuple[str, ...]
) -> None:
    data(config, "import")
    name, *options = command
    report = data(config, name, config.parent / "second.csv", "--from", "2030-01-01", *options)
    assert (report["dry_run"], report["shortened"]) == (True, ["A"])
    assert len(data(config, "show", "A")) == 1


def test_rows_that_cannot_be_understood_are_listed_with_the_rejects(config: Path) -> None:
    data(config, "import", config.parent / "second.csv")
    called = duban("rejects", "--json", "-c", config)
    assert [(one["source"], one["key"]) for one in json.loads(called.out)] == [("catalogue", "E")]


def test_the_report_reads_well_in_both_languages(config: Path) -> None:
    duban("catalogue", "import", "-c", config)
    second = config.parent / "second.csv"
    called = duban("catalogue", "diff", second, "--from", "2030-01-01", "-c", config)
    assert "新增 1，变更 2（时限缩短 1，延长 1），取消 1" in called.out
    assert "承诺时限↓  20 → 10" in called.out
    assert "2030-01-01 起" in called.out
    assert "未导入" in called.err
    assert "马上" in called.err
    called = duban("catalogue", "diff", second, "--from", "2030-01-01", "-c", config, env=ENGLISH)
    assert "1 added, 2 changed (limits: 1 shorter, 1 longer), 1 removed" in called.out
    assert "promised↑  15 → 30" in called.out


def test_the_list_on_a_terminal_shows_limits_in_words(config: Path) -> None:
    duban("catalogue", "import", "-c", config)
    shown = plain(duban_on_terminal("catalogue", "list", "-q", "消防", "-c", config))
    assert "15 个工作日" in shown
    assert "施工许可" not in shown


def test_a_longer_list_says_how_much_is_left_out(config: Path) -> None:
    duban("catalogue", "import", "-c", config)
    called = duban("catalogue", "list", "-n", "2", "-c", config)
    assert len(called.out.splitlines()) == 3
    assert "共 3 项" in called.err


def test_an_item_is_shown_with_its_facts(config: Path) -> None:
    duban("catalogue", "import", "-c", config)
    called = duban("catalogue", "show", "B", "-c", config)
    assert "B  一直 – …  (items.csv)" in called.out
    assert "承诺时限  15 个工作日" in called.out
    assert "收费标准  100" in called.out


def test_an_item_that_is_not_there_is_told(config: Path) -> None:
    called = duban("catalogue", "show", "Z", "-c", config)
    assert (called.code, "没有 Z" in called.err) == (1, True)


def test_what_cases_name_and_no_catalogue_knows_is_listed(config: Path) -> None:
    assert [(one["code"], one["cases"]) for one in data(config, "unknown")] == [("X", 2), ("A", 1)]
    data(config, "import")
    assert data(config, "unknown") == [{"code": "X", "name": "无名", "cases": 2, "live": 1}]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("import", "nowhere.csv"), 1, "读不了"),
        (("import", "--from", "tomorrow"), 2, "2027-01-01"),
    ],
)
def test_what_cannot_be_done_is_told(
    config: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    called = duban("catalogue", *args, "-c", config)
    assert (called.code, said in called.err) == (code, True)


def test_a_list_without_any_item_is_refused(config: Path) -> None:
    (config.parent / "items.csv").write_text("事项编码,事项名称,承诺时限,收费标准\n", "utf-8")
    called = duban("catalogue", "import", "-c", config)
    assert (called.code, "没有读得懂的事项" in called.err) == (1, True)


def test_settings_without_a_catalogue_say_what_to_add(tmp_path: Path) -> None:
    called = duban("catalogue", "import", "-c", settings_file(tmp_path))
    assert (called.code, "[catalogue]" in called.err) == (1, True)


def hall(folder: Path, *statements: str) -> None:
    """Run statements in the database of the hall."""
    engine = create_engine(f"sqlite:///{folder / 'hall.db'}", poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_table_of_the_source_is_imported(config: Path, tmp_path: Path) -> None:
    hall(
        tmp_path,
        "CREATE TABLE up_task (task_code TEXT, promise_day INTEGER)",
        "INSERT INTO up_task VALUES ('A', 7)",
    )
    settings_file(
        tmp_path,
        '[catalogue]\nsource = "hall"\ntable = "up_task"\n'
        'columns = { code = "task_code", promised_days = "promise_day" }\n',
    )
    report = data(config, "import")
    assert (report["origin"], [one["code"] for one in report["added"]]) == ("hall", ["A"])


@pytest.mark.parametrize(
    ("since", "due"), [("2025-10-10", "2025-11-05"), ("2025-10-09", "2025-10-22")]
)
def test_explain_counts_by_the_edition_in_force_at_acceptance(
    config: Path, since: str, due: str
) -> None:
    """The case was accepted on 9 October 2025."""
    text = config.read_text("utf-8").replace('"20 working days"', _BY_ITEM)
    config.write_text(text, "utf-8")
    data(config, "import")
    data(config, "import", config.parent / "second.csv", "--from", since)
    called = duban("explain", "NO-a", "--json", "-c", config)
    (limit,) = json.loads(called.out)["limits"]
    assert limit["due_at"] == f"{due}T17:30:00+08:00"


def test_a_replay_has_the_editions_of_the_store_and_tells_what_they_lack(
    config: Path, tmp_path: Path
) -> None:
    text = config.read_text("utf-8").replace('item_name = "item"', 'item_code = "item"')
    config.write_text(text.replace('"20 working days"', _BY_ITEM), "utf-8")
    data(config, "import")
    hall(
        tmp_path,
        "CREATE TABLE cases (id TEXT, no TEXT, item TEXT, accepted TEXT, closed TEXT)",
        "INSERT INTO cases VALUES ('1', '1', 'C', '2026-09-22 15:20', NULL)",
        "INSERT INTO cases VALUES ('2', '2', 'X', '2026-09-22 15:20', NULL)",
    )
    called = duban(
        *("replay", "--from", "2026-09-01", "--to", "2026-10-01", "--json", "-c", config)
    )
    events = [json.loads(line) for line in called.out.splitlines()]
    assert {(one["case"], one["level"]) for one in events} == {("1", "warning"), ("1", "yellow")}
    assert "有 1 件的事项在目录中没有当时有效的版本" in called.err


def test_a_replay_without_a_store_is_refused_where_the_catalogue_cannot_be_read(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    hall(folder, "CREATE TABLE cases (id TEXT, no TEXT, item TEXT, accepted TEXT, closed TEXT)")
    path = settings_file(folder, CATALOGUE)
    called = duban("replay", "--from", "2026-09-01", "--to", "2026-10-01", "-c", path)
    assert called.code == 1
    assert "items.csv 读不了" in called.err
    assert not (folder / "duban.db").exists()


def checked_catalogue(config: Path) -> list[tuple[str, str]]:
    """Give the code and status of what ``duban check`` says of the catalogue."""
    called = duban("check", "--json", "-c", config)
    record = json.loads(called.out)
    (section,) = [one for one in record["sections"] if one["kind"] == "catalogue"]
    return [(one["code"], one["status"]) for one in section["results"]]


def test_a_check_before_the_start_reads_the_catalogue(config: Path) -> None:
    assert checked_catalogue(config) == [("CAT-101", "ok")]
    (config.parent / "second.csv").rename(config.parent / "items.csv")
    assert checked_catalogue(config) == [("CAT-101", "ok"), ("CAT-102", "warn")]
    (config.parent / "items.csv").write_text("编码\n", "utf-8")
    assert checked_catalogue(config) == [("CAT-101", "fail")]


@pytest.fixture
def regional(config: Path) -> Path:
    """A list in which one code has limits of its own in one region."""
    (config.parent / "items.csv").write_text(
        "事项编码,区划,事项名称,承诺时限,收费标准\n"
        "A,,施工许可,20个工作日,0\nA,R1,施工许可,7个工作日,0\nZ,R2,只在临江,5个工作日,0\n",
        "utf-8",
    )
    text = CATALOGUE.replace("[catalogue.columns]", '[catalogue.columns]\nregion = "区划"')
    return settings_file(config.parent, text)


def test_one_code_may_have_limits_by_region(regional: Path) -> None:
    report = data(regional, "import")
    assert report["rejected"] == []
    assert [one["code"] for one in report["added"]] == ["A", "A@R1", "Z@R2"]
    [shown] = data(regional, "show", "A@R1")
    assert (shown["facts"]["promised_days"], shown["facts"]["region"]) == (7, "R1")
    [shown] = data(regional, "show", "A")
    assert (shown["facts"]["promised_days"], shown["facts"]["region"]) == (20, None)


def test_a_change_in_one_region_changes_that_region_alone(regional: Path) -> None:
    data(regional, "import")
    listed = regional.parent / "items.csv"
    listed.write_text(listed.read_text("utf-8").replace("7个工作日", "3个工作日"), "utf-8")
    report = data(regional, "diff")
    assert [one["code"] for one in report["changed"]] == ["A@R1"]
    assert report["shortened"] == ["A@R1"]


def test_two_rows_of_one_code_and_region_that_differ_are_set_aside(regional: Path) -> None:
    listed = regional.parent / "items.csv"
    listed.write_text(listed.read_text("utf-8") + "A,R1,施工许可,9个工作日,0\n", "utf-8")
    report = data(regional, "import")
    assert [(one["code"], one["reason"]) for one in report["rejected"]] == [
        ("A@R1", "duplicate-key")
    ]
    assert [one["code"] for one in report["added"]] == ["A", "Z@R2"]


def test_a_code_of_one_region_is_not_among_the_unknown(regional: Path, store: Store) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("z", item_code="Z", region="R2")], NOW)
    data(regional, "import")
    assert [one["code"] for one in data(regional, "unknown")] == ["X"]


def test_a_change_in_a_region_has_the_cases_of_its_code_checked_again(
    regional: Path, store: Store
) -> None:
    data(regional, "import")
    with store.write() as connection:
        cases.record_checks(connection, [checked(case_id(connection, "a"), next_check_at=None)])
    listed = regional.parent / "items.csv"
    listed.write_text(listed.read_text("utf-8").replace("7个工作日", "3个工作日"), "utf-8")
    assert data(regional, "import")["cases_due"] == 1
