"""The desk alone (``duban web``): pages on a second machine for the store that daemons work on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import config
from config import Settings
from monitor.clock import clock
from monitor.metrics import Metrics
from monitor.notify import notify
from monitor.pipeline.in_force import InForce
from monitor.pipeline.stored import behind, with_stored
from monitor.printing import printable
from monitor.reloading import too_little
from monitor.signals import until_stopped
from monitor.store.store import Store
from monitor.web.app import Health
from monitor.web.serve import served

log = structlog.get_logger(__name__)


class Alone:
    """The pages of a settings file without the daemon's work; the file is read again on reload.

    What the store keeps of the rules is taken up within five seconds of a change.

    The store must be one that several share, with the tables of this version.

    Raises:
        OSError: the HTTP address is taken.
    """

    def __init__(self, path: Path, environ: Mapping[str, str], settings: Settings) -> None:
        self.path, self.environ = path, environ
        self._exits = ExitStack()
        self.store = self._exits.enter_context(Store.open(settings.daemon.store.get_secret_value()))
        try:
            self.rules = self._stored(InForce.of(settings))
            self.metrics = Metrics(
                self.store,
                [one.id for one in settings.channel],
                [one.id for one in settings.source],
                settings.daemon.levels,
            )
            self.web = self._exits.enter_context(
                served(
                    self.store,
                    lambda: self.rules,
                    clock,
                    self.metrics,
                    self.alive,
                    self.ready,
                    settings.daemon.http,
                    lambda _step: None,  # the daemons look for due work themselves
                    str(path),
                )
            )
        except BaseException:
            self._exits.close()
            raise

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP reloads. Call it from the main thread."""
        until_stopped(self._start, self.reload, self.refresh, self._stop)

    def reload(self) -> bool:
        """Read the settings again and put them in force; ``False`` where they are faulty."""
        try:
            rules = InForce.of(config.load(self.path, self.environ))
        except config.Faulty as error:
            for fault in error.faults:
                log.error("settings_faulty", fault=fault.text("en"))  # noqa: TRY400  # not a crash
            return False
        lost = too_little(self.rules.settings, rules.settings)
        if lost is not None:
            log.error("settings_faulty", fault=lost.en)
            return False
        for name in ("store", "http"):
            if getattr(self.rules.settings.daemon, name) != getattr(rules.settings.daemon, name):
                log.warning("restart_needed", setting=f"daemon.{name}")
        self.rules = self._stored(rules)
        log.info("settings_reloaded", fingerprint=self.rules.book.fingerprint[:12])
        return True

    def refresh(self) -> None:
        """Take up what the store keeps of the rules, where that has changed."""
        try:
            with self.store.read() as connection:
                if behind(connection, self.rules):
                    self.rules = with_stored(connection, self.rules)
        except SQLAlchemyError:  # pages tell it as well, and so does /readyz
            log.warning("store_not_read", exc_info=True)
        notify("WATCHDOG=1")

    def alive(self) -> Health:
        """Tell that pages are served: nothing else goes round here."""
        return Health(True, {"web": "serving"})

    def ready(self) -> Health:
        """Tell whether the store can be read."""
        try:
            with self.store.read() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:  # not what it says: anybody may ask, and it names the host
            return Health(False, {"store": type(error).__name__})
        return Health(True, {"store": "read"})

    def _start(self) -> None:
        self.web.start()
        log.info("web_started", store=printable(self.store.engine.url), web=self.web.url)
        notify("READY=1")

    def _stop(self) -> None:
        notify("STOPPING=1")
        self.web.stop()
        self._exits.close()
        log.info("web_stopped")

    def _stored(self, rules: InForce) -> InForce:
        with self.store.read() as connection:
            return with_stored(connection, rules)
