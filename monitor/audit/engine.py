"""Working through portions, in this process or on a Dask cluster: the same function either way."""

from __future__ import annotations

import copyreg
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from monitor.audit.job import Portion

Result = TypeVar("Result")

_THREADS = 2  # while one waits for a database the other reckons
_AHEAD = 4
"""Portions that are under way for each worker: their results wait in memory to be taken."""


class Engine(Protocol):
    """Works through portions."""

    def run(
        self, work: Callable[[Portion], Result], portions: Sequence[Portion]
    ) -> Iterator[tuple[Portion, Result]]:
        """Give each portion with its result, in order."""


class Local:
    """Works on this machine: in a process a core once there are ``many`` cases, else in this one.

    Args:
        many: from how many cases on it is worth the second or two in which processes start;
            ``None``: never, as with columnar files, which are read by all cores as it is.
    """

    def __init__(self, many: int | None = 100_000) -> None:
        self._many = many

    def run(
        self, work: Callable[[Portion], Result], portions: Sequence[Portion]
    ) -> Iterator[tuple[Portion, Result]]:
        """Give each portion with its result, in order."""
        cores, cases = os.cpu_count() or 1, sum(one.size for one in portions)
        if cores == 1 or self._many is None or cases < self._many:
            with ThreadPoolExecutor(_THREADS) as pool:
                yield from _results(lambda one: pool.submit(work, one), portions, _THREADS + 1)
            return
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(cores, spawn, initializer=_take_up, initargs=(work,)) as others:
            yield from _results(lambda one: others.submit(_go_on, one), portions, 2 * cores)


class Cluster:
    """Works on the workers of a Dask cluster, which must have duban and reach what is read."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(
        self, work: Callable[[Portion], Result], portions: Sequence[Portion]
    ) -> Iterator[tuple[Portion, Result]]:
        """Give each portion with its result, in order."""
        workers = len(self._client.scheduler_info()["workers"]) or 1
        shared = self._client.scatter(work, broadcast=True, hash=False)

        def submit(portion: Portion) -> Any:
            return self._client.submit(_apply, shared, portion, pure=False)

        yield from _results(submit, portions, workers * _AHEAD)


@contextmanager
def cluster(scheduler: str) -> Iterator[Cluster]:
    """Connect to the scheduler of a Dask cluster, such as ``tcp://10.0.0.5:8786``.

    Raises:
        ImportError: Dask is not installed.
        OSError: there is no scheduler.
    """
    from distributed import Client  # an optional dependency

    client: Any = Client(scheduler, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    with client:
        yield Cluster(client)


def _apply(work: Callable[[Portion], Result], portion: Portion) -> Result:
    return work(portion)


_taken_up: list[Callable[[Portion], Any]] = []


def _take_up(work: Callable[[Portion], Any]) -> None:
    """Keep the work of this process: a rule book is not sent with every portion."""
    _taken_up[:] = [work]


def _go_on(portion: Portion) -> Any:
    return _taken_up[0](portion)


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


# A rule book has read-only mappings, which Python does not know how to send to a process.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


def _results(
    submit: Callable[[Portion], Any], portions: Sequence[Portion], ahead: int
) -> Iterator[tuple[Portion, Any]]:
    """Submit portions, so many ahead of the one whose result is waited for; give them in order."""
    waiting: deque[tuple[Portion, Any]] = deque()
    try:
        for portion in portions:
            waiting.append((portion, submit(portion)))
            if len(waiting) >= ahead:
                one, future = waiting.popleft()
                yield one, future.result()
        while waiting:
            one, future = waiting.popleft()
            yield one, future.result()
    finally:
        for _, future in waiting:
            future.cancel()
