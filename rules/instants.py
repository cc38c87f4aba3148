"""Instants: whole microseconds since 1970-01-01T00:00:00Z, as ``int`` or ``int64`` arrays.

One representation of time runs through the core and the store, so that nothing is converted on
the way. ``NONE`` stands for "no such moment" in arrays; outside arrays it is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.int64]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NONE = int(np.iinfo(np.int64).min)
"""No such moment, in an array of instants. It is smaller than every real instant."""

NEVER = int(np.iinfo(np.int64).max)
"""After every real instant: the end of what has not ended."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def is_moment(name: str) -> bool:
    """Tell whether the fact called ``name`` is a moment: its name ends in ``_at`` or ``_due``."""
    return name.endswith(("_at", "_due"))


def instant(when: datetime) -> int:
    """Give the instant of an aware datetime.

    Raises:
        ValueError: ``when`` has no time zone, so it names no instant.
    """
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no time zone")
    return (when - _EPOCH) // _MICROSECOND


@lru_cache(maxsize=4096)  # those of one message, one page, one batch are few
def moment(at: int, zone: ZoneInfo) -> datetime:
    """Give the aware datetime of the instant ``at`` in ``zone``."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(zone)


def iso(at: int | None, zone: ZoneInfo) -> str | None:
    """Write an instant as ISO 8601 with its offset in ``zone``; ``None`` stays ``None``."""
    return None if at is None else moment(at, zone).isoformat()


def instants(values: Iterable[int | None]) -> Instants:
    """Make an ``int64`` array of instants in which ``None`` has become ``NONE``."""
    return np.array([NONE if value is None else value for value in values], dtype=np.int64)


def optional(at: int | np.int64) -> int | None:
    """Give one element of an array of instants as ``int``, or ``None`` where it is ``NONE``."""
    return None if at == NONE else int(at)
