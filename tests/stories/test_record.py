"""Somebody who owns the database makes the record shorter, or another: the daemon says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from monitor.store import audit_log, heads, seals, system_alerts, tables
from monitor.store.append_only import restore
from monitor.store.audit_log import Act
from monitor.store.heads import HeadFile
from tests.support import tampering
from tests.support.stories import Event, Story, fresh_story
from tests.support.tampering import unguarded

ACT = Act("王敏", "cli:wang@hall", "acknowledge", "alert:1", None, {"acked_by": "王敏"})
OPENED = Event("alert_opened", "red", "record-broken")
RESOLVED = Event("alert_resolved", "red", "done")


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Return a story that keeps the last seal in a file."""
    with fresh_story(tmp_path, request.param, daemon='audit_heads = "record.heads"') as told:
        yield told


@pytest.fixture
def watched(story: Story) -> Story:
    """A story whose record was sealed three times, the last time in this minute."""
    for minute in (0, 1, 2):
        act(story)
        story.at(f"2026-10-19 09:0{minute}")
    return story


def act(story: Story, **given: int) -> None:
    with story.store.write() as connection:
        audit_log.record(connection, ACT, given.get("at", story.now))


def cut(connection: Connection) -> None:
    """Remove the last two seals and the rows that they cover."""
    seal, log = tables.audit_seals, tables.audit_log
    connection.execute(seal.delete().where(seal.c.no >= 2))
    connection.execute(log.delete().where(log.c.id >= 2))


def wipe(connection: Connection) -> None:
    for table in (*seals.SEALED.values(), tables.audit_seals):
        connection.execute(table.delete())


def forge(connection: Connection) -> None:
    tampering.change(connection, "audit_log", 1, who="李阳")
    connection.execute(tables.audit_seals.delete())


TAMPERS = pytest.mark.parametrize("tamper", [cut, wipe, forge])


def broken(story: Story) -> list[Event]:
    return story.system("record-broken")


def evidence(story: Story) -> dict[str, object]:
    with story.store.read() as connection:
        return {
            k: v["wrong"] for k, v in system_alerts.evidence(connection, "record-broken").items()
        }


@TAMPERS
def test_a_chain_that_is_shorter_or_begins_anew_is_an_alert_at_once(
    watched: Story, tamper: Callable[[Connection], None]
) -> None:
    with unguarded(watched.store) as connection:
        tamper(connection)
        connection.execute(tables.meta.delete())  # the daemon itself remembers
    act(watched)
    watched.after(1)
    assert broken(watched) == [OPENED]
    watched.after(1)  # although it goes on sealing
    assert broken(watched) == [OPENED]
    assert evidence(watched) == {"record:chain": "head_lost"}


@TAMPERS
def test_what_was_cut_while_no_daemon_ran_is_told_by_what_the_store_remembers(
    watched: Story, tamper: Callable[[Connection], None]
) -> None:
    (watched.folder / "record.heads").unlink()
    with unguarded(watched.store) as connection:
        tamper(connection)
    watched.restart()
    watched.after(1)
    assert evidence(watched) == {"record:chain": "head_lost"}


@TAMPERS
def test_what_was_cut_while_no_daemon_ran_is_told_by_the_file_beside_the_store(
    watched: Story, tamper: Callable[[Connection], None]
) -> None:
    watched.pipeline.keep_head()
    with unguarded(watched.store) as connection:
        tamper(connection)
        connection.execute(tables.meta.delete())
    watched.restart()
    watched.after(1)
    assert evidence(watched) == {"record:chain": "head_lost"}


def test_the_file_has_the_last_seal_of_each_day_and_of_the_end(watched: Story) -> None:
    file = HeadFile(watched.folder / "record.heads")
    assert len(file.heads()) == 1
    watched.at("2026-10-20 09:00")
    assert len(file.heads()) == 2
    act(watched)
    watched.after(1)
    watched.after(1)
    assert len(file.heads()) == 2
    watched.pipeline.keep_head()
    watched.pipeline.keep_head()
    with watched.store.read() as connection:
        last = seals.last(connection)
    assert last is not None
    assert [one.hash for one in file.heads()][2:] == [last.hash]
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_guard_that_was_taken_away_is_an_alert_until_it_is_back(watched: Story) -> None:
    postgresql = not watched.store.alone
    drop = (
        "DROP TRIGGER audit_log_append_only ON audit_log"
        if postgresql
        else ("DROP TRIGGER audit_log_no_delete")
    )
    with watched.store.write() as connection:
        connection.execute(text(drop))
    watched.after(1)
    assert evidence(watched) == {"record:chain": "guard_gone"}
    with watched.store.write() as connection:
        assert restore(connection) == ["audit_log"]
    watched.after(1)
    assert broken(watched) == [OPENED, RESOLVED]


# SQLite cannot switch a trigger off.
@pytest.mark.parametrize("story", ["postgresql"], indirect=True)
def test_a_guard_that_was_switched_off_is_an_alert(watched: Story) -> None:
    with watched.store.write() as connection:
        connection.execute(text("ALTER TABLE notices DISABLE TRIGGER notices_append_only"))
    watched.after(1)
    assert evidence(watched) == {"record:chain": "guard_gone"}


def test_a_row_that_was_changed_is_an_alert_the_next_night(watched: Story) -> None:
    with unguarded(watched.store) as connection:
        tampering.change(connection, "audit_log", 1, who="李阳")
    watched.at("2026-10-20 02:59")
    assert broken(watched) == []
    watched.at("2026-10-20 03:00")
    assert evidence(watched) == {"record:rows": "row_changed"}


def test_a_restored_backup_is_an_alert_until_somebody_says_so(watched: Story) -> None:
    watched.pipeline.keep_head()
    with unguarded(watched.store) as connection:
        cut(connection)
    watched.after(1)
    file = HeadFile(watched.folder / "record.heads")
    with watched.store.write() as connection:
        file.keep(heads.accept(connection, ACT, watched.now + 1))
    watched.after(1)
    assert broken(watched) == [OPENED, RESOLVED]
    act(watched)
    watched.restart()
    watched.at("2026-10-21 09:00")
    assert broken(watched) == [OPENED, RESOLVED]
    query = select(tables.audit_log.c.act).where(tables.audit_log.c.act == heads.ACCEPT)
    with watched.store.read() as connection:
        assert connection.scalars(query).all() == [heads.ACCEPT]
