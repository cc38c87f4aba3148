"""The rule book: everything that decides what should stand and who is told, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.calendars import Calendar
from rules.checks import Check
from rules.directory import Directory
from rules.limits import Limit
from rules.policies import Policy


@dataclass(frozen=True)
class RuleBook:
    """The rules in force.

    ``levels`` are the names of the levels from the mildest on: a level's rank is its index.
    ``calendars`` has every calendar that a limit or policy names, by id. ``fingerprint`` tells one
    rule book from another as far as it bears on findings: a case checked under another one is
    checked again.
    """

    levels: tuple[str, ...]
    calendars: Mapping[str, Calendar]
    limits: tuple[Limit, ...] = ()
    checks: tuple[Check, ...] = ()
    policies: tuple[Policy, ...] = ()
    directory: Directory = field(default_factory=Directory)
    default_calendar: str = "cn"
    fingerprint: str = ""

    @cached_property
    def shadows(self) -> frozenset[str]:
        """The ids of the rules on trial: what they find is recorded, and nobody is told."""
        limits = (limit.id for limit in self.limits if limit.shadow)
        return frozenset(limits) | {check.id for check in self.checks if check.shadow}
