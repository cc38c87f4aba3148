"""``duban calendar import``: a notice or a calendar file becomes a calendar of the settings."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.cli import CHINESE, ENGLISH, duban

TABLE = "2027-01-01,2027-01-03,元旦,休\n2027-01-04,,,班\n"
WRITTEN = """\
[[calendar]]
id = "cn-2027"
base = "cn"
published_through = 2027-12-31
version = "notice.csv"
workdays = [2027-01-04]
[calendar.holidays]
2027-01-01 = "元旦"
2027-01-02 = "元旦"
2027-01-03 = "元旦"
"""


@pytest.fixture
def notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of a year, in a folder without settings to call from."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notice.csv"
    path.write_text(TABLE, "utf-8")
    return path


def test_the_calendar_is_printed_and_what_to_do_with_it_is_said(notice: Path) -> None:
    told = duban("calendar", "import", str(notice))
    assert told.code == 0
    assert told.out == WRITTEN
    assert "2027 年：放假 3 天，调休上班 1 天" in told.err
    assert "[daemon] calendar" in told.err


def test_it_may_have_another_id_and_be_written_to_a_file(notice: Path) -> None:
    told = duban("calendar", "import", str(notice), "--id", "own", "-o", "own.toml")
    assert told.code == 0
    assert told.out == ""
    assert Path("own.toml").read_text("utf-8") == WRITTEN.replace("cn-2027", "own")


def test_what_is_printed_shows_as_a_year_of_the_settings(notice: Path) -> None:
    settings = '[daemon]\ncalendar = "cn-2027"\n' + duban("calendar", "import", str(notice)).out
    Path("supervisor.toml").write_text(settings, "utf-8")
    shown = json.loads(duban("calendar", "2027", "--json").out)
    assert shown["provisional"] is False
    assert [day["date"] for day in shown["days"] if day["kind"] == "makeup"] == ["2027-01-04"]


def test_the_settings_may_be_given_as_json(notice: Path) -> None:
    given = json.loads(duban("calendar", "import", str(notice), "--json").out)
    assert given == {
        "id": "cn-2027",
        "base": "cn",
        "published_through": "2027-12-31",
        "version": "notice.csv",
        "workdays": {"2027-01-04": None},
        "holidays": {f"2027-01-0{day}": "元旦" for day in (1, 2, 3)},
    }


def test_a_file_that_is_there_is_not_written_over(notice: Path) -> None:
    told = duban("calendar", "import", str(notice), "-o", str(notice))
    assert told.code == 1
    assert notice.read_text("utf-8") == TABLE


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2027-01-01,,元旦,休\n2027-01-01,,,班\n", "既放假又上班：2027-01-01", "both off and"),
        ("2027-01-01,,元旦\n", "第 1 行", "line 1"),
        ("一、元旦：1月1日放假。\n", "--year", "--year"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_in_the_language_of_the_call(
    notice: Path, text: str, zh: str, en: str
) -> None:
    notice.write_text(text, "utf-8")
    for env, said in ((CHINESE, zh), (ENGLISH, en)):
        told = duban("calendar", "import", str(notice), env=env)
        assert told.code == 1
        assert said in told.err
        assert told.out == ""


def test_a_notice_takes_its_year_from_the_call(notice: Path) -> None:
    notice.write_text("一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n", "utf-8")
    told = duban("calendar", "import", str(notice), "--year", "2027")
    assert told.code == 0
    assert "published_through = 2027-12-31" in told.out


def test_events_that_are_left_out_are_told(notice: Path) -> None:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{title}\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:{title}\r\n"
        "END:VEVENT\r\n"
        for title in ("元旦（休）", "小寒")
    )
    notice.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n", "utf-8")
    told = duban("calendar", "import", str(notice))
    assert told.code == 0
    assert "1 个事件" in told.err
    assert "小寒" in told.err


def test_the_extra_that_reads_ics_is_named_where_it_is_missing(
    notice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    notice.write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "utf-8")
    told = duban("calendar", "import", str(notice))
    assert told.code == 1
    assert "duban[ics]" in told.err


def test_a_file_that_is_missing_is_named(notice: Path) -> None:
    assert duban("calendar", "import").code == 2
    told = duban("calendar", "import", "missing.txt")
    assert told.code == 1
    assert "missing.txt" in told.err
