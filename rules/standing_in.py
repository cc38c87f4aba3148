"""Leave (请假) and delegation (代理): who is away, and who stands in for him."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.instants import NEVER


@dataclass(frozen=True, slots=True)
class Leave:
    """That ``person`` is away from one instant up to another (``None``: not known until when).

    ``id`` is that of a leave entered by hand, 0 for every other.
    """

    person: str
    from_at: int
    until_at: int | None = None
    note: str = ""
    id: int = 0

    @property
    def ends_at(self) -> int:
        """The end as an instant that compares; ``NEVER`` where it is not known."""
        return NEVER if self.until_at is None else self.until_at

    def covers(self, at: int) -> bool:
        """Tell whether he is away at an instant."""
        return self.from_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Delegation:
    """That ``deputy`` is told in the place of ``person``.

    With a beginning or an end it holds in that time, whether or not he is away; without either, it
    holds whenever he is on leave or cannot be reached. ``id`` is that of one entered by hand.
    """

    person: str
    deputy: str
    from_at: int | None = None
    until_at: int | None = None
    note: str = ""
    id: int = 0

    @property
    def dated(self) -> bool:
        """Whether it has a beginning or an end."""
        return self.from_at is not None or self.until_at is not None

    @property
    def starts_at(self) -> int:
        """The beginning as an instant that compares."""
        return -NEVER if self.from_at is None else self.from_at

    @property
    def ends_at(self) -> int:
        """The end as an instant that compares."""
        return NEVER if self.until_at is None else self.until_at

    def covers(self, at: int) -> bool:
        """Tell whether an instant lies in its time."""
        return self.starts_at <= at < self.ends_at


def loop_through(one: Delegation, others: Iterable[Delegation]) -> tuple[str, ...]:
    """Give the loop that a delegation closes with others, as the ids from person to person.

    It is a loop only where there is an instant at which all of its links hold, whoever is away: two
    who stand in for each other whenever one is away (AB岗) are none. Empty: there is none. ``one``
    itself may be among the ``others``.
    """
    if one.person == one.deputy:
        return one.person, one.person
    if not one.dated:
        return ()
    links: dict[str, list[Delegation]] = {}
    for other in (other for other in others if other.dated):
        links.setdefault(other.person, []).append(other)
    way = _way(one.deputy, one.person, (one.starts_at, one.ends_at), links, (one.person,))
    return (*way, one.person) if way else ()


def _way(
    at: str,
    to: str,
    span: tuple[int, int],
    links: dict[str, list[Delegation]],
    passed: Sequence[str],
) -> tuple[str, ...]:
    if at == to:
        return tuple(passed)
    if at in passed:
        return ()
    for link in links.get(at, ()):
        begin, end = max(span[0], link.starts_at), min(span[1], link.ends_at)
        if begin < end:
            way = _way(link.deputy, to, (begin, end), links, (*passed, at))
            if way:
                return way
    return ()
