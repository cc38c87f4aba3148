"""Clocks: due moments and the whole check of a case, beside libraries that reckon working time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.clocks import check, days, hours, paused, single
from bench.contest import Result, hold

CONTESTS = (days.CONTEST, hours.CONTEST, paused.CONTEST, *check.CONTESTS, *single.CONTESTS)


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Hold every contest."""
    for contest in CONTESTS:
        yield from hold(contest, progress)
