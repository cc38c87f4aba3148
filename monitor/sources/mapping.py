"""From source rows to cases: one converter a column, made once. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from zoneinfo import ZoneInfo

from config.sources import PartTable, Table
from monitor.sources.cursor import written
from monitor.sources.moments import moment_reader
from monitor.sources.rows import ReadCase, Reason, Reject, Unreadable, shorten
from rules.amounts import Unit, parse_unit
from rules.cases import CASE_NUMBERS, Fact, Part, PartKind
from rules.instants import is_moment

Row = Sequence[object]
Convert = Callable[[object], Fact]

LONGEST_TEXT = 4000
"""Characters of a text that are kept; a longer one is cut and says so."""

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def plain(value: object) -> Fact:
    """Read a value that is neither a moment nor a code.

    Numbers and truth values stay; ``Decimal`` becomes a float, a BIT(1) of MySQL 0 or 1, bytes
    the text they hold in UTF-8. White space around a text is taken off, and an empty text is
    ``None``: sources write "none" in both ways.

    Raises:
        Unreadable: bytes that are no UTF-8, or a number that is not finite.
    """
    kind = type(value)
    if kind is str:
        return _clean(value)  # type: ignore[arg-type]
    if value is None or kind is int or kind is bool:
        return value  # type: ignore[return-value]
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise Unreadable(Reason.BAD_NUMBER, value, "a finite number")
        return float(value)
    if isinstance(value, bytes):
        return value[0] if value in (b"\0", b"\1") else _clean(_decoded(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _clean(json.dumps(value, ensure_ascii=False, default=str))
    return _clean(str(value))


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
    return int(found) if found.is_integer() else found


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


class _Reading:
    """Which columns to select, in which order, and what each becomes."""

    def __init__(
        self, place: str, leading: Sequence[str | None], table: Table | PartTable, zone: ZoneInfo
    ) -> None:
        chosen = {n: c for n, c in table.columns.items() if n != "case"}
        self.place = place
        self.columns = tuple(dict.fromkeys(c for c in (*leading, *chosen.values()) if c))
        """The source columns to select, in this order."""
        self._plan = [
            (name, self.columns.index(column), self._convert(name, table, zone))
            for name, column in chosen.items()
        ]

    def _convert(self, name: str, table: Table | PartTable, zone: ZoneInfo) -> Convert:
        if name in table.values:
            return code_reader(table.values[name])
        if is_moment(name):
            return moment_reader(zone, end_of_day=name.endswith("_due"))
        return number if name in CASE_NUMBERS else plain

    def facts(self, row: Row) -> dict[str, Fact]:
        return {name: convert(row[at]) for name, at, convert in self._plan}

    def explain(self, key: str, row: Row, shown: int, fault: Unreadable) -> Reject:
        """Say where in a row ``fault`` was found; its first ``shown`` values may be shown."""
        at: tuple[int, ...] = tuple(range(shown))
        where = f"{self.place}.key"
        for name, index, convert in self._plan:
            try:
                convert(row[index])
            except Unreadable:
                at, where = (*at, index), f"{self.place}.{name} (column {self.columns[index]})"
                break
        return Reject(key, fault.reason, f"{where}: {fault}", self.excerpt(row, at))

    def excerpt(self, row: Row, at: Iterable[int]) -> str:
        """Show some values of a row as JSON."""
        shown = {self.columns[i]: shorten(row[i]) for i in at}
        return json.dumps(shown, ensure_ascii=False)


class CaseMapping(_Reading):
    """Reads rows of the table of cases: the key first, then ``changed`` where there is one."""

    def __init__(self, table: Table, zone: ZoneInfo) -> None:
        self._leading = len({table.key, table.changed} - {None})
        self._changed = None if table.changed is None else self._leading - 1
        super().__init__("cases", (table.key, table.changed), table, zone)

    def read(
        self,
        rows: Iterable[Row],
        parts: Mapping[str, tuple[Part, ...]],
        faults: Mapping[str, Reject],
    ) -> tuple[list[ReadCase], list[Reject]]:
        """Read rows as cases.

        Two rows with one key are one case if they tell the same; if not, nobody can say which is
        right, and the case is rejected.

        Args:
            rows: values in the order of ``columns``.
            parts: the parts of each case by its key.
            faults: by key, the part that could not be read. A case with such a part is rejected:
                without its pause it would be called late.
        """
        cases: dict[str, ReadCase] = {}
        rejects: dict[str, Reject] = {}
        nameless = []
        changed = self._changed
        for row in rows:
            try:
                key = code_text(row[0])
            except Unreadable as fault:
                key = shorten(row[0])
                rejects[key] = Reject(key, fault.reason, f"key: {fault}", self.excerpt(row, (0,)))
                continue
            if not key:
                nameless.append(self.null_key(row))
                continue
            try:
                facts = self.facts(row)
            except Unreadable as fault:
                rejects[key] = self.explain(key, row, self._leading, fault)
                continue
            owned = parts.get(key, ())
            when = "" if changed is None else written(row[changed])  # type: ignore[arg-type]
            case = ReadCase(key, facts, owned, when, digest(facts, owned))
            twin = cases.setdefault(key, case)
            if twin.digest != case.digest:
                rejects.setdefault(key, self._duplicate(key, row, twin.facts, facts))
        rejects.update({key: fault for key, fault in faults.items() if key in cases})
        return [c for k, c in cases.items() if k not in rejects], [*nameless, *rejects.values()]

    def null_key(self, row: Row) -> Reject:
        """Reject a row without a key."""
        detail = f"cases.key (column {self.columns[0]}): {row[0]!r}; expected a key"
        return Reject("", Reason.NULL_KEY, detail, self.excerpt(row, range(self._leading)))

    def _duplicate(
        self, key: str, row: Row, one: Mapping[str, Fact], other: Mapping[str, Fact]
    ) -> Reject:
        names = ", ".join(name for name in one if one[name] != other[name])
        detail = f"two rows have this key and differ in {names}; expected one row a case"
        return Reject(key, Reason.DUPLICATE_KEY, detail, self.excerpt(row, range(self._leading)))


class PartMapping(_Reading):
    """Reads rows of a table of parts: the key of the case first."""

    def __init__(self, kind: PartKind, table: PartTable, zone: ZoneInfo) -> None:
        super().__init__(f"{kind}s", (table.columns["case"], table.key), table, zone)
        self._kind = kind
        self._table = table
        self._key = None if table.key is None else self.columns.index(table.key)

    def _convert(self, name: str, table: Table | PartTable, zone: ZoneInfo) -> Convert:
        convert = super()._convert(name, table, zone)
        if name == "amount":
            return number
        return _unit_reader(convert) if name == "unit" else convert

    def read(self, rows: Iterable[Row]) -> tuple[dict[str, list[Part]], dict[str, Reject]]:
        """Read rows as parts: by the key of the case, its parts and the first one in fault."""
        parts: dict[str, list[Part]] = {}
        faults: dict[str, Reject] = {}
        for row in rows:
            case = code_text(row[0])
            try:
                part = self._part(row)
            except Unreadable as fault:
                faults.setdefault(case, self.explain(case, row, 1, fault))
                continue
            parts.setdefault(case, []).append(part)
        for owned in parts.values():
            owned.sort(key=_order)
            if self._key is None:
                # Without a key of its own a part is known by its place among its like.
                owned[:] = [
                    Part(p.kind, str(i), p.started_at, p.ended_at, p.facts)
                    for i, p in enumerate(owned, 1)
                ]
        return parts, faults

    def _part(self, row: Row) -> Part:
        facts = self.facts(row)
        if self._kind is PartKind.EXTENSION:
            started, ended = facts.pop("granted_at"), None
            facts.setdefault("unit", self._table.unit.value)
        else:
            started, ended = facts.pop("started_at"), facts.pop("ended_at", None)
        if self._table.open_when_equal and started == ended:
            ended = None
        key = "" if self._key is None else code_text(row[self._key])
        return Part(self._kind, key, started, ended, facts)  # type: ignore[arg-type]


def digest(facts: Mapping[str, Fact], parts: Sequence[Part]) -> str:
    """Give the same text for the same facts and parts, in every run: 128 bits in hexadecimal."""
    tree: object = facts
    if parts:
        tree = [facts, [(p.kind, p.key, p.started_at, p.ended_at, p.facts) for p in parts]]
    return blake2b(_encode(tree).encode(), digest_size=16).hexdigest()


def _unit_reader(convert: Convert) -> Convert:
    def read(value: object) -> Fact:
        text = convert(value)
        if text is None:
            return Unit.WORKING_DAY.value
        try:
            return parse_unit(str(text)).value
        except ValueError:
            raise Unreadable(Reason.UNKNOWN_CODE, value, "a unit of time") from None

    return read


def _order(part: Part) -> tuple[int, str, int, str]:
    never = -1
    return (
        never if part.started_at is None else part.started_at,
        part.key,
        never if part.ended_at is None else part.ended_at,
        _encode(part.facts),
    )


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
