"""What ``duban deadline`` is asked: one JSON object a line, read into values or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeGuard, TypeVar
from zoneinfo import ZoneInfo

from config import Faulty, calendar_from
from rules.amounts import Amount, Unit, parse_amount
from rules.calendars import Calendar
from rules.instants import instant
from rules.limits import DayEnd, PauseCount, Reckoning
from rules.worktime import FIRST_DAY, LAST_DAY

_HOW = ("pause_count", "day_end", "count_start_day", "roll", "pause_cap")
KEYS = ("id", "start", "allow", "extensions", "pauses", "calendar", "now", *_HOW)
"""The keys of a request. ``id`` may be anything and comes back with the answer."""

_MOST = 1e9
_Choice = TypeVar("_Choice", bound=StrEnum)
_amount = lru_cache(maxsize=4096)(parse_amount)


@dataclass(frozen=True, slots=True)
class Request:
    """One request: instants in microseconds, amounts in the unit of the limit.

    ``pauses`` are (from, to) with ``None`` while open, ``extensions`` are (amount, granted at)
    with ``None`` where that was not said.
    """

    calendar: Calendar
    start: int
    allow: Amount
    reckoning: Reckoning
    pauses: tuple[tuple[int, int | None], ...] = ()
    extensions: tuple[tuple[Amount, int | None], ...] = ()
    now: int | None = None
    tag: Any = None


class Requests:
    """Reads requests, building each calendar that they carry along once.

    Args:
        bases: the calendars that can be named, by id.
    """

    _KEPT = 256

    def __init__(self, bases: Mapping[str, Calendar]) -> None:
        self._bases = bases
        self._inline: dict[str, Calendar] = {}

    def read(self, given: object) -> Request:
        """Read one request.

        Raises:
            ValueError: it is refused; the message says what was found and what was expected.
        """
        if not isinstance(given, Mapping):
            raise ValueError(f'expected an object with "start" and "allow", found {_show(given)}')  # noqa: TRY004
        for key in given:
            if key not in KEYS:
                near = get_close_matches(str(key), KEYS, n=1)
                hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(KEYS)}"
                raise ValueError(f'"{key}" is not a key of a request; {hint}')
        calendar = self._calendar(given.get("calendar", "cn"))
        zone = calendar.timezone
        allow = _read_amount(given, "allow")
        start = _moment(given.get("start"), "start", zone)
        reckoning = _LAW if given.keys().isdisjoint(_HOW) else _reckoning(given)
        now = given.get("now")
        return Request(
            calendar,
            start,
            allow,
            reckoning,
            _pauses(given.get("pauses"), zone),
            _extensions(given.get("extensions"), zone, allow.unit),
            None if now is None else _moment(now, "now", zone),
            given.get("id"),
        )

    def _calendar(self, given: object) -> Calendar:
        if isinstance(given, str):
            calendar = self._bases.get(given)
            if calendar is None:
                known = ", ".join(sorted(self._bases))
                raise ValueError(f'calendar: there is no "{given}"; known are {known}')
            return calendar
        if not isinstance(given, Mapping):
            raise ValueError(f"calendar: expected an id or an object, found {_show(given)}")  # noqa: TRY004
        key = json.dumps(given, sort_keys=True)
        calendar = self._inline.get(key)
        if calendar is None:
            try:
                calendar = calendar_from(given, self._bases)
            except Faulty as faulty:
                raise ValueError(f"calendar: {faulty.text('en')}") from None
            if len(self._inline) >= self._KEPT:
                del self._inline[next(iter(self._inline))]
            self._inline[key] = calendar
        return calendar


_LAW = Reckoning()


def _reckoning(given: Mapping[str, Any]) -> Reckoning:
    return Reckoning(
        count_start_day=_flag(given, "count_start_day", _LAW.count_start_day),
        day_end=_choice(given, "day_end", DayEnd, _LAW.day_end),
        roll=_flag(given, "roll", _LAW.roll),
        pauses=_choice(given, "pause_count", PauseCount, _LAW.pauses),
        pause_cap=None if given.get("pause_cap") is None else _read_amount(given, "pause_cap"),
    )


def _flag(given: Mapping[str, Any], key: str, default: bool) -> bool:
    value = given.get(key, default)
    if not isinstance(value, bool):
        raise ValueError(f"{key}: expected true or false, found {_show(value)}")  # noqa: TRY004
    return value


def _choice(
    given: Mapping[str, Any], key: str, kind: Callable[[str], _Choice], default: _Choice
) -> _Choice:
    value = given.get(key, default)
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(f'"{one}"' for one in type(default))
        raise ValueError(f"{key}: expected one of {known}, found {_show(value)}") from None


def _read_amount(given: Mapping[str, Any], key: str, path: str = "") -> Amount:
    value = given.get(key)
    path += key
    if not isinstance(value, str):
        raise ValueError(f'{path}: expected text such as "20 working days", found {_show(value)}')  # noqa: TRY004
    try:
        amount = _amount(value)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if amount.value > _MOST:
        raise ValueError(f"{path}: {value!r} is more than {_MOST:g}")
    return amount


def _moment(value: object, path: str, zone: ZoneInfo) -> int:
    if not isinstance(value, str):
        raise ValueError(f"{path}: expected ISO 8601 text, found {_show(value)}")  # noqa: TRY004
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(
            f"{path}: {value!r} is not a moment; expected ISO 8601 such as 2026-09-22T15:20"
        ) from None
    if not FIRST_DAY.year < when.year < LAST_DAY.year:
        raise ValueError(
            f"{path}: {value!r} lies outside the years {FIRST_DAY.year + 1} to {LAST_DAY.year - 1}"
        )
    return instant(when if when.tzinfo else when.replace(tzinfo=zone))


def _pauses(given: object, zone: ZoneInfo) -> tuple[tuple[int, int | None], ...]:
    if given is None:
        return ()
    if not _is_list(given):
        raise ValueError(f"pauses: expected a list of [from, to], found {_show(given)}")
    pauses = []
    for i, pause in enumerate(given):
        path = f"pauses[{i}]"
        if not _is_list(pause) or len(pause) != 2:
            raise ValueError(f"{path}: expected [from, to] or [from, null], found {_show(pause)}")
        begin = _moment(pause[0], f"{path}[0]", zone)
        end = None if pause[1] is None else _moment(pause[1], f"{path}[1]", zone)
        pauses.append((begin, end))
    return tuple(pauses)


def _extensions(given: object, zone: ZoneInfo, unit: Unit) -> tuple[tuple[Amount, int | None], ...]:
    if given is None:
        return ()
    if not _is_list(given):
        raise ValueError(f"extensions: expected a list, found {_show(given)}")
    extensions = []
    for i, one in enumerate(given):
        path = f"extensions[{i}]"
        extension = one if isinstance(one, Mapping) else {"allow": one}
        unknown = sorted(set(extension) - {"allow", "granted_at"})
        if unknown:
            raise ValueError(f'{path}: "{unknown[0]}" is not a key; known are allow, granted_at')
        amount = _read_amount(extension, "allow", f"{path}.")
        if not _adds_up(amount.unit, unit):
            raise ValueError(f'{path}: "{amount}" cannot be added to a limit in {unit}')
        granted = extension.get("granted_at")
        at = None if granted is None else _moment(granted, f"{path}.granted_at", zone)
        extensions.append((amount, at))
    return tuple(extensions)


def _adds_up(one: Unit, other: Unit) -> bool:
    both = one.seconds is not None and other.seconds is not None
    return one is other or (both and one.working is other.working)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _show(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
