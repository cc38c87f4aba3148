"""What sending many notices came to, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_PATIENCE: Final = 180.0


@dataclass(frozen=True)
class Sent:
    """How many were sent a second, the seconds until the first arrived, and the memory."""

    rate: float
    first: float
    memory_mib: float
    complete: bool


def wait(count: Callable[[], int], enough: int) -> float:
    """Wait until there are ``enough``; give the moment, or fail when nothing comes of it."""
    until = time.monotonic() + _PATIENCE
    while count() < enough:
        if time.monotonic() > until:
            raise RuntimeError(f"{count()} of {enough} after {_PATIENCE:g} s")
        time.sleep(0.05)
    return time.monotonic()
