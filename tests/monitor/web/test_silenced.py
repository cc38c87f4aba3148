"""A silenced case is marked wherever it is seen: on its page, in the list and on the board."""

from __future__ import annotations

import pytest

from monitor.store import silences
from monitor.store.silences import NewSilence
from rules.instants import HOUR
from rules.silences import Matching
from tests.monitor.web.boards import stand
from tests.support.desks import NOW, Desk


@pytest.fixture
def silenced(hall: Desk) -> Desk:
    """The hall with D-1 in silence until 17:30, and D-2 not."""
    stand(hall)
    with hall.store.write() as connection:
        new = NewSilence("wang", "现场核查", Matching(case="NO-D-1"), NOW - HOUR, NOW + 2 * HOUR)
        silences.add(connection, new, NOW - HOUR)
    hall.enter("inspect")
    return hall


def test_its_page_says_so_with_who_and_why(silenced: Desk) -> None:
    text = silenced.look("/cases/NO-D-1").text
    assert "静默中</b>，至 " in text
    assert "现场核查" in text
    assert "静默中</b>" not in silenced.look("/cases/NO-D-2").text


def test_the_list_marks_it_alone(silenced: Desk) -> None:
    assert silenced.look("/cases").text.count("静默中") == 1


def test_the_board_says_until_when(silenced: Desk) -> None:
    text = silenced.look("/").text
    assert text.count("静默至") == 1
    assert "17:30" in text


def test_when_it_is_over_nothing_is_marked(silenced: Desk) -> None:
    silenced.now = NOW + 3 * HOUR
    for path in ("/", "/cases", "/cases/NO-D-1"):
        assert "静默中" not in silenced.look(path).text
