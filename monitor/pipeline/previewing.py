"""What other rules would do to the cases that are open now, before anybody puts them in force.

It is the very check that a daemon makes of due cases, made under both rule books on the same cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from monitor.pipeline.calling_back import cases_with_calls
from monitor.pipeline.in_force import InForce
from monitor.store import appeals
from monitor.store.open_cases import open_pages
from rules.appeals import Revoked, without_revoked
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.cases import Case
from rules.clocks import STATES
from rules.findings import ClockState
from rules.instants import moment, optional
from rules.rulebook import RuleBook

MOST = 20_000
"""So many cases are looked at, at most; the first ones by the order in which they came."""

_OPEN = [STATES.index(one) for one in (ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE)]
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """An open limit of a case (and the part it is about) whose due moment becomes another one."""

    case: Case
    limit: str
    part: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Turned:
    """A card that would open, close or be another: its level before and after, ``None``: none."""

    case: Case
    rule: str
    part: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of ``cases`` open cases; ``more`` says that there are others besides."""

    cases: int
    more: bool
    moved: tuple[Moved, ...]
    turned: tuple[Turned, ...]

    @property
    def cases_moved(self) -> int:
        """How many cases have a due moment that moves."""
        return len({one.case.id for one in self.moved})

    @property
    def opened(self) -> tuple[Turned, ...]:
        """The cards that would be shown and are not."""
        return tuple(one for one in self.turned if one.before is None)

    @property
    def closed(self) -> tuple[Turned, ...]:
        """The cards that stand and would not."""
        return tuple(one for one in self.turned if one.after is None)

    @property
    def changed(self) -> tuple[Turned, ...]:
        """The cards that would be of another level."""
        return tuple(one for one in self.turned if one.before and one.after)

    def by_days(self, rules: InForce) -> list[tuple[int, int]]:
        """Give by how many days due moments move (later: above 0), and how many each, in order."""
        zone = rules.zone
        days = Counter(
            (moment(one.after, zone).date() - moment(one.before, zone).date()).days
            for one in self.moved
            if one.before is not None and one.after is not None
        )
        return sorted(days.items())


def preview(
    connection: Connection,
    before: InForce,
    after: InForce,
    now: int,
    *,
    item: str | None = None,
    most: int = MOST,
) -> Preview:
    """Compare how the open cases, or those of an item, stand under two sets of rules at ``now``.

    Cards of rules on trial are left out, as are cards that were revoked.
    """
    moved: list[Moved] = []
    turned: list[Turned] = []
    seen, more = 0, False
    changes = before.book.looks_at_changes
    for page in open_pages(connection, changes=changes, item=item):
        if seen >= most:
            more = True
            break
        cases = cases_with_calls(connection, before, page[: most - seen])
        more = len(page) > len(cases)
        revoked = appeals.revoked_of(connection, [one.id for one in cases])
        old, old_cards = _stands(before.book, cases, revoked, now)
        new, new_cards = _stands(after.book, cases, revoked, now)
        for i, case in enumerate(cases):
            for key in dict.fromkeys((*old[i], *new[i])):
                was, will = old[i].get(key), new[i].get(key)
                if was != will:
                    moved.append(Moved(case, *key, was, will))
            for key in dict.fromkeys((*old_cards[i], *new_cards[i])):
                had, has = old_cards[i].get(key), new_cards[i].get(key)
                if had != has:
                    turned.append(Turned(case, *key, had, has))
        seen += len(cases)
    return Preview(seen, more, tuple(moved), tuple(turned))


def _stands(
    book: RuleBook, cases: Sequence[Case], revoked: dict[int, list[Revoked]], now: int
) -> tuple[list[dict[_Key, int | None]], list[dict[_Key, str]]]:
    """Give for each case the due moments of its open limits, and the levels of its cards."""
    known = [book.catalogue.enrich(one, now) for one in cases]
    assessment = assess(book, Batch.of(known), np.full(len(known), now, np.int64))
    cards: list[dict[_Key, str]] = []
    for case, found in zip(cases, assessment.findings(), strict=True):
        standing = without_revoked(found, revoked.get(case.id, ()), case.facts)
        cards.append(
            {(one.rule, one.part): one.level for one in standing if one.rule not in book.shadows}
        )
    return _dues(assessment), cards


def _dues(assessment: Assessment) -> list[dict[_Key, int | None]]:
    dues: list[dict[_Key, int | None]] = [{} for _ in range(assessment.size)]
    for result in assessment.limits:
        rows = np.flatnonzero(result.applies & np.isin(result.state, _OPEN))
        for i, part in zip(rows.tolist(), result.parts_of(rows), strict=True):
            dues[i][result.limit.id, part] = optional(result.course.due[i])
    return dues
