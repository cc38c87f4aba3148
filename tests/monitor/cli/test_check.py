from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain, settings_file

HALL = "CREATE TABLE cases (id TEXT PRIMARY KEY, no TEXT, item TEXT, accepted TEXT, closed TEXT)"


@pytest.fixture
def hall(config: Path) -> Path:
    """The source of ``config``, with one case."""
    file = config.parent / "hall.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(HALL)
        connection.execute("INSERT INTO cases VALUES ('1', 'NO-1', '许可', '2026-01-05', NULL)")
    return file


def statuses(config: Path) -> dict[str, set[str]]:
    """Give what check says of each kind of thing."""
    told: dict[str, Any] = json.loads(duban("check", "--json", "-c", config).out)
    found: dict[str, set[str]] = {}
    for section in told["sections"]:
        found.setdefault(section["kind"], set()).update(
            result["status"] for result in section["results"]
        )
    return found


def test_sound_settings_pass(config: Path, hall: Path) -> None:
    called = duban("check", "-c", config)
    assert called.code == 0, called.out
    assert "✗" not in called.out
    assert "可以启动" in called.out
    assert statuses(config)["source"] == {"ok"}


def test_a_source_that_is_not_there_fails(config: Path) -> None:
    called = duban("check", "-c", config)
    assert called.code == 1
    assert "✗ 不行  连不上数据库" in called.out
    assert statuses(config)["source"] == {"fail"}


def test_a_missing_column_fails_with_its_neighbour(config: Path, hall: Path) -> None:
    with closing(sqlite3.connect(hall)) as connection:
        connection.execute("ALTER TABLE cases RENAME COLUMN closed TO closed_on")
    called = duban("check", "-c", config)
    assert called.code == 1
    assert "closed ≈ closed_on" in called.out


def test_one_bad_source_does_not_hide_the_others(tmp_path: Path, hall: Path) -> None:
    config = settings_file(
        tmp_path,
        '[[source]]\nid = "far"\nurl = "postgresql+psycopg://a:geheim@127.0.0.1:1/b"\n'
        'timeout = "2s"\n[source.cases]\ntable = "t"\nkey = "id"\ncolumns = { closed_at = "c" }\n',
    )
    called = duban("check", "-c", config)
    assert called.code == 1
    assert "审批库 hall" in called.out
    assert "可以连接" in called.out
    assert "审批库 far" in called.out
    assert "geheim" not in called.out + called.err


def test_a_channel_whose_folder_is_missing_fails(tmp_path: Path, hall: Path) -> None:
    channel = '[[channel]]\nid = "f"\nkind = "file"\npath = "no/such/notices.jsonl"\n'
    config = settings_file(tmp_path, channel)
    assert duban("check", "-c", config).code == 1
    assert statuses(config)["channel"] == {"ok", "fail"}


def test_a_channel_with_faulty_texts_fails(tmp_path: Path, hall: Path) -> None:
    own = tmp_path / "texts" / "zh_CN"
    own.mkdir(parents=True)
    (own / "texts.toml").write_text("not toml")
    channel = '[[channel]]\nid = "f"\nkind = "console"\ntemplates = "texts"\n'
    called = duban("check", "-c", settings_file(tmp_path, channel))
    assert called.code == 1
    assert "建不起来" in called.out


def test_a_store_that_cannot_be_opened_fails(tmp_path: Path, hall: Path) -> None:
    (tmp_path / "duban.db").write_text("no database " * 100)
    assert statuses(settings_file(tmp_path))["store"] == {"fail"}


def test_check_leaves_no_trace(config: Path, hall: Path) -> None:
    before = hall.read_bytes()
    duban("check", "-c", config)
    assert {path.name for path in config.parent.iterdir()} == {"supervisor.toml", "hall.db"}
    assert hall.read_bytes() == before


def test_the_sample_hall_is_made_at_the_first_start(tmp_path: Path) -> None:
    called = duban("check", "-c", settings_file(tmp_path, "[sample]\ncases = 10\n"))
    assert called.code == 0
    assert "首次启动时建立" in called.out


def test_without_a_source_there_is_nothing_to_watch(tmp_path: Path) -> None:
    config = tmp_path / "supervisor.toml"
    config.write_text("")
    called = duban("check", "-c", config, env=ENGLISH)
    assert called.code == 1
    assert "nothing to watch" in called.out


def test_on_a_terminal_it_stays_within_the_width(config: Path) -> None:
    shown = plain(duban_on_terminal("check", "-c", config))
    assert "✗ 不行" in shown
    assert max(map(len, shown.splitlines())) <= 80


# ── the directory beside the data ────────────────────────────────────────────────────────────────

PEOPLE = """
region = [{ id = "R1", name = "东浦区" }]
department = [{ id = "ZJ", name = "住建局" }, { id = "GH", name = "规划局" }]
person = [
  { id = "h3", name = "陈波", department = "GH", posts = ["department-lead"] },
  { id = "h1", name = "李阳", department = "ZJ" },
  { id = "h2", name = "钱程", region = "R1", posts = ["inspector"] },
]
[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "id"
columns = { region = "r", department = "d", handler = "h" }
[[channel]]
id = "screen"
kind = "console"
"""
LEAD = """
[[policy]]
id = "cards"
levels = ["yellow", "red"]
steps = [
  { after = "0m", tell = ["handler"], via = ["screen"] },
  { after = "1h", tell = ["department-lead"], via = ["screen"] },
  { after = "2h", tell = ["inspector"], via = ["screen"] },
]
"""
FOR_ALL = """
[[policy]]
id = "all"
steps = [{ after = "0m", tell = ["inspector"], via = ["screen"] }]
"""
SYSTEM = """
[[policy]]
id = "system"
when = "alert.about == 'system'"
steps = [{ after = "0m", tell = ["person:h1"], via = ["screen"] }]
"""


def directory_of(folder: Path, policies: str, *cases: tuple[str, str, str]) -> dict[str, str]:
    """What check says of the directory, by code: the texts of what is not well."""
    with closing(sqlite3.connect(folder / "hall.db")) as connection, connection:
        connection.execute("CREATE TABLE cases (id, r, d, h)")
        rows = [(str(n), *case) for n, case in enumerate(cases)]
        connection.executemany("INSERT INTO cases VALUES (?, ?, ?, ?)", rows)
    path = folder / "supervisor.toml"
    path.write_text(PEOPLE + policies, "utf-8")
    called = duban("check", "--json", "-c", path)
    assert called.code == 0, called.out
    (section,) = (one for one in json.loads(called.out)["sections"] if one["kind"] == "directory")
    found: dict[str, str] = {}
    for result in section["results"]:
        if result["status"] != "ok":
            found[result["code"]] = found.get(result["code"], "") + result["text"]
    return found


def test_a_directory_that_has_whom_the_data_names_is_well(tmp_path: Path) -> None:
    assert directory_of(tmp_path, SYSTEM + FOR_ALL, ("R1", "ZJ", "李阳"), ("R1", "ZJ", "h1")) == {}


def test_places_and_handlers_that_the_directory_lacks_are_named_with_their_cases(
    tmp_path: Path,
) -> None:
    cases = [("R1", "ZJ", "李阳"), ("R1", "XF", "赵云"), ("R1", "XF", "赵云"), ("R2", "ZJ", "李阳")]
    found = directory_of(tmp_path, SYSTEM + FOR_ALL, *cases)["DIR-102"]
    assert "XF (2)" in found
    assert "赵云 (2)" in found
    assert "R2 (1)" in found
    assert "ZJ" not in found
    assert "李阳" not in found


def test_posts_that_nobody_holds_are_named(tmp_path: Path) -> None:
    cases = [("R1", "ZJ", "李阳"), ("R2", "ZJ", "李阳"), ("R2", "ZJ", "李阳")]
    found = directory_of(tmp_path, SYSTEM + LEAD + FOR_ALL, *cases)["DIR-103"]
    assert "department-lead@R2/ZJ (2)" in found
    assert "inspector@R2 (2)" in found
    assert "inspector@R1" not in found


def test_levels_that_no_policy_is_for_are_named(tmp_path: Path) -> None:
    found = directory_of(tmp_path, SYSTEM + LEAD, ("R1", "ZJ", "李阳"))["DIR-103"]
    assert "没有 [[policy]]" in found
    assert "预警 (1)" in found


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ("", "没有 [[policy]] 适用"),
        (FOR_ALL, "[[policy]] all 谁也通知不到"),
        (SYSTEM + FOR_ALL, None),
    ],
)
def test_alerts_about_the_system_must_reach_somebody(
    tmp_path: Path, policies: str, said: str | None
) -> None:
    found = directory_of(tmp_path, policies, ("R1", "ZJ", "李阳")).get("DIR-104")
    assert (said in found if found and said else found) == (True if said else None)


def test_a_list_of_people_is_read_before_the_data_is_compared_with_it(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\nh9,赵云\n", "utf-8")
    listed = """
[[directory]]
id = "staff"
kind = "person"
file = "people.csv"
columns = { id = "id", name = "name" }
"""
    assert directory_of(tmp_path, listed + SYSTEM + FOR_ALL, ("R1", "ZJ", "赵云")) == {}


def test_rows_that_are_not_understood_come_with_what_mends_them(config: Path, hall: Path) -> None:
    with closing(sqlite3.connect(hall)) as connection, connection:
        connection.execute("INSERT INTO cases VALUES ('2', 'NO-2', '许可', 'gestern', NULL)")
    told = " ".join(duban("check", "-c", config).out.split())
    assert "改法：该列换成时间列，或在视图里转换" in told


@pytest.mark.parametrize(
    ("more", "said"), [("", True), ('trusted_proxies = ["127.0.0.1"]\n', False)]
)
def test_a_proxy_that_is_not_believed_is_warned_of(
    config: Path, hall: Path, more: str, said: bool
) -> None:
    text = config.read_text("utf-8")
    lines = f'[daemon]\ndesk_url = "https://desk.example.gov.cn"\n{more}'
    config.write_text(text + lines, "utf-8")
    codes = [
        result["code"]
        for section in json.loads(duban("check", "--json", "-c", config).out)["sections"]
        for result in section["results"]
    ]
    assert ("WEB-101" in codes) is said


def test_a_password_in_the_query_of_an_address_is_not_printed(config: Path, hall: Path) -> None:
    text = config.read_text("utf-8")
    config.write_text(text.replace("hall.db", "hall.db?password=hunter2&timeout=5"), "utf-8")
    called = duban("check", "-c", config)
    assert "hunter2" not in called.out + called.err
