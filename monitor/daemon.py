"""The daemon: the pipeline's steps on a timer, signals, reload, and a clean stop."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

import config
from config import Settings, Source
from monitor.acts import running
from monitor.clock import clock
from monitor.metrics import Metrics
from monitor.notify import notify
from monitor.outages import Outages
from monitor.pipeline.clock_watch import watch_clock
from monitor.pipeline.in_force import InForce
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.watching import GRACE
from monitor.printing import printable
from monitor.reloading import too_little
from monitor.signals import until_stopped
from monitor.store.audit_list import MACHINE
from monitor.store.store import Store
from monitor.threads import shared_by_threads
from monitor.web.app import Health
from monitor.web.serve import served

log = structlog.get_logger(__name__)

GRACE_SECONDS = 8.0
"""How long a stop waits for work in hand; what is not finished by then stays due."""

_BEAT = 0.5  # seconds between two looks at what is due
_WATCH = 15.0
_SURVEY = 5.0
_PAUSE = 5.0  # seconds after a step has failed: on a full disk it would fail again at once
_OWN = ("check", "order", "escalate", "sweep", "watch")  # steps that need nothing but the store
_SILENT = 120.0  # seconds without a round, or a good one, after which it no longer counts as alive
_FAILING = 30.0  # seconds without a good round after which it is not ready
_OTHERS = ("poll", "sample")  # steps that wait for others: how those fare is told by their alerts


class Daemon:
    """One daemon over one settings file.

    Use it in a ``with`` statement: entering starts the steps, leaving stops them.

    Args:
        path: the settings file, read again on :meth:`reload`.
        environ: where ``${env:NAME}`` in it is looked up.
        settings: what the file says now.

    Raises:
        monitor.store.store.StoreInUseError: another daemon holds the store.
        monitor.store.migrations.NewerStoreError: a newer duban has upgraded it.
        OSError: the HTTP address is taken.
    """

    def __init__(self, path: Path, environ: Mapping[str, str], settings: Settings) -> None:
        self.path = path
        self.environ = environ
        self._exits = ExitStack()
        self.store = self._exits.enter_context(Store.open(settings.daemon.store.get_secret_value()))
        try:
            self._exits.enter_context(self.store.own())
            running.upgrade(self.store, MACHINE, running.origin(), clock())
            self.metrics = Metrics(
                self.store,
                [one.id for one in settings.channel],
                [one.id for one in settings.source],
                settings.daemon.levels,
            )
            self.pipeline = Pipeline(
                self.store, InForce.of(settings), self.metrics, clock, self._hasten
            )
            self._exits.callback(self.pipeline.close)
            self.web = self._exits.enter_context(
                served(
                    self.store,
                    lambda: self.pipeline.rules,
                    clock,
                    self.metrics,
                    self.alive,
                    self.ready,
                    settings.daemon.http,
                    self._hasten,
                    str(path),
                )
            )
        except BaseException:
            self._exits.close()
            raise
        self._started_at = clock()
        self._rounds: dict[str, float] = {}
        self._polled: set[str] = set()
        self._busy: set[str] = set()
        self._outages = Outages()
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(12)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the steps and the web server."""
        self.every("catalogue", _WATCH, self.pipeline.refresh_catalogue)
        self.every("people", _WATCH, self.pipeline.refresh_people)
        self.every("check", _BEAT, self.pipeline.check_due)
        self.every("order", _BEAT * 4, self.pipeline.follow_up_orders)
        self.every("escalate", _BEAT, self.pipeline.escalate_due)
        self.every("survey", _SURVEY, self.pipeline.survey_due)
        self.every("deliver", _BEAT, self.pipeline.deliver_due)
        self.every("digest", _BEAT * 4, self.pipeline.digest_due)
        self.every("sweep", _BEAT * 4, self.pipeline.sweep)
        self.every("watch", _WATCH, self._watch)
        self.every("seal", _WATCH, self.pipeline.seal_due)
        self._schedule_sources()
        try:
            running.started(self.store, self.pipeline.rules, clock())
        except BaseException:  # a store that cannot be written, as on a full disk: no start
            self._exits.close()
            raise
        self.web.start()
        self._scheduler.start()
        log.info("daemon_started", store=printable(self.store.engine.url), web=self.web.url)
        notify("READY=1")

    def every(self, name: str, seconds: float, step: Callable[[], object]) -> None:
        """Go through ``step`` every so many seconds, never twice at a time.

        A fault is logged (see :class:`monitor.outages.Outages`), and the step pauses.
        """

        def go() -> None:
            self._busy.add(name)  # before the look at the stop, which then waits for us
            try:
                if not self.pipeline.stopping.is_set():
                    step()
                    self._outages.ended(name, time.monotonic())
            except Exception as error:  # whatever it is, the other steps go on
                self.metrics.step_errors.labels(name.partition(":")[0]).inc()
                self._outages.failed(name, error, time.monotonic())
                self.pipeline.stopping.wait(_PAUSE)
            finally:
                self._busy.discard(name)
                self._rounds[name] = time.monotonic()

        self._rounds[name] = time.monotonic()
        self._scheduler.add_job(
            go,
            "interval",
            seconds=seconds,
            id=name,
            replace_existing=True,
            next_run_time=datetime.now(UTC),
        )

    def reload(self) -> bool:
        """Read the settings again and put them in force; ``False`` where they are faulty.

        Faulty settings change nothing, nor do those that leave nothing to watch: see
        :func:`monitor.reloading.too_little`. The store and the HTTP address need a restart.
        """
        try:
            settings = config.load(self.path, self.environ)
            rules = InForce.of(settings)
        except config.Faulty as error:
            self.metrics.reloads.set(1)
            for fault in error.faults:
                log.error("settings_faulty", fault=fault.text("en"))  # noqa: TRY400  # not a crash
            return False
        before = self.pipeline.rules
        lost = too_little(before.settings, settings)
        if lost is not None:
            self.metrics.reloads.set(1)
            log.error("settings_faulty", fault=lost.en)
            return False
        for name in ("store", "http"):
            if getattr(before.settings.daemon, name) != getattr(settings.daemon, name):
                log.warning("restart_needed", setting=f"daemon.{name}")
        try:
            self.pipeline.replace(rules)
            running.reloaded(self.store, before, self.pipeline.rules, clock())
        except SQLAlchemyError as error:  # the store is away: the daemon waits for it as before
            self.metrics.reloads.set(1)
            log.error("reload_failed", error=type(error).__name__)  # noqa: TRY400
            return False
        self._schedule_sources()
        self.metrics.reloads.set(0)
        log.info("settings_reloaded", fingerprint=self.pipeline.rules.book.fingerprint[:12])
        return True

    def run(self) -> bool:
        """Run until SIGTERM or SIGINT; SIGHUP reloads. Gives what :meth:`stop` gives.

        Call it from the main thread.
        """
        with shared_by_threads():
            return until_stopped(self.start, self.reload, self._beat, self.stop)

    def stop(self) -> bool:
        """Stop: finish the work in hand, begin no more, close everything.

        ``False`` where some work did not end within the grace: its rows are still due, and the
        process may end.
        """
        deadline = time.monotonic() + GRACE_SECONDS
        notify("STOPPING=1")
        log.info("daemon_stopping")
        self.pipeline.stopping.set()
        if self._scheduler.running:
            self._scheduler.pause()
            self._scheduler.remove_all_jobs()
        self.web.stop()
        ended = self._wait(deadline)
        if ended:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=True)
                with suppress(SQLAlchemyError):  # a full disk does not keep us from ending
                    running.stopped(self.store, clock())
                self.pipeline.keep_head()
            self._exits.close()
        log.info("daemon_stopped", clean=ended)
        return ended

    def alive(self) -> Health:
        """Return whether every step has gone round lately, and not in vain."""
        grounds = {**self._standing_still(), **self._failing(_SILENT)}
        return Health(not grounds, grounds or {"steps": "going round"})

    def _failing(self, seconds: float) -> dict[str, str]:
        """Return which steps have done nothing but fail for so long, as while the store is away."""
        steps = [name for name in self._rounds if name.partition(":")[0] not in _OTHERS]
        lasting = self._outages.lasting(steps, seconds, time.monotonic())
        return {name: f"every round fails for {length:.0f} s" for name, length in lasting.items()}

    def _standing_still(self) -> dict[str, str]:
        now = time.monotonic()
        # Polling and delivering wait for others: how those fare is told by their own alerts.
        beats = self.pipeline.beats
        last = {name: max(self._rounds.get(name, now), beats.get(name, 0)) for name in _OWN}
        return {
            name: f"no round for {now - at:.0f} s"
            for name, at in last.items()
            if now - at > _SILENT
        }

    def ready(self) -> Health:
        """Return whether it does its work.

        Every source has been tried once, no step of its own fails, and it is not stopping.
        """
        sources = {one.id for one in self.pipeline.rules.settings.source}
        waiting = sorted(sources - self._polled)
        stopping = self.pipeline.stopping.is_set()
        grounds = {f"source {name}": "not read yet" for name in waiting}
        grounds |= self._failing(_FAILING)
        if stopping:
            grounds["daemon"] = "stopping"
        return Health(not grounds, grounds or {"sources": "read"})

    def _beat(self) -> None:
        if not self._standing_still():  # while the store is away a restart mends nothing
            notify("WATCHDOG=1")

    def _schedule_sources(self) -> None:
        wanted = {f"poll:{one.id}": one for one in self.pipeline.rules.settings.source}
        for job in self._scheduler.get_jobs():
            if job.id.startswith("poll:") and job.id not in wanted:
                self._scheduler.remove_job(job.id)
                self._rounds.pop(job.id, None)
                self._outages.forget(job.id)
        for name, source in wanted.items():
            self.every(name, min(_BEAT, source.poll_every), partial(self._poll, source))

    def _poll(self, source: Source) -> None:
        self.pipeline.poll_source(source)
        self._polled.add(source.id)

    def _watch(self) -> None:
        self.pipeline.watch_sources()
        watch_clock(self.store, self.pipeline.rules, clock)
        if clock() < self._started_at + GRACE:
            notify("STATUS=catching up")  # what fell due while nothing ran is no fault of ours
            return
        lag = self.pipeline.watch()
        notify(
            f"STATUS=oldest work due since {lag.oldest_due_at}"
            if lag.oldest_due_at
            else "STATUS=ok"
        )

    def _hasten(self, name: str) -> None:
        """Let the next step look at once, not at its next beat."""
        if not self.pipeline.stopping.is_set():
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def _wait(self, deadline: float) -> bool:
        while self._busy and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self._busy


def exit_now() -> None:
    """End the process although a thread is stuck; nothing is lost, its rows are still due."""
    log.warning("daemon_stop_forced")
    os._exit(0)
