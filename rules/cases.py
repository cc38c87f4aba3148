"""Cases and their parts, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.instants import is_moment

if TYPE_CHECKING:  # a change is of facts of cases
    from rules.history import FactChange

Fact = str | int | float | bool | None
"""What a source column becomes. A moment (see :func:`is_moment`) is an instant or ``None``."""

Facts = Mapping[str, Fact]

CASE_MOMENTS = (
    "submitted_at",
    "accepted_at",
    "decided_at",
    "closed_at",
    "delivered_at",
    "promised_due",
    "statutory_due",
)
CASE_TEXTS = (
    "no",
    "title",
    "item_code",
    "item_name",
    "kind",
    "status",
    "department",
    "region",
    "window",
    "handler",
    "applicant",
    "step",
)
CASE_NUMBERS = ("promised_days", "statutory_days", "fee_standard", "fee_paid")
"""The columns every page and message knows by name; a source may map any others besides."""

_TEXTS = frozenset((*CASE_TEXTS, "name"))


def is_text(name: str) -> bool:
    """Whether a fact of a case or part is text, however its source keeps it: a code is no number.

    Rows are read so (``monitor.sources``), and nothing needs to ask again.
    """
    return name in _TEXTS


class PartKind(StrEnum):
    """What a row belonging to a case is."""

    PAUSE = "pause"
    STEP = "step"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Part:
    """One pause (特别程序), step (环节) or extension (延期) of a case.

    ``key`` names its source row, for evidence. A pause or step runs from ``started_at`` to
    ``ended_at`` (instants; ``None``: still open). An extension has ``started_at`` as the moment at
    which it was granted and the facts ``amount`` (a number) and ``unit`` (a :class:`Unit` value).
    """

    kind: PartKind
    key: str
    started_at: int | None
    ended_at: int | None = None
    facts: Facts = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its source tells it now: where it is from, its facts and its parts.

    ``changes`` are those its source made to what it had told before, in the order in which they
    were seen, as far as they were asked for.
    """

    source: str
    key: str
    facts: Facts
    parts: tuple[Part, ...] = ()
    id: int = 0
    changes: tuple[FactChange, ...] = ()


def known_at(case: Case, now: int) -> Case:
    """Give the case as it was known at the instant ``now``: what is dated later has not happened.

    A later moment among the facts is absent, a part that starts later is left out, one that ends
    later is still open. Due moments are plans, not events, and stay.
    """
    facts = {
        name: None
        if is_moment(name) and not name.endswith("_due") and isinstance(value, int) and value > now
        else value
        for name, value in case.facts.items()
    }
    parts = []
    for part in case.parts:
        if part.started_at is not None and part.started_at > now:
            continue
        if part.ended_at is not None and part.ended_at > now:
            part = Part(part.kind, part.key, part.started_at, None, part.facts)
        parts.append(part)
    changes = tuple(change for change in case.changes if change.seen_at <= now)
    return Case(case.source, case.key, facts, tuple(parts), case.id, changes)
