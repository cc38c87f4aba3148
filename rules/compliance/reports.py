"""Information reports: sent up in time (迟报), and sent at all (漏报).

Facts besides the standard ones:

===========  ================================================================
report_due   by when the case is to be reported; a date means the end of it
reported_at  when it was
===========  ================================================================
"""

from __future__ import annotations

import numpy as np

from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import due_after, end_of_date, overdue
from rules.instants import NONE


def _late(view: View) -> Hits:
    """Find reports that came after their due moment."""
    due = end_of_date(view.work, view.batch.moments("report_due"))
    reported = view.batch.moments("reported_at")
    found = (due != NONE) & (reported != NONE) & (reported > due)
    return hits(found, report_due=due, reported_at=reported)


def _missing(view: View) -> Hits:
    """Find reports that have not come by their due moment and the days of grace after it."""
    due = end_of_date(view.work, view.batch.moments("report_due"))
    reported = view.batch.moments("reported_at")
    days = view.number("days")
    last = due_after(view.work, due, days) if days else due
    missing, next_at = overdue(view, np.where(reported == NONE, last, NONE), reported)
    return hits(missing, next_at, report_due=due)


_LAW = "突发事件应对法（不得迟报、漏报）"

CHECKS = (
    Builtin(
        "report-late",
        Text("迟报", "reported late"),
        _LAW,
        "yellow",
        ("report_due", "reported_at"),
        Text(
            "应在{report_due}前报送，{reported_at}才报送",
            "to be reported by {report_due}, reported on {reported_at}",
        ),
        _late,
    ),
    Builtin(
        "report-missing",
        Text("漏报", "not reported"),
        _LAW,
        "red",
        ("report_due", "reported_at"),
        Text(
            "应在{report_due}前报送，至今未报", "to be reported by {report_due}, still not reported"
        ),
        _missing,
        {"days": 0},
    ),
)
"""The checks of this file."""
