"""Daily digests (每日快报): when each is due, and who reads it about what. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.directory import Directory, Person
from rules.roles import Found, Resolver
from rules.single import ruler
from rules.worktime import WorkingTime

_NAMED = ("person:", "team:", "duty:")


@dataclass(frozen=True, slots=True)
class DailyDigest:
    """A digest that goes out on every working day.

    ``at`` is the time of day in microseconds since midnight, on the working days of ``calendar``.
    ``to`` are roles, ``region`` the region to which it is limited with all below it ("": none).
    """

    id: str
    at: int
    to: tuple[str, ...]
    via: tuple[str, ...]
    region: str
    calendar: str

    @property
    def schedule(self) -> str:
        """What says when it is due."""
        return f"{self.calendar} {self.at}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader is told of: a region with all below it, a department; "": of all of them."""

    region: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a digest, over which channels and about what."""

    found: Found
    scope: Scope


def next_at(digest: DailyDigest, work: WorkingTime, after: int) -> int:
    """Give the first moment after the instant ``after`` at which a digest is due."""
    one = ruler(work)
    day = one.day(after)
    if one.working[day] and one.midnight[day] + digest.at > after:
        return one.midnight[day] + digest.at
    return one.midnight[one.nth(one.ordinal[day] + 1)] + digest.at


def is_today(digest: DailyDigest, work: WorkingTime, now: int) -> bool:
    """Tell whether a digest that has not gone yet is still that of this day.

    One whose day has passed is not made up for: its numbers would be those of now.
    """
    one = ruler(work)
    day = one.day(now)
    return one.working[day] and one.midnight[day] + digest.at <= now


def readers(digest: DailyDigest, resolver: Resolver) -> tuple[Reader, ...]:
    """Give who gets a digest, each once, in the order of its roles.

    Whoever holds a post is told of his own region with all below it, and of his own department
    where the post is one of a department. A role above, such as ``inspector@region.parent``, is
    that above the region of the digest, and is told of that region. Whoever is away is stood in
    for.
    """
    found: dict[tuple[str, Scope], Reader] = {}
    for role in digest.to:
        for person, scope in _holders(digest, role, resolver):
            for one in resolver.resolve(f"person:{person.id}", {}, digest.via).people:
                found.setdefault((one.person.id, scope), Reader(one, scope))
    return tuple(found.values())


def _holders(digest: DailyDigest, role: str, resolver: Resolver) -> Iterator[tuple[Person, Scope]]:
    directory = resolver.directory
    if role.startswith(_NAMED):
        for one in resolver.resolve(role, {}, digest.via).people:
            yield one.person, Scope(_narrower(directory, digest.region, one.person.region))
        return
    post, _, place = role.partition("@")
    if place not in _OWN:  # a place above: there is no case to go by, but a region
        for one in resolver.resolve(role, {"region": digest.region}, digest.via).people:
            yield one.person, Scope(digest.region)
        return
    for person in directory.people.values():
        if post not in person.posts or not _within(directory, person.region, digest.region):
            continue
        own = person.department or "" if post.startswith("department-") else ""
        yield person, Scope(_narrower(directory, digest.region, person.region), own)


_OWN = ("", "region", "department", "window")
"""The places of a role that are those of whoever holds the post."""


def _within(directory: Directory, region: str | None, limit: str) -> bool:
    return not limit or region is None or region == limit or limit in directory.above(region)


def _narrower(directory: Directory, limit: str, region: str | None) -> str:
    """Give the person's own region where it is within the limit, else the limit itself."""
    return region if region and _within(directory, region, limit) else limit
