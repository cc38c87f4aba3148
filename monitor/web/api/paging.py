"""Cursors: where a page of a list ended. Rows that are added meanwhile shift nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

import msgspec

from monitor.web.api.problems import invalid

_MOST = 2**63 - 1

Place = tuple[int | None, int]
"""The place of a row in its list: the moment by which it is sorted, if any, and its id."""


def write(place: Place) -> str:
    """Give the cursor of the row that a page ends with."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read(cursor: str | None) -> Place | None:
    """Give the place that a cursor names.

    Raises:
        ProblemError: it is none of ours.
    """
    if cursor is None:
        return None
    try:
        text = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        at, ident = msgspec.json.decode(text, type=Place)
    except (Error, ValueError):  # msgspec's and those of texts are ValueErrors
        at, ident = 0, -1
    if not 0 <= ident <= _MOST or abs(at or 0) > _MOST:
        raise invalid(
            "cursor 不是本接口给出的", "the cursor is none that was given here", parameter="cursor"
        )
    return at, ident


def read_id(cursor: str | None) -> int | None:
    """Give the id that a cursor of a list by id names."""
    place = read(cursor)
    return None if place is None else place[1]
