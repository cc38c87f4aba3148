"""Branches: the steps of a joint approval (并联审批) that departments handle side by side.

That a branch takes too long is for a limit with ``each`` (see :class:`rules.limits.Limit`); these
checks look at whether it began, was there at all, and was waited for. They speak of:

=================  ===========================================================================
``item_branches``  of a case: the branches its item must have, written as in
                   :mod:`rules.compliance.plans`
``name``           of a step: which branch it is
``department``     of a step: the department in charge of it, which carries its card
``handler``        of a step: who handles it
``opened_at``      of a step: when it was sent to that department
=================  ===========================================================================
"""

from __future__ import annotations

import numpy as np

from rules.carriers import columns_of_steps
from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View
from rules.compliance.columns import due_after
from rules.compliance.plans import NOT_LISTED, plan_of
from rules.compliance.rows import earliest_of, moments, named
from rules.compliance.words import LISTED
from rules.compliance.working_days import day_reached, late, when_late
from rules.instants import NONE

_LAW = "行政许可法 第二十六条"


def _not_begun(view: View) -> Hits:
    """Find branches of open cases that nobody took up ``days`` working days after they were sent.

    Each is a finding of its own, carried by the department of the branch.
    """
    batch, steps = view.batch, view.batch.parts(PartKind.STEP)
    opened = moments(steps, "opened_at")
    waits = (opened != NONE) & (steps.started == NONE)
    rows = np.flatnonzero(waits & (batch.moments("closed_at")[steps.owners] == NONE))
    owners, sent = steps.owners[rows], opened[rows]
    limit, never = view.number("days"), np.full(len(rows), NONE, np.int64)
    due, now = due_after(view.work, sent, limit), view.now[owners]
    found = np.flatnonzero(late(due, never, now))
    coming = np.where(due > now, when_late(due, never), NONE)
    mine = rows[found]
    return Hits(
        owners[found],
        {
            "name": named(steps, mine, "name"),
            "sent_at": sent[found],
            "due_at": due[found],
            "days": day_reached(view.work, sent[found], never[found], now[found], limit),
            "limit": np.full(len(found), limit),
            "rows": steps.keys(mine),
        },
        earliest_of(owners, coming, batch.size),
        columns_of_steps(batch, mine),
        steps.names(mine),
    )


def _not_opened(view: View) -> Hits:
    """Find cases that lack a branch ``days`` working days after acceptance, or when closed."""
    batch, steps = view.batch, view.batch.parts(PartKind.STEP)
    plan = plan_of(view, "branches", "item_branches")
    accepted, closed = batch.moments("accepted_at"), batch.moments("closed_at")
    at = plan.positions(steps)
    rows = np.flatnonzero(at != NOT_LISTED)
    there = np.zeros(batch.size, np.int64)
    np.bitwise_or.at(there, steps.owners[rows], 1 << at[rows])
    lacking = np.zeros(batch.size, np.int64)
    listed = np.flatnonzero(plan.which != NOT_LISTED)
    lacking[listed] = plan.required[plan.which[listed]] & ~there[listed]
    due = np.where(lacking != 0, due_after(view.work, accepted, view.number("days")), NONE)
    until = np.where(closed == NONE, due, closed)
    cases = np.flatnonzero((due != NONE) & (until <= view.now))
    lists = (plan.lists[which] for which in plan.which[cases].tolist())
    names = [
        LISTED.join(name for place, name in enumerate(one) if bits >> place & 1)
        for one, bits in zip(lists, lacking[cases].tolist(), strict=True)
    ]
    return Hits(
        cases,
        {"accepted_at": accepted[cases], "until_at": until[cases], "names": names},
        np.where(due == NONE, NONE, until),
    )


def _closed_before(view: View) -> Hits:
    """Find cases that were closed while a branch was still open, or not begun."""
    batch, steps = view.batch, view.batch.parts(PartKind.STEP)
    closed = batch.moments("closed_at")
    known = (steps.started != NONE) | (moments(steps, "opened_at") != NONE)
    of_case = closed[steps.owners]
    rows = np.flatnonzero(known & (of_case != NONE) & (steps.ended > of_case))
    cases, first, counts = np.unique(steps.owners[rows], return_index=True, return_counts=True)
    names = named(steps, rows, "name")
    ends = first + counts
    return Hits(
        cases,
        {
            "closed_at": closed[cases],
            "count": counts,
            "names": [
                LISTED.join(dict.fromkeys(map(str, names[begin:end])))
                for begin, end in zip(first.tolist(), ends.tolist(), strict=True)
            ],
            "rows": [
                ", ".join(steps.keys(rows[begin:end]))
                for begin, end in zip(first.tolist(), ends.tolist(), strict=True)
            ],
        },
    )


CHECKS = (
    Builtin(
        "branch-not-begun",
        Text("并联环节转来后无人办理", "a branch that nobody took up"),
        _LAW,
        "yellow",
        ("steps.opened_at",),
        Text(
            "并联环节{name}{sent_at}转出，到第 {days} 个工作日仍未开始办理，应在 {limit} 个内开始",
            "the branch {name}, sent on {sent_at}, was not begun by working day {days}; {limit} "
            "are allowed",
        ),
        _not_begun,
        {"days": 1},
    ),
    Builtin(
        "branch-not-opened",
        Text("该并联的环节没有启动", "a branch of the item was not opened"),
        _LAW,
        "yellow",
        ("accepted_at", "closed_at", "steps.name"),
        Text(
            "{accepted_at}受理，到{until_at}还没有启动并联环节：{names}",
            "accepted on {accepted_at}; by {until_at} these branches had not been opened: {names}",
        ),
        _not_opened,
        {"days": 2, "branches": ()},
    ),
    Builtin(
        "closed-with-branch-open",
        Text("并联环节未办完即办结", "closed while a branch was open"),
        _LAW,
        "yellow",
        ("closed_at", "steps.ended_at"),
        Text(
            "{closed_at}办结时还有 {count} 个环节没有办完：{names}",
            "closed on {closed_at} while {count} of its branches were open: {names}",
        ),
        _closed_before,
    ),
)
"""The checks of this file."""
