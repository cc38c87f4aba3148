"""The rule book: everything that decides what should stand and who is told, in one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType

from rules.calendars import Calendar
from rules.cases import Fact
from rules.catalogue import Catalogue
from rules.checks import Check
from rules.compliance.history import CHANGES
from rules.directory import Directory
from rules.limits import Limit
from rules.policies import Policy
from rules.surveys import SurveyRule


@dataclass(frozen=True)
class RuleBook:
    """The rules in force.

    ``levels`` are the names of the levels from the mildest on: a level's rank is its index.
    ``calendars`` has every calendar that a limit or policy names, by id. ``fingerprint`` tells one
    rule book from another as far as it bears on findings: a case checked under another one is
    checked again. ``surveys`` look across cases, and have fingerprints of their own. ``catalogue``
    has what cases are given of their items; it has a version of its own, for a change of it bears
    on the cases of the changed items alone.
    """

    levels: tuple[str, ...]
    calendars: Mapping[str, Calendar]
    limits: tuple[Limit, ...] = ()
    checks: tuple[Check, ...] = ()
    policies: tuple[Policy, ...] = ()
    directory: Directory = field(default_factory=Directory)
    default_calendar: str = "cn"
    fingerprint: str = ""
    catalogue: Catalogue = field(default_factory=Catalogue, compare=False)
    surveys: tuple[SurveyRule, ...] = ()
    region_calendars: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def calendar_of(self, region: Fact) -> str:
        """Return the calendar of a region: its own, that of the nearest one above, or the usual."""
        if self.region_calendars and isinstance(region, str):
            for one in (region, *self.directory.above(region)):
                if one in self.region_calendars:
                    return self.region_calendars[one]
        return self.default_calendar

    def calendar_of_policy(self, policy: Policy | None, region: Fact) -> str:
        """Return the calendar of a policy's steps and office hours, for whoever is of a region.

        A policy that was kept may go by a calendar that is no longer used.
        """
        if policy is None or policy.calendar not in self.calendars:
            return self.default_calendar
        return self.calendar_of(region) if policy.by_region else policy.calendar

    @property
    def by_region(self) -> Callable[[Fact], str] | None:
        """What names the calendar of a region; ``None`` if no region has one of its own."""
        return self.calendar_of if self.region_calendars else None

    @cached_property
    def shadows(self) -> frozenset[str]:
        """The ids of the rules on trial: what they find is recorded, and nobody is told."""
        limits = (limit.id for limit in self.limits if limit.shadow)
        checks = (check.id for check in self.checks if check.shadow)
        surveys = (survey.id for survey in self.surveys if survey.shadow)
        return frozenset((*limits, *checks, *surveys))

    @cached_property
    def doubting(self) -> frozenset[str]:
        """The ids of the checks in force whose findings put the times of a case in doubt."""
        doubting = (one.id for one in self.checks if one.builtin and one.builtin.doubts)
        return frozenset(doubting) - self.shadows

    @cached_property
    def survey_of(self) -> Mapping[str, SurveyRule]:
        """The surveys by their ids."""
        return {survey.id: survey for survey in self.surveys}

    @cached_property
    def survey_fingerprints(self) -> Mapping[str, str]:
        """What tells each survey, by id, from what it was under other rules: 64 hex digits."""
        calendar = repr(self.calendars[self.default_calendar]) if self.surveys else ""
        return {
            survey.id: sha256(repr((self.fingerprint, survey, calendar)).encode()).hexdigest()
            for survey in self.surveys
        }

    @cached_property
    def looks_at_changes(self) -> bool:
        """Whether a check goes by what sources changed about cases they had told before."""
        return any(check.builtin and CHANGES in check.builtin.needs for check in self.checks)
