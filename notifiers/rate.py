"""When messages may go under a limit of so many a minute. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rules.instants import MINUTE


def slots(per_minute: int | None, taken: Iterable[int], now: int, count: int) -> list[int]:
    """Give the instants at which the next ``count`` messages may go, none of them dropped.

    No minute, wherever it begins, holds more than ``per_minute`` messages. They queue up behind
    those already planned.

    Args:
        per_minute: the channel's limit; ``None``: all may go now.
        taken: instants of the messages sent in the last minute and of those planned, in any order.
        now: the instant now.
        count: how many more are to go.
    """
    if per_minute is None:
        return [now] * count
    queue = sorted(taken)
    before = len(queue)
    for _ in range(count):
        earliest = max(now, queue[-1]) if queue else now
        if len(queue) >= per_minute:
            earliest = max(earliest, queue[-per_minute] + MINUTE)
        queue.append(earliest)
    return queue[before:]
