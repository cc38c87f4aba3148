"""What a source changed about a case it had told before: each change, and what kind it is.

A fact that was not there and now is tells how a case goes on. A fact that was there and is another
one now, or none, rewrites what a clock or a card stood on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rules.instants import is_moment

if TYPE_CHECKING:  # a case has changes
    from rules.cases import Fact, Facts, Part

VANISHED = "vanished_at"
"""The fact that a case is no longer in its source; it is none again when the case comes back."""

_PART = re.compile(r"(?P<kind>pauses|steps|extensions)\[(?P<key>.*)\](?:\.(?P<fact>[^\]]+))?")


class ChangeKind(StrEnum):
    """What kind a change is."""

    FILLED = "filled"  # there was none: how a case goes on
    CORRECTED = "corrected"  # another value
    REMOVED = "removed"  # none any more
    PART_ADDED = "part added"
    PART_REMOVED = "part removed"


class Place(NamedTuple):
    """What a name of a change is about.

    ``kind`` is ``pauses``, ``steps``, ``extensions``, or "" for the case itself; ``key`` names the
    source row of the part; ``fact`` is "" for a part as a whole.
    """

    kind: str
    key: str
    fact: str


class Difference(NamedTuple):
    """A fact by its name (see :class:`FactChange`) as it was told before and as it is told now."""

    name: str
    before: Fact
    after: Fact


@dataclass(frozen=True, slots=True)
class FactChange:
    """One change to one fact, as it was seen.

    ``name`` is that of the fact; of a part's fact ``pauses[KEY].ended_at``, of a part that was
    added or removed ``pauses[KEY]``, whose value is its beginning (or its key). ``before`` and
    ``after`` are values as sources tell them, moments as instants, ``None`` where there is none.

    ``seen_at`` is the instant at which it was seen, and ``read_at`` the last one before at which
    the source was read and did not tell it yet (``None``: not known). ``carded_at`` is when a card
    of a limit had last been raised about the case by then, ``None`` where none had been.
    """

    name: str
    before: Fact
    after: Fact
    seen_at: int
    read_at: int | None = None
    carded_at: int | None = None

    @property
    def place(self) -> Place:
        """What it is about."""
        return place_of(self.name)

    @property
    def kind(self) -> ChangeKind:
        """What kind of change it is."""
        whole = not self.place.fact
        if self.before is None:
            return ChangeKind.PART_ADDED if whole else ChangeKind.FILLED
        if self.after is None:
            return ChangeKind.PART_REMOVED if whole else ChangeKind.REMOVED
        return ChangeKind.CORRECTED

    @property
    def is_progress(self) -> bool:
        """Whether it is how a case goes on: what was not known yet, or another text (a step).

        It is not where it says of a moment before the last card what had not been told by then.
        """
        if self.name == VANISHED:
            return False
        if self.before is None:
            dated = self.after if self.is_moment and isinstance(self.after, int) else None
            return self.carded_at is None or dated is None or dated >= self.carded_at
        return self.kind is ChangeKind.CORRECTED and isinstance(self.after, str)

    @property
    def is_moment(self) -> bool:
        """Whether its values are instants."""
        return is_moment(self.place.fact or "started_at")


def place_of(name: str) -> Place:
    """Give what a name of a change is about."""
    found = _PART.fullmatch(name)
    if found is None:
        return Place("", "", name)
    return Place(found["kind"], found["key"], found["fact"] or "")


def differences(
    before: Facts, parts_before: Sequence[Part], after: Facts, parts_after: Sequence[Part]
) -> Iterator[Difference]:
    """Give what differs between two tellings of one case.

    A fact that only one of them has at all is passed over: then it was the mapping that changed. Of
    an added part only its beginning is given, for the rest is there to see; of a removed one all.
    """
    for name, value in after.items():
        old = before.get(name, value)
        if old != value:
            yield Difference(name, old, value)
    same = 0
    for old_part, part in zip(parts_before, parts_after, strict=False):
        if old_part != part:
            break
        same += 1
    pairs, removed, added = _paired(parts_before[same:], parts_after[same:])
    for old_part, part in pairs:
        yield from _of_part(_name(part), old_part, part)
    for part in removed:
        name = _name(part)
        yield Difference(name, _whole(part), None)
        if part.ended_at is not None:
            yield Difference(f"{name}.ended_at", part.ended_at, None)
        for fact, value in part.facts.items():
            if value is not None:
                yield Difference(f"{name}.{fact}", value, None)
    for part in added:
        yield Difference(_name(part), None, _whole(part))


def _of_part(name: str, old: Part, new: Part) -> Iterator[Difference]:
    if old.started_at != new.started_at:
        yield Difference(f"{name}.started_at", old.started_at, new.started_at)
    if old.ended_at != new.ended_at:
        yield Difference(f"{name}.ended_at", old.ended_at, new.ended_at)
    for fact, value in new.facts.items():
        before = old.facts.get(fact, value)
        if before != value:
            yield Difference(f"{name}.{fact}", before, value)


def _name(part: Part) -> str:
    return f"{part.kind}s[{part.key}]"


def _whole(part: Part) -> Fact:
    return part.key if part.started_at is None else part.started_at


_LIKE: tuple[Callable[[Part], Hashable], ...] = (
    lambda part: (part.kind, part.key, part.started_at),
    # Where parts have no keys of their own they are counted, and one more moves the others on.
    lambda part: (part.kind, part.started_at),
    lambda part: (part.kind, part.key),
)


def _paired(
    before: Sequence[Part], after: Sequence[Part]
) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
    """Give the parts that are the same row as before, those that were removed and those added."""
    pairs: list[tuple[Part, Part]] = []
    old, new = list(before), list(after)
    for like in _LIKE:
        if not old or not new:
            break
        known: dict[Hashable, list[Part]] = {}
        for part in old:
            known.setdefault(like(part), []).append(part)
        left = []
        for part in new:
            same = known.get(like(part))
            if same:
                pairs.append((same.pop(0), part))
            else:
                left.append(part)
        old, new = [part for several in known.values() for part in several], left
    return pairs, old, new
