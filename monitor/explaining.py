"""How every limit of a case is reckoned, as ``duban explain`` and the page of the case tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from monitor.pipeline.in_force import InForce
from monitor.privacy import hidden, is_private, is_public
from monitor.store.alert_list import Alert
from monitor.store.case_list import CaseRow
from notifiers.grounds import grounds
from notifiers.telling import verdict
from rules.cases import Case, Fact
from rules.explanation import DisagreementError
from rules.explanation_data import to_json
from rules.explanations import Explained, explain_all
from rules.findings import ClockState
from rules.history import FactChange
from rules.instants import iso
from rules.rulebook import RuleBook

_ORDER = (
    ClockState.OVERDUE,
    ClockState.RUNNING,
    ClockState.PAUSED,
    ClockState.MISSED,
    ClockState.MET,
    ClockState.NOT_STARTED,
    ClockState.UNKNOWN,
)
_LANGUAGES = ("zh_CN", "en")


def explained(book: RuleBook, case: Case, now: int) -> list[Explained]:
    """Explain every limit that is for a case at the instant ``now``, the most urgent first.

    What is in dispute comes before all; of alike ones the order is that of the book.
    """
    return sorted(explain_all(book, case, now), key=_urgency)


def record(
    rules: InForce,
    row: CaseRow,
    limits: Sequence[Explained],
    alerts: Sequence[Alert],
    changes: Sequence[FactChange],
) -> dict[str, Any]:
    """Give a case with its limits, its cards and what its source changed, as plain JSON values.

    Moments are ISO 8601 in the zone of the rules; what may say who the applicant is, is masked.
    """
    facts, zone = row.case.facts, rules.zone
    return {
        "case": {
            "source": row.case.source,
            "key": row.case.key,
            "no": facts.get("no"),
            "title": facts.get("title" if is_public(rules, "title") else "item_name"),
            "item": facts.get("item_name"),
            "department": facts.get("department"),
            "region": facts.get("region"),
            "vanished_at": iso(row.vanished_at, zone),
        },
        "limits": [limit_record(one, zone) for one in limits],
        "alerts": [
            {
                "id": alert.id,
                "rule": alert.rule,
                "title": alert.title,
                "level": alert.level,
                "opened_at": iso(alert.opened_at, zone),
                "acked_by": alert.acked_by,
                "acked_at": iso(alert.acked_at, zone),
            }
            for alert in alerts
        ],
        "changes": [
            {
                "name": change.name,
                "kind": change.kind.value,
                "before": _plain(rules, change, change.before),
                "after": _plain(rules, change, change.after),
                "seen_at": iso(change.seen_at, zone),
                "read_at": iso(change.read_at, zone),
                "carded_at": iso(change.carded_at, zone),
                "progress": change.is_progress,
            }
            for change in changes
        ],
    }


def limit_record(one: Explained, zone: ZoneInfo) -> dict[str, Any]:
    """Give how a limit is reckoned, in both languages, as JSON values; moments in ``zone``."""
    limit, shown = one
    if isinstance(shown, DisagreementError):
        return {"limit": {"id": limit.id, "title": limit.title}, "error": str(shown)}
    return {
        **to_json(shown, zone),
        "verdict": {tongue: verdict(shown, tongue) for tongue in _LANGUAGES},
        "grounds": {
            tongue: [asdict(ground) for ground in grounds(shown, tongue)] for tongue in _LANGUAGES
        },
    }


def _urgency(one: Explained) -> int:
    shown = one[1]
    return -1 if isinstance(shown, DisagreementError) else _ORDER.index(shown.state)


def _plain(rules: InForce, change: FactChange, value: Fact) -> Fact:
    if is_private(rules, change):
        return hidden(value)
    return iso(value, rules.zone) if change.is_moment and isinstance(value, int) else value
