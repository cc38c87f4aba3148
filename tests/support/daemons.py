"""The real ``duban`` in a process of its own: its log, its pages, and its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DUBAN = str(Path(sys.executable).parent / "duban")
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def duban(*arguments: str, cwd: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [DUBAN, *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def eventually(holds: Callable[[], Any], seconds: float = 20) -> Any:
    """Give what ``holds`` gives as soon as that is true; fail where it never is."""
    deadline = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


class Daemon:
    """A running ``duban run``."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    def log(self, event: str) -> list[dict[str, Any]]:
        """Give what was logged under an event so far."""
        lines = self._log.read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{")]
        return [one for one in found if one["event"] == event]

    @property
    def text(self) -> str:
        """Everything that was written on the standard error."""
        return self._log.read_text("utf-8")

    @property
    def url(self) -> str:
        """Where its pages are."""
        url: str = eventually(lambda: self.log("daemon_started"))[0]["web"]
        return url

    def get(self, path: str) -> tuple[int, str]:
        """Get a page: its status and text."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def reload(self) -> None:
        """Ask it to read its settings again."""
        self.process.send_signal(signal.SIGHUP)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Send a signal that ends it; give the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        return time.monotonic() - begun


@contextmanager
def running(settings: Path, environ: Mapping[str, str] | None = None) -> Iterator[Daemon]:
    """Run the daemon of a settings file; it is killed at the end if it still runs."""
    log = settings.parent / f"daemon-{time.monotonic_ns()}.log"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            [DUBAN, "run", "-c", str(settings)],
            stdout=subprocess.DEVNULL,
            stderr=stream,
            env={**ENVIRONMENT, **(environ or {})},
        ) as process,
    ):
        try:
            yield Daemon(process, log)
        finally:
            process.kill()


@contextmanager
def service_manager(folder: Path) -> Iterator[tuple[Path, Callable[[], list[str]]]]:
    """Listen as systemd does: give the socket's address, and what was received so far."""
    address = folder / "notify"
    received: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(address))
        listening.setblocking(False)

        def messages() -> list[str]:
            while True:
                try:
                    received.append(listening.recv(4096).decode())
                except BlockingIOError:
                    return received

        yield address, messages
