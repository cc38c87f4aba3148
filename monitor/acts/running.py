"""What the daemon does as a whole, on record: it starts, stops, upgrades and takes up settings."""

from __future__ import annotations

import socket
from importlib.metadata import version

from monitor.pipeline.in_force import InForce
from monitor.store import append_only, audit_log, migrations
from monitor.store.audit_list import MACHINE
from monitor.store.audit_log import Act
from monitor.store.store import Store


def origin() -> str:
    """From where the daemon acts: ``daemon:HOST``."""
    return f"daemon:{socket.gethostname()}"


def upgrade(store: Store, who: str, where: str, now: int) -> tuple[str | None, str | None]:
    """Bring the store to the newest revision; give the one before (``None``: empty) and after.

    That an older store was upgraded is put on record, by whom and from where.

    Raises:
        monitor.store.migrations.NewerStoreError: a newer duban has upgraded it.
    """
    before = migrations.current(store.engine)
    migrations.upgrade(store.engine)
    after = migrations.current(store.engine)
    if before not in (None, after):
        act = Act(who, where, "store.upgrade", "store", {"revision": before}, {"revision": after})
        with store.write() as connection:
            audit_log.record(connection, act, now)
    return before, after


def guard(store: Store, who: str, where: str, now: int) -> list[str]:
    """Guard again those tables of the record whose trigger is gone, and return their names.

    It is put on record, by whom and from where.
    """
    with store.write() as connection:
        restored = append_only.restore(connection)
        if restored:
            act = Act(who, where, "store.guard", "store", None, {"tables": restored})
            audit_log.record(connection, act, now)
    return restored


def started(store: Store, rules: InForce, now: int) -> None:
    """Put on record that the daemon starts, its version, and the rules it starts with."""
    after = {"version": version("duban"), "rules": rules.book.fingerprint}
    _record(store, "daemon.start", None, after, now)


def stopped(store: Store, now: int) -> None:
    """Put on record that the daemon stops."""
    _record(store, "daemon.stop", None, None, now)


def reloaded(store: Store, before: InForce, after: InForce, now: int) -> None:
    """Put on record that other settings are in force, and whether the rules are others."""
    _record(
        store,
        "settings.reload",
        {"rules": before.book.fingerprint},
        {"rules": after.book.fingerprint},
        now,
    )


def _record(
    store: Store,
    act: str,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    now: int,
) -> None:
    done = Act(MACHINE, origin(), act, "daemon", before, after)
    with store.write() as connection:
        audit_log.record(connection, done, now)
