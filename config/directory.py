"""Settings of the directory: who is who, who is away, who stands in, and who is on duty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from config.calendars.shape import DAYS, Day
from config.fields import DateField, Id, Model, Name
from config.times import HandOver, When, begins_at, ends_at
from rules.directory import Department, Directory, Person, Region, Team, Window
from rules.rosters import Roster, Shift, Turns
from rules.standing_in import Delegation, Leave


class RegionSettings(Model):
    """A region (区划) and the one above it; ``calendar`` is for it and for those below it."""

    id: Id
    name: str
    parent: Id | None = None
    calendar: Id | None = None

    def region(self) -> Region:
        """Give the rules' region."""
        return Region(self.id, self.name, self.parent)


class DepartmentSettings(Model):
    """A department (部门) of a region; ``parent`` is the one that leads it."""

    id: Id
    name: str
    region: Id | None = None
    parent: Id | None = None

    def department(self) -> Department:
        """Give the rules' department."""
        return Department(self.id, self.name, self.region, self.parent)


class WindowSettings(Model):
    """A window (窗口) of a hall and the department that works at it."""

    id: Id
    name: str
    region: Id | None = None
    department: Id | None = None

    def window(self) -> Window:
        """Give the rules' window."""
        return Window(self.id, self.name, self.region, self.department)


class PersonSettings(Model):
    """Someone who can be told, his posts, and how he is reached.

    ``contacts`` has his address for every other kind of channel.
    """

    id: Id
    name: str
    department: Id | None = None
    region: Id | None = None
    window: Id | None = None
    posts: tuple[Id, ...] = ()
    email: str | None = None
    mobile: str | None = None
    wecom: str | None = None
    contacts: Mapping[Name, str] = Field(default_factory=dict)

    def person(self) -> Person:
        """Give the rules' person; contacts that are not written are left out."""
        ways = {**self.contacts, "email": self.email, "mobile": self.mobile, "wecom": self.wecom}
        contacts = {
            kind: written
            for kind, address in ways.items()
            if (written := address or self.contacts.get(kind))
        }
        return Person(
            self.id, self.name, self.department, self.region, self.posts, contacts, self.window
        )


class TeamSettings(Model):
    """A named group of people."""

    id: Id
    name: str
    members: Annotated[tuple[Id, ...], Field(min_length=1)]

    def team(self) -> Team:
        """Give the rules' team."""
        return Team(self.id, self.name, self.members)


class LeaveSettings(Model):
    """That a person is away (请假), from a day or time until another; a last day is included."""

    person: Id
    start: When = Field(alias="from")
    until: When | None = None
    note: str = ""

    def leave(self, zone: ZoneInfo) -> Leave:
        """Give the rules' leave; times without an offset are those of ``zone``."""
        until = None if self.until is None else ends_at(self.until, zone)
        return Leave(self.person, begins_at(self.start, zone), until, self.note)


class DeputySettings(Model):
    """That ``deputy`` is told in the place of ``person`` (代理).

    In its time where it has a beginning or an end; without them, whenever he is away.
    """

    person: Id
    deputy: Id
    start: When | None = Field(default=None, alias="from")
    until: When | None = None
    note: str = ""

    def delegation(self, zone: ZoneInfo) -> Delegation:
        """Give the rules' delegation; times without an offset are those of ``zone``."""
        return Delegation(
            self.person,
            self.deputy,
            None if self.start is None else begins_at(self.start, zone),
            None if self.until is None else ends_at(self.until, zone),
            self.note,
        )


class ShiftSettings(Model):
    """That a person is on duty from a time until another; a last day is included."""

    person: Id
    start: When = Field(alias="from")
    until: When

    def shift(self, zone: ZoneInfo) -> Shift:
        """Give the rules' shift; times without an offset are those of ``zone``."""
        return Shift(self.person, begins_at(self.start, zone), ends_at(self.until, zone))


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class RosterSettings(Model):
    """A duty roster (值班表): ``people`` take turns from the day ``since`` on.

    Duty is handed over on ``days`` (every day) at the times ``hand_over``, each time to the next of
    them. ``shifts`` say who is on duty at certain times, and go before the turns.
    """

    id: Id
    name: str
    people: tuple[Id, ...] = ()
    since: DateField = date(2000, 1, 3)
    hand_over: Annotated[tuple[HandOver, ...], BeforeValidator(_listed), Field(min_length=1)] = (
        time(9),
    )
    days: Annotated[tuple[Day, ...], Field(min_length=1)] = DAYS
    shifts: tuple[ShiftSettings, ...] = ()

    def roster(self, zone: ZoneInfo) -> Roster:
        """Give the rules' roster; times are those of the wall clock of ``zone``."""
        seconds = {at.hour * 3600 + at.minute * 60 + at.second for at in self.hand_over}
        days = tuple(sorted({DAYS.index(day) for day in self.days}))
        times = tuple(sorted(seconds))
        turns = Turns(self.people, self.since, times, days, zone) if self.people else None
        shifts = sorted((one.shift(zone) for one in self.shifts), key=lambda one: one.from_at)
        return Roster(self.id, self.name, turns, tuple(shifts))


class DirectorySettings(Model):
    """What of the settings is the directory; its lists are those of the file."""

    region: tuple[RegionSettings, ...] = ()
    department: tuple[DepartmentSettings, ...] = ()
    window: tuple[WindowSettings, ...] = ()
    person: tuple[PersonSettings, ...] = ()
    team: tuple[TeamSettings, ...] = ()
    leave: tuple[LeaveSettings, ...] = ()
    deputy: tuple[DeputySettings, ...] = ()
    roster: tuple[RosterSettings, ...] = ()

    def own_directory(self, zone: ZoneInfo) -> Directory:
        """Give the directory that is written in the file itself; ``zone`` is that of its times."""
        return Directory(
            {one.id: one.person() for one in self.person},
            {one.id: one.team() for one in self.team},
            {one.id: one.department() for one in self.department},
            {one.id: one.region() for one in self.region},
            {one.id: one.window() for one in self.window},
            {one.id: one.roster(zone) for one in self.roster},
            tuple(one.leave(zone) for one in self.leave),
            tuple(one.delegation(zone) for one in self.deputy),
        )
