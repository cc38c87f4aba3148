"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.store.store import Store
from monitor.store.tables import metadata
from tests.support.stores import fresh_url, ready_store


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    with fresh_url(kind, tmp_path) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One PostgreSQL store for all tests: creating a database takes longer than a test."""
    with ready_store("postgresql", tmp_path_factory.getbasetemp()) as store:
        yield store


@pytest.fixture
def clean(upgraded: Store) -> None:
    """Empty the PostgreSQL store. Deleting few rows is faster than truncating ten tables."""
    with upgraded.write() as connection:
        # Or the tables that are only ever added to would refuse.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
            if table.autoincrement_column is not None:
                connection.execute(text(f"ALTER SEQUENCE {table.name}_id_seq RESTART"))


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store at the newest revision."""
    if kind == "postgresql":
        request.getfixturevalue("clean")
        yield request.getfixturevalue("upgraded")
        return
    with ready_store("sqlite", tmp_path) as fresh:
        yield fresh
