"""Silences (静默): what is not told for a while, and to what they apply. Pure.

A silence holds notices back; the alerts stand and are shown, and their ladders go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from rules.cases import Case, Facts
from rules.checks import compiled
from rules.directory import Directory
from rules.subjects import about

NAMED = ("rule", "subject", "source", "channel")
"""The fields by which an alert about the system itself must be named to be silenced."""


@dataclass(frozen=True, slots=True)
class Matching:
    """What a silence is for: everything that all of its fields are true of; "" leaves one open.

    ``when`` is a condition in CEL over ``case`` and ``alert``. ``region`` includes what is below
    it. ``case`` is the key or the number of a case, ``subject`` what an alert is about that is
    about none, ``person`` the one to be told, ``channel`` the channel over which.
    """

    when: str = ""
    source: str = ""
    region: str = ""
    department: str = ""
    item: str = ""
    case: str = ""
    rule: str = ""
    level: str = ""
    subject: str = ""
    person: str = ""
    channel: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Give what was kept by :meth:`kept`."""
        return cls(**kept)

    def kept(self) -> dict[str, str]:
        """Give the fields that say something, as plain JSON values."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence: from the instant ``from_at`` up to ``until_at`` what it matches is not told."""

    id: int
    matching: Matching
    from_at: int
    until_at: int


@dataclass(frozen=True, slots=True)
class Telling:
    """That somebody is to be told of an alert over a channel.

    ``case`` is what the alert is about, with the facts of who carries the card; where that is no
    case ``subject`` says what and ``case`` has those facts alone. ``source`` is the alert's.
    """

    case: Case
    rule: str
    level: str
    rank: int
    subject: str
    source: str
    person: str
    channel: str


def silence_of(
    silences: Sequence[Silence], telling: Telling, directory: Directory, now: int
) -> Silence | None:
    """Give the silence that holds a notice back at ``now``: of several the one that ends last.

    Raises:
        ValueError: the condition of one cannot be worked out for its case.
    """
    found = [
        one
        for one in silences
        if one.from_at <= now < one.until_at and matches(one.matching, telling, directory, now)
    ]
    return max(found, key=lambda one: one.until_at, default=None)


def matches(matching: Matching, telling: Telling, directory: Directory, now: int) -> bool:
    """Tell whether a silence is for a notice; raises as :func:`silence_of`.

    One about the supervision itself is silenced only by name: by its rule, its subject, its source
    or the channel over which it would go.
    """
    facts = telling.case.facts
    if about(telling.subject) == "system" and not any(getattr(matching, one) for one in NAMED):
        return False
    region = facts.get("region")
    return (
        _is(matching.source, telling.source)
        and _is(matching.department, facts.get("department"))
        and _is(matching.item, facts.get("item_code"))
        and (not matching.case or matching.case in (telling.case.key, facts.get("no")))
        and _is(matching.rule, telling.rule)
        and _is(matching.level, telling.level)
        and _is(matching.subject, telling.subject)
        and _is(matching.person, telling.person)
        and (_is(matching.channel, telling.channel) or telling.subject == _about(matching.channel))
        and (
            not matching.region
            or matching.region == region
            or matching.region in directory.above(region)
        )
        and (not matching.when or _holds(matching.when, telling, now))
    )


def _is(wanted: str, found: object) -> bool:
    return not wanted or wanted == found


def _about(channel: str) -> str:
    return f"channel:{channel}"  # that it refuses is no news while nothing is to go over it


def _holds(when: str, telling: Telling, now: int) -> bool:
    alert: Facts = {
        "rule": telling.rule,
        "level": telling.level,
        "rank": telling.rank,
        "subject": telling.subject,
        "about": about(telling.subject),
    }
    return compiled(when).holds(telling.case, now, alert)
