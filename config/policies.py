"""Settings of policies: who is told, when and over which channels."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from config.codes import Words
from config.fields import AmountField, Id, Model, refusal
from rules.amounts import Amount
from rules.policies import TWO_WORKING_DAYS, OrderTerms, Policy, Repeat, Step, Unless
from rules.roles import ROLE


def _role(value: str) -> str:
    if ROLE.fullmatch(value) is None:
        raise refusal("CFG-212")
    return value


def _some_time(amount: Amount) -> Amount:
    if amount.value <= 0:
        raise refusal("CFG-201")
    return amount


Role = Annotated[str, AfterValidator(_role)]
"""Who is told: see :mod:`rules.roles`."""

SomeTime = Annotated[AmountField, AfterValidator(_some_time)]
"""An amount of time that is more than nothing."""


class RepeatSettings(Model):
    """That a rung is climbed again ``every`` so long, at most ``times`` more times."""

    every: SomeTime
    times: Annotated[int, Field(ge=1, le=100)]


class OrderSettings(Model):
    """That a rung issues a supervision order: by when to answer it, and what it advises."""

    reply_within: SomeTime | None = None
    acknowledge_within: SomeTime | None = None
    advice: str = ""


class StepSettings(Model):
    """One rung: when it is due, which roles are told, and over which channels.

    It is due ``after`` the alert reached its level, or ``before`` its due moment (where that has
    passed, before the next level is reached). It is left out once the alert is ``acknowledged``,
    ``answered`` (an order replied to, an appeal filed), or only once it is ``resolved``. What is
    due outside office hours waits until work opens, unless ``at_any_hour``.
    """

    after: AmountField | None = None
    before: AmountField | None = Field(default=None, validate_default=True)
    tell: Annotated[tuple[Role, ...], Field(min_length=1)]
    via: Annotated[tuple[Id, ...], Field(min_length=1)]
    unless: Unless = Unless.ACKNOWLEDGED
    repeat: RepeatSettings | None = None
    at_any_hour: bool = False
    order: OrderSettings | None = None

    @field_validator("before")
    @classmethod
    def _one_of_both(cls, before: Amount | None, info: ValidationInfo) -> Amount | None:
        if "after" in info.data and (before is None) == (info.data["after"] is None):
            raise refusal("CFG-401", Words("after 或 before 之一", "either after or before"))
        return before

    def step(self) -> Step:
        """Give the rules' step."""
        repeat, order = self.repeat, self.order
        return Step(
            self.tell,
            self.via,
            self.after,
            self.before,
            self.unless,
            Repeat(repeat.every, repeat.times) if repeat else None,
            self.at_any_hour,
            OrderTerms(order.reply_within, order.acknowledge_within, order.advice)
            if order
            else None,
        )


class PolicySettings(Model):
    """A ladder for the alerts it is for; ``calendar`` is the daemon's unless given.

    An acknowledgement holds for ``acknowledged_for``; when nothing has followed by then, the climb
    goes on and says so. Whoever was told at a milder level, or would have been, is told when a
    graver one is reached, unless ``with_milder`` is false.
    """

    id: Id
    when: str = ""
    levels: tuple[str, ...] = ()
    steps: Annotated[tuple[StepSettings, ...], Field(min_length=1)]
    calendar: Id | None = None
    version: str = "1"
    acknowledged_for: SomeTime = TWO_WORKING_DAYS
    with_milder: bool = True

    def policy(self, calendar: str, *, by_region: bool = False) -> Policy:
        """Return the rules' policy; ``calendar`` is used where this names none.

        ``by_region``: some region has a calendar of its own, which then goes before.
        """
        return Policy(
            self.id,
            tuple(step.step() for step in self.steps),
            self.calendar or calendar,
            self.when,
            self.levels,
            self.version,
            self.acknowledged_for,
            self.with_milder,
            by_region=by_region and self.calendar is None,
        )
