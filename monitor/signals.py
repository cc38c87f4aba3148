"""Running until a signal ends it: what the daemon and ``duban web`` wait for in the main thread."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import TypeVar

from monitor.notify import notify

T = TypeVar("T")


def until_stopped(
    start: Callable[[], object],
    reload: Callable[[], object],
    beat: Callable[[], object],
    stop: Callable[[], T],
) -> T:
    """Start, wait for SIGTERM or SIGINT, and stop; give what that gives.

    SIGHUP reloads; ``beat`` is called in between, every five seconds at least. Further signals
    wait for the stop that is under way. Call this from the main thread.
    """
    ended, again, wake = Event(), Event(), Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        (again if number == signal.SIGHUP else ended).set()
        wake.set()

    previous = {
        number: signal.signal(number, ask)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    }
    try:
        start()
        while not ended.is_set():
            wake.wait(timeout=5)
            wake.clear()
            if again.is_set():
                again.clear()
                notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
                reload()
                notify("READY=1")
            beat()
        return stop()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
