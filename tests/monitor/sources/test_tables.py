"""Tables, views and queries are read alike, whatever their columns are called."""

from __future__ import annotations

from tests.monitor.sources.halls import (
    CASES,
    build,
    keys_of,
    open_reader,
    read_round,
    row,
    settings,
)
from tests.support.databases import Database, postgresql_role


def test_a_query_is_read_like_a_table(database: Database) -> None:
    build(database)
    database.insert("cases", row("a", item="50%:x"), row("b", 1), row("c", 2, item="50%:x"))
    query = "SELECT no, item AS code, changed FROM cases WHERE item LIKE '50%:x' ;"
    cases = {"query": query, "key": "no", "changed": "changed", "columns": {"item_code": "code"}}

    with open_reader(settings(database, cases=cases, page=1)) as reader:
        assert keys_of(read_round(reader)) == ["a", "c"]


def test_a_view_in_a_schema_is_read_like_a_table(database: Database) -> None:
    build(database)
    schema = {"postgresql": "hall", "mariadb": database.engine.url.database, "sqlite": "main"}
    name = f"{schema[database.kind]}.seen"
    if database.kind == "postgresql":
        database.run("CREATE SCHEMA hall")
    database.run(f"CREATE VIEW {name} AS SELECT * FROM cases")
    database.insert("cases", row("a"))

    with open_reader(settings(database, cases=CASES | {"table": name})) as reader:
        assert keys_of(read_round(reader)) == ["a"]


def test_names_that_need_quoting_are_quoted(database: Database) -> None:
    quote = "`" if database.kind == "mariadb" else '"'
    database.run(
        'CREATE TABLE "Order" (no int PRIMARY KEY, "select" int, "办件 名" varchar(40))'.replace(
            '"', quote
        ),
        f"INSERT INTO {quote}Order{quote} VALUES (1, 2, '张')",
    )
    cases = {
        "table": "Order",
        "key": "no",
        "changed": "select",
        "columns": {"title": "办件 名", "version": "select"},
    }

    with open_reader(settings(database, cases=cases)) as reader:
        (case,) = reader.read_page().cases

    assert case.facts == {"title": "张", "version": 2}


def test_only_mapped_columns_are_selected(postgresql: Database) -> None:
    build(postgresql)
    postgresql.insert("cases", row("a"))
    columns = {"item_code": "item"}

    with (
        postgresql_role(postgresql, "SELECT (no, changed, item) ON cases") as url,
        open_reader(settings(postgresql, url=url, columns=columns)) as reader,
    ):
        assert keys_of(read_round(reader)) == ["a"]
