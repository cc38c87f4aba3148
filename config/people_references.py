"""Checks across settings of people: who is told that nobody knows, and who stands in for whom.

What a list of the directory may tell (``[[directory]]``) is not known here: ``duban check`` reads
the lists and looks then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from config.directory import DeputySettings, LeaveSettings, ShiftSettings
from config.faults import Fault, fault
from config.fields import SHANGHAI, Model
from config.places import Tree, as_list, items
from config.references import known_ids, loops, refer, texts
from rules.rosters import overlapping
from rules.standing_in import loop_through

_M = TypeVar("_M", bound=Model)


def people_faults(tree: Tree) -> Iterator[Fault]:
    """Give the faults of policies and of the directory in what they refer to."""
    listed = {item.get("kind") for _, item in items(tree, "directory")}
    yield from _policies(tree, listed)
    yield from _directory(tree, listed)
    for path, item in items(tree, "directory"):
        yield from refer("CFG-314", f"{path}.source", item.get("source"), known_ids(tree, "source"))
    for name in ("region", "department"):
        yield from loops(tree, name, "parent")
    yield from _standing_in(tree)
    yield from _rosters(tree)


def _policies(tree: Tree, listed: set[Any]) -> Iterator[Fault]:
    channels = known_ids(tree, "channel")
    for path, item in items(tree, "policy"):
        for index, step in enumerate(as_list(item.get("steps"))):
            if not isinstance(step, dict):
                continue
            at = f"{path}.steps[{index}]"
            for i, channel in enumerate(as_list(step.get("via"))):
                yield from refer("CFG-304", f"{at}.via[{i}]", channel, channels)
            yield from _roles(tree, listed, f"{at}.tell", step.get("tell"))
    orders = tree.get("orders")
    if isinstance(orders, dict):
        yield from _roles(tree, listed, "orders.tell", orders.get("tell"))


def _roles(tree: Tree, listed: set[Any], path: str, tell: object) -> Iterator[Fault]:
    people, teams, rosters = (known_ids(tree, name) for name in ("person", "team", "roster"))
    posts = {post for _, item in items(tree, "person") for post in texts(item.get("posts"))}
    for i, role in enumerate(texts(tell)):
        where = f"{path}[{i}]"
        kind, _, ident = role.partition(":")
        if kind == "team" and "team" not in listed:
            yield from refer("CFG-310", where, ident, teams)
        elif kind == "duty" and "shift" not in listed:
            yield from refer("CFG-340", where, ident, rosters)
        elif kind == "person" and "person" not in listed:
            yield from refer("CFG-309", where, ident, people)
        elif not ident and people and "person" not in listed:
            post = role.partition("@")[0]
            yield from refer("CFG-311", where, post, posts | {"handler"})


def _directory(tree: Tree, listed: set[Any]) -> Iterator[Fault]:
    for name, key, code, target in (
        ("region", "parent", "CFG-306", "region"),
        ("department", "region", "CFG-306", "region"),
        ("department", "parent", "CFG-308", "department"),
        ("window", "region", "CFG-306", "region"),
        ("window", "department", "CFG-308", "department"),
        ("person", "region", "CFG-306", "region"),
        ("person", "department", "CFG-308", "department"),
        ("person", "window", "CFG-341", "window"),
        ("leave", "person", "CFG-309", "person"),
        ("deputy", "person", "CFG-309", "person"),
        ("deputy", "deputy", "CFG-309", "person"),
    ):
        known = known_ids(tree, target)
        for path, item in items(tree, name) if target not in listed else ():
            yield from refer(code, f"{path}.{key}", item.get(key), known)
    if "person" in listed:
        return
    people = known_ids(tree, "person")
    for name, key in (("team", "members"), ("roster", "people")):
        for path, item in items(tree, name):
            for index, member in enumerate(as_list(item.get(key))):
                yield from refer("CFG-309", f"{path}.{key}[{index}]", member, people)
    for path, item in items(tree, "roster"):
        for at, shift in items(item, "shifts"):
            yield from refer("CFG-309", f"{path}.{at}.person", shift.get("person"), people)


def _standing_in(tree: Tree) -> Iterator[Fault]:
    """Check that leave and deputies end after they begin, and that no deputies form a loop."""
    zone = _zone(tree)
    for path, leave in _valid(tree, "leave", LeaveSettings):
        given = leave.leave(zone)
        if given.ends_at <= given.from_at:
            yield fault("CFG-344", f"{path}.until", str(leave.until))
    deputies = [
        (path, one.delegation(zone), one) for path, one in _valid(tree, "deputy", DeputySettings)
    ]
    links = [link for _, link, _ in deputies]
    for path, link, settings in deputies:
        if link.ends_at <= link.starts_at:
            yield fault("CFG-344", f"{path}.until", str(settings.until))
        elif loop := loop_through(link, links):
            yield fault("CFG-342", f"{path}.deputy", " → ".join(loop))


def _rosters(tree: Tree) -> Iterator[Fault]:
    zone = _zone(tree)
    for path, item in items(tree, "roster"):
        shifts = {at: one.shift(zone) for at, one in _valid(item, "shifts", ShiftSettings)}
        for at, shift in shifts.items():
            if shift.until_at <= shift.from_at:
                yield fault("CFG-344", f"{path}.{at}.until", shift.person)
        right = {at: shift for at, shift in shifts.items() if shift.from_at < shift.until_at}
        if pair := overlapping(list(right.values())):
            at = next(at for at, shift in right.items() if shift == pair[1])
            yield fault("CFG-343", f"{path}.{at}", f"{pair[0].person}, {pair[1].person}")


def _valid(tree: Tree, name: str, model: type[_M]) -> Iterator[tuple[str, _M]]:
    """Give the items of a list that are understood; the others have their faults already."""
    for path, item in items(tree, name):
        try:
            yield path, model.model_validate(item)
        except ValidationError:
            continue


def _zone(tree: Tree) -> ZoneInfo:
    daemon = tree.get("daemon")
    named = daemon.get("timezone") if isinstance(daemon, dict) else None
    try:
        return ZoneInfo(named) if isinstance(named, str) else SHANGHAI
    except (KeyError, OSError, ValueError):  # it has its fault already
        return SHANGHAI
