"""Silences (静默): what is not told for a while, and to what they apply. Pure.

A silence holds notices back; the alerts stand and are shown, and their ladders go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Self

from rules.cases import Case, Facts
from rules.directory import Directory
from rules.expressions import Expression
from rules.subjects import about

NAMED = ("rule", "subject", "source", "channel")
"""The fields by which an alert about the system itself must be named to be silenced."""

LONGEST = 500
"""Characters of a silence's condition, at most."""

MOST_WEIGHT = 500
"""What the regular expressions of one weigh together, at most: see :mod:`rules.condition_cost`."""


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
class Reach:
    """The regions and departments whose people a silence is for; ``None``: all of them."""

    regions: frozenset[str] | None = None
    departments: frozenset[str] | None = None

    def holds(self, person: str, directory: Directory) -> bool:
        """Whether somebody of the directory works in one of them."""
        if self.regions is None and self.departments is None:
            return True
        found = directory.people.get(person)
        return (
            found is not None
            and (self.regions is None or found.region in self.regions)
            and (self.departments is None or found.department in self.departments)
        )


EVERYBODY = Reach()
"""Everybody."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence: from the instant ``from_at`` up to ``until_at`` what it matches is not told.

    ``by`` is who set it, ``reach`` whose people they may keep from being notified.
    """

    id: int
    matching: Matching
    from_at: int
    until_at: int
    by: str = ""
    reach: Reach = EVERYBODY


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
        if one.from_at <= now < one.until_at
        and _may_hold(one, telling, directory)
        and matches(one.matching, telling, directory, now)
    ]
    return max(found, key=lambda one: one.until_at, default=None)


def _may_hold(silence: Silence, telling: Telling, directory: Directory) -> bool:
    """Whether whoever set a silence may keep a person from being notified of an alert.

    Nobody keeps the people above them, or of elsewhere, from hearing of anything, nor anybody but
    themselves from hearing of what they are responsible for.
    """
    if not silence.reach.holds(telling.person, directory):
        return False
    if telling.person == silence.by:
        return True
    handler = telling.case.facts.get("handler")
    own = directory.people.get(silence.by)
    return not handler or handler not in (silence.by, own.name if own else None)


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


@lru_cache(maxsize=1024)
def condition(text: str) -> Expression:
    """Compile the condition of a silence; its facts are not looked at.

    It is evaluated for every message, and whoever inspects a district may write it: it has no
    macros, lists only behind ``in``, and short regular expressions.

    Raises:
        ValueError: it is no condition, or more than a silence may have.
    """
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} characters, and at most {LONGEST} are allowed")
    found = Expression(text)
    if found.cost.macros:
        raise ValueError("all, exists, map and filter are not allowed in a silence")
    if found.cost.lists:
        raise ValueError("a list is allowed only behind in: case.kind in ['a', 'b']")
    if found.cost.weight > MOST_WEIGHT:
        raise ValueError(
            f"its regular expressions have a weight of {found.cost.weight}, and at most "
            f"{MOST_WEIGHT} is allowed: count less far, {{m,n}}"
        )
    return found


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
    return condition(when).holds(telling.case, now, alert)
