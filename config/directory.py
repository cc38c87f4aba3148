"""Settings of the directory: regions, departments, people and teams."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.fields import Id, Model
from rules.directory import Department, Person, Region, Team


class RegionSettings(Model):
    """A region (区划) and the one above it."""

    id: Id
    name: str
    parent: Id | None = None

    def region(self) -> Region:
        """Give the rules' region."""
        return Region(self.id, self.name, self.parent)


class DepartmentSettings(Model):
    """A department (部门) of a region."""

    id: Id
    name: str
    region: Id | None = None

    def department(self) -> Department:
        """Give the rules' department."""
        return Department(self.id, self.name, self.region)


class PersonSettings(Model):
    """Someone who can be told, his posts, and how he is reached."""

    id: Id
    name: str
    department: Id | None = None
    region: Id | None = None
    posts: tuple[Id, ...] = ()
    email: str | None = None
    mobile: str | None = None
    wecom: str | None = None

    def person(self) -> Person:
        """Give the rules' person; contacts that are not written are left out."""
        ways = {"email": self.email, "mobile": self.mobile, "wecom": self.wecom}
        contacts = {kind: address for kind, address in ways.items() if address}
        return Person(self.id, self.name, self.department, self.region, self.posts, contacts)


class TeamSettings(Model):
    """A named group of people."""

    id: Id
    name: str
    members: Annotated[tuple[Id, ...], Field(min_length=1)]

    def team(self) -> Team:
        """Give the rules' team."""
        return Team(self.id, self.name, self.members)
