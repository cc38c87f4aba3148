"""What is in force: the settings and everything worked out from them once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

import structlog

from config import Settings
from config.times import begins_at
from rules.amounts import Unit
from rules.calendar_days import EditedDays, edited
from rules.calendars import Calendar
from rules.catalogue import Catalogue
from rules.checks import Check
from rules.directory import Directory
from rules.escalation import CatchUp
from rules.ladders import fingerprint
from rules.limits import Limit
from rules.orders import Terms
from rules.policies import Policy
from rules.roles import Resolver
from rules.rulebook import RuleBook
from rules.single import ruler
from rules.surveys import SurveyRule
from rules.worktime import WorkingTime, working_time

log = structlog.get_logger(__name__)

_Rule = TypeVar("_Rule", Limit, Check, SurveyRule)


@dataclass(frozen=True)
class InForce:
    """Settings, their rule book and its compiled calendars; replaced as a whole on reload.

    ``days`` are those that people entered by hand over the calendars of the settings.
    """

    settings: Settings
    book: RuleBook
    calendars: Mapping[str, WorkingTime]
    limits: Mapping[str, Limit]
    checks: Mapping[str, Check]
    titles: Mapping[str, str]
    days: EditedDays = field(default_factory=EditedDays)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Work out what follows from settings; takes a fraction of a second a calendar."""
        book = settings.rulebook()
        calendars = {name: working_time(calendar) for name, calendar in book.calendars.items()}
        titles = {limit.id: limit.title for limit in book.limits}
        titles |= {check.id: check.title for check in book.checks}
        titles |= {survey.id: survey.title for survey in book.surveys}
        limits = {limit.id: limit for limit in book.limits}
        checks = {check.id: check for check in book.checks}
        return cls(settings, book, calendars, limits, checks, titles)

    @cached_property
    def reach(self) -> Mapping[str, tuple[str, ...]]:
        """The channels, each with the kinds of address of which it needs one."""
        return {one.id: one.reaches_by for one in self.settings.channel}

    @cached_property
    def order_terms(self) -> Terms:
        """Within what time each side of a supervision order has to act."""
        return self.settings.orders.terms(self.calendars[self.book.default_calendar])

    def by(self, when: date | datetime) -> int:
        """Give the instant by which something is to be done at a time, or on a day.

        On a day that is its close of business, or its end where it is no working day
        (民法典 第二百零三条).
        """
        at = begins_at(when, self.zone)
        if isinstance(when, datetime):
            return at
        one = ruler(self.order_terms.work)
        return one.closes[one.day(at)]

    @cached_property
    def ladders(self) -> Mapping[str, Policy]:
        """The policies by their content: see :mod:`rules.ladders`."""
        return {fingerprint(policy): policy for policy in self.book.policies}

    def resolver(self, now: int) -> Resolver:
        """Give who finds the people of roles at the instant ``now``."""
        return Resolver(self.book.directory, now, self.reach)

    def with_directory(self, directory: Directory) -> Self:
        """Give the same with another directory."""
        catalogue = self.book.catalogue.within(directory.parents)
        return replace(self, book=replace(self.book, directory=directory, catalogue=catalogue))

    def with_catalogue(self, catalogue: Catalogue) -> Self:
        """Give the same with another item catalogue."""
        catalogue = catalogue.within(self.book.directory.parents)
        return replace(self, book=replace(self.book, catalogue=catalogue))

    def with_versions(self, labels: Mapping[tuple[str, str, str], str]) -> Self:
        """Return the same with the versions that the store gave the texts of its rules.

        Args:
            labels: the versions by rule, version of the settings, and mark of the text; a rule
                that is not among them has the version of the settings.
        """
        known = {
            one.id: version
            for one in self.settings.rule_texts
            if (version := labels.get((one.id, one.written, one.mark)))
        }
        limits = _versioned(self.book.limits, known)
        checks = _versioned(self.book.checks, known)
        surveys = _versioned(self.book.surveys, known)
        return replace(
            self,
            book=replace(self.book, limits=limits, checks=checks, surveys=surveys),
            limits={one.id: one for one in limits},
            checks={one.id: one for one in checks},
        )

    def with_days(self, days: EditedDays) -> Self:
        """Give the same with other days entered by hand over the calendars of the settings.

        Where they bear on findings the book has another fingerprint, so that every case is checked
        anew. The calendar of checks counts as well as those of limits.
        """
        if days == self.days:
            return self
        base = self.settings.rulebook()
        calendars, compiled = dict(base.calendars), dict(self.calendars)
        for name, calendar in base.calendars.items():
            if days.of(name) != self.days.of(name):
                calendars[name], compiled[name] = _compiled(calendar, days)
            else:
                calendars[name] = self.book.calendars[name]
        of_limits = (limit.calendar for limit in base.limits)
        of_regions = base.region_calendars.values()
        of_rules = sorted({base.default_calendar, *of_limits, *of_regions})
        said = [(name, days.of(name)) for name in of_rules if days.of(name)]
        mark = sha256(repr((base.fingerprint, said)).encode()).hexdigest()
        book = replace(
            self.book, calendars=calendars, fingerprint=mark if said else base.fingerprint
        )
        return replace(self, book=book, calendars=compiled, days=days)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people read times."""
        return self.settings.daemon.timezone

    @property
    def language(self) -> str:
        """The language in which people are told."""
        return self.settings.daemon.language

    @property
    def catch_up(self) -> CatchUp:
        """What becomes of rungs that were missed while nothing ran."""
        return CatchUp(self.settings.daemon.catch_up)

    def unit(self, rule: str) -> Unit:
        """Give the unit in which the margin of a rule is told."""
        limit = self.limits.get(rule)
        return limit.allow.told_in if limit else Unit.WORKING_DAY

    def work(self, rule: str, counted_by: object = None) -> WorkingTime:
        """Return the compiled calendar of a rule.

        ``counted_by`` is the calendar that an alert was counted by, as its evidence says: that of
        its case's region. One that is no longer there does not count.
        """
        limit = self.limits.get(rule)
        usual = limit.calendar if limit else self.book.default_calendar
        named = self.calendars.get(counted_by) if isinstance(counted_by, str) else None
        return named or self.calendars[usual]


def _versioned(rules: tuple[_Rule, ...], known: Mapping[str, str]) -> tuple[_Rule, ...]:
    return tuple(replace(one, version=known.get(one.id, one.version)) for one in rules)


def _compiled(calendar: Calendar, days: EditedDays) -> tuple[Calendar, WorkingTime]:
    """Give a calendar with its edited days, and compiled; as it was where they do not fit it.

    They fitted when they were entered, but the hours of the settings may be others since.
    """
    try:
        new = edited(calendar, days.of(calendar.id))
        return new, working_time(new)
    except ValueError as error:
        log.error("calendar_days_refused", calendar=calendar.id, reason=str(error))  # noqa: TRY400
        return calendar, working_time(calendar)
