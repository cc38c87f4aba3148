"""All settings of a daemon, and the rule book that they make."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Any

from pydantic import Field

from config.calendars import CalendarSettings, build_all
from config.catalogue import CatalogueSettings
from config.checks import CheckSettings
from config.code_marks import code_mark
from config.daemon import Daemon, Sample
from config.digests import DigestSettings
from config.directory import DirectorySettings
from config.facts import mapped_facts, standard_facts
from config.limits import LimitSettings
from config.notices import NoticeSettings
from config.orders import AppealSettings, CallBackSettings, OrdersSettings
from config.people_lists import ListSettings
from config.policies import PolicySettings
from config.presets import preset
from config.rule_texts import RuleText, text_of
from config.silences import MaintenanceSettings
from config.sources import Source
from config.web import OidcSettings
from notifiers import ChannelSettings
from rules.checks import Check
from rules.courses import DUE
from rules.limits import Limit
from rules.rulebook import RuleBook
from rules.surveys import SurveyRule


class Settings(DirectorySettings):
    """What an operator writes in ``supervisor.toml``, checked.

    Its names are those of the file. Limits, checks and policies of presets are among them.
    """

    daemon: Daemon = Field(default_factory=Daemon)
    source: tuple[Source, ...] = ()
    catalogue: CatalogueSettings | None = None
    calendar: tuple[CalendarSettings, ...] = ()
    limit: tuple[LimitSettings, ...] = ()
    check: tuple[CheckSettings, ...] = ()
    policy: tuple[PolicySettings, ...] = ()
    orders: OrdersSettings = Field(default_factory=OrdersSettings)
    appeals: AppealSettings = Field(default_factory=AppealSettings)
    call_backs: CallBackSettings | None = None
    notices: NoticeSettings = Field(default_factory=NoticeSettings)
    digest: tuple[DigestSettings, ...] = ()
    maintenance: tuple[MaintenanceSettings, ...] = ()
    channel: tuple[ChannelSettings, ...] = ()
    directory: tuple[ListSettings, ...] = ()
    oidc: OidcSettings | None = None
    sample: Sample | None = None

    def rulebook(self) -> RuleBook:
        """Give the rule book; it has the calendars that limits and policies name."""
        return self._book

    def fingerprint(self) -> str:
        """Give what tells these rules from others: 64 hexadecimal digits.

        It changes with whatever bears on findings (levels, limits, checks, the calendars of
        limits, the code of a release that works them out), and not with what rules are called.
        """
        return self._book.fingerprint

    @cached_property
    def rule_texts(self) -> tuple[RuleText, ...]:
        """The limits, checks and surveys in force as they are written."""
        return (*map(text_of, self.limit), *map(text_of, self.check))

    def left_out(self) -> tuple[str, ...]:
        """Give the ids of presets' rules that do not apply.

        No source maps what they need, or there is a limit that they give way to.
        """
        own = {limit.id for limit in self.limit} | {check.id for check in self.check}
        left = (
            rule["id"]
            for name in self.daemon.presets
            for section in ("limit", "check")
            for rule in preset(name).get(section, ())
            if rule["id"] not in own
        )
        return tuple(dict.fromkeys(left))  # two presets may have a rule in common

    def facts(self) -> set[str]:
        """Give the facts of cases that conditions may speak of."""
        tree = self.masked()
        return mapped_facts(tree) | standard_facts(tree)

    def masked(self) -> dict[str, Any]:
        """Give the settings as values that JSON knows, with every secret as asterisks."""
        return self.model_dump(mode="json", by_alias=True)

    @cached_property
    def _book(self) -> RuleBook:
        levels, default = self.daemon.levels, self.daemon.calendar
        of_regions = {one.id: one.calendar for one in self.region if one.calendar is not None}
        by_region = bool(of_regions)
        limits = _in_order(
            limit.limit(levels, default, by_region=by_region) for limit in self.limit
        )
        used = [check.rule(levels, self.daemon.language) for check in self.check]
        checks = tuple(one for one in used if isinstance(one, Check))
        policies = tuple(policy.policy(default, by_region=by_region) for policy in self.policy)
        built = build_all(self.calendar)
        counting = {*(limit.calendar for limit in limits), *of_regions.values()}
        of_limits = {name: built[name] for name in sorted(counting)}
        above = [(one.id, one.parent) for one in self.region] if of_regions else []
        of_digests = (digest.calendar or default for digest in self.digest)
        named = {default, *of_limits, *of_digests, *(policy.calendar for policy in policies)}
        surveys = tuple(one for one in used if isinstance(one, SurveyRule))
        rules = (
            *(levels, limits, checks, sorted(of_limits.items(), key=lambda pair: pair[0])),
            *(sorted(of_regions.items()), above, _code_of(checks, surveys)),
        )
        return RuleBook(
            levels,
            {name: built[name] for name in sorted(named)},
            limits,
            checks,
            policies,
            self.own_directory(self.daemon.timezone),
            default,
            # The values are frozen and hold no addresses, so what they print is what they are.
            sha256(repr(rules).encode()).hexdigest(),
            surveys=surveys,
            region_calendars=of_regions,
        )


def _code_of(checks: Iterable[Check], surveys: Iterable[SurveyRule]) -> list[str]:
    """Return the marks of the packages whose code works out limits, checks and surveys."""
    looks = [check.builtin.look.__module__ for check in checks if check.builtin]
    judges = [rule.survey.judge.__module__ for rule in surveys]
    packages = {name.partition(".")[0] for name in (Limit.__module__, *looks, *judges)}
    return [code_mark(name) for name in sorted(packages)]


def _in_order(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """Put each limit behind the one whose due moment it starts at."""
    waiting = {limit.id: limit for limit in limits}
    ordered: list[Limit] = []
    while waiting:
        for limit in list(waiting.values()):
            other = limit.start.removeprefix(DUE) if limit.start.startswith(DUE) else None
            if other not in waiting:
                ordered.append(waiting.pop(limit.id))
    return tuple(ordered)
