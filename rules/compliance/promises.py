"""Promises: due moments and lengths that cannot be, or that the law does not allow.

Facts besides the standard ones:

=============  ======================================================================
promised_unit  what ``promised_days`` counts, a :class:`rules.amounts.Unit`; working
               days unless given. Likewise ``statutory_unit``
=============  ======================================================================

``promised_days``, ``statutory_days`` and the units may come from the catalogue (``item_…``)
instead. A due moment that is a midnight was given as a date, and means the end of that day.
"""

from __future__ import annotations

import numpy as np

from rules.amounts import Unit
from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import UNITS, amount, due_after, has_parts, is_date, units
from rules.instants import NONE

_DAYS = (Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH)


def _due_before_start(view: View) -> Hits:
    """Find due moments, promised or statutory, that lie before the case was accepted."""
    work, batch = view.work, view.batch
    accepted = batch.moments("accepted_at")
    found = np.zeros(batch.size, dtype=bool)
    facts = np.full(batch.size, None, dtype=object)
    dues = np.full(batch.size, NONE, np.int64)
    for name in ("promised_due", "statutory_due"):
        due = batch.moments(name)
        before = (accepted != NONE) & (due != NONE) & (due < accepted)
        # A date means the end of its day.
        before &= ~is_date(work, due) | (work.day(due) < work.day(accepted))
        facts[before & ~found] = name
        dues = np.where(before & ~found, due, dues)
        found |= before
    return hits(found, fact=facts, stated_due=dues, accepted_at=accepted)


def _promise_after_statutory(view: View) -> Hits:
    """Find promised due moments on a later day than the statutory one."""
    work, batch = view.work, view.batch
    promised, statutory = batch.moments("promised_due"), batch.moments("statutory_due")
    there = (promised != NONE) & (statutory != NONE)
    found = there & (work.day(promised) > work.day(statutory))
    return hits(found, promised_due=promised, statutory_due=statutory)


def _promise_over_days(view: View) -> Hits:
    """Find promised due moments later than the statutory number of days allows.

    A case with a special procedure or an extension has more time: it is left to the limits.
    """
    work, batch = view.work, view.batch
    accepted, promised = batch.moments("accepted_at"), batch.moments("promised_due")
    days, unit_of = amount(batch, "statutory_days"), units(batch, "statutory_unit")
    statutory = np.full(batch.size, NONE, np.int64)
    for unit in _DAYS:
        mine = unit_of == UNITS.index(unit)
        if mine.any():
            due = due_after(work, accepted, np.where(mine, days, np.nan), unit)
            statutory = np.where(mine, due, statutory)
    found = (promised != NONE) & (statutory != NONE) & (work.day(promised) > work.day(statutory))
    found &= ~has_parts(batch, PartKind.PAUSE, PartKind.EXTENSION)
    return hits(
        found,
        accepted_at=accepted,
        promised_due=promised,
        statutory_due=statutory,
        statutory_days=days,
    )


def _days_over_days(view: View) -> Hits:
    """Find promises of more days than the law allows, counted in the same unit."""
    batch = view.batch
    promised, statutory = amount(batch, "promised_days"), amount(batch, "statutory_days")
    same = units(batch, "promised_unit") == units(batch, "statutory_unit")
    found = (promised > statutory) & same
    return hits(found, promised_days=promised, statutory_days=statutory)


_LAW = "行政许可法 第四十二条"

CHECKS = (
    Builtin(
        "due-before-start",
        Text("到期时间早于受理", "due before it was accepted"),
        "GB/T 39046-2020",
        "yellow",
        ("accepted_at", "promised_due|statutory_due"),
        Text(
            "{fact}为{stated_due}，早于{accepted_at}受理",
            "{fact} is {stated_due}, before it was accepted on {accepted_at}",
        ),
        _due_before_start,
    ),
    Builtin(
        "promise-after-statutory-due",
        Text("承诺办结晚于法定办结", "promised for later than the statutory due moment"),
        _LAW,
        "yellow",
        ("promised_due", "statutory_due"),
        Text(
            "承诺{promised_due}办结，法定{statutory_due}前办结",
            "promised for {promised_due}, by law due on {statutory_due}",
        ),
        _promise_after_statutory,
    ),
    Builtin(
        "promise-beyond-statutory-days",
        Text("承诺办结超出法定时限", "promised for later than the statutory limit allows"),
        _LAW,
        "yellow",
        ("accepted_at", "promised_due", "statutory_days|item_statutory_days"),
        Text(
            "{accepted_at}受理，承诺{promised_due}办结，"
            "按法定时限 {statutory_days} 天应在{statutory_due}前",
            "accepted on {accepted_at} and promised for {promised_due}; "
            "the statutory {statutory_days} days end on {statutory_due}",
        ),
        _promise_over_days,
    ),
    Builtin(
        "promise-longer-than-statutory",
        Text("承诺时限长于法定时限", "a promise longer than the statutory limit"),
        _LAW,
        "yellow",
        ("promised_days|item_promised_days", "statutory_days|item_statutory_days"),
        Text(
            "承诺 {promised_days} 天，法定 {statutory_days} 天",
            "{promised_days} days promised, {statutory_days} by law",
        ),
        _days_over_days,
    ),
)
"""The checks of this file."""
