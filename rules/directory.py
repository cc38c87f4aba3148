"""The directory: who is who, where, how each can be reached, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from rules.cases import Fact
from rules.rosters import Roster
from rules.standing_in import Delegation, Leave


@dataclass(frozen=True, slots=True)
class Region:
    """A region (区划); ``parent`` is the id of the one above it, ``None`` at the top."""

    id: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A department (部门) of a region; ``parent`` is the id of the one that leads it, if any."""

    id: str
    name: str
    region: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A window (窗口) of a hall, and the department that works at it."""

    id: str
    name: str
    region: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be told.

    ``posts`` are what he is ("handler", "window-lead", "department-lead", "inspector", "leader", …)
    within his ``window``, ``department`` and ``region`` (``None``: of the whole). ``contacts`` maps
    a kind of address ("email", "mobile", "wecom", "dingtalk", …) to the address.
    """

    id: str
    name: str
    department: str | None = None
    region: str | None = None
    posts: tuple[str, ...] = ()
    contacts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    window: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A named group of people, told one by one."""

    id: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Directory:
    """Everyone and everything that has a name, by id; who is away, and who stands in for him.

    ``version`` tells which state of what the store keeps of it this has; see
    :func:`rules.roles.resolve` for what roles mean.
    """

    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    teams: Mapping[str, Team] = field(default_factory=lambda: MappingProxyType({}))
    departments: Mapping[str, Department] = field(default_factory=lambda: MappingProxyType({}))
    regions: Mapping[str, Region] = field(default_factory=lambda: MappingProxyType({}))
    windows: Mapping[str, Window] = field(default_factory=lambda: MappingProxyType({}))
    rosters: Mapping[str, Roster] = field(default_factory=lambda: MappingProxyType({}))
    leaves: tuple[Leave, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    version: int = 0

    @cached_property
    def parents(self) -> Mapping[str, str | None]:
        """The region above each region, by their ids."""
        return {one.id: one.parent for one in self.regions.values()}

    def above(self, region: Fact) -> Iterator[str]:
        """Give the regions above a region, the nearest first, each of them once."""
        seen = {region}
        found = self.regions.get(region) if isinstance(region, str) else None
        while found and found.parent is not None and found.parent not in seen:
            seen.add(found.parent)
            yield found.parent
            found = self.regions.get(found.parent)

    def below(self, region: str) -> tuple[str, ...]:
        """Give a region and all those below it: what its inspectors see and receive."""
        return (region, *(one for one in self.regions if region in self.above(one)))

    def leads(self, department: Fact) -> Iterator[str]:
        """Give the departments that lead a department, the nearest first, each of them once."""
        seen = {department}
        found = self.departments.get(str(department))
        while found and found.parent is not None and found.parent not in seen:
            seen.add(found.parent)
            yield found.parent
            found = self.departments.get(found.parent)

    def named(self, name: Fact) -> tuple[Person, ...]:
        """Give the people with this id or name, as a case names its handler."""
        return self._by_name.get(name, ())

    def holding(self, post: str, kind: str, place: Fact) -> tuple[Person, ...]:
        """Give the people with a post in a place of a kind: "region", "department", "window"."""
        return self._by_post.get((post, kind, place), ())

    def leave_of(self, person: str, at: int) -> Leave | None:
        """Give the leave on which a person is at an instant; of several the one that ends last."""
        now = [one for one in self._leaves.get(person, ()) if one.covers(at)]
        return max(now, key=lambda one: one.ends_at, default=None)

    def delegations_of(self, person: str) -> tuple[Delegation, ...]:
        """Give what a person has delegated, in order: what has dates before what has none."""
        return self._delegations.get(person, ())

    @cached_property
    def _by_name(self) -> dict[Fact, tuple[Person, ...]]:
        found: dict[Fact, list[Person]] = {}
        for person in self.people.values():
            for name in {person.id, person.name}:
                found.setdefault(name, []).append(person)
        return {name: tuple(people) for name, people in found.items()}

    @cached_property
    def _by_post(self) -> dict[tuple[str, str, Fact], tuple[Person, ...]]:
        found: dict[tuple[str, str, Fact], list[Person]] = {}
        for person in self.people.values():
            for post in person.posts:
                found.setdefault((post, "window", person.window), []).append(person)
                found.setdefault((post, "department", person.department), []).append(person)
                found.setdefault((post, "region", person.region), []).append(person)
        return {key: tuple(people) for key, people in found.items()}

    @cached_property
    def _leaves(self) -> dict[str, list[Leave]]:
        found: dict[str, list[Leave]] = {}
        for leave in self.leaves:
            found.setdefault(leave.person, []).append(leave)
        return found

    @cached_property
    def _delegations(self) -> dict[str, tuple[Delegation, ...]]:
        found: dict[str, list[Delegation]] = {}
        for one in sorted(self.delegations, key=lambda one: not one.dated):
            found.setdefault(one.person, []).append(one)
        return {person: tuple(own) for person, own in found.items()}
