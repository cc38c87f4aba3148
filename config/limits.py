"""Settings of limits and compliance checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_validator,
)

from config.codes import Words
from config.fields import (
    AmountColumn,
    AmountField,
    DateField,
    Id,
    Model,
    MomentName,
    Name,
    StartName,
    ThresholdField,
    refusal,
)
from rules.amounts import Unit, parse_unit
from rules.courses import STEP
from rules.limits import Allowance, DayEnd, Deemed, Level, Limit, PauseCount, Reckoning

_ONE_WAY = Words(
    '"20 working days"、{ column = "promised_days", unit = "working days" } 或 '
    '{ due = { column = "promised_due" } }，或这几种依次写成的列表',
    '"20 working days", { column = "promised_days", unit = "working days" } or '
    '{ due = { column = "promised_due" } }, or a list of them',
)

_LAST = Words(
    "时长固定的一项只能写在最后：它之后的用不上",
    "an amount that every case has only as the last: nothing after it is ever used",
)


class Due(Model):
    """A limit whose due moment is written in the case, in the column of that name."""

    column: MomentName


class UnitColumn(NamedTuple):
    """The fact of a case that names the unit its limit is counted in."""

    column: str


Units = tuple[Unit | UnitColumn, ...]


def _unit(value: Any) -> Unit | UnitColumn:
    if isinstance(value, dict) and set(value) == {"column"} and isinstance(value["column"], str):
        return UnitColumn(value["column"])
    try:
        return parse_unit(value if isinstance(value, str) else "")
    except ValueError:
        raise refusal("CFG-205") from None


def _units(value: Any) -> Units:
    units = tuple(_unit(one) for one in (value if isinstance(value, list) else [value]))
    # A unit is there for every case, so that nothing after it would ever be used.
    if not units or any(isinstance(one, Unit) for one in units[:-1]):
        raise refusal("CFG-205")
    return units


def _units_text(units: Units) -> Any:
    texts = [one._asdict() if isinstance(one, UnitColumn) else one.value for one in units]
    return texts[0] if len(texts) == 1 else texts


UnitOrColumns = Annotated[Units, PlainValidator(_units), PlainSerializer(_units_text)]
"""A unit of time by any of its names, ``{ column = "…" }`` for the fact that names it, or a list.

Of a list the first that is there holds; a unit can only be the last of it.
"""


class Allow(Model):
    """How long a limit allows: an amount, a column with a unit, or the due moment itself.

    A plain text is the amount. The unit is the same for all cases, or a column as well. A case
    without a value in the column has ``otherwise``, or what ``then`` allows; a list is each of its
    members with the next as its ``then``.
    """

    amount: AmountField | None = None
    column: AmountColumn | None = None
    unit: UnitOrColumns | None = None
    due: Due | None = Field(default=None, validate_default=True)
    otherwise: Annotated[float, Field(ge=0)] | None = Field(default=None, validate_default=True)
    then: Allow | None = Field(default=None, validate_default=True)

    @field_validator("otherwise")
    @classmethod
    def _where_a_column_says(cls, otherwise: float | None, info: ValidationInfo) -> float | None:
        if otherwise is not None and info.data.get("column", "") is None:
            raise refusal("CFG-403", Words("column", "a column"))
        return otherwise

    @field_validator("then")
    @classmethod
    def _where_it_may_be_missing(cls, then: Allow | None, info: ValidationInfo) -> Allow | None:
        given = info.data
        always = given.get("amount") is not None or given.get("otherwise") is not None
        if then is not None and always:
            raise refusal("CFG-401", _LAST)
        return then

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, list) and value:
            first = {"amount": value[0]} if isinstance(value[0], str) else value[0]
            if len(value) == 1 or not isinstance(first, dict):
                return first
            return {**first, "then": value[1:]}
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

    def allowance(self) -> Allowance:
        """Return the rules' allowance."""
        units = self.unit or ()
        return Allowance(
            amount=self.amount,
            column=self.column,
            unit=next((one for one in units if isinstance(one, Unit)), None),
            due=self.due.column if self.due else None,
            unit_columns=tuple(one.column for one in units if isinstance(one, UnitColumn)),
            otherwise=self.otherwise,
            then=self.then.allowance() if self.then else None,
        )


class DeemedSettings(Model):
    """A beginning by law: without one of the moments, so long after ``from`` it begins there."""

    start: MomentName = Field(alias="from")
    after: AmountField
    unless: tuple[MomentName, ...] = ()

    def deemed(self) -> Deemed:
        """Give the rules' beginning by law."""
        return Deemed(self.start, self.after, self.unless)


class LimitSettings(Model):
    """One time limit; ``due = { column = … }`` beside ``allow`` is the same as within it.

    ``until`` may be left out of a limit over a step: it is the end of the step. ``each`` gives a
    clock and a card to every step instead of the latest. ``carriers`` says which facts of the case
    name who carries the card, where it is not the case's own unit.
    """

    id: Id
    title: str
    start: StartName = Field(alias="from")
    until: MomentName | None = Field(default=None, validate_default=True)
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
    deemed: DeemedSettings | None = None
    restarts: tuple[str, ...] = ()
    valid_from: DateField | None = None
    valid_to: DateField | None = None
    shadow: bool = False
    each: bool = Field(default=False, validate_default=True)
    carriers: Mapping[Literal["region", "department", "handler"], Name] = Field(
        default_factory=dict
    )

    @field_validator("until")
    @classmethod
    def _ends(cls, until: str | None, info: ValidationInfo) -> str | None:
        if until is None and not info.data.get("start", STEP).startswith(STEP):
            raise refusal("CFG-102")
        return until

    @field_validator("due")
    @classmethod
    def _allowed(cls, due: Due | None, info: ValidationInfo) -> Due | None:
        if "allow" in info.data and (due is None) == (info.data["allow"] is None):
            raise refusal("CFG-401", Words("allow 或 due 之一", "either allow or due"))
        return due

    @field_validator("each")
    @classmethod
    def _of_steps(cls, each: bool, info: ValidationInfo) -> bool:
        if each and not info.data.get("start", STEP).startswith(STEP):
            raise refusal("CFG-407")
        return each

    def limit(self, levels: Sequence[str], calendar: str, *, by_region: bool = False) -> Limit:
        """Return the rules' limit; ``calendar`` is used where this names none.

        ``by_region``: some region has a calendar of its own, which then goes before.
        """
        allow = self.allow or Allow(due=self.due)
        return Limit(
            self.id,
            self.title,
            self.start,
            self.until or self.start,
            allow.allowance(),
            tuple(
                Level(name, rank, self.levels[name], gravest=name == levels[-1])
                for rank, name in enumerate(levels)
                if name in self.levels
            ),
            self.calendar or calendar,
            self.law,
            self.version,
            self.when,
            self.pause_kinds,
            Reckoning(self.count_start_day, self.day_end, self.roll, self.pauses, self.pause_cap),
            self.deemed.deemed() if self.deemed else None,
            self.restarts,
            self.valid_from,
            self.valid_to,
            self.shadow,
            self.each,
            {str(place): fact for place, fact in self.carriers.items()},
            by_region=by_region and self.calendar is None,
        )
