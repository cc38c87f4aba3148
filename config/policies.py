"""Settings of policies: who is told, when and over which channels."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.fields import AmountField, Id, Model, refusal
from rules.policies import Policy, Step

_ROLE = re.compile(
    r"(?:person|team):(?P<ident>.+)|(?P<post>[^@:\s]+)(?:@(?:department|region)(?:\.parent)*)?"
)


def _role(value: str) -> str:
    if _ROLE.fullmatch(value) is None:
        raise refusal("CFG-212")
    return value


Role = Annotated[str, AfterValidator(_role)]
"""Who is told: see :meth:`rules.directory.Directory.resolve`."""


class StepSettings(Model):
    """One rung: so long after the alert reached its level, tell these roles over these channels.

    It is left out once somebody has ``acknowledged``, or only once the alert is ``resolved``.
    """

    after: AmountField
    tell: Annotated[tuple[Role, ...], Field(min_length=1)]
    via: Annotated[tuple[Id, ...], Field(min_length=1)]
    unless: Literal["acknowledged", "resolved"] = "acknowledged"


class PolicySettings(Model):
    """A ladder for the alerts it is for; ``calendar`` is the daemon's unless given."""

    id: Id
    when: str = ""
    levels: tuple[str, ...] = ()
    steps: Annotated[tuple[StepSettings, ...], Field(min_length=1)]
    calendar: Id | None = None
    version: str = "1"

    def policy(self, calendar: str) -> Policy:
        """Give the rules' policy; ``calendar`` is used where this names none."""
        steps = tuple(
            Step(step.after, step.tell, step.via, step.unless == "acknowledged")
            for step in self.steps
        )
        return Policy(
            self.id, steps, self.calendar or calendar, self.when, self.levels, self.version
        )
