"""Whole audits of a sample hall, with its steps and pauses: from Parquet files and PostgreSQL.

Rates are told by the clock, as somebody who waits sees them, and in seconds of processor time, that
of the database not included. Both include the start of the processes that share the work.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from bench.contest import Result, peak_mib
from bench.pipeline import NOW, SERVER, SETTINGS, database
from config import load
from config.sources import PartTable, Source, Table
from monitor.audit import databases, files
from monitor.audit.engine import Local
from monitor.audit.job import Job, Portion
from monitor.pipeline.in_force import InForce
from monitor.sample import schema
from monitor.sample.filling import fill
from monitor.sample.generator import chunks
from rules.audit import BatchResult, Count

CASES: Final = 400_000
_TIMES = 3
_SAMPLE = "\n[sample]"


@dataclass(frozen=True)
class _Measured:
    by_the_clock: float
    by_processor: float
    memory_mib: float
    counts: Mapping[Count, int]


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Audit the same hall from both; ``agrees`` tells that both find the same."""
    counts: list[Mapping[Count, int]] = []
    for name in ("Parquet", "PostgreSQL"):
        progress(f"audit from {name}")
        found = _in_child(name)
        if found is None:
            print(f"left out: {name}: no server at {SERVER}", file=sys.stderr)
            continue
        counts.append(found.counts)
        agrees = bool(found.counts) and found.counts == counts[0]
        work = f"audit from {name}"
        for who, rate in (
            ("duban, by the clock", found.by_the_clock),
            ("duban, of processor time", found.by_processor),
        ):
            yield Result(work, who, rate, "cases/s", found.memory_mib, agrees)


def _in_child(name: str) -> _Measured | None:
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_measure, args=(name, there))
    child.start()
    there.close()
    try:
        found: _Measured | None = here.recv()
    except EOFError:
        raise RuntimeError(f"the audit from {name} ended without an answer") from None
    finally:
        child.join()
        here.close()
    return found


def _measure(name: str, answer: Connection) -> None:
    with TemporaryDirectory() as folder:
        try:
            with _made(name, Path(folder)) as hall:
                answer.send(_audit(name, Path(folder), hall))
        except OperationalError:
            answer.send(None)


def _made(name: str, folder: Path) -> Any:
    return database("PostgreSQL" if name == "PostgreSQL" else "SQLite", folder)


def _audit(name: str, folder: Path, hall: str) -> _Measured:
    rules = InForce.of(load(_settings(folder, hall), os.environ))
    source = rules.settings.source[0]
    portions: list[Portion]
    if name == "PostgreSQL":
        server = create_engine(hall)
        fill(server, CASES, 1, NOW)
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        server.dispose()
        portions = [*databases.portions(source)]
    else:
        portions = [*files.portions(_write(source, folder), source.timezone)]
    engine = Local() if name == "PostgreSQL" else Local(None)
    job = Job(rules.book, 0, NOW, NOW, past=True)
    times = []
    for _ in range(_TIMES):
        total = BatchResult()
        clock, processor = time.perf_counter(), _processor_seconds()
        for _, one in engine.run(job.inspect, portions):
            total = total.plus(one)
        times.append((time.perf_counter() - clock, _processor_seconds() - processor))
    clock, processor = (statistics.median(column) for column in zip(*times, strict=True))
    cases = total.cases.total()
    return _Measured(cases / clock, cases / processor, peak_mib(), dict(total.counts))


def _processor_seconds() -> float:
    """Give the seconds of processor time of this process and of those it has waited for."""
    return sum(os.times()[:4])


def _settings(folder: Path, hall: str) -> Path:
    """Write the settings the package comes with, every built-in check added, for this hall."""
    written = SETTINGS.read_text("utf-8")
    written = written[: written.index(_SAMPLE)].replace("sqlite:///hall.db", hall)
    written = written.replace(
        '"administrative-licence"]', '"administrative-licence", "compliance"]'
    )
    path = folder / "supervisor.toml"
    path.write_text(written, "utf-8")
    return path


def _write(source: Source, folder: Path) -> list[Path]:
    """Write the hall as files sorted by case, as the settings read it."""
    tables: dict[str, tuple[Any, Table | PartTable | None]] = {
        "cases": (schema.cases, source.cases),
        "pauses": (schema.pauses, source.pauses),
        "steps": (schema.steps, source.steps),
        "extensions": (schema.extensions, source.extensions),
    }
    pieces: dict[str, list[Any]] = {name: [] for name in tables}
    for chunk in chunks(CASES, 1, NOW):
        for name, (table, mapped) in tables.items():
            if mapped is not None:
                pieces[name].append(_columns(chunk[table], mapped))
    paths = []
    for name, found in pieces.items():
        path = folder / f"{name}.parquet"
        whole = pa.concat_tables(found, promote_options="permissive")
        whole = whole.sort_by("key" if name == "cases" else "case")
        pq.write_table(whole, path, row_group_size=databases.AT_ONCE)
        paths.append(path)
    return paths


def _columns(given: Mapping[str, NDArray[Any]], mapped: Table | PartTable) -> Any:
    named = dict(mapped.columns)
    if mapped.key in given:
        named["key"] = str(mapped.key)
    columns = {}
    for name, column in named.items():
        values = given[column]
        if name in mapped.values:
            codes: dict[Any, Any] = {None: None, **mapped.values[name]}
            values = np.array([codes[value] for value in values.tolist()], object)
        if name == "ended_at" and isinstance(mapped, PartTable) and mapped.open_when_equal:
            values = np.where(values == given[named["started_at"]], np.datetime64("NaT"), values)
        columns[name] = pa.array(values, from_pandas=True)
    return pa.table(columns)
