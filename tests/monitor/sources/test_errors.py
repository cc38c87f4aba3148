"""A source that cannot be read says why, keeps its password and is read again once it is back."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, event, make_url

from monitor.sources import SourceDown, SourceError, SourceFault, SourceReader
from monitor.sources.errors import scrub
from tests.monitor.sources.halls import (
    CASES,
    build,
    keys_of,
    open_reader,
    read_round,
    row,
    settings,
)
from tests.support.databases import Database, postgresql_role, with_account

SECRET = "s3cr3t/p@ss"


def fault_of(reader: SourceReader) -> SourceError:
    with pytest.raises(SourceError) as caught:
        reader.read_page()
    return caught.value


@pytest.mark.parametrize(
    ("secret", "said", "told"),
    [
        ("a", "access denied (using password: a)", "access denied (using password: ***)"),
        ("abc", "user abcd, password abc", "user abcd, password ***"),
        ("s3cr3t", "mysql://u:s3cr3t@h, xs3cr3tx", "mysql://u:***@h, x***x"),
        ("p@ss", "p@ss and p%40ss", "*** and ***"),
        ("", "access denied", "access denied"),
    ],
)
def test_a_password_is_taken_out_of_a_text_and_no_words_with_it(
    secret: str, said: str, told: str
) -> None:
    assert scrub(said, URL.create("mysql", "u", secret or None, "h")) == told


def test_an_unreachable_host_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else answers there
        port = taken.getsockname()[1]
        for driver in ("postgresql+psycopg", "mysql+pymysql"):
            url = f"{driver}://duban:{SECRET.replace('/', '%2F').replace('@', '%40')}"
            url += f"@127.0.0.1:{port}/hall"
            source = settings(Database("", url, None))  # type: ignore[arg-type]
            with open_reader(source) as reader:
                told = fault_of(reader)

            assert isinstance(told, SourceDown)
            assert told.code == "unreachable"


def test_a_missing_sqlite_file_is_down_and_not_made(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    source = settings(Database("sqlite", f"sqlite:///{file}", None))  # type: ignore[arg-type]

    with open_reader(source) as reader:
        assert fault_of(reader).code == "unreachable"

    assert not file.exists()


def test_a_wrong_password_is_told_without_the_password(mariadb: Database) -> None:
    user = mariadb.engine.url.database
    assert user is not None
    mariadb.run(f"CREATE USER `{user[:60]}`@`%%` IDENTIFIED BY 'right'")
    try:
        url = with_account(mariadb, user[:60], SECRET)
        with open_reader(settings(mariadb, url=url)) as reader:
            told = fault_of(reader)
    finally:
        mariadb.run(f"DROP USER `{user[:60]}`@`%%`")

    assert isinstance(told, SourceDown)
    assert told.code == "refused-login"
    assert SECRET not in f"{told!r} {told} {told.text} {told.__cause__}"


def test_an_account_that_does_not_exist_is_refused(postgresql: Database) -> None:
    url = with_account(postgresql, "duban_nobody", SECRET)

    with open_reader(settings(postgresql, url=url)) as reader:
        told = fault_of(reader)

    assert (type(told), told.code) == (SourceDown, "refused-login")
    assert SECRET not in f"{told!r} {told.text}"


def test_a_locked_account_is_refused(postgresql: Database) -> None:
    with postgresql_role(postgresql) as url:
        postgresql.run(f"ALTER ROLE {make_url(url).username} NOLOGIN")
        with open_reader(settings(postgresql, url=url)) as reader:
            told = fault_of(reader)

    assert (type(told), told.code) == (SourceDown, "refused-login")


def test_a_missing_driver_is_told_with_the_package_to_install() -> None:
    url = "oracle+oracledb://reader:secret@127.0.0.1:1521/hall"
    with pytest.raises(SourceFault, match="oracledb; pip install oracledb") as caught:
        SourceReader(settings(Database("", url, None)))  # type: ignore[arg-type]

    assert caught.value.code == "no-driver"


def test_an_account_without_rights_is_told(postgresql: Database) -> None:
    build(postgresql)
    with (
        postgresql_role(postgresql) as url,
        open_reader(settings(postgresql, url=url)) as reader,
    ):
        assert fault_of(reader).code == "denied"


SLOW = {
    "postgresql": "SELECT no, item, accepted, due, changed FROM cases, pg_sleep(20)",
    "mariadb": "SELECT no, item, accepted, due, changed FROM cases WHERE sleep(20) = 0",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT no, item, accepted, due, changed FROM cases WHERE (SELECT max(i) FROM n) > 0",
}


def test_a_query_that_takes_too_long_is_stopped(database: Database) -> None:
    build(database)
    database.insert("cases", row("a"))
    cases = {name: value for name, value in CASES.items() if name != "table"}
    cases["query"] = SLOW[database.kind]

    with open_reader(settings(database, cases=cases, timeout="1s")) as reader:
        told = fault_of(reader)

    assert (type(told), told.code) == (SourceDown, "timeout")


def test_a_missing_table_is_a_fault_with_near_names(database: Database) -> None:
    build(database)

    with open_reader(settings(database, cases=CASES | {"table": "casses"})) as reader:
        told = fault_of(reader)

    assert (type(told), told.code) == (SourceFault, "missing-table")
    assert "cases: casses ≈ cases" in told.reason


def test_a_missing_column_is_a_fault_with_near_names(database: Database) -> None:
    build(database)
    columns = {"accepted_at": "Acepted", "item_code": "item"}

    with open_reader(settings(database, columns=columns)) as reader:
        told = fault_of(reader)

    assert (type(told), told.code) == (SourceFault, "missing-column")
    assert "cases: Acepted ≈ accepted" in told.reason


def test_a_query_that_is_no_sql_is_a_fault(database: Database) -> None:
    cases = {"query": "SELECT no FROM", "key": "no", "columns": {"no": "no"}, "changed": "no"}

    with open_reader(settings(database, cases=cases)) as reader:
        assert fault_of(reader).code == "bad-query"


END_ALL = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mariadb": "SELECT concat('KILL ', id) FROM information_schema.processlist "
    "WHERE db = database() AND id <> connection_id()",
}


def end_connections(database: Database) -> None:
    with database.engine.connect() as connection:
        kills = connection.exec_driver_sql(END_ALL[database.kind]).scalars().all()
        assert kills
        for kill in kills if database.kind == "mariadb" else ():
            connection.exec_driver_sql(kill)


@pytest.mark.parametrize("name", ["postgresql", "mariadb"])
def test_a_connection_ended_between_calls_is_replaced(
    name: str, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(name)
    build(database)
    database.insert("cases", row("a"))
    with open_reader(settings(database)) as reader:
        reader.read_page()
        end_connections(database)

        assert keys_of(read_round(reader)) == ["a"]


@pytest.mark.parametrize("name", ["postgresql", "mariadb"])
def test_a_connection_ended_in_the_middle_is_down_and_the_next_call_works(
    name: str, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(name)
    build(database)
    database.insert("cases", row("a"))
    pauses = {"table": "pauses", "columns": {"case": "no", "started_at": "began"}}
    with open_reader(settings(database, pauses=pauses)) as reader:

        def end_before_the_parts(
            _connection: object, _cursor: object, sql: str, *_: object
        ) -> None:
            if "pauses" in sql:
                end_connections(database)

        event.listen(Engine, "before_cursor_execute", end_before_the_parts)
        try:
            told = fault_of(reader)
        finally:
            event.remove(Engine, "before_cursor_execute", end_before_the_parts)

        assert (type(told), told.code) == (SourceDown, "gone")
        assert keys_of(read_round(reader)) == ["a"]


def test_a_wal_file_is_read_while_its_writer_has_it_open(sqlite: Database) -> None:
    build(sqlite)
    sqlite.run("PRAGMA journal_mode = WAL")
    with sqlite.engine.connect() as writer, open_reader(settings(sqlite)) as reader:
        writer.exec_driver_sql("INSERT INTO cases (no, changed) VALUES ('a', '1')")
        writer.commit()
        writer.exec_driver_sql("INSERT INTO cases (no, changed) VALUES ('b', '2')")

        assert keys_of(read_round(reader)) == ["a"]


def test_a_closed_reader_opens_again(database: Database) -> None:
    build(database)
    database.insert("cases", row("a"))
    with open_reader(settings(database)) as reader:
        reader.close()

        assert keys_of(read_round(reader)) == ["a"]
