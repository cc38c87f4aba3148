"""What an alert is about where that is no case: a unit, a window, numbers, or the system itself.

A subject is written ``KIND:…``. Those of this file are about the hall that is watched, or about
whoever should watch it (an order, an appeal, the orders and call-backs of a region); every other
kind ("source:", "channel:", "rule:" …) is a part of the system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rules.directory import Department, Directory, Region
from rules.instants import moment

UNIT = "unit"
WINDOW = "window"
NUMBERS = "numbers"
CLOSINGS = "closings"

ORDER = "order"
APPEAL = "appeal"
ORDERS = "orders"
CALL_BACKS = "call-backs"

_KINDS = (UNIT, WINDOW, NUMBERS, CLOSINGS)
_UNIT = re.compile(r"(?P<region>[^/]*)/(?P<department>.*?)(?:@(?P<period>\d{4}-\w+))?")


class Place(NamedTuple):
    """A department of a region; "" where one of them is not known."""

    region: str
    department: str


def unit(region: str, department: str, period: str = "") -> str:
    """Write a unit, in a period ("": at any time), as a subject: ``unit:990102/ZJ@2026-10``."""
    return f"{UNIT}:{region}/{department}" + (f"@{period}" if period else "")


def window(region: str, name: str) -> str:
    """Write a window (窗口) of a region as a subject."""
    return f"{WINDOW}:{region}/{name}"


def numbers(source: str, first: str, last: str) -> str:
    """Write the numbers that a source should have, from ``first`` to ``last``, as a subject."""
    return f"{NUMBERS}:{source}/{first}" + (f"..{last}" if last != first else "")


def closings(handler: str, at: int) -> str:
    """Write the cases that one person closed in the second that begins at ``at`` as a subject."""
    return f"{CLOSINGS}:{handler}@{at}"


def about(subject: str | None) -> str:
    """Tell what an alert is about: "case", "unit" (of the hall) or "system"."""
    if not subject:
        return "case"
    return "unit" if subject.partition(":")[0] in _KINDS else "system"


def name_of(subject: str, directory: Directory, zone: ZoneInfo, language: str) -> str:
    """Give what people call a subject, units by their names; those of the system stay as they are.

    Args:
        subject: the subject.
        directory: who is who.
        zone: the zone in which people read times.
        language: ``zh…`` or any other for English.
    """
    kind, _, rest = subject.partition(":")
    zh = language.startswith("zh")
    if kind == UNIT:
        found = _UNIT.fullmatch(rest)
        if found is None:
            return subject
        place = Place(found["region"], found["department"])
        named = place_name(place, directory)
        return f"{named} {found['period']}" if found["period"] else named
    if kind == WINDOW:
        region, _, name = rest.partition("/")
        named = place_name(Place(region, ""), directory)
        called = name
        if name.isascii():
            called = f"{name} 窗口" if zh else f"window {name}"
        return f"{named} {called}".strip()
    if kind == NUMBERS:
        return rest.partition("/")[2].replace("..", "～" if zh else " to ")
    if kind in (ORDERS, CALL_BACKS):
        return place_name(Place(rest, ""), directory)
    if kind in (ORDER, APPEAL):
        return rest
    if kind == CLOSINGS:
        handler, _, at = rest.rpartition("@")
        person = directory.people.get(handler)
        when = moment(int(at), zone)
        return f"{person.name if person else handler} {when:%m-%d %H:%M:%S}"
    return subject


def place_name(place: Place, directory: Directory) -> str:
    """Return the name of a unit: its region and department as the directory calls them.

    A department whose name says the region needs no region before it.
    """
    region = called(directory.regions, place.region)
    department = called(directory.departments, place.department)
    if region and region in department:
        return department
    told = [name for name in (region, department) if name]
    return (" " if any(name[-1].isascii() for name in told[:-1]) else "").join(told)


def called(known: Mapping[str, Region] | Mapping[str, Department], ident: str) -> str:
    """Give the name of a region or department; its id where the directory does not know it."""
    found = known.get(ident)
    return found.name if found else ident
