"""The rule book: everything that decides what should stand and who is told, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from rules.calendars import Calendar
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
