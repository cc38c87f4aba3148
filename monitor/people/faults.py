"""Rows of a list that are well-formed and still cannot hold: unknown people, loops, overlaps."""

from __future__ import annotations

import json
from collections.abc import Sequence

from monitor.people.joining import (
    Entry,
    delegation_of,
    joined,
    leave_of,
    shift_of,
)
from monitor.people.reading import Reading
from monitor.sources.rows import Reason, Reject
from rules.directory import Directory
from rules.rosters import Shift, overlapping
from rules.standing_in import Delegation, loop_through


def faulty(
    own: Directory, others: Sequence[Entry], reading: Reading
) -> tuple[list[Entry], list[Reject]]:
    """Give the entries of a list that can hold, and every row that cannot.

    Leave, deputies and shifts must be of people whom the directory knows and end after they begin;
    no delegation may close a loop, no shift overlap an earlier one of its roster, and no region or
    department be above itself.

    Args:
        own: the directory of the settings.
        others: the entries of all other lists.
        reading: the list as read.
    """
    known = joined(own, [*others, *reading.entries])
    links = list(joined(own, others).delegations)
    shifts: dict[str, list[Shift]] = {
        name: list(roster.shifts) for name, roster in joined(own, others).rosters.items()
    }
    good: list[Entry] = []
    wrong = list(reading.rejects)
    for entry in reading.entries:
        why = _unknown(entry, known) or _times(entry) or _above_itself(entry, known)
        if not why and entry.kind == "deputy":
            why = _loop(delegation_of(entry), links)
        if not why and entry.kind == "shift":
            why = _overlap(shift_of(entry), shifts.setdefault(entry.text("roster"), []))
        if why:
            wrong.append(_reject(entry, why))
        else:
            good.append(entry)
    return good, wrong


def _unknown(entry: Entry, known: Directory) -> str:
    names = {
        "leave": ("person",),
        "deputy": ("person", "deputy"),
        "shift": ("person",),
        "team": ("member",),
    }
    for name in names.get(entry.kind, ()):
        if entry.text(name) not in known.people:
            return f"{name} {entry.text(name)!r}; expected the id of a person of the directory"
    return ""


def _times(entry: Entry) -> str:
    if entry.kind == "leave":
        leave = leave_of(entry)
        ends = leave.ends_at > leave.from_at
    elif entry.kind == "deputy":
        link = delegation_of(entry)
        ends = link.ends_at > link.starts_at
    elif entry.kind == "shift":
        shift = shift_of(entry)
        ends = shift.until_at > shift.from_at
    else:
        return ""
    return "" if ends else "it ends no later than it begins; expected an until later than its from"


def _above_itself(entry: Entry, known: Directory) -> str:
    parents: dict[str, str | None] = {}
    if entry.kind == "region":
        parents = {one.id: one.parent for one in known.regions.values()}
    elif entry.kind == "department":
        parents = {one.id: one.parent for one in known.departments.values()}
    chain = [entry.text("id")]
    while (parent := parents.get(chain[-1])) and len(chain) <= len(parents):
        chain.append(parent)
        if chain[-1] == chain[0]:
            return f"{' → '.join(chain)}; expected a chain that ends"
    return ""


def _loop(link: Delegation, links: list[Delegation]) -> str:
    loop = loop_through(link, links)
    if loop:
        return f"deputies in a loop: {' → '.join(loop)}; expected a chain that ends"
    links.append(link)
    return ""


def _overlap(shift: Shift, shifts: list[Shift]) -> str:
    pair = overlapping([*shifts, shift])
    if pair:
        other = next(one for one in pair if one != shift) if pair[0] != pair[1] else shift
        return f"it overlaps the shift of {other.person}; expected one person on duty at a time"
    shifts.append(shift)
    return ""


def _reject(entry: Entry, why: str) -> Reject:
    key = entry.text("id") or "/".join(
        entry.text(name) for name in ("roster", "team", "person", "member") if entry.text(name)
    )
    names = ("id", "team", "roster", "person", "deputy", "member", "parent")
    shown = {name: entry.facts[name] for name in names if name in entry.facts}
    row = json.dumps(shown, ensure_ascii=False)
    detail = f"{entry.kind}: {why}"  # it names entries of the directory alone, by their ids
    return Reject(key, Reason.CONTRADICTION, detail, row, detail)
