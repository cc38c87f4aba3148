"""The ``changed`` column as a measure of how far a source has been read. Pure.

A database compares text as text. So a time that is written in another way than the others, or no
time at all, may sort above every row that is still to come; it must not become the place that has
been reached.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.sources.cursor import Value
from monitor.sources.moments import moment_reader
from monitor.sources.rows import Unreadable

EXPECTED = (
    "a time that sorts as text, all written in one way, such as 2026-10-16 17:30:00, or a number"
)

_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_PLACES = (4, 7, 10)  # where a written time has its separators


def stamp(text: str, zone: ZoneInfo) -> int | None:
    """Return the instant that a text names, ``None`` if it is no time.

    It is in ``zone`` if it names none.
    """
    try:
        return _reader(zone)(text)
    except Unreadable:
        return None


def is_stamp(value: object, zone: ZoneInfo) -> bool:
    """Whether a value can be a changed value: text has to be a time, a number, or empty."""
    if not isinstance(value, str) or value.isdigit():
        return True
    try:
        _reader(zone)(value)
    except Unreadable:
        return False
    return True


_reader = lru_cache(maxsize=64)(moment_reader)


def highest(
    high: Value | None, values: Sequence[Value], zone: ZoneInfo, *, times: bool = True
) -> Value | None:
    """Return the highest of some changed values and the one reached before, compared as times.

    Values written in another way than the one reached before are left out; the first that can be
    compared decides if there is none.

    Args:
        high: the highest changed value so far, ``None`` before the first page.
        values: those of the rows of a page.
        zone: the zone of times that name none.
        times: whether text is a time; otherwise, in a version column, it is compared as text.
    """
    if not times:
        return values[-1] if values else high
    fit = [one for one in values if _sorts(one, zone)]
    if high is None or not _sorts(high, zone):
        high = next(iter(fit), None)
    if high is None:
        return None
    form = _form(high)
    alike = [one for one in fit if _form(one) == form]
    if not isinstance(high, str) or high.isdigit():
        return alike[-1] if alike else high
    return max([high, *alike], key=lambda one: stamp(str(one), zone) or 0)


def _sorts(value: Value, zone: ZoneInfo) -> bool:
    return not isinstance(value, str) or value.isdigit() or stamp(value, zone) is not None


def _form(value: Value) -> tuple[object, ...]:
    """Return what is the same for values that sort as the times that they name."""
    if not isinstance(value, str):
        return (type(value),)
    if value.isdigit():
        return (str, len(value))
    offset = _OFFSET.search(value)
    apart = (value[at : at + 1] or " " for at in _PLACES)
    return (str, *apart, offset[0] if offset else "")
