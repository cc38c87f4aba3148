"""One directory of several: what settings say, what lists tell, what was entered by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from config.people_lists import SHAPES
from rules.cases import Fact
from rules.directory import Department, Directory, Person, Region, Team, Window
from rules.rosters import Roster, Shift, overlapping
from rules.standing_in import Delegation, Leave, loop_through

_OF_PERSON = (*SHAPES["person"].needed, *SHAPES["person"].possible)


class Entry(NamedTuple):
    """One row of a list of a kind (``config.people_lists.SHAPES``): its facts, none of them empty.

    ``from`` and ``until`` are instants, ``posts`` a text with commas between them.
    """

    kind: str
    facts: Mapping[str, Fact]

    def text(self, name: str) -> str:
        """Give a fact as text, "" where it is lacking."""
        fact = self.facts.get(name)
        return "" if fact is None else str(fact)

    def optional(self, name: str) -> str | None:
        """Give a fact as text, ``None`` where it is lacking."""
        return self.text(name) or None

    def at(self, name: str) -> int | None:
        """Give an instant."""
        fact = self.facts.get(name)
        return fact if isinstance(fact, int) else None


def joined(
    own: Directory,
    entries: Sequence[Entry],
    leaves: Sequence[Leave] = (),
    delegations: Sequence[Delegation] = (),
    version: int = 0,
) -> Directory:
    """Join a directory with the entries of lists, and with leave and deputies entered by hand.

    What the settings say themselves goes before what a list tells of the same id. A delegation
    that closes a loop is left out, and so is a shift that overlaps an earlier one.
    """
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)

    def of(kind: str) -> Iterator[Entry]:
        return iter(by_kind.get(kind, ()))

    return replace(
        own,
        people={**{e.text("id"): _person(e) for e in of("person")}, **own.people},
        teams={**_teams(of("team")), **own.teams},
        departments={
            **{
                e.text("id"): Department(
                    e.text("id"), e.text("name"), e.optional("region"), e.optional("parent")
                )
                for e in of("department")
            },
            **own.departments,
        },
        regions={
            **{
                e.text("id"): Region(e.text("id"), e.text("name"), e.optional("parent"))
                for e in of("region")
            },
            **own.regions,
        },
        windows={
            **{
                e.text("id"): Window(
                    e.text("id"), e.text("name"), e.optional("region"), e.optional("department")
                )
                for e in of("window")
            },
            **own.windows,
        },
        rosters=_rosters(own.rosters, of("shift")),
        leaves=(*own.leaves, *(leave_of(e) for e in of("leave")), *leaves),
        delegations=_without_loops(
            [*own.delegations, *delegations, *(delegation_of(e) for e in of("deputy"))]
        ),
        version=version,
    )


def leave_of(entry: Entry) -> Leave:
    """Give the leave that an entry tells of."""
    return Leave(entry.text("person"), entry.at("from") or 0, entry.at("until"), entry.text("note"))


def delegation_of(entry: Entry) -> Delegation:
    """Give the delegation that an entry tells of."""
    return Delegation(
        entry.text("person"),
        entry.text("deputy"),
        entry.at("from"),
        entry.at("until"),
        entry.text("note"),
    )


def shift_of(entry: Entry) -> Shift:
    """Give the shift that an entry tells of."""
    return Shift(entry.text("person"), entry.at("from") or 0, entry.at("until") or 0)


def _person(entry: Entry) -> Person:
    contacts = {name: entry.text(name) for name in entry.facts if name not in _OF_PERSON}
    posts = tuple(post for post in entry.text("posts").split(",") if post)
    return Person(
        entry.text("id"),
        entry.text("name"),
        entry.optional("department"),
        entry.optional("region"),
        posts,
        contacts,
        entry.optional("window"),
    )


def _teams(entries: Iterable[Entry]) -> dict[str, Team]:
    teams: dict[str, Team] = {}
    for entry in entries:
        ident = entry.text("team")
        known = teams.get(ident, Team(ident, entry.text("name") or ident, ()))
        members = dict.fromkeys((*known.members, entry.text("member")))
        teams[ident] = replace(known, members=tuple(members))
    return teams


def _rosters(own: Mapping[str, Roster], entries: Iterable[Entry]) -> dict[str, Roster]:
    rosters = dict(own)
    shifts: dict[str, list[Shift]] = {name: list(one.shifts) for name, one in own.items()}
    for entry in entries:
        mine = shifts.setdefault(entry.text("roster"), [])
        shift = shift_of(entry)
        if overlapping([*mine, shift]) is None:
            mine.append(shift)
    for name, mine in shifts.items():
        known = rosters.get(name, Roster(name, name))
        rosters[name] = replace(known, shifts=tuple(sorted(mine, key=lambda one: one.from_at)))
    return rosters


def _without_loops(delegations: Iterable[Delegation]) -> tuple[Delegation, ...]:
    kept: list[Delegation] = []
    for one in delegations:
        if not loop_through(one, kept):
            kept.append(one)
    return tuple(kept)
