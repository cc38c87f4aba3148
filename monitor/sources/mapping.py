"""From source rows to cases: one converter a column, made once. Pure."""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from config.catalogue import CatalogueSettings
from config.people_lists import ListSettings
from config.sources import PartTable, Table
from monitor.sources.cursor import written
from monitor.sources.moments import moment_column, moment_reader
from monitor.sources.rows import ReadCase, Reason, Reject, Unreadable, measured, shorten
from monitor.sources.stamps import EXPECTED as STAMP
from monitor.sources.stamps import is_stamp
from monitor.sources.values import (
    Convert,
    code_reader,
    code_text,
    code_texts,
    legible,
    number,
    plain,
    plain_column,
    text,
    text_column,
    unit_reader,
)
from rules.cases import CASE_NUMBERS, Fact, Part, PartKind, is_text
from rules.columns import Column, Texts
from rules.gathering import gather
from rules.instants import NONE, Instants, instants, is_moment
from rules.parts import Parts

_DAYS, _UNIT = "_days", "_unit"

DESCRIPTIVE = frozenset({"title", "item_name", "applicant"})
"""Texts that only people read: one that is unreadable keeps no case from being watched."""

_WHOLE: Mapping[Convert, Callable[[Sequence[object]], list[Fact]]] = {
    plain: plain_column,
    text: text_column,
    legible: partial(text_column, read=legible),
}
"""What reads a whole column as a converter reads its values, where that is faster."""

Row = Sequence[object]
Mapped = Table | PartTable | CatalogueSettings | ListSettings


def is_case_number(name: str) -> bool:
    """Whether a fact is a number by which people know a case: ``no``, ``accept_no``."""
    return name == "no" or name.endswith("_no")


def is_unit(name: str, table: Mapped) -> bool:
    """Whether a fact is the unit of a length of time: ``promised_unit`` of ``promised_days``."""
    return name.endswith(_UNIT) and name.removesuffix(_UNIT) + _DAYS in table.columns


class RowMapping:
    """Which columns to select, in which order, and what each becomes."""

    def __init__(
        self, place: str, leading: Sequence[str | None], table: Mapped, zone: ZoneInfo
    ) -> None:
        chosen = {n: c for n, c in table.columns.items() if n != "case"}
        self.place = place
        self.columns = tuple(dict.fromkeys(c for c in (*leading, *chosen.values()) if c))
        """The source columns to select, in this order."""
        self._zone = zone
        self._coded = frozenset(table.values)
        self._plan = [
            (name, self.columns.index(column), self._convert(name, table, zone))
            for name, column in chosen.items()
        ]

    def _convert(self, name: str, table: Mapped, zone: ZoneInfo) -> Convert:
        if is_unit(name, table):
            return unit_reader(
                code_reader(table.values[name]) if name in table.values else plain, None
            )
        if name in table.values:
            return code_reader(table.values[name])
        if is_moment(name):
            return moment_reader(zone)
        if name in DESCRIPTIVE:
            return legible
        if name in CASE_NUMBERS:
            return number
        return text if is_text(name) else plain

    def facts(self, rows: Sequence[Row]) -> Sequence[dict[str, Fact] | Unreadable]:
        """Give the facts of each row, or what is wrong with it."""
        columns = list(zip(*rows, strict=True))
        try:
            # Column by column, several times as fast as row by row, while all is well.
            read = [
                _WHOLE[convert](columns[at])
                if convert in _WHOLE
                else [convert(v) for v in columns[at]]
                for _, at, convert in self._plan
            ]
        except (Unreadable, IndexError):  # IndexError: no rows
            return [self._row(row) for row in rows]
        names = [name for name, _, _ in self._plan]
        return [dict(zip(names, values, strict=True)) for values in zip(*read, strict=True)]

    def read_columns(self, rows: Sequence[Row]) -> dict[str, Column]:
        """Give the facts of rows (m) as columns, moments as instants.

        Raises:
            Unreadable: a value cannot be read; :meth:`facts` tells which.
        """
        columns = list(zip(*rows, strict=True)) or [()] * len(self.columns)
        return {name: self._column(name, columns[at], to) for name, at, to in self._plan}

    def _column(self, name: str, values: Sequence[object], convert: Convert) -> Column:
        if convert in _WHOLE:
            return _WHOLE[convert](values)
        if is_moment(name) and name not in self._coded:
            return moment_column(values, self._zone, convert)  # type: ignore[arg-type]
        try:  # most values repeat
            known = {value: convert(value) for value in set(values)}
        except TypeError:  # one that cannot be a key
            return [convert(value) for value in values]
        return [known[value] for value in values]

    def _row(self, row: Row) -> dict[str, Fact] | Unreadable:
        try:
            return {name: convert(row[at]) for name, at, convert in self._plan}
        except Unreadable as fault:
            return fault

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
        excerpt = self.excerpt(row, at)
        return Reject(key, fault.reason, f"{where}: {fault}", excerpt, f"{where}: {fault.gist}")

    def excerpt(self, row: Row, at: Iterable[int]) -> str:
        """Show some values of a row as JSON."""
        shown = {self.columns[i]: shorten(row[i]) for i in at}
        return json.dumps(shown, ensure_ascii=False)


class CaseMapping(RowMapping):
    """Reads rows of the table of cases: the key first, then ``changed`` where there is one.

    ``timed`` tells that text in ``changed`` has to be a time: a place among text that is none.
    """

    def __init__(self, table: Table, zone: ZoneInfo, *, timed: bool = True) -> None:
        self._timed = timed
        self._leading = len({table.key, table.changed} - {None})
        self._changed = None if table.changed is None else self._leading - 1
        super().__init__("cases", (table.key, table.changed), table, zone)
        self._numbers = [at for name, at, _ in self._plan if is_case_number(name)]

    def excerpt(self, row: Row, at: Iterable[int]) -> str:
        """Show some values of a row as JSON, and the numbers by which people know its case."""
        return super().excerpt(row, dict.fromkeys((*at, *self._numbers)))

    def read(
        self,
        rows: Sequence[Row],
        parts: Mapping[str, tuple[Part, ...]],
        faults: Mapping[str, Reject],
    ) -> tuple[list[ReadCase], list[Reject]]:
        """Read rows as cases.

        Two rows with one key are one case if they tell the same; if not, nobody can say which is
        right, and the case is rejected. A reject that has the key of a case that is read is of
        one of its texts.

        Args:
            rows: values in the order of ``columns``.
            parts: the parts of each case by its key.
            faults: by key, the part that could not be read. A case with such a part is rejected:
                without its pause it would be called late.
        """
        cases: dict[str, ReadCase] = {}
        rejects: dict[str, Reject] = {}
        nameless = []
        rejects_of_texts: list[Reject] = []
        own: dict[str, Row] = {}
        changed = self._changed
        for row, facts in zip(rows, self.facts(rows), strict=True):
            try:
                key = code_text(row[0])
            except Unreadable as fault:
                key = shorten(row[0])
                facts = fault
            if isinstance(facts, Unreadable):
                rejects[key] = self.explain(key, row, self._leading, facts)
                continue
            if not key:
                nameless.append(self.null_key(row))
                continue
            if self._timed and changed is not None and not is_stamp(row[changed], self._zone):
                rejects[key] = self._no_stamp(key, row, changed)
                continue
            owned = parts.get(key, ())
            rejects_of_texts += self._unread_texts(key, row)
            when = "" if changed is None else written(row[changed])  # type: ignore[arg-type]
            case = ReadCase(key, facts, owned, when, digest(facts, owned))
            if key in faults:
                own[key] = row
            twin = cases.setdefault(key, case)
            if twin.digest != case.digest:
                rejects.setdefault(key, self._duplicate(key, row, twin.facts, facts))
        rejects.update(
            {key: self._of_part(fault, own[key]) for key, fault in faults.items() if key in cases}
        )
        read = [case for key, case in cases.items() if key not in rejects]
        odd = (one for one in rejects_of_texts if one.key not in rejects)
        return read, [*nameless, *rejects.values(), *odd]

    def _of_part(self, fault: Reject, row: Row) -> Reject:
        """Show the numbers of a case besides the row of the part that cannot be understood."""
        shown = json.loads(self.excerpt(row, ())) | json.loads(fault.row)
        return fault._replace(row=json.dumps(shown, ensure_ascii=False))

    def null_key(self, row: Row) -> Reject:
        """Reject a row without a key."""
        where = f"cases.key (column {self.columns[0]})"
        detail = f"{where}: {row[0]!r}; expected a key"
        gist = f"{where}: {measured(row[0])}; expected a key"
        shown = self.excerpt(row, range(self._leading))
        return Reject("", Reason.NULL_KEY, detail, shown, gist)

    def _unread_texts(self, key: str, row: Row) -> Iterator[Reject]:
        """Reject the texts of a row that are unreadable and that no clock needs: it is read."""
        for name, at, convert in self._plan:
            if convert is legible and isinstance(row[at], bytes):
                try:
                    plain(row[at])
                except Unreadable as fault:
                    where = f"{self.place}.{name} (column {self.columns[at]})"
                    shown = self.excerpt(row, (*range(self._leading), at))
                    gist = f"{where}: {fault.gist}"
                    yield Reject(key, fault.reason, f"{where}: {fault}", shown, gist)

    def _no_stamp(self, key: str, row: Row, at: int) -> Reject:
        where = f"cases.changed (column {self.columns[at]})"
        shown = self.excerpt(row, range(self._leading))
        detail = f"{where}: {shorten(row[at])}; expected {STAMP}"
        gist = f"{where}: {measured(row[at])}; expected {STAMP}"
        return Reject(key, Reason.BAD_TIME, detail, shown, gist)

    def _duplicate(
        self, key: str, row: Row, one: Mapping[str, Fact], other: Mapping[str, Fact]
    ) -> Reject:
        names = ", ".join(name for name in one if one[name] != other[name])
        detail = f"two rows have this key and differ in {names}; expected one row a case"
        shown = self.excerpt(row, range(self._leading))
        return Reject(key, Reason.DUPLICATE_KEY, detail, shown, detail)


class PartMapping(RowMapping):
    """Reads rows of a table of parts: the key of the case first."""

    def __init__(self, kind: PartKind, table: PartTable, zone: ZoneInfo) -> None:
        super().__init__(f"{kind}s", (table.columns["case"], table.key), table, zone)
        self.kind = kind
        self._table = table
        self._key = None if table.key is None else self.columns.index(table.key)

    def _convert(self, name: str, table: Mapped, zone: ZoneInfo) -> Convert:
        convert = super()._convert(name, table, zone)
        if name == "amount":
            return number
        return unit_reader(convert) if name == "unit" else convert

    def read(self, rows: Sequence[Row]) -> tuple[dict[str, list[Part]], dict[str, Reject]]:
        """Read rows as parts: by the key of the case, its parts and the first one in fault."""
        parts: dict[str, list[Part]] = {}
        faults: dict[str, Reject] = {}
        for row, facts in zip(rows, self.facts(rows), strict=True):
            case = code_text(row[0])
            try:
                parts.setdefault(case, []).append(self._part(row, facts))
            except Unreadable as fault:
                faults.setdefault(case, self.explain(case, row, 1, fault))
        for owned in parts.values():
            owned.sort(key=_order)
            if self._key is None:
                # Without a key of its own a part is known by its place among its like.
                owned[:] = [
                    Part(p.kind, str(i), p.started_at, p.ended_at, p.facts)
                    for i, p in enumerate(owned, 1)
                ]
        return parts, faults

    def parts(
        self,
        rows: Sequence[Row],
        columns: Mapping[str, Column],
        owners: NDArray[np.int64],
        size: int,
    ) -> Parts:
        """Give rows (m) as columns.

        Args:
            rows: values in the order of ``columns`` of this mapping.
            columns: what :meth:`read_columns` made of them.
            owners: the index of each row's case (m); -1: of none, and the row is left out.
            size: the number of cases, ``n``.

        Raises:
            Unreadable: a key cannot be read.
        """
        extension = self.kind is PartKind.EXTENSION
        started = _moments(columns["granted_at" if extension else "started_at"])
        given = columns.get("ended_at")
        ended = np.full(len(rows), NONE) if extension or given is None else _moments(given)
        if self._table.open_when_equal:
            ended = np.where(ended == started, NONE, ended)
        at = self._key
        keys = [] if at is None else code_texts([row[at] for row in rows])
        facts = {name: _objects(c) for name, c in columns.items() if name not in _TIMES}
        amounts = facts.pop("amount", None)
        if extension:
            unit = np.full(len(rows), self._table.unit.value, dtype=object)
            facts.setdefault("unit", unit)
        return gather(
            size,
            owners,
            started,
            ended,
            keys,
            facts,
            None if amounts is None else amounts.astype(np.float64),
        )

    def _part(self, row: Row, facts: dict[str, Fact] | Unreadable) -> Part:
        if isinstance(facts, Unreadable):
            raise facts
        if self.kind is PartKind.EXTENSION:
            started, ended = facts.pop("granted_at"), None
            facts.setdefault("unit", self._table.unit.value)
        else:
            started, ended = facts.pop("started_at"), facts.pop("ended_at", None)
        if self._table.open_when_equal and started == ended:
            ended = None
        key = "" if self._key is None else code_text(row[self._key])
        return Part(self.kind, key, started, ended, facts)  # type: ignore[arg-type]


def digest(facts: Mapping[str, Fact], parts: Sequence[Part]) -> str:
    """Give the same text for the same facts and parts, in every run: 128 bits in hexadecimal."""
    tree: list[object] = [",".join(facts), *facts.values()]
    tree += [
        (p.kind.value, p.key, p.started_at, p.ended_at, ",".join(p.facts), *p.facts.values())
        for p in parts
    ]
    # Format 2 of marshal has no references, so equal values give equal bytes, in every version
    # of Python that we run on; it takes a third of the time of JSON.
    return blake2b(marshal.dumps(tree, 2), digest_size=16).hexdigest()


_TIMES = ("started_at", "ended_at", "granted_at")


def _moments(column: Column) -> Instants:
    if isinstance(column, np.ndarray):
        return column.astype(np.int64, copy=False)
    return instants(column)  # type: ignore[arg-type]


def _objects(column: Any) -> Texts:
    found: Texts = np.empty(len(column), dtype=object)
    found[:] = column
    return found


def _order(part: Part) -> tuple[int, str, int, str]:
    never = -1
    return (
        never if part.started_at is None else part.started_at,
        part.key,
        never if part.ended_at is None else part.ended_at,
        repr(part.facts),
    )
