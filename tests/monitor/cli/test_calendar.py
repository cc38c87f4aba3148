"""``duban calendar``: a year as it is reckoned with, and what other calendars would change."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.store import calendar_days, cases, sources
from monitor.store.open_cases import open_pages
from monitor.store.store import Store
from rules.calendar_days import DayEdit
from rules.cases import Part, PartKind
from tests.support.cli import ENGLISH, SETTINGS, duban, duban_on_terminal, plain, settings_file
from tests.support.moments import at
from tests.support.stores import read_case

OWN = """
[daemon]
calendar = "own"
"""
STOPPED = """
[[calendar]]
id = "own"
holidays = { "2026-10-20" = "停工" }
"""


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, to call from."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_year_is_shown_without_any_settings(nowhere: Path) -> None:
    told = duban("calendar", "2026")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0].startswith("2026 年 · 248 个工作日   cn · chinesecalendar")
    months = [" ".join(line.split()) for line in lines if "月 · " in line]
    assert months[0] == "1 月 · 21 个工作日 2 月 · 16 个工作日 3 月 · 22 个工作日"
    assert "休 国庆节  10月1日周四 – 10月7日周三（7 天）" in lines
    assert "10月10日周六" in next(line for line in lines if line.startswith("班 "))


def test_marks_stand_under_their_days(nowhere: Path) -> None:
    lines = duban("calendar", "2026").out.splitlines()
    january = next(i for i, line in enumerate(lines) if line.startswith("           1  2  3  4"))
    assert lines[january + 1].startswith("          休 休 休 班")


def test_a_wide_terminal_has_four_months_in_a_row(nowhere: Path) -> None:
    wide = plain(duban_on_terminal("calendar", "2026", width=110)).splitlines()
    narrow = plain(duban_on_terminal("calendar", "2026", width=80)).splitlines()
    assert sum("个工作日" in line for line in wide) == 1 + 3
    assert sum("个工作日" in line for line in narrow) == 1 + 4
    assert max(map(len, narrow)) <= 80


def test_a_year_that_is_not_announced_is_marked(nowhere: Path) -> None:
    told = duban("calendar", "2027")
    assert "（暂定）" in told.out.splitlines()[0]
    assert "放假安排只公布到 2026-12-31" in told.out
    assert "Provisional" in duban("calendar", "2027", env=ENGLISH).out
    assert "暂定" not in duban("calendar", "2026").out


def test_json_gives_the_days(nowhere: Path) -> None:
    told = json.loads(duban("calendar", "2026", "--json").out)
    assert (told["working_days"], told["provisional"], len(told["days"])) == (248, False, 365)
    days = {day["date"]: day for day in told["days"]}
    assert days["2026-10-10"]["kind"] == "makeup"
    assert days["2026-10-10"]["hours"] == ["09:00-12:00", "13:30-17:30"]
    assert (days["2026-10-01"]["kind"], days["2026-10-01"]["name"]) == ("holiday", "国庆节")
    assert (days["2026-10-11"]["kind"], days["2026-10-11"]["hours"]) == ("off", [])
    assert told["months"][9] == {"month": 10, "working_days": 18}


def test_settings_name_the_calendar(config: Path) -> None:
    settings_file(config.parent, OWN + STOPPED)
    told = json.loads(duban("calendar", "2026", "-c", config, "--json").out)
    assert (told["calendar"], told["working_days"]) == ("own", 247)
    summer = duban("calendar", "2026", "--calendar", "cn-summer", "-c", config, "--json")
    assert json.loads(summer.out)["calendar"] == "cn-summer"


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("2026", "--calendar", "none"), 1, "cn-summer"),
        (("soon",), 2, "diff"),
        (("1900",), 2, "1990"),
        (("diff",), 2, "NEW.toml"),
        (("2026", "-c", "missing.toml"), 2, "missing.toml"),
    ],
)
def test_what_cannot_be_shown_is_said(
    nowhere: Path, call: tuple[str, ...], code: int, said: str
) -> None:
    told = duban("calendar", *call)
    assert told.code == code
    assert said in told.err


@pytest.fixture
def hall(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """After work on 20 October: a case that was due today, one due yesterday, a closed one."""
    monkeypatch.setattr(time, "time_ns", lambda: at("2026-10-20 18:00") * 1000)
    accepted = {
        "today": at("2026-09-16 10:00"),  # twenty working days: due on 20 October
        "yesterday": at("2026-09-15 10:00"),
        "closed": at("2026-09-16 10:00"),
    }
    read = [
        read_case(
            key, accepted_at=start, closed_at=at("2026-09-17 10:00") if key == "closed" else None
        )
        for key, start in accepted.items()
    ]
    with store.write() as connection:
        sources.ensure(connection, ["hall"], 0)
        cases.put(connection, "hall", read, 0)
    return store


def difference(config: Path, more: str) -> dict[str, Any]:
    new = config.parent / "new.toml"
    new.write_text(SETTINGS + more, "utf-8")
    told = duban("calendar", "diff", new, "-c", config, "--json")
    assert told.code == 0, told.err
    return dict(json.loads(told.out))


def test_the_same_calendars_change_nothing(hall: Store, config: Path) -> None:
    told = difference(config, "")
    assert (told["cases"], told["limits"], told["moved"], told["changes"]) == (2, 2, 0, [])


def test_a_day_off_moves_due_moments_and_takes_cases_out_of_being_overdue(
    hall: Store, config: Path
) -> None:
    told = difference(config, OWN + STOPPED)
    assert (told["moved"], told["becoming_overdue"], told["no_longer_overdue"]) == (1, 0, 1)
    (change,) = told["changes"]
    assert change["key"] == "today"
    assert change["due_before"] == "2026-10-20T17:30:00+08:00"
    assert change["due_after"] == "2026-10-21T17:30:00+08:00"
    assert change["stops_being_overdue"]


def test_due_moments_that_become_provisional_are_counted(hall: Store, config: Path) -> None:
    own = f'{OWN}[[calendar]]\nid = "own"\npublished_through = "2026-10-19"\n'
    told = difference(config, own)
    assert (told["moved"], told["newly_provisional"]) == (0, 1)
    assert told["changes"][0]["outcome"] == "same"


def test_a_working_day_makes_cases_overdue(
    hall: Store, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: at("2026-10-20 10:00") * 1000)
    told = difference(config, f'{OWN}[[calendar]]\nid = "own"\nworkdays = ["2026-10-18"]\n')
    assert told["becoming_overdue"] == 1
    assert [change["key"] for change in told["changes"] if change["becomes_overdue"]] == ["today"]


def test_a_change_is_told_in_words_and_nothing_is_written(hall: Store, config: Path) -> None:
    new = config.parent / "new.toml"
    new.write_text(SETTINGS + OWN + STOPPED, "utf-8")
    told = duban("calendar", "diff", new, "-c", config)
    assert told.code == 0
    assert "1  不再超期" in told.err
    assert told.out.splitlines()[1].split("\t")[1] == "today"


def test_a_calendar_that_the_new_settings_lack_is_refused(hall: Store, config: Path) -> None:
    settings_file(config.parent, OWN + STOPPED)
    new = config.parent / "new.toml"
    new.write_text(SETTINGS.replace('id = "promise"', 'id = "other"'), "utf-8")
    told = duban("calendar", "diff", new, "-c", config)
    assert told.code == 1
    assert "own" in told.err


def test_faults_of_the_new_settings_are_told_as_theirs(hall: Store, config: Path) -> None:
    new = config.parent / "new.toml"
    new.write_text(SETTINGS + '[[calendar]]\nid = "own"\nworkday = []\n', "utf-8")
    told = duban("calendar", "diff", new, "-c", config)
    assert told.code == 2
    assert told.err.startswith(str(new))
    assert "CFG-101" in told.err


def test_open_cases_come_in_pages_with_their_parts(hall: Store) -> None:
    part = Part(PartKind.PAUSE, "P-1", at("2026-09-16 10:00"))
    with hall.write() as connection:
        cases.put(connection, "hall", [read_case(f"more-{i}", part) for i in range(4)], 0)
    with hall.read() as connection:
        pages = list(open_pages(connection, size=4))
    assert [len(page) for page in pages] == [4, 2]
    assert {case.key for page in pages for case in page} == {
        *("today", "yesterday"),
        *(f"more-{i}" for i in range(4)),
    }
    assert pages[1][-1].parts == (part,)


def test_days_that_were_entered_on_the_desk_are_in_the_year(hall: Store, config: Path) -> None:
    off = DayEdit(date(2026, 10, 15), works=False, name="停工")
    with hall.write() as connection:
        calendar_days.enter(connection, "cn", off, "wang", 0)
    told = duban("calendar", "2026", "-c", str(config))
    assert "2026 年 · 247 个工作日" in told.out
    assert "停工  10月15日周四" in told.out
