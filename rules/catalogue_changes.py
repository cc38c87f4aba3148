"""New editions of the item catalogue: what a list of items makes of it, and what that changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rules.cases import Fact, Facts
from rules.catalogue import EVER, Catalogue, Item

_LENGTH = "_days"
_UNIT = "_unit"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says of an item; without ``valid_from`` the list does not know since when."""

    code: str
    facts: Facts
    valid_from: date | None = None
    valid_to: date | None = None


class Kind(StrEnum):
    """What becomes of an item."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """From the day ``on``, the edition ``before`` is replaced by ``after``; ``None``: not there."""

    code: str
    on: date
    before: Item | None
    after: Item | None

    @property
    def kind(self) -> Kind:
        """Whether the item is added, removed or changed."""
        if self.before is None:
            return Kind.ADDED
        return Kind.CHANGED if self.after is not None else Kind.REMOVED

    @property
    def name(self) -> str:
        """What the item is called, after the change where it still is; "" where nobody says."""
        for one in (self.after, self.before):
            if one is not None and one.facts.get("name") is not None:
                return str(one.facts["name"])
        return ""

    @property
    def facts(self) -> Mapping[str, tuple[Fact, Fact]]:
        """The facts that become another, from and to; empty where an item is added or removed."""
        if self.before is None or self.after is None:
            return {}
        old, new = self.before.facts, self.after.facts
        return {
            name: (old.get(name), new.get(name))
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        }

    @property
    def shortened(self) -> tuple[str, ...]:
        """The limits that become shorter, such as ``promised_days``."""
        return self._limits(longer=False)

    @property
    def lengthened(self) -> tuple[str, ...]:
        """The limits that become longer. One whose unit changes is in neither list."""
        return self._limits(longer=True)

    def _limits(self, *, longer: bool) -> tuple[str, ...]:
        changed = self.facts
        return tuple(
            name
            for name, (old, new) in changed.items()
            if name.endswith(_LENGTH)
            and name.removesuffix(_LENGTH) + _UNIT not in changed
            and isinstance(old, int | float)
            and isinstance(new, int | float)
            and (new > old) is longer
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What one catalogue changes against another, by code and then by day."""

    changes: tuple[ItemChange, ...]

    def of(self, kind: Kind) -> tuple[ItemChange, ...]:
        """Give the changes of one kind."""
        return tuple(one for one in self.changes if one.kind is kind)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the items that change, in order."""
        return tuple(dict.fromkeys(one.code for one in self.changes))

    @property
    def shortened(self) -> tuple[ItemChange, ...]:
        """The changes that make a limit shorter."""
        return tuple(one for one in self.changes if one.shortened)

    @property
    def lengthened(self) -> tuple[ItemChange, ...]:
        """The changes that make a limit longer."""
        return tuple(one for one in self.changes if one.lengthened)


def renewed(
    old: Catalogue, entries: Iterable[Entry], on: date, unread: Collection[str] = ()
) -> Catalogue:
    """Give the catalogue that a whole list of items makes of the one before.

    - An entry without a date: where its facts are not those in force on the day ``on``, a new
      edition begins that day and the one before it ends; editions that begin later stay. An item
      that was never known is taken to have been so ever since, for cases that were accepted
      before anybody wrote it down would be watched by nothing otherwise.
    - Entries with dates say themselves what is in force when: they stand in place of all editions
      that begin on or after the first of them.
    - An item that the list does not have is in force no longer than until ``on``.

    An edition ends at the latest where the next one begins; one that would be empty is left out.

    Args:
        old: the catalogue so far.
        entries: the list; entries of one item are either one without ``valid_from``, or any
            number with it.
        on: the day from which on the list applies where it does not say so itself.
        unread: codes the list has, but in rows that could not be understood: they stay.
    """
    given: dict[str, list[Entry]] = {}
    for entry in entries:
        given.setdefault(entry.code, []).append(entry)
    items: list[Item] = []
    for code in dict.fromkeys((*old.codes, *given)):
        editions = old.editions(code)
        if code in given:
            items += _renewed(editions, given[code], on)
        else:
            items += editions if code in unread else _ended(editions, on)
    return Catalogue(items, old.zone, old.version)


def compare(old: Catalogue, new: Catalogue) -> Changes:
    """Tell what ``new`` changes against ``old``: which item, from which day, and what of it."""
    found: list[ItemChange] = []
    for code in sorted({*old.codes, *new.codes}):
        days = {
            day
            for one in (*old.editions(code), *new.editions(code))
            for day in (one.valid_from, one.valid_to)
            if day is not None
        }
        last: tuple[Facts | None, Facts | None] = (None, None)
        for day in sorted(days):
            before, after = old.edition(code, day), new.edition(code, day)
            pair = (before.facts if before else None, after.facts if after else None)
            if pair != last and pair[0] != pair[1]:
                found.append(ItemChange(code, day, before, after))
            last = pair
    return Changes(tuple(found))


def _renewed(editions: Sequence[Item], entries: Sequence[Entry], on: date) -> Sequence[Item]:
    dated = [
        Item(one.code, one.valid_from, one.valid_to, one.facts)
        for one in entries
        if one.valid_from is not None
    ]
    if dated:
        first = min(one.valid_from for one in dated)
        return in_turn([*(one for one in editions if one.valid_from < first), *dated])
    return _amended(editions, entries[0], on)


def _amended(editions: Sequence[Item], entry: Entry, on: date) -> Sequence[Item]:
    current = next((one for one in editions if one.covers(on)), None)
    if current is not None and current.facts == entry.facts:
        amended = [
            replace(one, valid_to=entry.valid_to) if one is current and entry.valid_to else one
            for one in editions
        ]
        return in_turn(amended)
    begin = on if editions else EVER
    kept = [one for one in editions if one.valid_from != begin]
    return in_turn([*kept, Item(entry.code, begin, entry.valid_to, entry.facts)])


def _ended(editions: Sequence[Item], on: date) -> Sequence[Item]:
    return in_turn(
        [
            replace(one, valid_to=min(one.valid_to or on, on)) if one.valid_from <= on else one
            for one in editions
        ]
    )


def in_turn(editions: Sequence[Item]) -> Sequence[Item]:
    """Put editions in order, let each end where the next begins, and leave out empty ones."""
    ordered = sorted(editions, key=lambda one: one.valid_from)
    cut: list[Item] = []
    for one, following in zip(ordered, [*ordered[1:], None], strict=True):
        ends = [day for day in (one.valid_to, following and following.valid_from) if day]
        end = min(ends, default=None)
        if end is None or one.valid_from < end:
            cut.append(replace(one, valid_to=end))
    return cut
