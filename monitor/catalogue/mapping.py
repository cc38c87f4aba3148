"""From rows of a list of items to its entries: one converter a column, made once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from config.catalogue import ITEM_KEYS, CatalogueSettings
from monitor.sources.mapping import Mapped, Row, RowMapping, is_unit
from monitor.sources.moments import moment_reader
from monitor.sources.rows import Reason, Reject, Unreadable, shorten
from monitor.sources.values import Convert, code_text, number, plain, unit_reader
from rules.amounts import parse_amount
from rules.cases import Fact
from rules.catalogue import EVER, REGION, item_key
from rules.catalogue_changes import Entry
from rules.instants import moment

_DAYS = "_days"
_UNIT = "_unit"
_COUNT = "_count"


class ItemMapping(RowMapping):
    """Reads rows of a list of items.

    A name that ends in ``_days`` is a length of time: a number, or an amount such as 20个工作日,
    which tells its unit too. The name with ``_unit`` in that place is its unit, by any of its
    names. What ends in ``_count``, and the numbers of cases such as ``fee_standard``, are numbers.
    A row with a ``region`` is of an item of that region alone.
    """

    def __init__(self, settings: CatalogueSettings, zone: ZoneInfo) -> None:
        super().__init__("catalogue", (settings.columns["code"],), settings, zone)
        self._lengths = [n for n in settings.columns if n.endswith(_DAYS)]

    def _convert(self, name: str, table: Mapped, zone: ZoneInfo) -> Convert:
        if name == "code":
            return code_text
        if name == REGION and name not in table.values:
            return _region
        if name in ITEM_KEYS:
            return _day_reader(zone)
        convert = super()._convert(name, table, zone)
        if is_unit(name, table):
            return unit_reader(convert)
        if name in table.values:
            return convert
        if name.endswith(_DAYS):
            return _length
        return number if name.endswith(_COUNT) else convert

    def read(self, rows: Sequence[Row]) -> tuple[list[Entry], list[Reject]]:
        """Read rows as entries.

        Rows that say the same of one edition are one. Where they differ, or one of an item's rows
        cannot be understood, all rows of that item are left out: nobody can say what holds.
        """
        entries: dict[str, dict[date | None, Entry]] = {}
        rejects: dict[str, Reject] = {}
        for row, facts in zip(rows, self.facts(rows), strict=True):
            try:
                code = code_text(row[0])
                if code and not isinstance(facts, Unreadable):
                    region = facts.get(REGION)
                    code = item_key(code, None if region is None else str(region))
                entry = None if isinstance(facts, Unreadable) else self._entry(code, facts)
            except Unreadable as fault:
                code, entry, facts = shorten(row[0]), None, fault
            if not code:
                rejects[""] = self._null_code(row)
            elif entry is None:
                assert isinstance(facts, Unreadable)  # noqa: S101  for the type checker
                rejects[code] = self.explain(code, row, 1, facts)
            elif entries.setdefault(code, {}).setdefault(entry.valid_from, entry) != entry:
                rejects.setdefault(code, self._duplicate(row, entry))
        good = [_dated(list(own.values())) for code, own in entries.items() if code not in rejects]
        return [entry for own in good for entry in own], list(rejects.values())

    def _entry(self, code: str, facts: dict[str, Fact]) -> Entry:
        begin, end = (_day(facts.get(name)) for name in ("valid_from", "valid_to"))
        if begin is not None and end is not None and end <= begin:
            raise Unreadable(Reason.BAD_TIME, str(end), f"a valid_to after {begin}")
        kept = {name: value for name, value in facts.items() if name not in ITEM_KEYS}
        for name in self._lengths:
            value = kept[name]
            if isinstance(value, str):
                amount = parse_amount(value)
                whole = int(amount.value) if amount.value.is_integer() else amount.value
                kept[name] = whole
                kept[name.removesuffix(_DAYS) + _UNIT] = amount.unit.value
        return Entry(code, kept, begin, end)

    def _null_code(self, row: Row) -> Reject:
        detail = f"catalogue.code (column {self.columns[0]}): {row[0]!r}; expected a code"
        return Reject("", Reason.NULL_KEY, detail, self.excerpt(row, [0]), detail)

    def _duplicate(self, row: Row, entry: Entry) -> Reject:
        since = "" if entry.valid_from is None else f" from {entry.valid_from} on"
        detail = f"two rows have this code{since} and differ; expected one row an edition"
        return Reject(entry.code, Reason.DUPLICATE_KEY, detail, self.excerpt(row, [0]), detail)


def _dated(own: list[Entry]) -> list[Entry]:
    """Let the one of several editions that has no beginning be in force ever since."""
    if len(own) == 1:
        return own
    return [Entry(e.code, e.facts, e.valid_from or EVER, e.valid_to) for e in own]


def _region(value: object) -> Fact:
    return code_text(value) or None


def _day(fact: Fact) -> date | None:
    return date.fromisoformat(fact) if isinstance(fact, str) else None


def _day_reader(zone: ZoneInfo) -> Callable[[object], str | None]:
    read_moment = moment_reader(zone)

    def read(value: object) -> str | None:
        at = read_moment(value)
        return None if at is None else moment(at, zone).date().isoformat()

    return read


def _length(value: object) -> Fact:
    """Read a length of time: a number, or the text of an amount as it is."""
    read = plain(value)
    if isinstance(read, str):
        try:
            parse_amount(read)
        except ValueError:
            return number(value)
    return read
