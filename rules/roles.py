"""Roles: whom a policy means by "the inspector of the region above", at one instant.

A role is

- ``handler``: the case's own, by id or name;
- ``person:ID``, ``team:ID``, or ``duty:ROSTER``: whoever is on duty;
- a post with the place in which it is sought: ``POST@window``, ``POST@department`` or
  ``POST@region``. Without a place, a post whose name begins with ``window-`` or ``department-`` is
  sought there and every other one in the region. Behind ``@region`` and ``@department`` any number
  of ``.parent`` leads so many levels up; ``@region.up`` means the nearest region above in which
  somebody can be reached.

Whoever is away is stood in for by his deputy, and by the deputy's in turn. Where nobody of a post
can be reached, the same post one level up is told instead, and so on: that is a :class:`Gap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.cases import Fact, Facts
from rules.directory import Directory, Person

ROLE = re.compile(
    r"(?:person|team|duty):(?P<ident>.+)"
    r"|(?P<post>[^@:\s]+)"
    r"(?:@(?:window|department(?:\.parent)*|region(?:\.parent)*(?:\.up)?))?"
)
"""The forms in which roles are written."""

OVER_HANDLER = ("window-lead@window", "department-lead@department")
"""Who is told where the handler cannot be."""


class Why(StrEnum):
    """Why somebody is told other than for the role that a step names."""

    ROLE = "role"
    CLIMBED = "climbed"  # nobody could be reached where the role is sought
    NOT_ALONE = "not-alone"  # or the one it accuses would have been the only one to hear
    MILDER = "milder"  # he was told at a milder level, or is named by the ladder of one
    TOLD = "told"  # he was told of it, and now it is over


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a role means.

    ``instead_of`` is the person for whom he stands in, who is away until ``away_until`` (``None``:
    not away, or not known until when). ``channels`` are those that reach him.
    """

    person: Person
    role: str
    channels: tuple[str, ...]
    why: Why = Why.ROLE
    instead_of: Person | None = None
    away_until: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """That nobody can be reached for a role: a post in a place, a team, a roster, a person.

    ``subject`` names it (``post:inspector@990102``, ``duty:night``); ``role``, ``region``,
    ``department``, ``window`` and ``handler`` are what it was sought by, ``channels`` over what.
    ``known`` tells that there are such people, but all of them are away or without an address.
    """

    subject: str
    role: str
    channels: tuple[str, ...]
    known: bool
    facts: tuple[tuple[str, Fact], ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The people whom a role means, in the order of the directory, and the gap if there is one."""

    people: tuple[Found, ...]
    gap: Gap | None = None


_Level = tuple[str, tuple[Person, ...]]
"""The name of a place and those who hold a post in it."""

PLACES = ("region", "department", "window", "handler")
"""The facts of a case that roles go by."""


class Resolver:
    """Finds the people of roles at one instant, each question worked out once.

    Args:
        directory: the directory.
        at: the instant.
        reach: for each channel the kinds of address of which it needs one of its receiver; none:
            it needs no address. A channel that is not there reaches nobody. ``None``: every
            channel reaches everybody.
    """

    def __init__(
        self, directory: Directory, at: int, reach: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.directory = directory
        self.at = at
        self._reach = reach
        self._known: dict[object, Resolved] = {}

    def resolve(self, role: str, facts: Facts, via: Sequence[str]) -> Resolved:
        """Give the people whom ``role`` means for a case, as far as a channel reaches them."""
        sought_by = PLACES if role == "handler" else PLACES[:3]
        key = (role, *[facts.get(name) for name in sought_by], tuple(via))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._resolve(role, facts, tuple(via))
        return found

    def channels_to(self, person: Person, via: Iterable[str]) -> tuple[str, ...]:
        """Give those of some channels that reach a person."""
        if self._reach is None:
            return tuple(via)
        return tuple(
            channel
            for channel in via
            if (needs := self._reach.get(channel)) is not None
            and (not needs or any(person.contacts.get(kind) for kind in needs))
        )

    def accused(self, facts: Facts) -> frozenset[str]:
        """Give the ids of those whom a card about a case accuses: its handler."""
        return frozenset(person.id for person in self._handlers(facts))

    def _resolve(self, role: str, facts: Facts, via: tuple[str, ...]) -> Resolved:
        kind, _, ident = role.partition(":")
        if kind in ("person", "team", "duty") and ident:
            people = self._named(kind, ident)
            found = self._reached(people, role, via)
            gap = Gap(role, role, via, bool(people))
            return Resolved(found) if found else Resolved((), gap)
        if role == "handler":
            return self._handler(facts, via)
        return self._post(role, facts, via)

    def _named(self, kind: str, ident: str) -> tuple[Person, ...]:
        people = self.directory.people
        if kind == "person":
            return (people[ident],) if ident in people else ()
        if kind == "team":
            team = self.directory.teams.get(ident)
            return tuple(people[one] for one in (team.members if team else ()) if one in people)
        roster = self.directory.rosters.get(ident)
        shift = roster.on_duty(self.at) if roster else None
        return (people[shift.person],) if shift and shift.person in people else ()

    def _handler(self, facts: Facts, via: tuple[str, ...]) -> Resolved:
        if facts.get("handler") is None:  # what is about a unit, or a window, has none
            leads = (self._post(role, facts, via) for role in OVER_HANDLER)
            return next((one for one in leads if one.people), Resolved(()))
        people = self._handlers(facts)
        found = self._reached(people, "handler", via)
        if found:
            return Resolved(found)
        gap = self._gap(
            f"post:handler@{_place(facts, 'department')}",
            "handler",
            facts,
            via,
            PLACES,
            known=bool(people),
        )
        for role in OVER_HANDLER:
            over = self._post(role, facts, via)
            if over.people:
                return Resolved(_because(over.people, Why.CLIMBED, "handler"), gap)
        return Resolved((), gap)

    def _handlers(self, facts: Facts) -> tuple[Person, ...]:
        """Return the people that a case can mean by its handler: an id, or a name in its region.

        Somebody of that name in another region is somebody else, and the handler is missing from
        the directory.
        """
        handler, region = facts.get("handler"), facts.get("region")
        return tuple(
            one
            for one in self.directory.named(handler)
            if one.id == handler or None in (region, one.region) or one.region == region
        )

    def _post(self, role: str, facts: Facts, via: tuple[str, ...]) -> Resolved:
        post, _, place = role.partition("@")
        if not place:
            kind = post.partition("-")[0]
            place = kind if kind in ("window", "department") else "region"
        scope, *steps = place.split(".")
        levels = {"window": self._windows, "department": self._departments, "region": self._regions}
        groups = list(levels[scope](post, facts))
        nearest = "up" in steps
        upwards = [one for group in groups[steps.count("parent") + nearest :] for one in group]
        if not upwards:  # nobody is missing above the top, nor where the case names no place
            return Resolved(())
        where, known = upwards[0][0], bool(upwards[0][1])
        gap = self._gap(f"post:{post}@{where}", role, facts, via, PLACES[:3], known=known)
        for number, (_, people) in enumerate(upwards):
            found = self._reached(people, role, via)
            if found and (number == 0 or nearest):
                return Resolved(found)
            if found:
                return Resolved(_because(found, Why.CLIMBED, role), gap)
        return Resolved((), gap)

    def _windows(self, post: str, facts: Facts) -> Iterator[tuple[_Level, ...]]:
        window = facts.get("window")
        if window is not None:
            yield ((_place(facts, "window"), self.directory.holding(post, "window", window)),)

    def _regions(self, post: str, facts: Facts) -> Iterator[tuple[_Level, ...]]:
        region = facts.get("region")
        if isinstance(region, str):
            for one in (region, *self.directory.above(region)):
                yield ((one, self.directory.holding(post, "region", one)),)

    def _departments(self, post: str, facts: Facts) -> Iterator[tuple[_Level, ...]]:
        """Give the department in its region and in those above, then those that lead it."""
        department, region = facts.get("department"), facts.get("region")
        if department is None:
            return
        above = tuple(self.directory.above(region))
        people = self.directory.holding(post, "department", department)
        here = tuple(p for p in people if None in (region, p.region) or p.region == region)
        there = (tuple(p for p in people if p.region == one) for one in above)
        yield ((_place(facts, "department"), here), *zip(above, there, strict=True))
        for one in self.directory.leads(department):
            people = self.directory.holding(post, "department", one)
            near = tuple(p for p in people if p.region in (None, region, *above))
            yield ((one, near or people),)

    def _reached(
        self, people: Iterable[Person], role: str, via: tuple[str, ...]
    ) -> tuple[Found, ...]:
        found: dict[str, Found] = {}
        for person in people:
            one = self._present(person, role, via, ())
            if one is not None:
                found.setdefault(one.person.id, one)
        return tuple(found.values())

    def _present(
        self, person: Person, role: str, via: tuple[str, ...], passed: tuple[str, ...]
    ) -> Found | None:
        """Give the person, or who stands in for him; a loop of deputies leads to nobody."""
        leave = self.directory.leave_of(person.id, self.at)
        channels = self.channels_to(person, via)
        out = leave is not None or not channels
        for one in self.directory.delegations_of(person.id):
            deputy = self.directory.people.get(one.deputy)
            if deputy is None or deputy.id in (*passed, person.id) or not one.covers(self.at):
                continue
            if one.dated or out:
                found = self._present(deputy, role, via, (*passed, person.id))
                if found is not None:
                    until = leave.until_at if leave else one.until_at
                    return Found(found.person, role, found.channels, found.why, person, until)
        return None if out else Found(person, role, channels)

    def _gap(
        self,
        subject: str,
        role: str,
        facts: Facts,
        via: tuple[str, ...],
        names: Sequence[str],
        *,
        known: bool,
    ) -> Gap:
        sought = tuple((name, facts[name]) for name in names if facts.get(name) is not None)
        return Gap(subject, role, via, known, sought)


def _because(people: Iterable[Found], why: Why, role: str) -> tuple[Found, ...]:
    return tuple(
        Found(one.person, role, one.channels, why, one.instead_of, one.away_until) for one in people
    )


def _place(facts: Facts, name: str) -> str:
    """Name a department or window with its region: the same code may stand in several."""
    return "/".join(str(facts[one]) for one in ("region", name) if facts.get(one) is not None)
