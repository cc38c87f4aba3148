"""From rows of a list of the directory to its entries: one converter a column, made once. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.people_lists import SHAPES, ListSettings
from monitor.people.joining import Entry
from monitor.sources.mapping import Mapped, Row, RowMapping
from monitor.sources.moments import moment_reader
from monitor.sources.rows import Reason, Reject, Unreadable, shorten
from monitor.sources.values import Convert, code_text, plain
from rules.cases import Fact
from rules.instants import DAY

_BETWEEN = re.compile(r"[,，、;；|/\s]+")
_DAY_ALONE = re.compile(r"\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}")
_MANY = ("posts",)
_TIMES = ("from", "until")


class ListMapping(RowMapping):
    """Reads rows of a list.

    Ids and posts are text; several posts may stand in one cell, with commas, semicolons, slashes or
    spaces between them. ``until`` that is a day is the end of that day.
    """

    def __init__(self, settings: ListSettings, zone: ZoneInfo) -> None:
        self.kind = settings.kind
        self._needed = SHAPES[settings.kind].needed
        leading = [settings.columns[name] for name in self._needed]
        super().__init__(f"directory.{settings.id}", leading, settings, zone)
        self.leading = self._needed[0]
        """The fact by whose header a file's header is known."""

    def _convert(self, name: str, table: Mapped, zone: ZoneInfo) -> Convert:
        if name in _MANY:
            return _posts_reader(table.values.get(name))
        if name in _TIMES:
            return _time_reader(zone, last_day=name == "until")
        if name in table.values:
            return super()._convert(name, table, zone)
        return plain if name in ("name", "note") else _code

    def read(self, rows: Sequence[Row]) -> tuple[list[Entry], list[Reject]]:
        """Read rows as entries.

        Rows of one person that differ in their posts are one person with all of them. Two rows of
        one id that differ in anything else are both left out: nobody can say which is right.
        """
        entries: dict[str, Entry] = {}
        rejects: dict[str, Reject] = {}
        many = self.kind in ("team", "leave", "deputy", "shift")
        for number, (row, facts) in enumerate(zip(rows, self.facts(rows), strict=True)):
            key = _key(row[0])
            if isinstance(facts, Unreadable):
                rejects[key] = self.explain(key, row, 1, facts)
                continue
            lacking = next((name for name in self._needed if facts[name] is None), None)
            if lacking is not None:
                rejects[key] = self._null(key, row, lacking)
                continue
            entry = Entry(self.kind, {name: fact for name, fact in facts.items() if fact})
            key = f"{number}" if many else str(facts["id"])
            known = entries.setdefault(key, entry)
            if known != entry:
                one = _united(known, entry)
                if one is None:
                    rejects[key] = self._duplicate(key, row)
                else:
                    entries[key] = one
        return [one for key, one in entries.items() if key not in rejects], list(rejects.values())

    def _null(self, key: str, row: Row, name: str) -> Reject:
        at = self.columns.index(self._column_of(name))
        detail = f"{self.place}.{name} (column {self.columns[at]}): {row[at]!r}; expected a value"
        return Reject(key, Reason.NULL_KEY, detail, self.excerpt(row, [0]), detail)

    def _duplicate(self, key: str, row: Row) -> Reject:
        detail = "two rows have this id and differ; expected one row, or rows with a post each"
        return Reject(key, Reason.DUPLICATE_KEY, detail, self.excerpt(row, [0]), detail)

    def _column_of(self, name: str) -> str:
        return next(self.columns[at] for one, at, _ in self._plan if one == name)


def _united(one: Entry, other: Entry) -> Entry | None:
    rest, more = ({n: v for n, v in e.facts.items() if n != "posts"} for e in (one, other))
    if rest != more or one.kind != "person":
        return None
    posts = [*str(one.facts.get("posts") or "").split(","), *str(other.facts["posts"]).split(",")]
    return Entry(one.kind, {**rest, "posts": ",".join(dict.fromkeys(filter(None, posts)))})


def _key(value: object) -> str:
    try:
        return code_text(value)
    except Unreadable:
        return shorten(value)


def _code(value: object) -> Fact:
    return code_text(value) or None


def _posts_reader(values: Mapping[str, str] | None) -> Convert:
    def read(value: object) -> Fact:
        codes = [one for one in _BETWEEN.split(code_text(value)) if one]
        if values is None:
            return ",".join(codes) or None
        unknown = next((one for one in codes if one not in values), None)
        if unknown is not None:
            raise Unreadable(Reason.UNKNOWN_CODE, unknown, "one of " + ", ".join(values))
        return ",".join(dict.fromkeys(values[one] for one in codes)) or None

    return read


def _time_reader(zone: ZoneInfo, *, last_day: bool) -> Convert:
    read_moment = moment_reader(zone)

    def read(value: object) -> Fact:
        at = read_moment(value)
        whole = isinstance(value, date) and not isinstance(value, datetime)
        if isinstance(value, str) and _DAY_ALONE.fullmatch(value.strip()):
            whole = True
        return at + DAY if at is not None and last_day and whole else at

    return read
