"""Databases of somebody else for tests: fresh ones on PostgreSQL, MariaDB and SQLite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests.support.servers import server_url

KINDS = ("postgresql", "mariadb", "sqlite")


@dataclass(frozen=True)
class Database:
    """An empty database. ``engine`` writes to it as its owner would."""

    kind: str
    url: str
    engine: Engine

    def run(self, *statements: str) -> None:
        """Run statements in one transaction."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def insert(self, table: str, *rows: Mapping[str, Any]) -> None:
        """Insert rows, each a mapping from column to value."""
        with self.engine.begin() as connection:
            for row in rows:
                connection.execute(text(insert_of(table, tuple(row))), dict(row))


def insert_of(table: str, columns: Sequence[str]) -> str:
    """Write an INSERT with a named parameter for each column."""
    values = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[Database]:
    """Make an empty database of a kind and drop it at the end; SQLite's is in ``folder``."""
    name = f"duban_test_{uuid4().hex}"
    if kind == "sqlite":
        url = f"sqlite:///{folder / name}.db"
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect():
            pass  # makes the file
        yield Database(kind, url, engine)
        return
    address = server_url(kind)
    server = create_engine(
        address + ("/postgres" if kind == "postgresql" else ""),
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
    )
    options = "TEMPLATE template0 ENCODING 'UTF8'" if kind == "postgresql" else ""
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {options}")
    url = f"{address}/{name}"
    try:
        yield Database(kind, url, create_engine(url, poolclass=NullPool))
    finally:
        with server.connect() as connection:
            force = "WITH (FORCE)" if kind == "postgresql" else ""
            connection.exec_driver_sql(f"DROP DATABASE {name} {force}")


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database of each kind in turn."""
    with fresh_database(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Database]:
    """Give an empty PostgreSQL database."""
    with fresh_database("postgresql", tmp_path) as made:
        yield made


@pytest.fixture
def mariadb(tmp_path: Path) -> Iterator[Database]:
    """Give an empty MariaDB database."""
    with fresh_database("mariadb", tmp_path) as made:
        yield made


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite database."""
    with fresh_database("sqlite", tmp_path) as made:
        yield made


def with_account(database: Database, user: str, password: str) -> str:
    """Give the database's URL with another account."""
    url = make_url(database.url).set(username=user, password=password)
    return url.render_as_string(hide_password=False)


@contextmanager
def postgresql_role(database: Database, grant: str = "") -> Iterator[str]:
    """Make a role that may do what ``grant`` says; give the URL of the database with it."""
    role = f"duban_test_{uuid4().hex}"
    database.run(f"CREATE ROLE {role} LOGIN", *([f"GRANT {grant} TO {role}"] if grant else []))
    try:
        yield with_account(database, role, "")
    finally:
        database.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")
