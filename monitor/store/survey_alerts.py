"""Alerts that surveys keep: about cases and about subjects, and the level of the cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update

from monitor.store import tables
from monitor.store.statements import among
from rules.appeals import Revoked
from rules.cases import Facts
from rules.findings import Reason, Standing

_AT_ONCE = 5_000


Owner = tuple[int | None, str | None]
"""What an alert is about: the id of a case, or else a subject."""


@dataclass(frozen=True, slots=True)
class SurveyAlert:
    """An open alert of a survey: about the case ``case_id``, or else about ``subject``.

    ``passes_at`` is the instant from which the survey no longer looks at what it was found on.
    """

    standing: Standing
    case_id: int | None
    subject: str | None
    passes_at: int | None


@dataclass(frozen=True, slots=True)
class SurveyedCase:
    """A case as surveys see it: where it is from, its facts, and whether it is gone from there.

    ``seen_open``: it was read while it was open.
    """

    source: str
    facts: Facts
    vanished: bool
    seen_open: bool


def standing_of(connection: Connection, rule: str) -> list[SurveyAlert]:
    """Give the open alerts of a rule."""
    c = tables.alerts.c
    rows = connection.execute(
        select(
            *(c.id, c.rule, c.version, c.level, c.rank, c.level_since_at, c.part),
            *(c.case_id, c.subject, c.evidence),
        )
        .where(c.rule == rule, tables.standing)
        .order_by(c.id)
    )
    return [
        SurveyAlert(Standing(*alert), case_id, subject, _passes_at(evidence))
        for *alert, case_id, subject, evidence in rows
    ]


def revoked_of(connection: Connection, rule: str) -> dict[Owner, list[Revoked]]:
    """Return the alerts of a rule that were revoked or settled, by what they were about."""
    c = tables.alerts.c
    rows = connection.execute(
        select(c.case_id, c.subject, c.rule, c.rank, c.evidence, c.part).where(
            c.rule == rule,
            or_(c.state == "revoked", c.resolution == Reason.SETTLED.value),
        )
    )
    revoked: dict[Owner, list[Revoked]] = {}
    for case_id, subject, *card in rows:
        revoked.setdefault((case_id, subject), []).append(Revoked(*card))
    return revoked


def cases_of(
    connection: Connection, ids: Collection[int], *, hold: bool = False
) -> dict[int, SurveyedCase]:
    """Give these cases by id, and with ``hold`` make them this transaction's.

    Those that somebody else is at work on are then left out: to wait for them might never end, for
    he may be waiting for one of the others.
    """
    c = tables.cases.c
    found: dict[int, SurveyedCase] = {}
    for some in _pages(ids):
        query = select(c.id, c.source, c.facts, c.vanished_at, c.seen_open).where(
            among(connection, c.id, some)
        )
        if hold:
            query = query.with_for_update(skip_locked=True, key_share=True)
        for row in connection.execute(query):
            found[row.id] = SurveyedCase(
                row.source, row.facts, row.vanished_at is not None, row.seen_open
            )
    return found


def refresh_levels(connection: Connection, ids: Collection[int]) -> None:
    """Let these cases have the level of the gravest alert that stands, if any does."""
    c, a = tables.cases.c, tables.alerts.c
    for some in _pages(ids):
        gravest = (
            select(a.rank)
            .where(a.case_id == c.id, tables.standing, tables.notified)
            .order_by(a.rank.desc(), a.id)
            .limit(1)
        )
        connection.execute(
            update(tables.cases)
            .where(among(connection, c.id, some))
            .values(
                rank=gravest.scalar_subquery(),
                level=gravest.with_only_columns(a.level).scalar_subquery(),
            )
        )


def _pages(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _passes_at(evidence: Facts) -> int | None:
    at = evidence.get("passes_at")
    return at if isinstance(at, int) else None
