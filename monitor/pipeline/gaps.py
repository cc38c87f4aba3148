"""Gaps: posts, rosters, teams and people that nobody can be reached for, an alert each."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.store import system_alerts
from monitor.store.store import Store
from rules.cases import Fact
from rules.roles import PLACES, Gap

log = structlog.get_logger(__name__)

UNREACHABLE = "nobody-reachable"
"""The rule of these alerts."""


def open_gaps(connection: Connection, rules: InForce, gaps: Iterable[Gap], now: int) -> int:
    """Open an alert for each gap that has none, and give how many that are."""
    by_subject = {gap.subject: gap for gap in gaps}
    if not by_subject:
        return 0
    standing = set(system_alerts.subjects(connection, UNREACHABLE))
    new = [gap for subject, gap in sorted(by_subject.items()) if subject not in standing]
    for gap in new:
        log.warning("nobody_reachable", subject=gap.subject, role=gap.role, known=gap.known)
        evidence: dict[str, Fact] = {
            "role": gap.role,
            "channels": ", ".join(gap.channels),
            **dict(gap.facts),
        }
        raise_alert(connection, rules, gap.subject, UNREACHABLE, _title(gap), evidence, now)
    return len(new)


def watch_gaps(store: Store, rules: InForce, now: int) -> int:
    """Resolve the alerts of gaps that somebody fills by now, and give how many still stand."""
    resolver = rules.resolver(now)
    with store.write() as connection:
        standing = system_alerts.evidence(connection, UNREACHABLE)
        for subject, told in standing.items():
            via = [one for one in str(told.get("channels") or "").split(", ") if one]
            facts = {name: told.get(name) for name in PLACES}
            if resolver.resolve(str(told.get("role")), facts, via).gap is None:
                system_alerts.resolve_system(connection, subject, UNREACHABLE, "found", now)
                standing = {k: v for k, v in standing.items() if k != subject}
    return len(standing)


def _title(gap: Gap) -> Words:
    kind, _, name = gap.subject.partition(":")
    called = {
        "post": Words(f"岗位 {name}", f"post {name}"),
        "duty": Words(f"值班表 {name}", f"roster {name}"),
        "team": Words(f"小组 {name}", f"team {name}"),
        "person": Words(f"人员 {name}", f"person {name}"),
    }[kind]
    if not gap.known:
        return Words(f"{called.zh} 没有人，无法通知", f"There is nobody to tell: {called.en}")
    return Words(
        f"{called.zh} 联系不上：都不在岗，或没有可用渠道的地址",
        f"Nobody can be reached: {called.en}; all are away or have no address of a channel",
    )
