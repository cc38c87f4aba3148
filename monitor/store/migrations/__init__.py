"""The history of the store's tables, and how a store is brought up to the newest of them.

A new revision is a file in ``versions/``, written by hand; the tests hold that all of them
together lead to exactly the tables of ``monitor.store.tables``.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from monitor.printing import printable

_LOCK = 0x6475_6261_6E  # "duban": any number of our own that all daemons agree on


class NewerStoreError(RuntimeError):
    """The store has been upgraded by a newer duban; this one does not know its tables."""


class OtherStoreError(RuntimeError):
    """The store could not be upgraded; the message says what failed and what to do."""


def upgrade(engine: Engine) -> None:
    """Bring the store to the newest revision, in one transaction; a no-op where it is there.

    Daemons that start together wait for one another.

    Raises:
        NewerStoreError: its revision is unknown here.
        OtherStoreError: its tables are not those of its revision, or it cannot be written.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        found = _revision(connection)
        script = ScriptDirectory.from_config(config)
        if found is not None and found not in {known.revision for known in script.walk_revisions()}:
            raise NewerStoreError(
                f"the store {printable(engine.url)} is at revision {found}, which this "
                f"version of duban does not know; it knows up to {newest()}. "
                "Install the newer duban that upgraded it, or restore a backup from before"
            )
        try:
            command.upgrade(config, "head")
        except DBAPIError as error:
            said = " ".join(str(error.orig or error).split())
            raise OtherStoreError(
                f"the store {engine.url.render_as_string()} at revision {found or 'none'} cannot "
                f"be brought to {newest()}: {said}. Nothing was changed. Where a table or an index "
                "is said to be missing or there already, it was made by an unreleased version, or "
                "by hand: restore a backup, or begin with an empty store"
            ) from error


def current(engine: Engine) -> str | None:
    """Give the revision the store is at, ``None`` where it has no tables yet."""
    with engine.connect() as connection:
        return _revision(connection)


def newest() -> str:
    """Give the revision that this version of duban works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101  there is a first revision
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
