"""What real halls keep in their columns: odd values are read or rejected, row by row."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from monitor.sources import Reason
from monitor.sources.rows import Unreadable
from monitor.sources.values import LONGEST_TEXT, number, plain, plain_column
from rules.instants import instant
from tests.monitor.sources.halls import (
    CASES,
    START,
    TIME,
    build,
    keys_of,
    open_reader,
    read_everything,
    read_round,
    row,
    settings,
)
from tests.support.databases import Database

BLOB = {"postgresql": "bytea", "mariadb": "blob", "sqlite": "blob"}
AT_NINE = instant(datetime.fromisoformat("2026-09-18T09:00:00+08:00"))


def read_column(database: Database, kind: str, *values: Any, **options: Any) -> dict[str, Any]:
    """Keep values in a column of a type; give what was read or why not, by number."""
    name = options.pop("name", "note")
    database.run(f"CREATE TABLE odd (no int PRIMARY KEY, odd {kind})")
    database.insert("odd", *({"no": n, "odd": value} for n, value in enumerate(values)))
    cases = {"table": "odd", "key": "no", "columns": {name: "odd"}} | options
    with open_reader(settings(database, cases=cases)) as reader:
        cases, rejects = read_everything(reader)
    read = {key: case.facts[name] for key, case in cases.items()}
    return read | {key: reject.reason for key, reject in rejects.items()}


def test_a_bad_time_rejects_its_row_and_no_other(database: Database) -> None:
    read = read_column(database, "varchar(40)", "soon", str(START), "", None, name="accepted_at")

    assert read == {"0": Reason.BAD_TIME, "1": AT_NINE, "2": None, "3": None}


def test_a_reject_shows_the_fault_and_no_other_column(database: Database) -> None:
    time = TIME[database.kind]
    database.run(
        f"CREATE TABLE cases (no varchar(9), applicant varchar(9), accepted varchar(9), "
        f"changed {time})"
    )
    database.insert(
        "cases", {"no": "a", "applicant": "张三", "accepted": "soon", "changed": str(START)}
    )
    columns = {"applicant": "applicant", "accepted_at": "accepted"}

    with open_reader(settings(database, columns=columns)) as reader:
        (reject,) = reader.read_page().rejects

    assert (reject.key, reject.reason) == ("a", Reason.BAD_TIME)
    assert reject.detail.startswith("cases.accepted_at (column accepted): 'soon'; expected a time")
    assert "soon" in reject.row
    assert "张三" not in reject.row


def test_a_reject_shows_the_numbers_by_which_people_know_its_case(database: Database) -> None:
    database.run(
        "CREATE TABLE cases (id int PRIMARY KEY, no varchar(9), receipt varchar(9),"
        " accepted varchar(9))",
        "CREATE TABLE pauses (id int, kind varchar(9), began varchar(20))",
    )
    database.insert(
        "cases",
        {"id": 1, "no": "A-1", "receipt": "R-1", "accepted": "soon"},
        {"id": 2, "no": "A-2", "receipt": "R-2", "accepted": None},
    )
    database.insert("pauses", {"id": 2, "kind": "听证", "began": "soon"})
    cases = {"table": "cases", "key": "id"}
    cases["columns"] = {"no": "no", "receipt_no": "receipt", "accepted_at": "accepted"}
    pauses = {"table": "pauses", "columns": {"case": "id", "kind": "kind", "started_at": "began"}}

    with open_reader(settings(database, cases=cases, pauses=pauses)) as reader:
        _, rejects = read_everything(reader)

    for key in ("1", "2"):
        shown = json.loads(rejects[key].row)
        assert (shown["no"], shown["receipt"]) == (f"'A-{key}'", f"'R-{key}'")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("工作日", "working days"),
        ("自然日", "calendar days"),
        ("Z", Reason.UNKNOWN_CODE),
        ("旬", Reason.UNKNOWN_CODE),
        ("", None),
        (None, None),
    ],
)
def test_the_unit_of_a_length_is_read_by_any_name_and_never_guessed(
    database: Database, written: str | None, read: object
) -> None:
    database.run("CREATE TABLE cases (id int PRIMARY KEY, days int, unit varchar(9))")
    database.insert("cases", {"id": 1, "days": 5, "unit": written})
    cases = {"table": "cases", "key": "id"}
    cases["columns"] = {"promised_days": "days", "promised_unit": "unit"}

    with open_reader(settings(database, cases=cases)) as reader:
        found, rejects = read_everything(reader)

    assert (found["1"].facts["promised_unit"] if found else rejects["1"].reason) == read


def test_codes_of_units_are_mapped_as_other_codes(database: Database) -> None:
    database.run("CREATE TABLE cases (id int PRIMARY KEY, days int, unit varchar(9))")
    database.insert("cases", *({"id": n, "days": 5, "unit": str(n)} for n in range(1, 6)))
    units = ("working days", "calendar days", "hours", "minutes")
    cases = {"table": "cases", "key": "id"}
    cases["columns"] = {"promised_days": "days", "promised_unit": "unit"}
    cases["values"] = {"promised_unit": {str(n): unit for n, unit in enumerate(units, 1)}}

    with open_reader(settings(database, cases=cases)) as reader:
        found, rejects = read_everything(reader)

    assert tuple(case.facts["promised_unit"] for case in found.values()) == units
    assert rejects["5"].reason is Reason.UNKNOWN_CODE


def test_a_name_that_ends_in_unit_is_a_unit_of_time_only_beside_its_length(
    database: Database,
) -> None:
    read = read_column(database, "varchar(9)", "住建局", name="handling_unit")

    assert read == {"0": "住建局"}


@pytest.mark.parametrize("name", ["item_code", "region", "department", "window", "handler", "kind"])
def test_a_code_that_the_source_keeps_as_a_number_is_text(database: Database, name: str) -> None:
    assert read_column(database, "int", 4503, 0, None, name=name) == {
        "0": "4503",
        "1": "0",
        "2": None,
    }


def test_a_number_that_is_no_text_stays_one(database: Database) -> None:
    assert read_column(database, "int", 4503, name="floor_area") == {"0": 4503}


def test_an_unknown_code_rejects_its_row(database: Database) -> None:
    values = {"kind": {"1": "instant", "2": "promise"}}
    read = read_column(database, "varchar(9)", "1", " 2 ", "9", "", name="kind", values=values)

    assert read == {"0": "instant", "1": "promise", "2": Reason.UNKNOWN_CODE, "3": None}


def test_codes_kept_as_numbers_are_looked_up_as_text(database: Database) -> None:
    values = {"kind": {"1": "instant", "2": "promise"}}
    read = read_column(database, "numeric(9, 2)", 1, 2, 3, name="kind", values=values)

    assert read == {"0": "instant", "1": "promise", "2": Reason.UNKNOWN_CODE}


def test_numbers_with_a_fraction_become_floats(database: Database) -> None:
    assert read_column(database, "numeric(9, 2)", 1.5, None) == {"0": 1.5, "1": None}


def test_the_known_numbers_are_read_from_text(database: Database) -> None:
    read = read_column(database, "varchar(9)", "20", " 2.5", "many", name="promised_days")

    assert read == {"0": 20, "1": 2.5, "2": Reason.BAD_NUMBER}


def test_white_space_is_taken_off_and_an_empty_text_is_none(database: Database) -> None:
    assert read_column(database, "char(9)", " a ", "", None) == {"0": "a", "1": None, "2": None}


def test_bytes_are_text_in_utf_8_or_reject_their_row(database: Database) -> None:
    read = read_column(database, BLOB[database.kind], "办件".encode(), "办".encode("gbk"))

    assert read == {"0": "办件", "1": Reason.INVALID_UTF8}


def test_sqlite_text_that_is_no_utf_8_rejects_its_row(sqlite: Database) -> None:
    build(sqlite)
    sqlite.insert("cases", row("a"), row("b"), row("c"))
    sqlite.run("UPDATE cases SET item = CAST(x'B0ECBCFE' AS text) WHERE no = 'b'")

    with open_reader(settings(sqlite)) as reader:
        page = reader.read_page()

    assert keys_of([page]) == ["a", "c"]
    assert [(r.key, r.reason) for r in page.rejects] == [("b", Reason.INVALID_UTF8)]


def test_another_encoding_in_a_latin1_column_is_read_as_it_stands(mariadb: Database) -> None:
    mariadb.run(
        "CREATE TABLE odd (no int PRIMARY KEY, odd varchar(9) CHARACTER SET latin1)",
        "INSERT INTO odd VALUES (1, x'B0ECBCFE')",
    )
    cases = {"table": "odd", "key": "no", "columns": {"note": "odd"}}

    with open_reader(settings(mariadb, cases=cases)) as reader:
        read, rejects = read_everything(reader)

    assert read["1"].facts == {"note": "°ì¼þ"}
    assert rejects == {}


def test_a_text_of_two_megabytes_is_cut_and_says_so(database: Database) -> None:
    kind = "longtext" if database.kind == "mariadb" else "text"
    (text,) = read_column(database, kind, "办" * 700_000).values()

    assert text.startswith("办" * LONGEST_TEXT + "…")
    assert "700000" in text
    assert len(text) < LONGEST_TEXT + 100


def test_zero_dates_are_none(mariadb: Database) -> None:
    mariadb.run(
        "CREATE TABLE odd (no int PRIMARY KEY, odd datetime, changed datetime)",
        "SET STATEMENT sql_mode = '' FOR INSERT INTO odd VALUES "
        "(1, '0000-00-00 00:00:00', '0000-00-00 00:00:00'), (2, '2026-09-18 09:00:00', now())",
    )
    cases = CASES | {"table": "odd", "columns": {"accepted_at": "odd"}}

    with open_reader(settings(mariadb, cases=cases, page=1)) as reader:
        pages = read_round(reader)

    read = {case.key: case.facts["accepted_at"] for page in pages for case in page.cases}
    assert read == {"1": None, "2": AT_NINE}


def test_stand_ins_for_no_time_are_none(database: Database) -> None:
    times = ("1900-01-01 00:00:00", "9999-12-31 23:59:59", "9999-12-31 00:00:00")
    read = read_column(database, TIME[database.kind], *times, name="closed_at")

    assert set(read.values()) == {None}


def test_moments_with_a_zone_do_not_take_the_source_s(postgresql: Database) -> None:
    read = read_column(
        postgresql, "timestamptz", "2026-09-18 01:00:00+00", "1900-01-01 00:00:00+08",
        name="accepted_at",
    )  # fmt: skip

    assert read == {"0": AT_NINE, "1": None}


def test_mariadb_timestamps_come_in_the_source_s_zone(mariadb: Database) -> None:
    mariadb.run(
        "CREATE TABLE odd (no int PRIMARY KEY, odd timestamp)",
        "SET time_zone = '+00:00'",
        "INSERT INTO odd VALUES (0, '2026-09-18 01:00:00')",
    )
    cases = {"table": "odd", "key": "no", "columns": {"accepted_at": "odd"}}

    with open_reader(settings(mariadb, cases=cases)) as reader:
        read, _ = read_everything(reader)

    assert read["0"].facts == {"accepted_at": AT_NINE}


def test_times_python_cannot_hold_do_not_spoil_the_rows_around_them(postgresql: Database) -> None:
    times = ("infinity", "-infinity", str(START), "20000-01-01")
    read = read_column(postgresql, "timestamp", *times, name="closed_at")

    assert read == {"0": None, "1": None, "2": AT_NINE, "3": Reason.BAD_TIME}


def test_an_infinite_changed_value_does_not_hide_later_changes(postgresql: Database) -> None:
    build(postgresql)
    postgresql.insert("cases", row("endless", changed="infinity"), row("first"))
    with open_reader(settings(postgresql)) as reader:
        first = read_round(reader, now=AT_NINE)
        postgresql.insert("cases", row("second"))
        second = read_round(reader, first[-1], now=AT_NINE)

    assert "second" in keys_of(second)


@pytest.mark.parametrize("number", [1789693200, 1789693200000, 20260918090000])
def test_times_are_read_from_numbers(database: Database, number: int) -> None:
    assert read_column(database, "bigint", number, name="accepted_at") == {"0": AT_NINE}


def test_a_bad_part_rejects_its_case(database: Database) -> None:
    database.run(
        f"CREATE TABLE cases (no varchar(9), changed {TIME[database.kind]})",
        "CREATE TABLE pauses (no varchar(9), began varchar(40))",
    )
    database.insert("cases", *({"no": no, "changed": str(START)} for no in "ab"))
    database.insert("pauses", {"no": "a", "began": "soon"}, {"no": "b", "began": str(START)})
    pauses = {"table": "pauses", "columns": {"case": "no", "started_at": "began"}}

    source = settings(database, columns={"no": "no"}, pauses=pauses)
    with open_reader(source) as reader:
        page = reader.read_page()

    assert keys_of([page]) == ["b"]
    assert [(r.key, r.reason) for r in page.rejects] == [("a", Reason.BAD_TIME)]
    assert page.rejects[0].detail.startswith("pauses.started_at (column began)")


def test_a_step_that_ends_as_it_begins_is_open_where_the_source_writes_so(
    database: Database,
) -> None:
    build(database)
    database.insert("cases", row("a"))
    database.insert("pauses", {"id": 1, "no": "a", "began": str(START), "ended": str(START)})
    steps = {
        "table": "pauses",
        "columns": {"case": "no", "started_at": "began", "ended_at": "ended"},
    }

    for flag, ended in ((False, AT_NINE), (True, None)):
        source = settings(database, steps=steps | {"open_when_equal": flag})
        with open_reader(source) as reader:
            (case,) = reader.read_page().cases
        assert case.parts[0].ended_at == ended


def test_an_extension_has_an_amount_and_a_unit(database: Database) -> None:
    build(database)
    database.run("CREATE TABLE more (no varchar(9), at varchar(40), days varchar(9), u varchar(9))")
    database.insert("cases", row("a"), row("b"))
    database.insert(
        "more",
        {"no": "a", "at": str(START), "days": "10", "u": "Z"},
        {"no": "b", "at": str(START), "days": "10", "u": "?"},
    )
    columns = {"case": "no", "granted_at": "at", "amount": "days"}
    plain = {"table": "more", "columns": columns}
    coded = {
        "table": "more",
        "columns": columns | {"unit": "u"},
        "values": {"unit": {"G": "工作日", "Z": "自然日"}},
    }

    with open_reader(settings(database, extensions=plain | {"unit": "工作日"})) as reader:
        a, b = reader.read_page().cases
    assert a.parts[0].started_at == AT_NINE
    assert a.parts[0].facts == b.parts[0].facts == {"amount": 10, "unit": "working days"}

    with open_reader(settings(database, extensions=coded)) as reader:
        page = reader.read_page()
    assert page.cases[0].parts[0].facts == {"amount": 10, "unit": "calendar days"}
    assert [(r.key, r.reason) for r in page.rejects] == [("b", Reason.UNKNOWN_CODE)]


def test_a_whole_number_that_no_float_holds_is_unreadable() -> None:
    for read in (plain, number, lambda value: plain_column([1, value])):
        with pytest.raises(Unreadable):
            read(10**400)
    assert plain_column([1, None, -3]) == [1, None, -3]
    assert plain_column([1, 10**20]) == [1, 1e20]
