"""How the limits of a case are reckoned, as data: what ``duban explain --json`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from msgspec import Meta

from monitor.pipeline.in_force import InForce
from monitor.store.case_list import CaseRow
from monitor.web.api import moments
from monitor.web.api.calls import Gives
from monitor.web.api.moments import Moment
from notifiers.grounds import grounds
from notifiers.telling import verdict
from rules.cases import Case
from rules.explanation import DisagreementError
from rules.explanation_data import to_json
from rules.explanations import Explained, explain_all
from rules.findings import ClockState

_ORDER = (
    ClockState.OVERDUE,
    ClockState.RUNNING,
    ClockState.PAUSED,
    ClockState.MISSED,
    ClockState.MET,
    ClockState.NOT_STARTED,
    ClockState.UNKNOWN,
)
_TONGUES = ("zh_CN", "en")


class Explanation(Gives):
    """The limits of a case, the most urgent first, each with its days."""

    source: str
    key: str
    no: str | None
    now: Moment
    rules: Annotated[str, Meta(description="规则指纹 · fingerprint of the rules")]
    limits: Annotated[
        list[dict[str, Any]],
        Meta(description="每个时限：结论、依据、逐日计算 · of each: verdict, grounds, days"),
    ]


def explained(
    rules: InForce, row: CaseRow, case: Case, now: int, only: str | None = None
) -> Explanation:
    """Explain the limits of a case as known at ``now``, or one of them.

    ``case`` is what was known of it then.
    """
    enriched = rules.book.catalogue.enrich(case, now)
    found = sorted(explain_all(rules.book, enriched, now), key=_urgency)
    number = row.case.facts.get("no")
    shown_now = moments.written(rules.zone)(now)
    assert shown_now is not None  # noqa: S101  for the type checker
    return Explanation(
        source=row.case.source,
        key=row.case.key,
        no=None if number is None else str(number),
        now=shown_now,
        rules=rules.book.fingerprint,
        limits=[_limit(rules, one) for one in found if only in (None, one[0].id)],
    )


def _limit(rules: InForce, one: Explained) -> dict[str, Any]:
    limit, shown = one
    if isinstance(shown, DisagreementError):
        return {"limit": {"id": limit.id, "title": limit.title}, "error": str(shown)}
    return {
        **to_json(shown, rules.zone),
        "verdict": {tongue: verdict(shown, tongue) for tongue in _TONGUES},
        "grounds": {
            tongue: [asdict(ground) for ground in grounds(shown, tongue)] for tongue in _TONGUES
        },
    }


def _urgency(pair: Explained) -> int:
    shown = pair[1]
    return -1 if isinstance(shown, DisagreementError) else _ORDER.index(shown.state)
