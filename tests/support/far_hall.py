"""A hall on a database server that can shut its doors."""

from __future__ import annotations

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from tests.support.servers import server_url
from tests.support.stories import Story


def hide(story: Story) -> None:
    """Shut the doors of the hall's database: nobody can connect, and who was connected is not."""
    name = make_url(story.hall.database.url).database
    on_server(
        f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )


def show(story: Story) -> None:
    """Open the doors of the hall's database."""
    name = make_url(story.hall.database.url).database
    on_server(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


def on_server(*statements: str) -> None:
    """Run statements on the PostgreSQL server of the tests."""
    server = create_engine(
        f"{server_url('postgresql')}/postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with server.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
