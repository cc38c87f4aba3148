"""What changes about the alerts of a case: what should stand, compared with what does stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.assessment import Assessment
from rules.clocks import STATES
from rules.findings import Card, Change, ClockState, Finding, Outcome, Reason, Standing

_WHY = {
    ClockState.MET: Reason.CLOSED,
    ClockState.MISSED: Reason.CLOSED,
    ClockState.PAUSED: Reason.PAUSED,
}


def changes(
    findings: Sequence[Finding],
    standing: Sequence[Standing],
    now: int,
    why_gone: Mapping[Card, Reason],
) -> list[Change]:
    """Compare the findings of one case with its open alerts, one of a card each.

    Args:
        findings: what should stand; of several of one card the gravest counts.
        standing: what does stand.
        now: the instant at which the changes happen.
        why_gone: for what finds less than it did, the reason; see :func:`reasons`.

    Returns:
        The changes in the order of the findings, then what is resolved. What stands as it should
        does not appear.
    """
    gravest = _gravest(findings)
    open_now = {alert.card: alert for alert in standing}
    result = []
    for card, finding in gravest.items():
        alert = open_now.get(card)
        found = Reason.DUE if finding.due_at is not None else Reason.FOUND
        if alert is None:
            result.append(Change(Outcome.OPENED, found, now, card.rule, None, finding, card.part))
        elif finding.rank > alert.rank:
            result.append(
                Change(Outcome.RAISED, found, now, card.rule, alert.id, finding, card.part)
            )
        elif finding.rank < alert.rank:
            why = _why(why_gone, card, Reason.MOVED)
            result.append(
                Change(Outcome.LOWERED, why, now, card.rule, alert.id, finding, card.part)
            )
    for card, alert in open_now.items():
        if card not in gravest:
            why = _why(why_gone, card, Reason.RULE)
            result.append(Change(Outcome.RESOLVED, why, now, card.rule, alert.id, None, card.part))
    return result


def kept(findings: Sequence[Finding], standing: Sequence[Standing]) -> dict[int, Finding]:
    """Give for each open alert of one case that stands as it should what it rests on now, by id.

    That may be another due moment, or other facts, than those it was opened on.
    """
    gravest = _gravest(findings)
    return {
        alert.id: gravest[alert.card]
        for alert in standing
        if alert.card in gravest and gravest[alert.card].rank == alert.rank
    }


def reasons(assessment: Assessment, checks: Sequence[str], index: int) -> dict[Card, Reason]:
    """Give for each card of an assessment why it would find less than before in case ``index``.

    A limit says whether the case, or the step it runs over, was closed or paused; otherwise a fact
    moved it. ``checks`` are the ids of the checks. What is said of a rule as a whole holds for
    each part that is not told of. A rule that is not there was taken out of the rule book.
    """
    why = {
        Card(result.limit.id, result.part_of(index)): _WHY.get(
            STATES[result.state[index]], Reason.MOVED
        )
        for result in assessment.limits
        if result.applies[index]
    }
    why |= {Card(one.limit.id): Reason.MOVED for one in assessment.limits if one.limit.each}
    return why | dict.fromkeys(map(Card, checks), Reason.MOVED)


def _why(why_gone: Mapping[Card, Reason], card: Card, otherwise: Reason) -> Reason:
    """Give the reason told for a card, or for its rule as a whole."""
    return why_gone.get(card) or why_gone.get(Card(card.rule), otherwise)


def _gravest(findings: Sequence[Finding]) -> dict[Card, Finding]:
    """Give the gravest finding of each card, in the order in which cards first appear."""
    gravest: dict[Card, Finding] = {}
    for finding in findings:
        known = gravest.get(finding.card)
        if known is None or finding.rank > known.rank:
            gravest[finding.card] = finding
    return gravest
