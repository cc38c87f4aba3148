"""A store with three cases, two alerts and a rejected row, as the pipeline leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.store import alerts, cases, rejects, sources
from monitor.store.store import Store
from rules.carriers import carrier
from rules.instants import instant
from tests.support.stores import case_id, checked, new_alert, read_case


def local(text: str) -> int:
    """Give the instant of a moment in Shanghai."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")))


NOW = local("2026-10-21 09:00")
"""A Wednesday morning, when these tests happen."""

DUE = local("2026-10-16 17:30")
LATER = local("2026-10-22 17:30")


@dataclass(frozen=True)
class Rejected:
    key: str
    reason: str
    detail: str
    row: str


def fill(store: Store) -> tuple[int, int]:
    """Put a late case with an alert, one that is due soon, and a closed one; give the alerts' ids.

    The second alert is about the case that is due soon.
    """
    facts = {"department": "ZJ", "region": "R1", "handler": "李阳", "item_code": "I-1"}
    accepted = local("2026-09-18 10:00")
    read = [
        read_case("late", **facts, title="特殊建设工程\t消防设计审查", accepted_at=accepted),
        read_case("soon", title="100%\n合格的建筑", accepted_at=accepted),
        read_case("done", accepted_at=accepted, closed_at=NOW),
    ]
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)
        cases.put(connection, "hall", read, NOW)
        late, soon, done = (case_id(connection, key) for key in ("late", "soon", "done"))
        results = [
            checked(late, **_late("overdue", DUE, "yellow"), rank=1),
            checked(soon, **_late("running", LATER, "warning"), rank=0),
            checked(done, state="met"),
        ]
        cases.record_checks(connection, results)
        rejected = Rejected("odd", "bad-time", "accepted: 'soon'\nis no time", '{"id": "odd"}')
        rejects.put_rejects(connection, "hall", [rejected], NOW)
        first, second = alerts.open_alerts(
            connection,
            [
                new_alert(
                    late,
                    opened_at=DUE,
                    level_since_at=DUE,
                    due_at=DUE,
                    carrier=carrier(facts, {}),
                ),
                new_alert(soon, opened_at=NOW, level="warning", rank=0, due_at=LATER),
            ],
        )
    return first, second


def _late(state: str, due_at: int, level: str) -> dict[str, Any]:
    clock = {"state": state, "due_at": due_at, "level": level, "provisional": False}
    clocks = {"promise": {**clock, "next_level": None, "next_level_at": None}}
    return {"state": state, "due_at": due_at, "level": level, "clocks": clocks}
