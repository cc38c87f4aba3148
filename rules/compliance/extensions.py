"""Extensions (延期): approved, in time, and within what the law allows.

These checks speak of:

===================  =========================================================
``approved_by``      of an extension: the head of the office who approved it
``amount``           of an extension: by how much; only working days are added up
``statutory_days``   of a case: the working days the law allows, if not ``days``
``kind``             of a case: ``joint`` for joint handling (联合办理)
===================  =========================================================

Those of a case, and ``statutory_unit`` where it does not count working days, may come from the
catalogue (``item_…``) instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Unit
from rules.cases import PartKind
from rules.columns import Numbers
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import UNITS, among_item, amount, units
from rules.compliance.pauses import is_blank
from rules.compliance.rows import earliest_of_each, first_rows, row_hits
from rules.compliance.working_days import due_in_units, parts_of
from rules.instants import NONE
from rules.parts import Parts

_JOINT = ("joint",)


def _without_approval(view: View) -> Hits:
    """Find the first extension whose approval was left empty; a source that tells none is none."""
    granted = view.batch.parts(PartKind.EXTENSION)
    wrong = is_blank(granted.coded("approved_by")) & granted.tells("approved_by")
    rows = first_rows(granted, wrong)
    return row_hits(granted, rows, granted_at=granted.started[rows])


def _after_due(view: View) -> Hits:
    """Find the first extension granted when the time the law allows was already over."""
    granted, pauses = view.batch.parts(PartKind.EXTENSION), view.batch.parts(PartKind.PAUSE)
    cases = np.flatnonzero(np.diff(granted.offsets) > 0)
    days, unit_of = amount(view.batch, "statutory_days"), units(view.batch, "statutory_unit")
    told = np.isfinite(days)
    due = np.full(view.batch.size, NONE, np.int64)
    due[cases] = due_in_units(
        view.work,
        view.batch.moments("accepted_at")[cases],
        view.batch.moments("closed_at")[cases],
        np.where(told, days, _general(view))[cases],
        np.where(told, unit_of, UNITS.index(Unit.WORKING_DAY))[cases],
        parts_of(pauses, cases),
        parts_of(granted, cases),
    )
    # The due moment has moved with every extension that was in time, and with no other.
    due = due[granted.owners]
    rows = first_rows(granted, (due != NONE) & (granted.started > due))
    return row_hits(granted, rows, granted_at=granted.started[rows], due_at=due[rows])


def _beyond_law(view: View) -> Hits:
    """Find cases extended by more working days in all than the law allows."""
    granted = view.batch.parts(PartKind.EXTENSION)
    rows = np.flatnonzero(_in_working_days(granted))
    total = np.bincount(granted.owners[rows], granted.amounts[rows], view.batch.size)
    limit = _general(view)
    return hits(total > limit, total=total, limit=limit)


def _general(view: View) -> Numbers:
    """Give ``joint_days`` for cases of joint handling and ``days`` for all others (n)."""
    joint = among_item(view.batch, "kind", _JOINT)
    return np.where(joint, view.number("joint_days"), view.number("days"))


def _in_working_days(granted: Parts) -> NDArray[np.bool_]:
    counted = granted.coded("unit").among((None, Unit.WORKING_DAY.value))
    return counted & np.isfinite(granted.amounts)


def _too_often(view: View) -> Hits:
    """Find cases extended more than ``most`` times."""
    granted = view.batch.parts(PartKind.EXTENSION)
    times = np.diff(granted.offsets)
    first = earliest_of_each(granted, granted.started)
    last = np.full(view.batch.size, NONE, np.int64)
    np.maximum.at(last, granted.owners, granted.started)
    return hits(times > view.number("most"), times=times, first_at=first, last_at=last)


_LAW = "行政许可法 第四十二条"

CHECKS = (
    Builtin(
        "extension-without-approval",
        Text("延期未经批准", "an extension without approval"),
        _LAW,
        "yellow",
        ("extensions.approved_by",),
        Text(
            "{granted_at}的延期没有批准人",
            "nobody approved the extension of {granted_at}",
        ),
        _without_approval,
    ),
    Builtin(
        "extension-after-due",
        Text("到期之后才延期", "extended after it was due"),
        _LAW,
        "red",
        ("accepted_at", "closed_at", "extensions"),
        Text(
            "法定时限{due_at}已到，{granted_at}才延期",
            "extended on {granted_at}, when the statutory limit had ended on {due_at}",
        ),
        _after_due,
        {"days": 20, "joint_days": 45},
    ),
    Builtin(
        "extension-beyond-law",
        Text("延期超过法定天数", "extended by more than the law allows"),
        _LAW,
        "red",
        ("extensions",),
        Text(
            "共延期 {total} 个工作日，法律允许 {limit} 个",
            "extended by {total} working days in all; the law allows {limit}",
        ),
        _beyond_law,
        {"days": 10, "joint_days": 15},
    ),
    Builtin(
        "extended-more-than-once",
        Text("多次延期", "extended more than once"),
        _LAW,
        "yellow",
        ("extensions",),
        Text(
            "{first_at}至{last_at}共延期 {times} 次",
            "extended {times} times from {first_at} to {last_at}",
        ),
        _too_often,
        {"most": 1},
    ),
)
"""The checks of this file."""
