"""Satisfaction: whoever is dissatisfied, or kept waiting, is called.

Facts besides the standard ones:

===================  ================================================================
rating               the applicant's rating (好差评), "1" very satisfied to "5" very
                     dissatisfied, or other values named in the settings
rated_at             when it was given
called_back_at       when the applicant was called back about it
applicant_called_at  when the applicant was told that the case is late or unfinished
===================  ================================================================
"""

from __future__ import annotations

import numpy as np

from rules.amounts import Unit
from rules.clocks import Course
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import UNITS, among, amount, due_after, overdue, units
from rules.instants import NONE, Instants
from rules.limits import Allowance, Limit

_GIVEN = Limit(
    "", "", "accepted_at", "closed_at", Allowance(due="promised_due"), levels=(), calendar=""
)
_COUNTED = Limit(
    *("", "", "accepted_at", "closed_at"),
    Allowance(column="promised_days", unit=Unit.WORKING_DAY),
    levels=(),
    calendar="",
)


def _not_called_back(view: View) -> Hits:
    """Find bad ratings about which nobody called back in time."""
    ratings, rated = view.batch.texts("rating"), view.batch.moments("rated_at")
    called = view.batch.moments("called_back_at")
    bad = among(view.batch, "rating", view.names("ratings"))
    due = due_after(view.work, np.where(bad, rated, NONE), view.number("days"))
    late, next_at = overdue(view, due, called)
    return hits(late, next_at, rating=ratings, rated_at=rated, call_due=due, called_back_at=called)


def _not_told(view: View) -> Hits:
    """Find late cases whose applicant was not called in time after the promised due moment."""
    closed, told = view.batch.moments("closed_at"), view.batch.moments("applicant_called_at")
    due = _promised(view)
    late, _ = overdue(view, due, closed)
    pending = late | ((closed == NONE) & (due != NONE))
    call_due = due_after(view.work, np.where(pending, due, NONE), view.number("days"))
    missed, next_at = overdue(view, call_due, told)
    # A call that is dated later than the case is due is wrong once the case is late.
    next_at = np.where(missed & ~late, due, next_at)
    return hits(
        late & missed,
        next_at,
        due_at=due,
        closed_at=closed,
        call_due=call_due,
        applicant_called_at=told,
    )


def _promised(view: View) -> Instants:
    """Give the promised due moment as limits count it, with pauses and extensions."""
    days = amount(view.batch, "promised_days")
    days[units(view.batch, "promised_unit") != UNITS.index(Unit.WORKING_DAY)] = np.nan
    counted = Course(_COUNTED, view.batch, view.work, amounts=days).due
    given = Course(_GIVEN, view.batch, view.work).due
    return np.where(given == NONE, counted, given)


CHECKS = (
    Builtin(
        "bad-rating-without-call-back",
        Text("差评未按时回访", "a bad rating without a call-back in time"),
        "国办发〔2019〕51号（好差评）",
        "yellow",
        ("rating", "rated_at", "called_back_at"),
        Text(
            "{rated_at}评价为 {rating}，应在{call_due}前回访，实际回访：{called_back_at}",
            "rated {rating} on {rated_at}, to be called back by {call_due}; "
            "called back: {called_back_at}",
        ),
        _not_called_back,
        {"ratings": ("4", "5"), "days": 5},
    ),
    Builtin(
        "late-without-call",
        Text("超期未电话告知申请人", "late, and the applicant was not called"),
        "政务大厅规程（超期电话告知申请人）",
        "warning",
        ("accepted_at", "closed_at", "applicant_called_at"),
        Text(
            "{due_at}到期，应在{call_due}前电话告知申请人，实际告知：{applicant_called_at}",
            "due on {due_at}; the applicant was to be called by {call_due}; "
            "called: {applicant_called_at}",
        ),
        _not_told,
        {"days": 1},
    ),
)
"""The checks of this file."""
