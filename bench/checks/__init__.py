"""Checks: the built-in catalogue at once, conditions in CEL one by one, and whole audits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.checks import audits, catalogue
from bench.contest import Result, hold


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Hold every contest, then audit a hall in files and in PostgreSQL."""
    for contest in catalogue.CONTESTS:
        yield from hold(contest, progress)
    yield from audits.run(progress)
