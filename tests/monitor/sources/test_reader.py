"""What is new is found, page by page, on every kind of database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.sources import Cursor, Reason
from rules.instants import DAY, HOUR, instant
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
from tests.support.databases import Database, insert_of

SHANGHAI_START = instant(datetime.fromisoformat("2026-09-18T09:00:00+08:00"))


def test_a_row_becomes_a_case_with_its_facts(database: Database) -> None:
    build(database)
    database.insert("cases", row("a", due="2026-10-16 17:30:00"))

    with open_reader(settings(database)) as reader:
        (case,) = reader.read_page().cases

    assert case.key == "a"
    assert case.changed == "2026-09-18T09:00:00" or case.changed == "2026-09-18 09:00:00"
    assert case.facts == {
        "item_code": "A1",
        "accepted_at": SHANGHAI_START,
        "promised_due": SHANGHAI_START + 28 * DAY + 8 * HOUR + HOUR // 2,
    }


def test_pages_follow_one_another_until_the_last(database: Database) -> None:
    build(database)
    database.insert("cases", *(row(f"{n:02d}", n) for n in range(7)))

    with open_reader(settings(database, page=3)) as reader:
        pages = read_round(reader)

    assert [len(page.cases) for page in pages] == [3, 3, 1]
    assert keys_of(pages) == [f"{n:02d}" for n in range(7)]


def test_a_page_that_is_exactly_full_is_the_last_when_nothing_follows(database: Database) -> None:
    build(database)
    database.insert("cases", *(row(str(n), n) for n in range(3)))

    with open_reader(settings(database, page=3)) as reader:
        assert len(read_round(reader)) == 1


def test_equal_changed_values_do_not_stop_the_pages(database: Database) -> None:
    build(database)
    database.insert("cases", *(row(f"{n:02d}") for n in range(8)))

    with open_reader(settings(database, page=3)) as reader:
        assert keys_of(read_round(reader)) == [f"{n:02d}" for n in range(8)]


def test_the_next_round_reads_the_overlap_again_and_what_is_new(database: Database) -> None:
    build(database)
    database.insert("cases", row("old", 0), row("recent", 9), row("high", 10))
    with open_reader(settings(database)) as reader:
        first = read_round(reader)
        database.insert("cases", row("new", 11))
        second = read_round(reader, first[-1])

    assert keys_of(second) == ["recent", "high", "new"]
    assert second[0].cases[0].digest == first[0].cases[1].digest


def test_a_row_committed_late_within_the_overlap_is_found(postgresql: Database) -> None:
    build(postgresql)
    late, on_time = row("late", 10), row("on time", 11)
    with (
        postgresql.engine.connect() as slow,
        open_reader(settings(postgresql)) as reader,
    ):
        slow.exec_driver_sql(
            f"INSERT INTO cases (no, changed) VALUES ('late', '{late['changed']}')"
        )
        postgresql.insert("cases", on_time)
        first = read_round(reader)
        slow.commit()
        second = read_round(reader, first[-1])

    assert keys_of(first) == ["on time"]
    assert "late" in keys_of(second)


def test_a_changed_value_with_microseconds_survives_exactly(database: Database) -> None:
    build(database)
    for n in range(4):
        moment = START + timedelta(microseconds=123456 + n)
        database.insert("cases", row(str(n), changed=str(moment)))

    with open_reader(settings(database, page=1, overlap=0)) as reader:
        page = reader.read_page()
        seen = keys_of([page])
        while not page.last:
            page = reader.read_page(Cursor.loads(page.cursor.dumps()))
            seen += keys_of([page])

    assert seen == ["0", "1", "2", "3"]


def test_the_cursor_survives_being_written_between_any_two_pages(database: Database) -> None:
    build(database)
    database.insert("cases", *(row(str(n), n) for n in range(4)))

    with open_reader(settings(database, page=1)) as reader:
        page = reader.read_page()
        while not page.last:
            assert Cursor.loads(page.cursor.dumps()) == page.cursor
            page = reader.read_page(page.cursor)


def test_a_version_column_is_a_cursor_with_an_overlap_in_versions(database: Database) -> None:
    database.run("CREATE TABLE cases (no int PRIMARY KEY, version bigint)")
    database.insert("cases", *({"no": n, "version": 2**40 + n} for n in range(10)))
    cases = {"table": "cases", "key": "no", "changed": "version", "columns": {"no": "no"}}

    with open_reader(settings(database, cases=cases, overlap=3)) as reader:
        first = read_round(reader)
        second = read_round(reader, first[-1])

    assert keys_of(second) == ["6", "7", "8", "9"]
    assert first[0].cases[0].changed == str(2**40)


def test_a_row_dated_in_the_future_does_not_hide_what_changes_now(database: Database) -> None:
    build(database)
    database.insert("cases", row("future", changed="2999-01-01 00:00:00"), row("first", 0))
    with open_reader(settings(database)) as reader:
        first = read_round(reader, now=SHANGHAI_START)
        database.insert("cases", row("second", 1))
        second = read_round(reader, first[-1], now=SHANGHAI_START + HOUR // 30)

    assert "second" in keys_of(second)


def test_rows_without_a_changed_value_are_found_by_the_reconcile_only(database: Database) -> None:
    build(database)
    database.insert("cases", row("known", 0), row("unknown", changed=None))

    with open_reader(settings(database)) as reader:
        assert keys_of(read_round(reader)) == ["known"]
        assert set(read_everything(reader)[0]) == {"known", "unknown"}


def test_a_source_without_changed_is_only_read_whole(database: Database) -> None:
    build(database)
    database.insert("cases", row("a"))
    cases = CASES | {"changed": None}

    with open_reader(settings(database, cases=cases)) as reader:
        page = reader.read_page()
        assert (page.cases, page.last) == ([], True)
        assert set(read_everything(reader)[0]) == {"a"}


def test_the_reconcile_reads_every_case_in_pages_of_keys(database: Database) -> None:
    build(database)
    database.insert("cases", *(row(f"{n:02d}", -n) for n in range(7)))

    with open_reader(settings(database, page=3)) as reader:
        pages = list(reader.read_all())

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [case.key for page in pages for case in page] == [f"{n:02d}" for n in range(7)]


def test_cases_are_read_again_by_their_keys(database: Database) -> None:
    build(database)
    database.insert("cases", *(row(str(n)) for n in range(5)))

    with open_reader(settings(database)) as reader:
        assert {case.key for case in reader.read_keys(["1", "3", "none"])} == {"1", "3"}


def test_a_row_without_a_key_is_rejected_and_stops_no_other(database: Database) -> None:
    time = TIME[database.kind]
    database.run(f"CREATE TABLE cases (no varchar(9), changed {time})")
    database.insert("cases", *({"no": n, "changed": str(START)} for n in (None, "a", None, "b")))

    with open_reader(settings(database, columns={"no": "no"}, page=1)) as reader:
        pages = read_round(reader)
        cases, rejects = read_everything(reader)

    assert keys_of(pages) == ["a", "b"]
    assert {reject.reason for page in pages for reject in page.rejects} == {Reason.NULL_KEY}
    assert set(cases) == {"a", "b"}
    assert rejects[""].reason is Reason.NULL_KEY


def test_rows_with_one_key_and_different_facts_are_rejected(database: Database) -> None:
    time = TIME[database.kind]
    database.run(f"CREATE TABLE cases (no varchar(9), item varchar(9), changed {time})")
    for no, item in (("a", "1"), ("a", "2"), ("b", "1"), ("b", "1"), ("c", "1")):
        database.run(f"INSERT INTO cases (no, item, changed) VALUES ('{no}', '{item}', '{START}')")

    for size in (1, 100):
        source = settings(database, columns={"item_code": "item"}, page=size)
        with open_reader(source) as reader:
            pages = read_round(reader)
            cases, rejects = read_everything(reader)

        assert keys_of(pages) == ["b", "c"]
        assert [r.reason for page in pages for r in page.rejects] == [Reason.DUPLICATE_KEY]
        assert (set(cases), set(rejects)) == ({"b", "c"}, {"a"})


def test_a_reader_writes_nothing(database: Database) -> None:
    build(database)
    with (
        open_reader(settings(database)) as reader,
        reader.server.reading() as connection,
        pytest.raises(Exception, match=r"(?i)read.?only"),
    ):
        connection.exec_driver_sql(insert_of("cases", ("no",)).replace(":no", "'x'"))


def test_a_reader_holds_one_connection(postgresql: Database) -> None:
    build(postgresql)
    postgresql.insert("cases", *(row(str(n), n) for n in range(5)))
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"

    with open_reader(settings(postgresql, page=1)) as reader:
        read_round(reader)
        with postgresql.engine.connect() as connection:
            held = connection.exec_driver_sql(count).scalar_one() - 1

    assert held == 1
