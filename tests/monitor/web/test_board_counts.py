"""Counting for the board: once for everybody, anew when that is cheap, behind a look when not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection

from monitor.store import board_counts
from monitor.store.board_counts import Keeper
from monitor.store.stamps import Stamps
from monitor.store.store import Store
from tests.support.desks import NOW, Desk


class Counting:
    """A count of the cases that notes how often, and how many at a time, it was made."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes, self.times, self.now, self.most = takes, 0, 0, 0

    def __call__(self, connection: Connection, _asked: str) -> int:
        self.times += 1
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(self.takes)
        [[number]] = connection.exec_driver_sql("SELECT count(*) FROM cases")
        self.now -= 1
        return int(number)


@pytest.fixture
def stamps(hall: Desk) -> Iterator[Stamps]:
    stamps = Stamps(hall.store)
    yield stamps
    stamps.close()


def asked(store: Store, keeper: Keeper[str, int], question: str = "all") -> tuple[int, bool]:
    with store.read() as connection:
        kept, current = keeper.get(connection, question, NOW)
        return kept.value, current


def remove_one(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM cases WHERE key = 'D-4'")


def test_nothing_is_counted_again_while_nothing_changes(hall: Desk, stamps: Stamps) -> None:
    counting = Counting()
    keeper = Keeper(hall.store, stamps, counting)
    assert [asked(hall.store, keeper) for _ in range(3)] == [(4, True)] * 3
    assert counting.times == 1


def test_a_change_shows_at_the_next_look_where_counting_is_cheap(
    hall: Desk, stamps: Stamps
) -> None:
    keeper = Keeper(hall.store, stamps, Counting())
    asked(hall.store, keeper)
    remove_one(hall.store)
    assert asked(hall.store, keeper) == (3, True)


def test_another_question_is_another_count(hall: Desk, stamps: Stamps) -> None:
    counting = Counting()
    keeper = Keeper(hall.store, stamps, counting)
    asked(hall.store, keeper, "today")
    asked(hall.store, keeper, "tomorrow")
    assert counting.times == 2


def test_a_dear_count_is_made_behind_the_look(
    hall: Desk, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "CHEAP", 0.0)
    monkeypatch.setattr(board_counts, "SELDOM", 0.0)
    monkeypatch.setattr(board_counts, "SHARE", 0)
    keeper = Keeper(hall.store, stamps, Counting())
    asked(hall.store, keeper)
    remove_one(hall.store)
    assert asked(hall.store, keeper) == (4, False)
    keeper.close()
    assert asked(hall.store, keeper) == (3, True)


def test_a_dear_count_is_made_seldom(
    hall: Desk, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "CHEAP", 0.0)
    counting = Counting()
    keeper = Keeper(hall.store, stamps, counting)
    asked(hall.store, keeper)
    remove_one(hall.store)
    for _ in range(5):
        assert asked(hall.store, keeper) == (4, False)
    keeper.close()
    assert counting.times == 1


def test_two_threads_never_count_at_a_time(
    hall: Desk, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "CHEAP", 1.0)
    counting = Counting(takes=0.05)
    keeper = Keeper(hall.store, stamps, counting)
    together, found = Barrier(2), []

    def look() -> None:
        together.wait()
        found.append(asked(hall.store, keeper))

    for times in (1, 2):
        threads = [Thread(target=look) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (counting.times, counting.most) == (times, 1)
        remove_one(hall.store)
    assert found[:2] == [(4, True)] * 2


def test_a_count_that_fails_behind_a_look_leaves_what_is_kept(
    hall: Desk, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("CHEAP", 0.0), ("SELDOM", 0.0), ("SHARE", 0)):
        monkeypatch.setattr(board_counts, name, value)
    counting = Counting()
    keeper = Keeper(hall.store, stamps, counting)
    asked(hall.store, keeper)
    with hall.store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE cases RENAME TO gone")
    assert asked(hall.store, keeper) == (4, False)
    keeper.close()
    with hall.store.write() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO cases")
    asked(hall.store, keeper)
    keeper.close()
    assert asked(hall.store, keeper) == (4, True)


def test_a_board_of_older_numbers_says_when_they_were_counted(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "CHEAP", 0.0)
    hall.sign_in()
    assert "统计于" not in hall.look("/").text
    with hall.store.write() as connection:
        connection.exec_driver_sql("UPDATE sources SET rows_read = 7")
    hall.now += 60_000_000
    assert "统计于 10月14日（周三）15:30" in hall.look("/").text


def test_one_slow_count_does_not_make_counting_dear(
    hall: Desk, stamps: Stamps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_counts, "CHEAP", 0.2)
    counting = Counting()
    keeper = Keeper(hall.store, stamps, counting)
    asked(hall.store, keeper)
    counting.takes = 0.3
    asked(hall.store, keeper, "slow")
    remove_one(hall.store)
    assert asked(hall.store, keeper) == (3, True)
