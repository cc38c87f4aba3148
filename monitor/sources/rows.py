"""What reading a source gives: cases it could understand and rows it could not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from monitor.sources.cursor import Cursor
from rules.cases import Facts, Part

_LONGEST_KEY = 64


class Reason(StrEnum):
    """Why a row could not be understood; the value is stable and is kept in the store."""

    NULL_KEY = "null-key"
    DUPLICATE_KEY = "duplicate-key"  # two rows with one key tell different facts
    BAD_TIME = "bad-time"
    BAD_NUMBER = "bad-number"
    UNKNOWN_CODE = "unknown-code"  # a code that `values` does not name
    INVALID_UTF8 = "invalid-utf-8"
    CONTRADICTION = "contradiction"  # it is well-formed and cannot hold beside other rows


class ReadCase(NamedTuple):
    """One case as the source tells it now.

    ``changed`` is the value of the ``changed`` column as text ("" without such a column), a time
    as ISO 8601. ``digest`` is the same exactly as long as facts and parts are.
    """

    key: str
    facts: Facts
    parts: tuple[Part, ...]
    changed: str
    digest: str


class Reject(NamedTuple):
    """One row that could not be understood; the case is left as it was last understood.

    If the case is read beside it, it is of one fact of the row: a text that nobody can read, an
    amount that no limit can go by.

    ``key`` is the case's ("" where the row has none). ``detail`` says what was found, where and
    what was expected. ``row`` is a short excerpt as JSON: the key, the changed column, the
    numbers of the case and the value in fault, nothing else, because rows hold personal data.
    ``gist`` is the detail without any value, for logs, checks and alerts: of what is in fault only
    its type and length.
    """

    key: str
    reason: Reason
    detail: str
    row: str
    gist: str

    @property
    def called(self) -> str:
        """The key, for logs and checks: cut short, and none if the key is what is in fault."""
        if self.gist.split(" ")[0].rstrip(":").endswith(".key"):
            return ""
        return self.key if len(self.key) <= _LONGEST_KEY else self.key[:_LONGEST_KEY] + "…"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what is new. ``last`` tells that nothing more waits after ``cursor`` now."""

    cases: list[ReadCase]
    rejects: list[Reject]
    cursor: Cursor
    last: bool


class Unreadable(ValueError):  # noqa: N818 - what the value is
    """A value that is not what its column should hold. ``reason`` says in which way."""

    def __init__(self, reason: Reason, found: object, expected: str) -> None:
        self.reason = reason
        self.found = found
        self.gist = f"{measured(found)}; expected {expected}"
        super().__init__(f"{shorten(found)}; expected {expected}")


def shorten(value: object, limit: int = 200) -> str:
    """Show a value as Python would, cut to ``limit`` characters."""
    if isinstance(value, str | bytes):
        value = value[:limit]
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def measured(value: object) -> str:
    """Say the type of a value, and its length if it has one: ``bytes of length 6``."""
    kind = "nothing" if value is None else type(value).__name__
    return f"{kind} of length {len(value)}" if isinstance(value, str | bytes) else kind
