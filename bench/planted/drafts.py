"""Drafts of cases: a lawful life that a planter may spoil before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from bench.planted.days import MINUTE, at, number
from rules.cases import Case, Fact, Part, PartKind
from rules.history import FactChange

NOW_DAY: Final = number(date(2026, 6, 30))
NOW: Final = at(NOW_DAY, "10:00")
"""The moment at which the hall is looked at: a Tuesday."""

SOURCE: Final = "planted-hall"

CASE_FACTS: Final = (
    *("title", "kind", "status", "region", "department", "window", "handler", "applicant"),
    *("item_code", "submitted_at", "accepted_at", "refused_at", "decided_at", "closed_at"),
    *("delivered_at", "recorded_at", "promised_due", "statutory_due", "promised_days"),
    *("promised_unit", "statutory_days", "statutory_unit", "correction_at", "corrected_at"),
    *("publicity_ends_at", "reopened_at", "asked_at", "answered_at", "ticket_at", "called_at"),
    *("rating", "rated_at", "called_back_at", "applicant_called_at", "report_due"),
    *("reported_at", "fee_standard", "fee_paid", "fee_waived", "fee_place", "result"),
    *("result_reason", "documents_missing", "documents"),
    *("reported_up_at", "upper_answered_at", "upper_result", "answer", "answer_ground"),
    *("hearing_noticed_at", "hearing_held_at"),
    *("remedy_told", "fee_paid_at", "fee_receipt", "no", "external_no", "related_no", "joint_no"),
)
PART_FACTS: Final = {
    PartKind.PAUSE: ("started_at", "ended_at", "kind", "reason", "told_days", "cap_days"),
    PartKind.STEP: (
        *("started_at", "ended_at", "name", "handler", "action", "limit_days"),
        *("opened_at", "department"),
    ),
    PartKind.EXTENSION: ("started_at", "amount", "unit", "approved_by"),
}
"""What the tables of the hall have; an extension begins when it is granted."""

Row = dict[str, Any]


@dataclass
class Draft:
    """One case. ``day`` has the numbers of the working days of its moments."""

    key: str
    facts: Row = field(default_factory=dict)
    pauses: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    extensions: list[Row] = field(default_factory=list)
    changes: list[FactChange] = field(default_factory=list)
    day: dict[str, int] = field(default_factory=dict)
    made: int = 0
    """How many rows of parts it has got so far, for their keys."""

    def put(self, name: str, day: int, clock: str | int = "10:00") -> int:
        """Set a moment of the case to a time of a working day, and give it."""
        self.day[name] = day
        self.facts[f"{name}_at"] = moment = at(day, clock)
        return moment

    def pause(self, begin: int, end: int | None, kind: str = "检验", **facts: Fact) -> str:
        """Add a special procedure from 11:00 of a day to 11:00 of another; give its key."""
        return self.pause_at(
            at(begin, "11:00"), None if end is None else at(end, "11:00"), kind, **facts
        )

    def pause_at(self, begin: int, end: int | None, kind: str | None, **facts: Fact) -> str:
        """Add a special procedure from one instant to another; give its key."""
        row = {"started_at": begin, "ended_at": end, "kind": kind, "reason": "依法需要", **facts}
        return self._add(self.pauses, "P", row)

    def step(
        self, name: str | None, begin: int, end: int | None, handler: str | None, **facts: Fact
    ) -> str:
        """Add a step; give its key."""
        row = {"name": name, "started_at": begin, "ended_at": end, "handler": handler, **facts}
        return self._add(self.steps, "S", row)

    def extend(self, day: int, amount: float, **facts: Fact) -> str:
        """Add an extension granted at 15:00 of a day; give its key."""
        row = {"started_at": at(day, "15:00"), "amount": amount, "approved_by": "谢东明", **facts}
        return self._add(self.extensions, "E", row)

    def step_named(self, name: str) -> Row:
        """Give the first step of a name."""
        return next(row for row in self.steps if row["name"] == name)

    @property
    def parts(self) -> dict[PartKind, list[Row]]:
        """Give its parts by their kinds."""
        return {
            PartKind.PAUSE: self.pauses,
            PartKind.STEP: self.steps,
            PartKind.EXTENSION: self.extensions,
        }

    def _add(self, rows: list[Row], letter: str, row: Row) -> str:
        self.made += 1
        row["key"] = f"{self.key}-{letter}{self.made}"
        rows.append(row)
        return str(row["key"])

    def finish(self, minutes: int) -> None:
        """Write down when it was last recorded, unless the planter did: just after what is last."""
        if "recorded_at" not in self.facts:
            names = ("submitted_at", "accepted_at", "decided_at", "closed_at", "delivered_at")
            moments = [self.facts.get(name) for name in names]
            for row in (*self.pauses, *self.steps, *self.extensions):
                moments += [row["started_at"], row.get("ended_at")]
            past = [one for one in moments if one is not None and one <= NOW]
            if past:
                self.facts["recorded_at"] = min(max(past) + minutes * MINUTE, NOW)

    def case(self) -> Case:
        """Give it as duban keeps cases, every fact of the hall's tables there or ``None``."""
        facts = {**dict.fromkeys(CASE_FACTS), "no": self.key, **self.facts}
        parts = [
            Part(
                kind,
                row["key"],
                row["started_at"],
                row.get("ended_at"),
                {
                    name: row.get(name)
                    for name in PART_FACTS[kind]
                    if name not in ("started_at", "ended_at")
                },
            )
            for kind, rows in self.parts.items()
            for row in rows
        ]
        return Case(SOURCE, self.key, facts, tuple(parts), changes=tuple(self.changes))
