"""Values of source columns, read as facts. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from monitor.sources.rows import Reason, Unreadable
from rules.amounts import Unit, parse_unit
from rules.cases import Fact

Convert = Callable[[object], Fact]
"""Reads one value; it raises :class:`Unreadable` for a value that its column should not hold."""

LONGEST_TEXT = 4000
"""Characters of a text that are kept; a longer one is cut and says so."""

_LARGEST = 2**63 - 1  # whole numbers beyond it are kept as floats, as those of a database are
_TEXTS = {str, type(None)}
_WHOLE_NUMBERS = {int, type(None)}


def plain(value: object) -> Fact:
    """Read a value that is neither a moment nor a code.

    Numbers and truth values stay; ``Decimal`` becomes a float, a BIT(1) of MySQL 0 or 1, bytes
    the text they hold in UTF-8. White space around a text is taken off, and an empty text is
    ``None``: sources write "none" in both ways.

    Raises:
        Unreadable: bytes that are no UTF-8, or a number that is not finite.
    """
    if isinstance(value, str):
        return _clean(value)
    if value is None or isinstance(value, int):
        return value if value is None or abs(value) <= _LARGEST else _float(value)
    if isinstance(value, float | Decimal):
        if not finite(value):
            raise Unreadable(Reason.BAD_NUMBER, value, "a finite number")
        return float(value)
    if isinstance(value, bytes):
        return value[0] if value in (b"\0", b"\1") else _clean(_decoded(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _clean(json.dumps(value, ensure_ascii=False, default=str))
    return _clean(str(value))


def _float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise Unreadable(Reason.BAD_NUMBER, value, "a finite number") from None


def finite(value: float | Decimal) -> bool:
    """Tell whether a number is one that a float can hold: no infinity, no NaN of any kind."""
    return not (isinstance(value, Decimal) and value.is_nan()) and math.isfinite(value)


def legible(value: object) -> str | None:
    """Read a text for people as :func:`text` does, with U+FFFD for bytes that are no UTF-8."""
    return text(value.decode(errors="replace") if isinstance(value, bytes) else value)


def plain_column(values: Sequence[object]) -> list[Fact]:
    """Read a whole column as :func:`plain` reads a value; fast where all is text or whole numbers.

    Raises:
        Unreadable: one of the values cannot be read.
    """
    if _TEXTS.issuperset(map(type, values)):
        texts: list[Any] = [text.strip() or None if text else None for text in values]  # type: ignore[attr-defined]
        there = list(filter(None, texts))
        if "\0" not in "".join(there) and max(map(len, there), default=0) <= LONGEST_TEXT:
            return texts
    elif _WHOLE_NUMBERS.issuperset(map(type, values)) and not any(
        abs(value) > _LARGEST  # type: ignore[arg-type]
        for value in values
        if value
    ):
        return list(values)  # type: ignore[arg-type]
    return [plain(value) for value in values]


def number(value: object) -> Fact:
    """Read a number that the source may keep as text.

    Raises:
        Unreadable: a text that is no number.
    """
    read = plain(value)
    if not isinstance(read, str):
        return read
    try:
        found = float(read)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Unreadable(Reason.BAD_NUMBER, read, "a number")
    return int(found) if found.is_integer() and abs(found) <= _LARGEST else found


def code_reader(values: Mapping[str, str]) -> Convert:
    """Make the function that turns the codes of a column into our values.

    A code is looked up as text: 1, 1.0 and "1 " are ``"1"``, a truth value is ``"true"`` or
    ``"false"``, none is ``""`` (``None`` unless ``values`` says otherwise). The function raises
    :class:`Unreadable` for a code that ``values`` does not name.
    """
    expected = "one of " + ", ".join(values)

    def read(value: object) -> Fact:
        code = value.strip() if isinstance(value, str) else code_text(value)
        known = values.get(code)
        if known is None and code:
            raise Unreadable(Reason.UNKNOWN_CODE, value, expected)
        return known

    return read


def code_text(value: object) -> str:
    """Write a key or code as text: whole numbers without a fraction, "" for none.

    Raises:
        Unreadable: bytes that are no UTF-8.
    """
    fact = plain(value)
    if fact is None:
        return ""
    if isinstance(fact, bool):
        return "true" if fact else "false"
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(int(fact)) if isinstance(fact, float) and fact.is_integer() else str(fact)


def code_texts(values: Sequence[object]) -> list[str]:
    """Write a column of keys or codes as text; raises as :func:`code_text` does."""
    if {int}.issuperset(map(type, values)):
        return list(map(str, values))
    texts: list[Any] = list(values)
    plainly = {str}.issuperset(map(type, values)) and "\0" not in "".join(texts)
    if plainly and max(map(len, texts), default=0) <= LONGEST_TEXT:
        return [text.strip() for text in texts]
    return [code_text(value) for value in values]


def text(value: object) -> str | None:
    """Read a value that is text, a code among them: 1, 1.0 and "1 " are ``"1"``; none is ``None``.

    Raises:
        Unreadable: bytes that are no UTF-8, or a number that is not finite.
    """
    return code_text(value) or None


def text_column(values: Sequence[object], read: Convert = text) -> list[Fact]:
    """Read a whole column as ``read`` reads a text; fast where all is text.

    Raises:
        Unreadable: one of the values cannot be read.
    """
    if _TEXTS.issuperset(map(type, values)):
        return plain_column(values)
    return [read(value) for value in values]


def unit_reader(convert: Convert, missing: Fact = Unit.WORKING_DAY.value) -> Convert:
    """Make the function that reads a unit of time, by any name, from what ``convert`` gives.

    It gives ``missing`` where there is none.
    """

    def read(value: object) -> Fact:
        text = convert(value)
        if text is None:
            return missing
        try:
            return parse_unit(str(text)).value
        except ValueError:
            raise Unreadable(Reason.UNKNOWN_CODE, value, "a unit of time") from None

    return read


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Unreadable(Reason.INVALID_UTF8, value, "text in UTF-8") from None


def _clean(text: str) -> str | None:
    if "\0" in text:
        text = text.replace("\0", "")  # no store keeps NUL in text
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return f"{text[:LONGEST_TEXT]}…（原文 {len(text)} 字，已截断 / cut）"
    return text or None
