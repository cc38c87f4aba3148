"""Opening the store: a SQLite file for one daemon, or a PostgreSQL database for several."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url

_BUSY = 30.0  # seconds that one connection to a SQLite file waits for another


class StoreInUseError(RuntimeError):
    """Another daemon holds the store; the message names its process."""


class UnwritableStoreError(RuntimeError):
    """The file beside the store that says whose it is cannot be written, as on a full disk."""


class UnusableStoreError(ValueError):
    """The URL names no store we can keep; the message says what is expected."""


_NOTICES = "duban_notices"


def count_notices(connection: Connection, kinds: Iterable[str]) -> None:
    """Count notices that are recorded in a transaction: they count once it is committed."""
    connection.info.setdefault(_NOTICES, Counter()).update(kinds)


class Store:
    """A store, by its SQLAlchemy engine, whose transactions are write transactions.

    Threads may share it. Close it, or use it in a ``with`` statement.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(begin="BEGIN")
        self._counting = Lock()
        self.notices: Counter[str] = Counter()  # recorded by this process, by kind

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at an SQLAlchemy URL, ``sqlite:///FILE`` or ``postgresql://…``.

        It connects when first used and creates no tables: see ``migrations.upgrade``.

        Raises:
            UnusableStoreError: the URL is of another kind, or an SQLite database without a file.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return cls(_sqlite(parsed))
        if parsed.get_backend_name() == "postgresql":
            return cls(_postgresql(parsed))
        raise UnusableStoreError(
            f"the store cannot be kept in {parsed.get_backend_name()}; expected "
            '"sqlite:///duban.db" or "postgresql+psycopg://user:password@host/database"'
        )

    @property
    def alone(self) -> bool:
        """Whether the store belongs to one daemon (SQLite) and not to several."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection in a transaction for reading; on SQLite it sees one snapshot."""
        with self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction for writing.

        It is committed at the end, rolled back when an exception leaves the block. On SQLite it
        waits up to half a minute for the one before it.
        """
        with self.engine.begin() as connection:
            made: Counter[str] = Counter()
            connection.info[_NOTICES] = made
            yield connection
        with self._counting:
            self.notices += made

    @contextmanager
    def own(self) -> Iterator[None]:
        """Hold the store as its daemon: alone on SQLite, beside others on PostgreSQL.

        Raises:
            StoreInUseError: another daemon holds this SQLite store.
            UnwritableStoreError: the file that says so cannot be written.
        """
        file = self.engine.url.database
        if not self.alone or file is None:
            yield
            return
        held = _hold(file)
        try:
            yield
        finally:
            os.close(held)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _hold(file: str) -> int:
    """Lock the file beside a store on SQLite, write into it whose it is, and return it, open."""
    lock = Path(f"{file}.lock")
    try:
        held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(held, 0)
            os.write(held, f"{os.getpid()}\n".encode())
        except OSError:
            os.close(held)
            raise
    except BlockingIOError:
        by = lock.read_text("ascii").strip() or "unknown"
        raise StoreInUseError(
            f"the store {file} is held by the daemon with process id {by} ({lock}); stop that one "
            "first, or keep the store in PostgreSQL, which several daemons can share"
        ) from None
    except OSError as error:
        raise UnwritableStoreError(f"{lock}: {error.strerror}") from None
    return held


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:") or "mode=memory" in str(url):
        raise UnusableStoreError(
            'an SQLite store needs a file, or it forgets everything; expected "sqlite:///duban.db"'
        )
    # isolation_level None switches off sqlite3's own idea of when a transaction begins.
    engine = create_engine(
        url,
        json_serializer=_to_json,
        pool_size=5,
        hide_parameters=True,  # they are facts of applicants, and errors go to the log
        connect_args={"isolation_level": None, "timeout": _BUSY},
    )

    @event.listens_for(engine, "do_connect")
    def make(*_: object) -> None:
        _private(Path(str(url.database)))

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        _write_ahead(connection)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that began by reading cannot wait for the write lock: it fails at once.
        connection.exec_driver_sql(
            connection.get_execution_options().get("begin", "BEGIN IMMEDIATE")
        )

    return engine


def _private(file: Path) -> None:
    """Make the file of a new store, for its owner alone; SQLite gives its logs the same rights."""
    with suppress(OSError):  # SQLite says what is wrong with it
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have the file keep a write-ahead log, which it then does for good.

    While another connection makes the same switch SQLite refuses at once, whatever the time-out
    says (sqlite.org/wal.html, "Sometimes queries return SQLITE_BUSY"): so it is asked again.
    """
    until = time.monotonic() + _BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            # Anything else, as a full disk, is told at once.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    given = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    engine = create_engine(
        url,
        json_serializer=_to_json,
        isolation_level="READ COMMITTED",
        pool_size=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=given if url.get_driver_name() == "psycopg" else {},
    )

    @event.listens_for(engine, "handle_error")
    def withhold(context: ExceptionContext) -> None:
        _withhold_detail(context)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            for name, value in _LIMITS.items():
                cursor.execute(f"SET SESSION {name} = '{value}'")
        connection.commit()

    return engine


_PATIENCE = {
    "connect_timeout": 10,  # seconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds until what was sent has to be acknowledged
}
"""When a connection to a PostgreSQL server that is away is given up, unless the URL says."""

_LIMITS = {"idle_in_transaction_session_timeout": "2min", "lock_timeout": "30s"}
"""What the server ends: a lost daemon's transaction, so that its locks are free, and long waits."""


# json.dumps would make an encoder for every value.
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _withhold_detail(context: ExceptionContext) -> None:
    """Let an error say what is wrong without the values of the row: the server's DETAIL has them.

    "Failing row contains (…)": https://www.postgresql.org/docs/current/libpq-exec.html
    """
    original, found = context.original_exception, context.sqlalchemy_exception
    primary = getattr(getattr(original, "diag", None), "message_primary", None)
    if primary is None:
        return
    original.args = (primary,)
    if found is not None:
        kind = type(original)
        found.args = (f"({kind.__module__}.{kind.__name__}) {primary}",)
