"""A hall in which violations are planted at known places, and what the checks find of them.

``python -m bench.planted`` tells it check by check, ``python -m bench planted`` as one of the
benches.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.exc import OperationalError

from bench.contest import Result, peak_mib
from bench.pipeline import SERVER, database
from bench.planted.across import Expected, across
from bench.planted.hall import Hall, hall
from bench.planted.looking import Comparison, found_in_database, found_in_memory
from bench.planted.settings import settings
from bench.planted.surveyed import found_by_surveys
from bench.planted.tables import fill

CASES: Final = 200_000
IN_MEMORY: Final = "in memory"
ON_POSTGRESQL: Final = "PostgreSQL"


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Look for what was planted in both ways; ``agrees``: all was found, and nothing else."""
    for name, seconds, comparison in compared(CASES, progress):
        work = f"checks of a planted hall, {name}"
        rate = CASES / seconds
        yield Result(work, "duban", rate, "cases/s", peak_mib(), comparison.agrees)


def compared(
    cases: int, progress: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[str, float, Comparison]]:
    """Plant a hall and give for each way of looking its name, how long it took, and the result."""
    progress("planting")
    made = hall(cases)
    with TemporaryDirectory() as folder:
        progress("looking in memory")
        book = settings(Path(folder)).rulebook()
        begun = time.perf_counter()
        found = found_in_memory(book, made.drafts)
        yield IN_MEMORY, time.perf_counter() - begun, Comparison.of(made, found)
    progress("looking in PostgreSQL")
    try:
        yield _audited(made, ON_POSTGRESQL)
    except OperationalError:
        print(f"left out: PostgreSQL: no server at {SERVER}", file=sys.stderr)


def _audited(made: Hall, kind: str) -> tuple[str, float, Comparison]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with database(kind, folder) as watched, database(kind, folder) as store:
            fill(watched, made.drafts)
            loaded = settings(folder, watched, store)
            begun = time.perf_counter()
            found = found_in_database(loaded, made.drafts)
            return kind, time.perf_counter() - begun, Comparison.of(made, found)


def surveyed(cases: int) -> tuple[Expected, Expected]:
    """Plant what only shows across cases, and give it with what the surveys find on PostgreSQL."""
    drafts, expected = across(cases)
    with TemporaryDirectory() as name, database(ON_POSTGRESQL, Path(name)) as store:
        return expected, found_by_surveys(settings(Path(name), store=store), drafts)
