"""Steps: those an item is defined to have, their order, and who handled them.

An item's steps are what the setting ``steps`` lists, or else the case's fact ``item_steps``, in
their order, written as in :mod:`rules.compliance.plans`. These checks speak of:

==============  ===============================================================
``item_steps``  of a case: the steps its item is defined to have
``name``        of a step: which one it is
``action``      of a step: what came of it; ``return`` sends the case back (业务动作)
``handler``     of a step: who handled it
==============  ===============================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View
from rules.compliance.plans import NOT_LISTED, plan_of
from rules.compliance.rows import first_rows, named, row_hits
from rules.instants import NONE
from rules.parts import Parts


def _unknown(view: View) -> Hits:
    """Find the first step that the item is not defined to have."""
    steps, plan = view.batch.parts(PartKind.STEP), plan_of(view, "steps", "item_steps")
    wrong = plan.planned(steps) & (plan.positions(steps) == NOT_LISTED)
    rows = first_rows(steps, wrong)
    return row_hits(steps, rows, name=named(steps, rows, "name"), started_at=steps.started[rows])


def _out_of_order(view: View) -> Hits:
    """Find the first step that began after one that comes later in the list had begun.

    Steps that began at the same moment are in order, and so is what follows a step that sent the
    case back.
    """
    steps, plan = view.batch.parts(PartKind.STEP), plan_of(view, "steps", "item_steps")
    at = plan.positions(steps)
    rows = np.flatnonzero(plan.planned(steps) & (at != NOT_LISTED))
    rows = _ties_by_position(steps, rows, at)
    before, after = rows[:-1], rows[1:]
    same = steps.owners[before] == steps.owners[after]
    wrong = np.flatnonzero(same & (at[after] < at[before]))
    returns = view.names("returns")
    back = [action in returns for action in steps.facts("action", before[wrong])]
    wrong = wrong[~np.array(back, dtype=bool)]
    wrong = wrong[np.unique(steps.owners[after[wrong]], return_index=True)[1]]
    later, row = before[wrong], after[wrong]
    return row_hits(
        steps,
        row,
        name=named(steps, row, "name"),
        started_at=steps.started[row],
        other=named(steps, later, "name"),
        other_started_at=steps.started[later],
    )


def _ties_by_position(
    steps: Parts, rows: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give rows (k) with those of a case that began at the same moment in the list's order."""
    started, owners = steps.started[rows], steps.owners[rows]
    tied = (owners[1:] == owners[:-1]) & (started[1:] == started[:-1])
    if not tied.any():
        return rows
    return rows[np.lexsort((at[rows], started, owners))]


def _skipped(view: View) -> Hits:
    """Find the first step left out before one that has begun; ``whole``: or when it was closed."""
    steps, plan = view.batch.parts(PartKind.STEP), plan_of(view, "steps", "item_steps")
    size, at = view.batch.size, plan.positions(steps)
    rows = np.flatnonzero(plan.planned(steps) & (at != NOT_LISTED))
    owners, at = steps.owners[rows], at[rows]
    done = np.zeros(size, np.int64)
    np.bitwise_or.at(done, owners, 1 << at)
    last = np.full(size, NOT_LISTED)
    np.maximum.at(last, owners, at)
    cases = np.flatnonzero(last != NOT_LISTED)
    expected = (1 << last[cases]) - 1
    if view.number("whole"):
        closed = view.batch.moments("closed_at")[cases] != NONE
        expected = np.where(closed, -1, expected)
    missing = plan.required[plan.which[cases]] & expected & ~done[cases]
    cases, missing = cases[missing != 0], missing[missing != 0]
    # The lowest bit that is set is the first of them.
    first = np.log2((missing & -missing).astype(np.float64)).astype(np.int64)
    which, reached = plan.which[cases].tolist(), last[cases].tolist()
    return Hits(
        cases,
        {
            "name": [plan.lists[w][i] for w, i in zip(which, first.tolist(), strict=True)],
            "reached": [plan.lists[w][i] for w, i in zip(which, reached, strict=True)],
        },
    )


def _same_person(view: View) -> Hits:
    """Find two of the ``posts`` of a case with the same handler."""
    steps, posts = view.batch.parts(PartKind.STEP), view.names("posts")
    names, handlers = steps.coded("name"), steps.coded("handler")
    mine = names.among(posts) & ~handlers.among((None, ""))
    rows = np.flatnonzero(mine)
    who = steps.owners[rows] * len(handlers.values) + handlers.codes[rows]
    order = np.argsort(who, kind="stable")
    rows, who = rows[order], who[order]
    before, after, same = rows[:-1], rows[1:], who[:-1] == who[1:]
    pairs = np.flatnonzero(same & (names.codes[before] != names.codes[after]))
    pairs = pairs[np.argsort(after[pairs])]
    pairs = pairs[np.unique(steps.owners[after[pairs]], return_index=True)[1]]
    one, other = before[pairs], after[pairs]
    return Hits(
        steps.owners[one],
        {
            "handler": named(steps, one, "handler"),
            "name": named(steps, one, "name"),
            "other": named(steps, other, "name"),
            "rows": [
                f"{first}, {second}"
                for first, second in zip(steps.keys(one), steps.keys(other), strict=True)
            ],
        },
    )


_LAW_STEPS = "办事指南公布的事项办理流程"

CHECKS = (
    Builtin(
        "step-unknown",
        Text("环节不在规定流程内", "a step that the item is not defined to have"),
        _LAW_STEPS,
        "warning",
        ("steps.name",),
        Text(
            "环节{name}（{started_at}）不在该事项规定的流程内",
            "the step {name} ({started_at}) is not among those defined for the item",
        ),
        _unknown,
        {"steps": ()},
    ),
    Builtin(
        "step-out-of-order",
        Text("环节顺序颠倒", "a step out of order"),
        _LAW_STEPS,
        "yellow",
        ("steps.name",),
        Text(
            "环节{name}{started_at}才开始，排在它之后的{other}{other_started_at}已开始",
            "the step {name} began on {started_at}, but {other}, which comes after it, had begun "
            "on {other_started_at}",
        ),
        _out_of_order,
        {"steps": (), "returns": ("return", "退回")},
    ),
    Builtin(
        "step-skipped",
        Text("跳过规定环节", "a step was skipped"),
        _LAW_STEPS,
        "yellow",
        ("steps.name",),
        Text(
            "已办到{reached}，没有规定的环节{name}",
            "the case has come to {reached} without the defined step {name}",
        ),
        _skipped,
        {"steps": (), "whole": False},
    ),
    Builtin(
        "same-person-in-two-posts",
        Text("不相容岗位由同一人办理", "the same person in posts that must differ"),
        "岗位分离由各地规定",
        "yellow",
        ("steps.name", "steps.handler"),
        Text(
            "环节{name}与{other}由同一人办理，应由不同的人办理",
            "the steps {name} and {other} were handled by the same person, but must not be",
        ),
        _same_person,
        {"posts": ("审查", "决定")},
    ),
)
"""The checks of this file."""
