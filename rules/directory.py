"""The directory: who is who, where, and how each can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from rules.cases import Fact, Facts


@dataclass(frozen=True, slots=True)
class Region:
    """A region (区划); ``parent`` is the id of the one above it, ``None`` at the top."""

    id: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A department (部门) of a region."""

    id: str
    name: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be told.

    ``posts`` are what he is ("handler", "department-lead", "inspector", "leader", …) within his
    ``department`` and ``region`` (``None``: of the whole). ``contacts`` maps a kind of address
    ("email", "mobile", "wecom", …) to the address.
    """

    id: str
    name: str
    department: str | None = None
    region: str | None = None
    posts: tuple[str, ...] = ()
    contacts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Team:
    """A named group of people, told one by one."""

    id: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Directory:
    """Everyone and everything that has a name, by id."""

    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    teams: Mapping[str, Team] = field(default_factory=lambda: MappingProxyType({}))
    departments: Mapping[str, Department] = field(default_factory=lambda: MappingProxyType({}))
    regions: Mapping[str, Region] = field(default_factory=lambda: MappingProxyType({}))

    def region_above(self, region: str | None, steps: int) -> str | None:
        """Give the region ``steps`` above ``region``; ``None`` where there is none."""
        for _ in range(steps):
            found = self.regions.get(region) if region is not None else None
            region = found.parent if found else None
        return region

    def resolve(self, role: str, case: Facts) -> tuple[Person, ...]:
        """Give the people whom ``role`` means for a case, in the order of the directory.

        A role is ``handler`` (the case's own), ``person:ID``, ``team:ID``, or a post with the
        place in which it is sought: ``POST@department`` or ``POST@region``, the latter followed
        by any number of ``.parent``. Without a place a post whose name begins with
        ``department-`` is sought in the department, every other one in the region. In a
        department those of another region are passed over.
        """
        name, _, place = role.partition("@")
        kind, _, ident = name.partition(":")
        if kind == "person":
            return tuple(self.people[i] for i in (ident,) if i in self.people)
        if kind == "team":
            team = self.teams.get(ident)
            return tuple(self.people[i] for i in (team.members if team else ()) if i in self.people)
        if role == "handler":
            return self._by_name.get(case.get("handler"), ())
        if not place:
            place = "department" if name.startswith("department-") else "region"
        scope, *parents = place.split(".")
        region = case.get("region")
        if scope == "department":
            found = self._by_post.get((name, scope, case.get(scope)), ())
            return tuple(p for p in found if None in (region, p.region) or p.region == region)
        where = self.region_above(None if region is None else str(region), len(parents))
        return () if where is None else self._by_post.get((name, scope, where), ())

    @cached_property
    def _by_name(self) -> dict[Fact, tuple[Person, ...]]:
        found: dict[Fact, list[Person]] = {}
        for person in self.people.values():
            for name in {person.id, person.name}:
                found.setdefault(name, []).append(person)
        return {name: tuple(people) for name, people in found.items()}

    @cached_property
    def _by_post(self) -> dict[tuple[str, str, Fact], tuple[Person, ...]]:
        """People by post, "department" or "region", and which one."""
        found: dict[tuple[str, str, Fact], list[Person]] = {}
        for person in self.people.values():
            for post in person.posts:
                found.setdefault((post, "department", person.department), []).append(person)
                found.setdefault((post, "region", person.region), []).append(person)
        return {key: tuple(people) for key, people in found.items()}
