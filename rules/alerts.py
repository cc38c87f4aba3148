"""What changes about the alerts of a case: what should stand, compared with what does stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.assessment import Assessment
from rules.clocks import STATES
from rules.findings import Change, ClockState, Finding, Outcome, Reason, Standing

_WHY = {
    ClockState.MET: Reason.CLOSED,
    ClockState.MISSED: Reason.CLOSED,
    ClockState.PAUSED: Reason.PAUSED,
}


def changes(
    findings: Sequence[Finding],
    standing: Sequence[Standing],
    now: int,
    why_gone: Mapping[str, Reason],
) -> list[Change]:
    """Compare the findings of one case with its open alerts, one of a rule each.

    Args:
        findings: what should stand; of several of one rule the gravest counts.
        standing: what does stand.
        now: the instant at which the changes happen.
        why_gone: for a rule that finds less than it did, the reason; see :func:`reasons`.

    Returns:
        The changes in the order of the findings, then what is resolved. What stands as it should
        does not appear.
    """
    gravest = _gravest(findings)
    open_now = {alert.rule: alert for alert in standing}
    result = []
    for rule, finding in gravest.items():
        alert = open_now.get(rule)
        found = Reason.DUE if finding.due_at is not None else Reason.FOUND
        if alert is None:
            result.append(Change(Outcome.OPENED, found, now, rule, None, finding))
        elif finding.rank > alert.rank:
            result.append(Change(Outcome.RAISED, found, now, rule, alert.id, finding))
        elif finding.rank < alert.rank:
            why = why_gone.get(rule, Reason.MOVED)
            result.append(Change(Outcome.LOWERED, why, now, rule, alert.id, finding))
    for rule, alert in open_now.items():
        if rule not in gravest:
            why = why_gone.get(rule, Reason.RULE)
            result.append(Change(Outcome.RESOLVED, why, now, rule, alert.id, None))
    return result


def kept(findings: Sequence[Finding], standing: Sequence[Standing]) -> dict[int, Finding]:
    """Give for each open alert of one case that stands as it should what it rests on now, by id.

    That may be another due moment, or other facts, than those it was opened on.
    """
    gravest = _gravest(findings)
    return {
        alert.id: gravest[alert.rule]
        for alert in standing
        if alert.rule in gravest and gravest[alert.rule].rank == alert.rank
    }


def reasons(assessment: Assessment, checks: Sequence[str], index: int) -> dict[str, Reason]:
    """Give for each rule of an assessment why it would find less than before in case ``index``.

    A limit says whether the case was closed or paused; otherwise a fact moved it. ``checks`` are
    the ids of the checks. A rule that is not there was taken out of the rule book.
    """
    why = {
        result.limit.id: _WHY.get(STATES[result.state[index]], Reason.MOVED)
        for result in assessment.limits
        if result.applies[index]
    }
    return why | dict.fromkeys(checks, Reason.MOVED)


def _gravest(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Give the gravest finding of each rule, in the order in which rules first appear."""
    gravest: dict[str, Finding] = {}
    for finding in findings:
        known = gravest.get(finding.rule)
        if known is None or finding.rank > known.rank:
            gravest[finding.rule] = finding
    return gravest
