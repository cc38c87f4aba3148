"""Settings of supervision orders, appeals and call-backs."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from config.fields import Id, Model, Name, refusal
from config.policies import Role, SomeTime
from rules.amounts import Amount, Unit
from rules.compliance.check import Text
from rules.orders import CAUSES, Terms
from rules.worktime import WorkingTime

ONE_DAY, THREE_DAYS, FIVE_DAYS = (Amount(float(n), Unit.WORKING_DAY) for n in (1, 3, 5))
_FIELDS = {"n", "year", "region"}


def _number(value: str) -> str:
    """Refuse a pattern of numbers that does not tell one order from another."""
    try:
        parts = [(name, spec) for _, name, spec, _ in string.Formatter().parse(value)]
        names = {name for name, _ in parts if name is not None}
        value.format(n=1, year=2026, region="330100")
    except (ValueError, KeyError, IndexError):
        raise refusal("CFG-220") from None
    if "n" not in names or not names <= _FIELDS:
        raise refusal("CFG-220")
    return value


class CauseSettings(Model):
    """What people call a cause that a reply may give."""

    zh: str
    en: str


class OrdersSettings(Model):
    """How supervision orders (督办单) run.

    ``number`` is the pattern of their numbers: ``{n}`` counts within all else that it says, and
    ``{year}`` and ``{region}`` are the year of issue and the region that issues. The amounts say
    within what time an order is acknowledged, replied to, its reply reviewed, and, once that is
    accepted, the order discharged; ``remind_before`` says how long before a due moment whoever
    owes is reminded. ``tell`` are the roles of the supervised unit that are told, ``via`` the
    channels (those over which the card was told, unless given). Where ``issue_within`` is given, a
    card of ``issue_levels`` (the gravest) that stands so long without an order is reported.
    ``causes`` are further causes by code, ``applicant_pauses`` the kinds of pause in which the
    applicant has to do something.
    """

    number: Annotated[str, AfterValidator(_number)] = "DB-{year}-{n:04d}"
    acknowledge_within: SomeTime = ONE_DAY
    reply_within: SomeTime = FIVE_DAYS
    review_within: SomeTime = THREE_DAYS
    close_within: SomeTime = THREE_DAYS
    remind_before: SomeTime | None = Amount(4.0, Unit.WORKING_HOUR)
    tell: Annotated[tuple[Role, ...], Field(min_length=1)] = ("department-lead", "handler")
    via: tuple[Id, ...] = ()
    issue_within: SomeTime | None = None
    issue_levels: tuple[str, ...] = ()
    causes: Mapping[Name, CauseSettings] = Field(default_factory=dict)
    applicant_pauses: tuple[str, ...] = ("补正", "补件", "补交")

    def terms(self, work: WorkingTime) -> Terms:
        """Give the rules' terms in the working time of a compiled calendar."""
        return Terms(
            work,
            self.acknowledge_within,
            self.reply_within,
            self.review_within,
            self.close_within,
            self.remind_before,
            frozenset(self.cause_names()),
        )

    def cause_names(self) -> dict[str, Text]:
        """Give what people call the causes, by code: the usual ones and those of one's own."""
        return {**CAUSES, **{code: Text(one.zh, one.en) for code, one in self.causes.items()}}


class AppealSettings(Model):
    """Within what time the inspector decides an appeal (申诉) against a card."""

    decide_within: SomeTime = THREE_DAYS


class CallBackSettings(Model):
    """Whose applicants are put on the list of call-backs (电话回访), and how soon to call.

    They are those of cases on which a limit reached one of ``levels`` (all but the mildest), and
    of cases whose fact ``rating`` is one of ``bad_ratings``.
    """

    levels: tuple[str, ...] = ()
    bad_ratings: tuple[str, ...] = ("4", "5", "不满意", "非常不满意")
    within: SomeTime = THREE_DAYS
