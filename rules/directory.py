"""The directory: who is who, where, and how each can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.cases import Facts


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

        A role is ``handler`` (the case's own), ``person:ID``, ``team:ID``, or a post, optionally
        with the place that it is sought in: ``POST@department`` or ``POST@region``, each followed
        by any number of ``.parent``. ``department-lead`` and any other post that starts with
        ``department-`` is sought in the department, every other one in the region.
        """
        name, _, place = role.partition("@")
        kind, _, ident = name.partition(":")
        if kind == "person":
            person = self.people.get(ident)
            return (person,) if person else ()
        if kind == "team":
            team = self.teams.get(ident)
            members = team.members if team else ()
            return tuple(self.people[m] for m in members if m in self.people)
        if name == "handler" and not place:
            handler = case.get("handler")
            return tuple(p for p in self.people.values() if handler in (p.id, p.name))
        if not place:
            place = "department" if name.startswith("department-") else "region"
        scope, *parents = place.split(".")
        if scope == "department":
            where = case.get("department")
            return tuple(
                p for p in self.people.values() if name in p.posts and p.department == where
            )
        region = case.get("region")
        where = self.region_above(str(region) if region is not None else None, len(parents))
        if parents and where is None:
            return ()
        return tuple(
            p
            for p in self.people.values()
            if name in p.posts and p.region == where and (p.department is None or not parents)
        )
