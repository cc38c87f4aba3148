"""Appeals (申诉) against a card: filing, deciding, and what a revoked card keeps from coming back.

Whoever carries a card may say why it is wrong. The inspector of the card's region revokes it
(撤销), sends the appeal back (打回: the card stands) or passes it up (上报) to the region above.
While an appeal is pending the ladder of the card stands still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rules.amounts import Amount
from rules.cases import Fact, Facts
from rules.compliance.check import Text
from rules.findings import Finding
from rules.instants import is_moment
from rules.offsets import within
from rules.refusals import RefusedError
from rules.worktime import WorkingTime

NOT_DECIDED = "appeal-not-decided"
"""The rule by which an alert about an appeal stands that nobody decides in time."""


class AppealState(StrEnum):
    """How an appeal stands."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


class Decision(StrEnum):
    """What an inspector makes of an appeal."""

    REVOKE = "revoke"  # 撤销
    SEND_BACK = "send back"  # 打回
    REFER_UP = "pass up"  # 上报


STATE_NAMES: Mapping[AppealState, Text] = {
    AppealState.PENDING: Text("待裁定", "pending"),
    AppealState.GRANTED: Text("已撤牌", "card revoked"),
    AppealState.REFUSED: Text("已驳回", "sent back"),
}
"""How people call the states."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal against a card.

    ``region`` is the one whose inspector decides, ``None`` where the card names none, ``passed``
    how often it was passed up. ``decide_due`` is the instant by which it is to be decided,
    ``evidence`` what the one who filed it refers to.
    """

    state: AppealState
    filed_at: int
    filed_by: str
    reason: str
    evidence: str
    region: str | None
    decide_due: int
    passed: int = 0
    decided_at: int | None = None
    decided_by: str | None = None
    opinion: str | None = None


def filed(
    by: str,
    reason: str,
    evidence: str,
    region: str | None,
    now: int,
    decide_within: Amount,
    work: WorkingTime,
) -> Appeal:
    """Give the appeal that somebody files at the instant ``now``.

    Raises:
        RefusedError: it states no reason.
    """
    if not reason.strip():
        raise RefusedError("申诉须写明理由", "an appeal states its reason")
    due = within(decide_within, now, work)
    return Appeal(AppealState.PENDING, now, by, reason, evidence, region, due)


def decided(
    appeal: Appeal,
    decision: Decision,
    by: str,
    opinion: str,
    now: int,
    above: str | None,
    decide_within: Amount,
    work: WorkingTime,
) -> Appeal:
    """Decide an appeal at the instant ``now``; ``above`` is the region over the one that decides.

    Raises:
        RefusedError: it is decided, the opinion is missing, its own author decides, or there is
            nobody above to pass it to.
    """
    if appeal.state is not AppealState.PENDING:
        name = STATE_NAMES[appeal.state]
        raise RefusedError(
            f"申诉{name.zh}，不能再裁定", f"the appeal is decided already: {name.en}"
        )
    if not opinion.strip():
        raise RefusedError("裁定须写明意见", "a decision states its grounds")
    if by == appeal.filed_by:
        raise RefusedError(
            f"申诉由 {by} 提出，不能由其本人裁定",
            f"{by} filed the appeal; somebody else decides it",
        )
    if decision is Decision.REFER_UP:
        if above is None:
            raise RefusedError(
                "已是最上一级，不能再上报，请撤销或打回",
                "there is no region above to pass it up to; revoke the card or send it back",
            )
        due = within(decide_within, now, work)
        passed = appeal.passed + 1
        return replace(appeal, region=above, decide_due=due, passed=passed, opinion=opinion)
    state = AppealState.GRANTED if decision is Decision.REVOKE else AppealState.REFUSED
    return replace(appeal, state=state, decided_at=now, decided_by=by, opinion=opinion)


@dataclass(frozen=True, slots=True)
class Revoked:
    """A card that was revoked: of which rule, up to which rank, and what it stood on.

    ``part`` is that of :class:`rules.findings.Finding`.
    """

    rule: str
    rank: int
    evidence: Mapping[str, Fact]
    part: str = ""


_PASSING = frozenset({"state", "provisional", "next_level", "next_level_at"})
"""What the evidence of a limit says about the present, and not about the case."""


def without_revoked(
    findings: Sequence[Finding], revoked: Sequence[Revoked], facts: Facts
) -> tuple[Finding, ...]:
    """Leave out the findings whose card was revoked and that stand on the same facts still.

    A graver card than the one that was revoked stands all the same: more time has passed. So does
    one whose facts have changed.
    """
    if not revoked:
        return tuple(findings)
    return tuple(
        finding
        for finding in findings
        if not any(
            (finding.rule, finding.part) == (one.rule, one.part)
            and finding.rank <= one.rank
            and ground(finding.evidence, facts) == ground(one.evidence, facts)
            for one in revoked
        )
    )


def ground(evidence: Mapping[str, Fact], facts: Facts) -> dict[str, Fact]:
    """Give what a finding stands on: its evidence but for what the mere passing of time changes.

    A number counts where it is a fact of the case, as a fee is; otherwise it was measured, as days
    that went by are.
    """
    return {
        name: value
        for name, value in evidence.items()
        if name not in _PASSING
        and (
            is_moment(name)
            or name in facts
            or isinstance(value, bool)
            or not isinstance(value, int | float)
        )
    }
