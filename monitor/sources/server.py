"""Engines that only read: read-only transactions with a time-out, on each kind of server."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from monitor.sources.errors import SourceError, SourceFault, translate

_LATER = 5  # seconds after the server's own time-out, which says more
# of SQLite's machine, well under a millisecond
_PROGRESS_STEPS = 10_000


class Server:
    """The server of one source, as something to read from.

    Args:
        url: where it is. A SQLite file is opened read-only and must exist.
        timeout: seconds for connecting and for each statement.
        zone: the zone MariaDB and MySQL show their TIMESTAMP columns in; DATETIME knows none.

    Raises:
        SourceFault: the driver is not installed.
    """

    def __init__(self, url: URL, timeout: float, zone: ZoneInfo) -> None:
        self._url = url
        self._timeout = timeout
        self._zone = zone
        self._engine = self._make()
        self._careful: Engine | None = None

    @property
    def dialect(self) -> str:
        """The kind of server: "postgresql", "mysql" (also MariaDB), "sqlite" …."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self, *, careful: bool = False) -> Iterator[Connection]:
        """Open a transaction that sees one state of the source and writes nothing.

        Servers other than PostgreSQL, MariaDB, MySQL and SQLite get a plain transaction that is
        rolled back: there the read-only account is the only guard.

        Args:
            careful: PostgreSQL's times arrive as text, so that one that Python cannot hold
                (infinity, years beyond 9999) does not spoil the rows around it.

        Raises:
            SQLAlchemyError: see :meth:`translate`.
        """
        if careful and self._careful is None:
            self._careful = self._make(careful=True)
        with (self._careful if careful and self._careful else self._engine).connect() as connection:
            match self.dialect:
                case "postgresql":
                    limit = int(self._timeout * 1000)
                    connection.exec_driver_sql(
                        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
                    )
                    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {limit}")
                case "mysql" | "mariadb":
                    connection.exec_driver_sql("START TRANSACTION READ ONLY")
                case "sqlite":
                    connection.exec_driver_sql("BEGIN")
                    with _deadline(connection, self._timeout):
                        yield connection
                    return
            yield connection

    def translate(self, error: SQLAlchemyError) -> SourceError:
        """Say what an error of reading means, without the password."""
        return translate(error, self._url)

    def close(self) -> None:
        """Close all connections; the next reading opens new ones."""
        self._engine.dispose()
        if self._careful is not None:
            self._careful.dispose()

    def _make(self, *, careful: bool = False) -> Engine:
        try:
            return _make_engine(self._url, self._timeout, self._zone, careful=careful)
        except ImportError as error:
            package = _PACKAGES.get(error.name or "", error.name)
            raise SourceFault("no-driver", f"{error.name}; pip install {package}") from None


_PACKAGES = {"psycopg": "'duban[postgresql]'", "pymysql": "'duban[mysql]'"}


def _make_engine(url: URL, timeout: float, zone: ZoneInfo, *, careful: bool = False) -> Engine:
    arguments: dict[str, Any] = {}
    server, driver = url.get_backend_name(), url.get_driver_name()
    seconds = max(2, math.ceil(timeout))
    if driver == "psycopg":
        arguments = {
            "connect_timeout": seconds,
            # A prepared statement would break when the source's tables are altered.
            "prepare_threshold": None,
            "tcp_user_timeout": seconds * 1000,
            "keepalives_idle": seconds,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        }
    elif driver == "pymysql":
        # The server's own time-out comes first and says more.
        patience = seconds + _LATER
        arguments = {
            "connect_timeout": seconds,
            "read_timeout": patience,
            "write_timeout": patience,
        }
    elif server == "sqlite":
        arguments = {"timeout": timeout}
        url = _read_only_file(url)
    engine = create_engine(
        url,
        connect_args=arguments,
        pool_size=1,  # a second one only while two threads read at once
        max_overflow=1,
        pool_timeout=seconds,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    if driver == "psycopg":
        event.listen(engine, "do_connect", _with_deadline(seconds + _LATER))
    if server in ("mysql", "mariadb"):
        event.listen(engine, "connect", _mysql_session(timeout, zone))
    elif server == "sqlite":
        event.listen(engine, "connect", _sqlite_session)
    elif driver == "psycopg" and careful:
        event.listen(engine, "connect", _times_as_text)
    return engine


@contextmanager
def _deadline(connection: Connection, timeout: float) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    end = time.monotonic() + timeout
    driver.set_progress_handler(lambda: time.monotonic() > end, _PROGRESS_STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _read_only_file(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return url
    file = f"file:{quote(url.database)}"
    return url.set(database=file).update_query_dict({"mode": "ro", "uri": "true"})


def _sqlite_session(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # so that our BEGIN is the one that counts
    connection.text_factory = _text_or_bytes
    connection.execute("PRAGMA query_only = ON")


def _text_or_bytes(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw  # rejected with its row by the mapping


def _mysql_session(timeout: float, zone: ZoneInfo) -> Any:
    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            if "MariaDB" in cursor.fetchone()[0]:
                cursor.execute(f"SET SESSION max_statement_time = {timeout}")
            else:
                cursor.execute(f"SET SESSION max_execution_time = {int(timeout * 1000)}")
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            # Only servers with the zone tables loaded know a zone by its name.
            cursor.execute("SELECT CONVERT_TZ('2000-01-01', 'UTC', %s)", (zone.key,))
            known = cursor.fetchone()[0] is not None
            offset = f"{datetime.now(zone):%z}"
            name = zone.key if known else f"{offset[:3]}:{offset[3:5]}"
            cursor.execute("SET SESSION time_zone = %s", (name,))

    return prepare


def _with_deadline(seconds: float) -> Any:
    """Return a listener that connects so that no answer is waited for longer than ``seconds``.

    A server that is frozen keeps its connections: neither its own time-outs nor those of TCP end
    them.
    """
    from monitor.sources.patience import ImpatientConnection  # an optional dependency

    def connect(_dialect: object, _record: object, given: Any, named: Any) -> Any:
        connection = ImpatientConnection.connect(*given, **named)
        connection.patience = seconds
        return connection

    return connect


def _times_as_text(connection: Any, _record: object) -> None:
    from psycopg.types.string import TextLoader  # an optional dependency

    for name in ("timestamp", "timestamptz", "date", "time", "timetz", "interval"):
        connection.adapters.register_loader(name, TextLoader)
