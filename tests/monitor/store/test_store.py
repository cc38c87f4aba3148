from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from monitor.store import meta
from monitor.store.store import Store, StoreInUseError, UnusableStoreError
from tests.support.stores import CrashError, fresh_url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mysql+pymysql://root@127.0.0.1/x", "cannot be kept in mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "needs a file"),
    ],
)
def test_a_store_that_could_not_be_kept_is_refused(url: str, expected: str) -> None:
    with pytest.raises(UnusableStoreError, match=expected):
        Store.open(url)


def test_postgresql_is_spoken_to_by_the_driver_that_is_installed() -> None:
    with Store.open("postgresql://u@127.0.0.1/x") as store:
        assert store.engine.url.drivername == "postgresql+psycopg"


def test_a_write_is_rolled_back_by_an_exception(store: Store) -> None:
    def write_and_crash() -> None:
        with store.write() as connection:
            meta.put(connection, "a", 1)
            raise CrashError

    with pytest.raises(CrashError):
        write_and_crash()
    with store.read() as connection:
        assert meta.get(connection, "a") is None


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(
            text("INSERT INTO parts (case_id, kind, key, facts) VALUES (9, 'pause', '', '{}')")
        )


def test_json_is_compact_and_in_chinese(store: Store) -> None:
    with store.write() as connection:
        meta.put(connection, "a", {"字": [1, 2]})
        assert connection.scalar(text("SELECT CAST(value AS TEXT) FROM meta")) == '{"字":[1,2]}'


def test_a_reader_sees_one_snapshot_while_another_writes(sqlite: str) -> None:
    with Store.open(sqlite) as store:
        with store.write() as connection:
            connection.execute(text("CREATE TABLE t (n INTEGER)"))
        with store.read() as reader:
            assert reader.scalar(text("SELECT count(*) FROM t")) == 0
            with store.write() as writer:
                writer.execute(text("INSERT INTO t VALUES (1)"))
            assert reader.scalar(text("SELECT count(*) FROM t")) == 0
        with store.read() as reader:
            assert reader.scalar(text("SELECT count(*) FROM t")) == 1


def test_a_writer_waits_for_the_one_before_it(sqlite: str) -> None:
    with Store.open(sqlite) as store, ThreadPoolExecutor(4) as threads:
        with store.write() as connection:
            connection.execute(text("CREATE TABLE t (n INTEGER)"))
            connection.execute(text("INSERT INTO t VALUES (0)"))

        def count_up(_: int) -> None:
            with store.write() as connection:
                found = connection.scalar(text("SELECT n FROM t"))
                connection.execute(text("UPDATE t SET n = :n"), {"n": found + 1})

        list(threads.map(count_up, range(100)))
        with store.read() as connection:
            assert connection.scalar(text("SELECT n FROM t")) == 100


def test_a_new_file_is_opened_while_another_writes_its_first_rows(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE first (id INTEGER)")
    release = Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    with Store.open(f"sqlite:///{file}") as store, store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    release.join()
    other.close()


def test_a_second_daemon_on_an_sqlite_store_is_refused(sqlite: str) -> None:
    holding = (
        "import sys; from monitor.store.store import Store\n"
        f"with Store.open({sqlite!r}).own():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    with (
        subprocess.Popen(
            [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other,
        Store.open(sqlite) as store,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreInUseError, match=f"process id {other.pid} "), store.own():
            pass
        other.kill()
        other.wait()
        with store.own():
            assert Path(f"{store.engine.url.database}.lock").read_text() == f"{os.getpid()}\n"


def test_a_store_given_up_can_be_held_again(store: Store) -> None:
    for _ in range(2):
        with store.own():
            pass


def test_several_daemons_may_hold_a_postgresql_store(upgraded: Store) -> None:
    with upgraded.own(), upgraded.own():
        pass


def test_the_server_ends_a_lost_transaction_and_long_waits_for_locks(tmp_path: Path) -> None:
    with fresh_url("postgresql", tmp_path) as url, Store.open(url) as store:
        with store.read() as connection:
            shown = [
                connection.exec_driver_sql(f"SHOW {name}").scalar()
                for name in ("idle_in_transaction_session_timeout", "lock_timeout")
            ]
        assert shown == ["2min", "30s"]


def test_a_failing_insert_tells_no_fact_of_its_row(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("CREATE TABLE t (a text CHECK (length(a) > 9))"))
    with pytest.raises(IntegrityError) as caught, store.write() as connection:
        connection.execute(text("INSERT INTO t VALUES (:a)"), {"a": "何凯旋"})
    told = str(caught.value) + str(caught.value.orig)
    assert "constraint" in told
    assert "何凯旋" not in told
