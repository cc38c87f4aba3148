"""Raising alerts about the supervision itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.store import system_alerts
from monitor.store.alerts import Ladder
from monitor.store.system_alerts import SystemAlert
from rules.cases import Fact


def raise_alert(
    connection: Connection,
    rules: InForce,
    subject: str,
    rule: str,
    title: Words,
    evidence: Mapping[str, Fact],
    now: int,
    *,
    source: str | None = None,
    mild: bool = False,
    most: int | None = None,
    carrier: Mapping[str, str | None] | None = None,
) -> None:
    """Open an alert about ``subject``, or renew what it says where one of ``rule`` stands.

    It has the gravest level, or the mildest where ``mild``, or one of the rank ``most`` at most;
    policies find it by ``alert.subject``. ``carrier`` says who carries it, where anybody does.
    """
    gravest = len(rules.book.levels) - 1
    rank = 0 if mild else min(gravest, gravest if most is None else most)
    alert = SystemAlert(
        subject,
        rule,
        title.text(rules.language),
        rules.book.levels[rank],
        rank,
        rule,
        source,
        evidence,
        Ladder(next_step_at=now),
        carrier or {},
    )
    system_alerts.open_system(connection, alert, now)
