"""A stamp of the store, by which it is known that nothing in it has changed."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.pool import PoolProxiedConnection

from monitor.store.store import Store


class Stamps:
    """Gives a text that is another one whenever anything in the store may have changed.

    On PostgreSQL by the next transaction id of the server, which every transaction that writes
    moves on (manual, "System Information Functions", pg_current_snapshot). On SQLite by the
    ``data_version`` of one connection that never writes (sqlite.org/pragma.html). Threads may
    share it; close it before the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._watcher: PoolProxiedConnection | None = None

    def of(self, connection: Connection) -> str:
        """Give the stamp; ``connection`` is one that reads the store."""
        if not self._store.alone:
            return str(connection.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())")))
        with self._lock:
            if self._watcher is None:
                self._watcher = self._store.engine.raw_connection()
            cursor = self._watcher.cursor()
            cursor.execute("PRAGMA data_version")
            [[version]] = cursor.fetchall()
            cursor.close()
            return str(version)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
