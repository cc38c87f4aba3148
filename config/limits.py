"""Settings of limits and compliance checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from config.codes import Words
from config.fields import (
    AmountField,
    Id,
    Model,
    MomentName,
    Name,
    ThresholdField,
    UnitField,
    refusal,
)
from rules.checks import Check
from rules.limits import Allowance, DayEnd, Level, Limit, PauseCount, Reckoning

_ONE_WAY = Words(
    '"20 working days"、{ column = "promised_days", unit = "working days" } 或 '
    '{ due = { column = "promised_due" } }',
    '"20 working days", { column = "promised_days", unit = "working days" } or '
    '{ due = { column = "promised_due" } }',
)


class Due(Model):
    """A limit whose due moment is written in the case, in the column of that name."""

    column: MomentName


class Allow(Model):
    """How long a limit allows: an amount, a column with a unit, or the due moment itself.

    A plain text is the amount.
    """

    amount: AmountField | None = None
    column: Name | None = None
    unit: UnitField | None = None
    due: Due | None = Field(default=None, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"amount": value} if isinstance(value, str) else value

    @field_validator("due")
    @classmethod
    def _one_way(cls, due: Due | None, info: ValidationInfo) -> Due | None:
        given = info.data
        if {"amount", "column", "unit"} <= given.keys():
            ways = (given["amount"], given["column"], due)
            if sum(way is not None for way in ways) != 1 or (
                (given["column"] is None) != (given["unit"] is None)
            ):
                raise refusal("CFG-401", _ONE_WAY)
        return due


class LimitSettings(Model):
    """One time limit; ``due = { column = … }`` beside ``allow`` is the same as within it."""

    id: Id
    title: str
    start: MomentName = Field(alias="from")
    until: MomentName
    allow: Allow | None = None
    due: Due | None = Field(default=None, validate_default=True)
    levels: Annotated[Mapping[str, ThresholdField], Field(min_length=1)]
    when: str = ""
    law: str = ""
    version: str = "1"
    calendar: Id | None = None
    pauses: PauseCount = PauseCount.TOUCHED
    pause_cap: AmountField | None = None
    pause_kinds: tuple[str, ...] = ()
    day_end: DayEnd = DayEnd.CLOSE
    count_start_day: bool = False
    roll: bool = True

    @field_validator("due")
    @classmethod
    def _allowed(cls, due: Due | None, info: ValidationInfo) -> Due | None:
        if "allow" in info.data and (due is None) == (info.data["allow"] is None):
            raise refusal("CFG-401", Words("allow 或 due 之一", "either allow or due"))
        return due

    def limit(self, levels: Sequence[str], calendar: str) -> Limit:
        """Give the rules' limit; ``calendar`` is used where this names none."""
        allow = self.allow or Allow(due=self.due)
        due = allow.due.column if allow.due else None
        return Limit(
            self.id,
            self.title,
            self.start,
            self.until,
            Allowance(allow.amount, allow.column, allow.unit, due),
            tuple(
                Level(name, rank, self.levels[name])
                for rank, name in enumerate(levels)
                if name in self.levels
            ),
            self.calendar or calendar,
            self.law,
            self.version,
            self.when,
            self.pause_kinds,
            Reckoning(self.count_start_day, self.day_end, self.roll, self.pauses, self.pause_cap),
        )


class CheckSettings(Model):
    """A compliance rule over one case: it is found where the CEL expression ``when`` is true."""

    id: Id
    title: str
    when: Annotated[str, Field(min_length=1)]
    level: str
    law: str = ""
    version: str = "1"

    def check(self, levels: Sequence[str]) -> Check:
        """Give the rules' check."""
        rank = levels.index(self.level)
        return Check(self.id, self.title, self.when, self.level, rank, self.law, self.version)
