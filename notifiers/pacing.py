"""How soon the next message may go, where a vendor counts more finely than by the minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Pace:
    """Lets ``count`` messages through in any ``seconds``, for each receiver or for all together.

    It knows what this process has sent; of other processes it learns when the vendor refuses.
    """

    def __init__(
        self, count: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._count = count
        self._seconds = seconds
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}

    def wait(self, receiver: str = "") -> float:
        """Give the seconds until the next one may go; 0 where it may go now, and it is counted."""
        now = self._clock()
        sent = self._sent.setdefault(receiver, deque(maxlen=self._count))
        if len(sent) == self._count and (left := sent[0] + self._seconds - now) > 0:
            return left
        sent.append(now)
        return 0.0
