"""Working through portions, in this process or on a Dask cluster: the same function either way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
    """Works in this process."""

    def run(
        self, work: Callable[[Portion], Result], portions: Sequence[Portion]
    ) -> Iterator[tuple[Portion, Result]]:
        """Give each portion with its result, in order."""
        with ThreadPoolExecutor(_THREADS) as pool:
            submitted = _in_order(lambda one: pool.submit(work, one), portions, _THREADS + 1)
            for portion, future in submitted:
                yield portion, future.result()


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

        for portion, future in _in_order(submit, portions, workers * _AHEAD):
            yield portion, future.result()


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


def _in_order(
    submit: Callable[[Portion], Any], portions: Sequence[Portion], ahead: int
) -> Iterator[tuple[Portion, Any]]:
    """Submit portions so many ahead of the one that is waited for."""
    waiting: deque[tuple[Portion, Any]] = deque()
    try:
        for portion in portions:
            waiting.append((portion, submit(portion)))
            if len(waiting) >= ahead:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _, future in waiting:
            future.cancel()
