"""The cursor: how far a source has been read, kept as text exactly."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.instants import NEVER, moment

Value = int | str | float | datetime | date | Decimal | bytes | UUID
"""What a ``changed`` or key column may hold."""

CASES = "cases"

_WRITE = {
    float: ("float", repr),
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    Decimal: ("decimal", str),
    bytes: ("bytes", bytes.hex),
    UUID: ("uuid", str),
}
_READ: Mapping[str, Any] = {
    "float": float,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "bytes": bytes.fromhex,
    "uuid": UUID,
}
_TEXT_TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y%m%d%H%M%S",
    "%Y/%m/%d %H:%M:%S",
)
_EPOCH_MILLISECONDS = range(1_000_000_000_000, 10_000_000_000_000)  # 2001 to 2286


@dataclass(frozen=True, slots=True)
class Place:
    """How far one table has been read.

    ``high`` is the changed value reached. ``after`` is the (changed, key) of the row after which
    the round goes on, ``None`` between rounds: the next one starts the overlap before ``high``.
    """

    high: Value | None = None
    after: tuple[Value, Value] | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a source has been read.

    ``turn`` names the table whose turn it is ("cases", "pauses" …), ``places`` how far each is.
    """

    turn: str = CASES
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))

    def place(self) -> Place:
        """Give the place in the table whose turn it is."""
        return self.places.get(self.turn, Place())

    def moved(self, changed: Value, key: Value, high: Value | None) -> Self:
        """Return the cursor after the row (changed, key) of the table whose turn it is.

        ``high`` is the highest changed value by now: see :mod:`monitor.sources.stamps`.
        """
        return self._with(Place(high, (changed, key)))

    def passed(self, turn: str) -> Self:
        """Give the cursor once the table whose turn it was has been read to its end."""
        return replace(self._with(replace(self.place(), after=None)), turn=turn)

    def _with(self, place: Place) -> Self:
        return replace(self, places=MappingProxyType({**self.places, self.turn: place}))

    def dumps(self) -> str:
        """Write the cursor as JSON; :meth:`loads` gives an equal cursor back.

        Raises:
            TypeError: the source's changed or key column holds what is no :data:`Value`.
        """
        places = {
            name: {
                "high": _written(place.high),
                "after": None if place.after is None else [_written(v) for v in place.after],
            }
            for name, place in self.places.items()
        }
        return json.dumps({"turn": self.turn, "places": places})

    @classmethod
    def loads(cls, text: str) -> Self:
        """Read a cursor back.

        Raises:
            ValueError: the text is not what :meth:`dumps` wrote.
        """
        try:
            tree = json.loads(text)
            places = {}
            for name, place in tree["places"].items():
                after = place["after"]
                if after is not None:
                    changed, key = after
                    after = (_read(changed), _read(key))
                places[name] = Place(_read(place["high"]), after)
            return cls(tree["turn"], MappingProxyType(places))
        except (LookupError, TypeError, AttributeError, ArithmeticError, ValueError) as error:
            raise ValueError(f"not a cursor: {text[:200]!r}") from error


def written(value: Value | None) -> str:
    """Write a changed value for people and the store: times as ISO 8601, "" for none."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def round_start(
    high: Value | None, overlap: float, zone: ZoneInfo, now: int = NEVER
) -> Value | None:
    """Say from which changed value on a round reads: the overlap before the highest seen.

    Transactions do not commit in the order of their changed values; the overlap finds those that
    committed late. A changed value in the future does not hide what changes until then: the round
    starts before ``now``.

    Args:
        high: the highest changed value seen; ``None`` before the first round.
        overlap: seconds (float) for times, also those written as a number or as text; a number
            of versions (int) for version columns.
        zone: the zone of times that name none.
        now: the instant of reading; ``NEVER`` does not hold the start back.
    """
    if isinstance(high, datetime):
        return _capped(high, zone, now) - timedelta(seconds=overlap)
    if isinstance(high, date):
        today = high if now == NEVER else min(high, moment(now, zone).date())
        return today - timedelta(days=math.ceil(overlap / 86400))
    if isinstance(high, bool) or not isinstance(high, int | float | Decimal | str):
        return high
    if isinstance(high, str):
        return _earlier_text(high, overlap, zone, now)
    if isinstance(overlap, float) and high in _EPOCH_MILLISECONDS:
        overlap *= 1000
    if isinstance(high, Decimal):
        return high - Decimal(overlap)
    return high - (math.ceil(overlap) if isinstance(high, int) else overlap)


def _capped(high: datetime, zone: ZoneInfo, now: int) -> datetime:
    if now == NEVER:
        return high
    limit = moment(now, zone)
    return min(high, limit.replace(tzinfo=None) if high.tzinfo is None else limit.astimezone(UTC))


def _earlier_text(high: str, overlap: float, zone: ZoneInfo, now: int) -> str:
    back = timedelta(seconds=overlap)
    for form in _TEXT_TIMES:
        try:
            when = datetime.strptime(high, form)  # noqa: DTZ007 - stays in the source's own zone
        except ValueError:
            continue
        return (_capped(when, zone, now) - back).strftime(form)
    if high == "infinity" and now != NEVER:  # as PostgreSQL writes the end of time
        return (moment(now, zone) - back).isoformat(" ")
    try:
        return (_capped(datetime.fromisoformat(high), zone, now) - back).isoformat(high[10:11])
    except (ValueError, TypeError, OverflowError):
        return high


def _written(value: Value | None) -> object:
    if value is None or type(value) in (int, str):
        return value
    form = _WRITE.get(type(value))
    if form is None:
        raise TypeError(f"a cursor cannot hold a {type(value).__name__}: {value!r}")
    name, write = form
    return {name: write(value)}  # type: ignore[operator]


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        ((name, text),) = value.items()
        return _READ[name](text)
    return value
