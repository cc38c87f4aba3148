"""A store in which the ladders of many alerts fall due at once, each of a case of its own."""

from __future__ import annotations

from typing import Any

from monitor.store import tables
from monitor.store.store import Store
from rules.instants import DAY, HOUR


def fall_due(store: Store, alerts: int, now: int) -> None:
    """Put alerts into the store whose first step is due at ``now``."""
    with store.write() as connection:
        cases = connection.scalars(
            tables.cases.insert().returning(tables.cases.c.id, sort_by_parameter_order=True),
            [case_columns(n, now) for n in range(alerts)],
        ).all()
        connection.execute(
            tables.alerts.insert(),
            [
                {
                    "case_id": case,
                    "source": "hall",
                    "rule": "promise",
                    "version": "1",
                    "title": "承诺办结时限",
                    "law": "行政许可法 第四十二条",
                    "level": "yellow",
                    "rank": 1,
                    "state": "open",
                    "opened_at": now,
                    "level_since_at": now,
                    "due_at": now - HOUR,
                    "region": "990102",
                    "department": "ZJ",
                    "handler": f"h{n}",
                    "evidence": {"accepted_at": now - 20 * DAY, "promised_days": 10},
                    "next_step_at": now,
                }
                for n, case in enumerate(cases)
            ],
        )


def case_columns(n: int, now: int) -> dict[str, Any]:
    """Give the ``n``-th case as a row of its table, accepted twenty days before ``now``."""
    facts = {
        "no": f"DP-ZJ-2026{n:08}",
        "title": "某某公司特殊建设工程消防设计审查",
        "item_name": "特殊建设工程消防设计审查",
        "item_code": "000117019000",
        "region": "990102",
        "department": "ZJ",
        "handler": f"h{n}",
        "applicant": "某某公司",
        "accepted_at": now - 20 * DAY,
        "promised_days": 10,
    }
    return {
        "source": "hall",
        "key": facts["no"],
        "facts": facts,
        "digest": "",
        "no": facts["no"],
        "level": "yellow",
        "rank": 1,
        "first_seen_at": now,
        "changed_at": now,
    }
