"""Poison rows: one that cannot be worked on is set aside for an hour, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import sqlalchemy.exc
import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.store import system_alerts
from rules.cases import Fact
from rules.instants import HOUR, MINUTE

log = structlog.get_logger(__name__)
Row = TypeVar("Row")

RULE = "row-set-aside"
"""The rule of the alerts about steps that have set rows aside, one a step."""

PASSING = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.InternalError,
    sqlalchemy.exc.TimeoutError,
)
"""Errors that are the store's and no row's: the whole work is tried again."""

ASIDE = HOUR
"""How long a row is set aside, in microseconds."""

_QUIET = ASIDE + 15 * MINUTE  # after so long each row has been tried again

_STEPS = {
    "order": Words("督办单", "supervision orders"),
    "escalate": Words("升级", "escalation"),
    "deliver": Words("投递", "delivery"),
}


def work_apart(
    connection: Connection,
    rows: Sequence[Row],
    work: Callable[[Sequence[Row]], None],
    set_aside: Callable[[Row, Exception], None],
) -> None:
    """Work on rows together; where that fails, on each half, down to the rows that cannot be.

    Args:
        connection: the transaction. What ``work`` has written when it fails is taken back.
        rows: the rows.
        work: works on some of them. Errors of the store itself (see :data:`PASSING`) pass through.
        set_aside: is given each row on which no work can be done, and why.
    """
    if not rows:
        return
    try:
        with connection.begin_nested():
            work(rows)
    except PASSING:
        raise
    except Exception as error:  # any fault of one row must not stop the rest
        if len(rows) == 1:
            set_aside(rows[0], error)
            return
        half = len(rows) // 2
        work_apart(connection, rows[:half], work, set_aside)
        work_apart(connection, rows[half:], work, set_aside)


def report(
    connection: Connection, rules: InForce, step: str, row: str, error: Exception, now: int
) -> None:
    """Log that a step has set ``row`` aside, and open or renew the alert about it."""
    log.error("row_set_aside", step=step, row=row, exc_info=error)
    why = f"{type(error).__name__}: {error}"
    title = Words(
        f"{_STEPS[step].zh}有一行处理不了，已搁置一小时，其余照常：{row}",
        f"One row of {_STEPS[step].en} fails and is set aside for an hour: {row}, {why}",
    )
    evidence: dict[str, Fact] = {"row": row, "reason": why, "at": now}
    raise_alert(connection, rules, _subject(step), RULE, title, evidence, now)


def resolve_quiet(connection: Connection, now: int) -> None:
    """Resolve the alerts of the steps that have worked on every row since."""
    for subject, told in system_alerts.evidence(connection, RULE).items():
        at = told.get("at")
        if not isinstance(at, int) or at < now - _QUIET:
            system_alerts.resolve_system(connection, subject, RULE, "done", now)


def _subject(step: str) -> str:
    return f"step:{step}"
