"""Contests: several contestants do the same work, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_AT_LEAST_SECONDS = 1.5
_AT_LEAST_TIMES = 5
_AT_MOST_SECONDS = 15.0


@dataclass(frozen=True)
class Result:
    """One line of the table: how many ``unit`` a contestant does, and at what memory.

    ``agrees`` tells whether it answered like duban on the cases that both were given.
    """

    work: str
    who: str
    rate: float
    unit: str
    memory_mib: float
    agrees: bool


@dataclass(frozen=True)
class Trial:
    """Work made ready: ``run`` does all of it, ``answers`` reads what it gave as integers."""

    run: Callable[[], Any]
    answers: Callable[[Any], Sequence[int]]


@dataclass(frozen=True)
class Contestant:
    """Who does the work on the first ``cases`` cases of the sample; ``prepare`` is not timed."""

    who: str
    prepare: Callable[[int], Trial]
    cases: int


@dataclass(frozen=True)
class Contest:
    """One piece of work and who does it; the first contestant is duban."""

    work: str
    contestants: tuple[Contestant, ...]
    unit: str = "cases/s"


@dataclass(frozen=True)
class _Measured:
    rate: float
    memory_mib: float
    answers: list[int]


def hold(contest: Contest, progress: Callable[[str], None]) -> list[Result]:
    """Let the contestants do the work one after the other.

    Rates are those of the median of several runs, in seconds of processor time, so that whatever
    else the machine does counts for little; memory is the peak of the contestant's process.
    ``progress`` is told who is at it.
    """
    results: list[Result] = []
    reference: list[int] | None = None
    for contestant in contest.contestants:
        progress(f"{contest.work}: {contestant.who}")
        measured = _in_child(contestant)
        if measured is None:
            continue
        if reference is None:
            reference = measured.answers
        common = min(len(reference), len(measured.answers))
        results.append(
            Result(
                contest.work,
                contestant.who,
                measured.rate,
                contest.unit,
                measured.memory_mib,
                measured.answers[:common] == reference[:common],
            )
        )
    return results


def peak_mib() -> float:
    """Give the most memory that this process has held so far, in MiB."""
    # Unlike ru_maxrss this begins anew with each program.
    status = Path(f"/proc/{os.getpid()}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _in_child(contestant: Contestant) -> _Measured | None:
    """Measure a contestant in a new process; ``None`` where its library is not installed."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_measure, args=(contestant, there))
    child.start()
    there.close()
    try:
        answer = here.recv()
    except EOFError:
        raise RuntimeError(f"{contestant.who} ended without an answer") from None
    finally:
        child.join()
        here.close()
    if isinstance(answer, ModuleNotFoundError):
        print(f"left out: {contestant.who}: {answer}", file=sys.stderr)
        return None
    if isinstance(answer, str):
        raise RuntimeError(f"{contestant.who} failed:\n{answer}")  # noqa: TRY004 - a child's fault
    measured: _Measured = answer
    return measured


def _measure(contestant: Contestant, answer: Connection) -> None:
    try:
        trial = contestant.prepare(contestant.cases)
        given = trial.answers(trial.run())
        times: list[float] = []
        while sum(times) < _AT_LEAST_SECONDS or len(times) < _AT_LEAST_TIMES:
            start = time.process_time()
            trial.run()
            times.append(time.process_time() - start)
            if sum(times) > _AT_MOST_SECONDS:
                break
        rate = contestant.cases / statistics.median(times)
        answer.send(_Measured(rate, peak_mib(), [int(one) for one in given]))
    except ModuleNotFoundError as error:
        answer.send(error)
    except Exception:
        answer.send(traceback.format_exc())
