"""Processes that go through the steps over a store, to be killed or to share the work."""

from __future__ import annotations

import logging
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import structlog

import config
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.pipeline.pipeline import Pipeline
from monitor.store.store import Store

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.support.workers"])  # its import is what takes time


class Worker:
    """A process with a pipeline of its own, ready to go."""

    def __init__(self, settings: Path, now: int) -> None:
        self._pipe, theirs = _PROCESSES.Pipe()
        self.process: ForkServerProcess = _PROCESSES.Process(
            target=_work, args=(settings, now, theirs)
        )
        self.process.start()
        theirs.close()
        assert self._pipe.recv() == "ready"

    def go(self) -> None:
        """Go round and round until :meth:`stop`."""
        self._pipe.send("go")

    def stop(self) -> int:
        """End after the present round; give how many deliveries the worker took up."""
        self._pipe.send("stop")
        taken: int = self._pipe.recv()
        self._end()
        return taken

    def kill(self) -> bool:
        """Kill the process as it is (SIGKILL)."""
        self.process.kill()
        self._end()
        return self.process.exitcode == -9

    def wait_for_round(self) -> None:
        """Wait until a round is done; it is the only one that is waited for."""
        assert self._pipe.recv() == "round"

    def _end(self) -> None:
        self.process.join()
        self._pipe.close()


def _work(path: Path, now: int, pipe: Connection) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = config.load(path, {})
    with Store.open(settings.daemon.store.get_secret_value()) as store:
        metrics = Metrics(store, [], [], ())
        pipeline = Pipeline(store, InForce.of(settings), metrics, lambda: now)
        pipe.send("ready")
        assert pipe.recv() == "go"
        taken, told = 0, False
        while not pipe.poll():
            for source in settings.source:
                pipeline.poll_source(source)
            pipeline.check_due()
            pipeline.escalate_due()
            taken += pipeline.deliver_due()
            if not told:
                pipe.send("round")
                told = True
        pipe.send(taken)
        pipeline.close()
