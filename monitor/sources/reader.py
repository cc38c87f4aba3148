"""Reading one source: what is new, everything, or some cases; never writing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, FromClause, make_url, select
from sqlalchemy.exc import DataError, SQLAlchemyError

from config.sources import PartTable, Source
from monitor.sources import tables
from monitor.sources.columns import lacks
from monitor.sources.cursor import CASES, Cursor, Place, Value, round_start
from monitor.sources.errors import SourceError, SourceFault
from monitor.sources.mapping import CaseMapping, PartMapping, Row
from monitor.sources.rows import Page, ReadCase, Reject, Unreadable
from monitor.sources.server import Server
from monitor.sources.stamps import highest, is_stamp
from monitor.sources.values import code_text
from rules.cases import Part, PartKind
from rules.instants import NEVER

_T = TypeVar("_T")
_Read = tuple[list[ReadCase], list[Reject]]
KEYS_AT_ONCE = 1000
"""Keys in one statement: Oracle takes no longer list."""


class SourceReader:
    """Reads one source. Each call is one short read-only transaction (:meth:`read_all`: a page).

    Every method that reads raises :class:`SourceDown` when the source cannot be read now, and
    :class:`SourceFault` when it does not fit the settings. A broken connection is replaced by the
    next call.

    Raises:
        SourceFault: the driver is not installed.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.server = Server(
            make_url(source.url.get_secret_value()), source.timeout, source.timezone
        )
        self._timed = not isinstance(source.overlap, int)  # else `changed` is a version
        self._mapping = CaseMapping(source.cases, source.timezone, timed=self._timed)
        self._cases = tables.place_of(source.cases, self._mapping.columns)
        self._parts: dict[str, tuple[PartTable, PartMapping]] = {
            f"{kind}s": (table, PartMapping(kind, table, source.timezone))
            for kind, table in (
                (PartKind.PAUSE, source.pauses),
                (PartKind.STEP, source.steps),
                (PartKind.EXTENSION, source.extensions),
            )
            if table is not None
        }
        # What is polled in turn: where to select from, by which key and changed column.
        self._turns: dict[str, tuple[FromClause, str, str]] = {}
        if source.cases.changed:
            self._turns[CASES] = (self._cases, source.cases.key, source.cases.changed)
        for name, (table, _) in self._parts.items():
            if table.changed:
                key = table.columns["case"]
                columns = tuple(dict.fromkeys((key, table.changed)))
                self._turns[name] = (tables.place_of(table, columns), key, table.changed)

    def read_page(self, cursor: Cursor | None = None, now: int = NEVER) -> Page:
        """Read the next page of what has changed, with the parts of its cases.

        A round goes through the cases and then through the tables of parts that have ``changed``,
        the first round only from where those ended when it began; it ends with the page that is
        ``last``. The next round starts the overlap before the highest changed value, so most rows
        of its first page are known already: their digests say so. Rows whose changed
        value is NULL are found by :meth:`read_all` only.

        Args:
            cursor: where the page before ended; ``None`` reads from the beginning.
            now: the instant of reading. A row dated later than that does not hide others.
        """
        cursor = cursor or Cursor()
        if not self._turns:
            return Page([], [], cursor, last=True)
        if cursor.turn not in self._turns:  # the settings have changed since
            cursor = Cursor(next(iter(self._turns)), cursor.places)
        return self._run(partial(self._page, cursor, now))

    def read_keys(self, keys: Iterable[str]) -> list[ReadCase | Reject]:
        """Read the cases with these keys; one that does not exist is left out."""
        read: list[ReadCase | Reject] = []
        for chunk in _chunks(sorted(set(keys))):
            cases, rejects = self._run(partial(self._of_keys, chunk))
            read += [*cases, *rejects]
        return read

    def read_all(self) -> Iterator[list[ReadCase | Reject]]:
        """Read every case in the order of the keys, a page at a time.

        Each page is a transaction of its own: what changes meanwhile may be in or not. Only a
        run that ends without an error has seen all.
        """
        nameless = self._run(lambda connection, _: self._nameless(connection, None))
        if nameless:
            yield [*nameless]
        after: Value | None = None
        more = True
        while more:
            (cases, rejects), after, more = self._run(partial(self._key_page, after))
            yield [*cases, *rejects]

    def sample(self) -> list[ReadCase | Reject]:
        """Read up to a page of cases, those changed last; without ``changed`` the highest keys."""
        (cases, rejects) = self._run(self._newest)
        return [*cases, *rejects]

    def rows(self, place: FromClause) -> Sequence[Row]:
        """Read every row of another table, view or query of the source, in one transaction."""
        return self._run(lambda connection, _: connection.execute(select(place)).all())

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self.server.close()

    def _run(self, work: Callable[[Connection, bool], _T]) -> _T:
        try:
            try:
                with self.server.reading() as connection:
                    return work(connection, False)
            except DataError:
                with self.server.reading(careful=True) as connection:
                    return work(connection, True)
        except SQLAlchemyError as error:
            told = self.server.translate(error)
        except RuntimeError as error:  # PyMySQL: a way to log in that needs another package
            told = SourceFault("no-driver", str(error))
        raise self._with_near_names(told) if told.code.startswith("missing-") else told

    def _with_near_names(self, told: SourceError) -> SourceError:
        try:
            found = [lack.reason for lack in lacks(self.source, self.server)]
        except SQLAlchemyError:
            return told  # what the database said first is told
        return SourceFault(told.code, "; ".join(found)) if found else told

    def _page(self, cursor: Cursor, now: int, connection: Connection, careful: bool) -> Page:
        if cursor.turn == CASES and not cursor.places:
            cursor = self._where_parts_end(connection)
        source, place = self.source, cursor.place()
        selected, key, changed = self._turns[cursor.turn]
        start = None
        # What is no place in the order of times, as an earlier version noted, is read past anew.
        known = not self._timed or is_stamp(place.high, source.timezone)
        if place.after is None and known:
            start = round_start(place.high, source.overlap, source.timezone, now)
        statement = tables.page_of_changes(
            selected, changed, key, start, place.after, source.page + 1
        )
        rows = connection.execute(statement).all()
        ordered_by = len({key, changed})  # the leading columns; a version may be the key itself
        page = _page_of(rows, source.page, ordered_by)
        if cursor.turn == CASES:
            cases, rejects = self._of_rows(page, connection, careful)
            if place.after is None:
                rejects += self._nameless(connection, start)
        else:
            cases, rejects = self._of_keys(_texts(page), connection, careful)
        if page:
            values = [_value(row[ordered_by - 1]) for row in page]
            high = highest(place.high, values, source.timezone, times=self._timed)
            cursor = cursor.moved(values[-1], _value(page[-1][0]), high)
        if len(rows) > source.page:
            return Page(cases, rejects, cursor, last=False)
        turns = list(self._turns)
        following = turns.index(cursor.turn) + 1
        last = following == len(turns)
        return Page(cases, rejects, cursor.passed(turns[0 if last else following]), last)

    def _where_parts_end(self, connection: Connection) -> Cursor:
        """Give the cursor of a first round: the cases it reads bring all parts there are by now."""
        places = {}
        for name, (selected, _, changed) in self._turns.items():
            if name != CASES:
                row = connection.execute(tables.newest_rows(selected, changed, 1)).first()
                places[name] = Place(None if row is None else _value(row[-1]))
        return Cursor(CASES, places)

    def _newest(self, connection: Connection, careful: bool) -> _Read:
        cases = self.source.cases
        statement = tables.newest_rows(self._cases, cases.changed or cases.key, self.source.page)
        return self._of_rows(connection.execute(statement).all(), connection, careful)

    def _key_page(
        self, after: Value | None, connection: Connection, careful: bool
    ) -> tuple[_Read, Value | None, bool]:
        key, size = self.source.cases.key, self.source.page
        statement = tables.page_of_keys(self._cases, key, after, size + 1)
        rows = connection.execute(statement).all()
        page = _page_of(rows, size, 1)
        after = _value(page[-1][0]) if page else None
        return self._of_rows(page, connection, careful), after, len(rows) > size

    def _of_keys(self, keys: Collection[str], connection: Connection, careful: bool) -> _Read:
        key = self.source.cases.key
        rows: list[Row] = []
        for chunk in _chunks(list(keys)):
            statement = tables.rows_of(self._cases, key, chunk, as_text=careful)
            rows += connection.execute(statement).all()
        return self._of_rows(rows, connection, careful)

    def _of_rows(self, rows: Sequence[Row], connection: Connection, careful: bool) -> _Read:
        parts: dict[str, tuple[Part, ...]] = {}
        faults: dict[str, Reject] = {}
        keys = list(_texts(rows)) if self._parts else []
        for table, mapping in self._parts.values():
            place = tables.place_of(table, mapping.columns)
            found: list[Row] = []
            for chunk in _chunks(keys):
                statement = tables.rows_of(place, mapping.columns[0], chunk, as_text=careful)
                found += connection.execute(statement).all()
            read, bad = mapping.read(found)
            for case, owned in read.items():
                parts[case] = (*parts.get(case, ()), *owned)
            faults = bad | faults
        return self._mapping.read(rows, parts, faults)

    def _nameless(self, connection: Connection, start: Value | None) -> list[Reject]:
        cases = self.source.cases
        statement = tables.rows_without_key(
            self._cases, cases.key, cases.changed, start, self.source.page
        )
        return [self._mapping.null_key(row) for row in connection.execute(statement)]


def _page_of(rows: Sequence[Row], size: int, ordered_by: int) -> Sequence[Row]:
    """Leave out the row after the page, unless it has the same place: it would never be read."""
    if len(rows) > size and rows[size][:ordered_by] != rows[size - 1][:ordered_by]:
        return rows[:size]
    return rows


def _texts(rows: Iterable[Row]) -> Mapping[str, None]:
    """Give the keys of rows as text, as they are kept and without white space around them."""
    keys: dict[str, None] = {}
    for row in rows:
        try:
            key = code_text(row[0])
        except Unreadable:
            continue
        if key:
            keys[key] = None
            if isinstance(row[0], str):
                keys[row[0]] = None
    return keys


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _value(value: object) -> Value:
    if isinstance(value, Value):
        return value
    raise SourceFault("bad-cursor", f"{type(value).__name__} {value!r}")
