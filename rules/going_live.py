"""Going live: what happened before supervision began is listed, and told to nobody. Pure.

A hall that is connected brings years of history. What was over before supervision began (its
*since*) is on record and on the lists, but nobody is notified of it, no order is issued and no
applicant is called. What had begun before and is not over is told once, together, and goes on like
everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.cases import Facts
from rules.findings import Finding
from rules.late_ends import is_late_end


class Origin(StrEnum):
    """How an alert lies to the beginning of supervision, where that is not after it."""

    HISTORY = "history"  # what it is about was over before: listed, and told to nobody
    BACKLOG = "backlog"  # it stood already when supervision began: told once, in a digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """When the supervision of what alerts are about began, and how far it was known by then.

    ``since``: the instant from which its source is supervised, ``None`` where it always was.
    ``seen_open``: its case was read while it was open. ``first``: it is checked for the first time.
    """

    since: int | None = None
    seen_open: bool = True
    first: bool = False


ALWAYS = Beginning()
"""Supervised from the start: whatever is found is told."""


def is_history(at: int | None, begun: Beginning) -> bool:
    """Whether what happened at the instant ``at`` (``None``: unknown) was over by then."""
    return begun.since is not None and at is not None and at < begun.since


def origin(finding: Finding, facts: Facts, begun: Beginning, now: int) -> Origin | None:
    """Return how a finding lies to the beginning of supervision; ``None``: it came after.

    A case that was read while it was open and was then closed is not history, whatever moment its
    closing bears. Before supervision begins (it was set for a later day) nobody is told of
    anything; what still stands on that day is its backlog.
    """
    since = begun.since
    if since is None:
        return None
    unseen = begun.first or not begun.seen_open
    ended_at = _moment(finding.evidence, "ended_at") if is_late_end(finding) else None
    if unseen and is_history(ended_at, begun):
        return Origin.HISTORY
    if is_history(_moment(facts, "closed_at"), begun) and (not begun.seen_open or now < since):
        return Origin.HISTORY
    if now < since or finding.since_at < since:
        return Origin.BACKLOG
    if finding.due_at is None and begun.first and _began_before(facts, since):
        return Origin.BACKLOG
    return None


def _began_before(facts: Facts, since: int) -> bool:
    """Whether a case had begun; what a check finds at once in it cannot be dated otherwise."""
    begins = [_moment(facts, name) for name in ("submitted_at", "accepted_at")]
    known = [at for at in begins if at is not None]
    return not known or min(known) < since


def _moment(facts: Facts, name: str) -> int | None:
    at = facts.get(name)
    return at if isinstance(at, int) else None
