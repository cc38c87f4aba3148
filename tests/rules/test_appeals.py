"""Appeals: deciding them, the ladder's clock meanwhile, and cards that do not come back."""

from __future__ import annotations

import pytest

from rules.amounts import Amount, Unit
from rules.appeals import (
    Appeal,
    AppealState,
    Decision,
    Revoked,
    decided,
    filed,
    ground,
    without_revoked,
)
from rules.cases import Facts
from rules.findings import Finding
from rules.refusals import RefusedError
from tests.rules.ordering import autumn
from tests.support.moments import at

WITHIN = Amount(3, Unit.WORKING_DAY)
FILED = at("2026-10-19 10:00")


def appeal() -> Appeal:
    return filed("李阳", "材料由外单位补", "函〔2026〕7号", "990102", FILED, WITHIN, autumn())


def decide(
    one: Appeal, what: Decision, by: str = "钱程", opinion: str = "属实", above: str | None = None
) -> Appeal:
    return decided(one, what, by, opinion, at("2026-10-20 10:00"), above, WITHIN, autumn())


def test_an_appeal_is_decided_in_working_days() -> None:
    assert appeal().decide_due == at("2026-10-22 17:30")


@pytest.mark.parametrize(
    ("what", "state"),
    [(Decision.REVOKE, AppealState.GRANTED), (Decision.SEND_BACK, AppealState.REFUSED)],
)
def test_a_decision_ends_it(what: Decision, state: AppealState) -> None:
    ended = decide(appeal(), what)
    assert (ended.state, ended.decided_by, ended.opinion) == (state, "钱程", "属实")
    with pytest.raises(RefusedError):
        decide(ended, what)


def test_passing_it_up_gives_the_region_above_as_much_time() -> None:
    up = decide(appeal(), Decision.REFER_UP, above="990100")
    assert (up.state, up.region, up.passed) == (AppealState.PENDING, "990100", 1)
    assert up.decide_due == at("2026-10-23 17:30")


@pytest.mark.parametrize(
    ("what", "by", "opinion", "why"),
    [
        (Decision.REFER_UP, "钱程", "疑难", "最上一级"),
        (Decision.REVOKE, "钱程", " ", "写明意见"),
        (Decision.REVOKE, "李阳", "属实", "其本人"),
    ],
)
def test_what_cannot_be_is_refused(what: Decision, by: str, opinion: str, why: str) -> None:
    with pytest.raises(RefusedError) as refused:
        decide(appeal(), what, by, opinion)
    assert why in refused.value.zh


def test_an_appeal_without_a_reason_is_refused() -> None:
    with pytest.raises(RefusedError):
        filed("李阳", "", "", None, FILED, WITHIN, autumn())


def finding(rank: int = 1, **evidence: str | float | None) -> Finding:
    return Finding("promise", "1", "yellow", rank, FILED, evidence=evidence)


FACTS: Facts = {"fee_paid": 80.0, "accepted_at": FILED}


@pytest.mark.parametrize(
    ("revoked", "found", "stands"),
    [
        ({"due_at": 5, "state": "running"}, finding(due_at=5, state="overdue"), False),
        ({"due_at": 5, "next_level_at": 7}, finding(due_at=5, next_level_at=None), False),
        ({"due_at": 5}, finding(due_at=6), True),
        ({"started_at": 5, "days": 35}, finding(started_at=5, days=36), False),
        ({"fee_paid": 80.0}, finding(fee_paid=90.0), True),
        ({"name": "听证"}, finding(name="评审"), True),
        ({"due_at": 5}, finding(2, due_at=5), True),
        ({"due_at": 5}, finding(0, due_at=5), False),
    ],
    ids=[
        *("state passes", "next level passes", "due moment moved", "days went by"),
        *("fee changed", "name changed", "graver", "milder"),
    ],
)
def test_a_revoked_card_stays_away_while_its_facts_are_the_same(
    revoked: Facts, found: Finding, stands: bool
) -> None:
    left = without_revoked([found], [Revoked("promise", 1, revoked)], FACTS)
    assert (left == (found,)) is stands


def test_cards_of_other_rules_stand_all_the_same() -> None:
    one = finding(due_at=5)
    assert without_revoked([one], [Revoked("statutory", 2, {"due_at": 5})], FACTS) == (one,)


def test_a_truth_value_is_a_fact_and_no_measure() -> None:
    assert ground({"late": True, "days": 3}, {}) == {"late": True}
