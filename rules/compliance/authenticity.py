"""Authenticity: moments that cannot be, or that nobody would have.

Facts besides the standard ones:

===============  ====================================================================
recorded_at      when the record was entered (录入、上报), not when it last changed
promised_unit    what ``promised_days`` counts, a :class:`rules.amounts.Unit`; working
                 days unless given. Likewise ``statutory_unit``
===============  ====================================================================

``kind``, ``promised_days``, ``statutory_days`` and the units may come from the catalogue
(``item_…``) instead. A moment that is a midnight was given as a date: its time of day is no ground.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Unit
from rules.cases import Fact, PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import UNITS, among_item, amount, due_after, has_parts, is_date, units
from rules.instants import HOUR, MINUTE, NEVER, NONE, SECOND, Instants, moment

_DAYS = (Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH)


def _in_future(view: View) -> Hits:
    """Find what has happened later than now; of several moments the furthest one.

    Of pauses only the beginning is looked at: their end may be known in advance.
    """
    batch = view.batch
    latest = view.now + int(view.number("minutes") * MINUTE)
    steps, pauses = batch.parts(PartKind.STEP), batch.parts(PartKind.PAUSE)
    of_steps = latest[steps.owners] if len(steps.started) else latest[:0]
    of_pauses = latest[pauses.owners] if len(pauses.started) else latest[:0]
    found: list[tuple[str, NDArray[np.int64], Instants, list[str]]] = []
    for name in view.names("facts"):
        at = batch.moments(name)
        cases = np.flatnonzero(at > latest)
        found.append((name, cases, at[cases], [""] * len(cases)))
    for name, parts, late in (
        ("step.started_at", steps, steps.started > of_steps),
        ("step.ended_at", steps, (steps.ended > of_steps) & (steps.ended != NEVER)),
        ("pause.started_at", pauses, pauses.started > of_pauses),
    ):
        rows = np.flatnonzero(late)
        at = (parts.ended if name == "step.ended_at" else parts.started)[rows]
        found.append((name, parts.owners[rows], at, [parts.key(row) for row in rows.tolist()]))
    cases = np.concatenate([one[1] for one in found])
    at = np.concatenate([one[2] for one in found])
    order = np.lexsort((-np.arange(len(at)), at, cases))
    last = order[np.flatnonzero(np.append(cases[order][1:] != cases[order][:-1], len(at) > 0))]
    names = [one[0] for one in found for _ in one[1]]
    keys = [key for one in found for key in one[3]]
    next_at = np.full(batch.size, NONE, np.int64)
    next_at[cases[last]] = at[last] - (latest - view.now)[cases[last]]
    evidence: dict[str, list[Fact] | Instants] = {
        "fact": [names[row] for row in last],
        "stated_at": at[last],
        "seen_at": view.now[cases[last]],
        "rows": [keys[row] for row in last],
    }
    return Hits(cases[last], evidence, next_at)


def _recorded_late(view: View) -> Hits:
    """Find what was entered long after it happened: the closing, or else the acceptance."""
    work, recorded = view.work, view.batch.moments("recorded_at")
    closed, accepted = view.batch.moments("closed_at"), view.batch.moments("accepted_at")
    of_closing = (closed != NONE) & (closed <= recorded)
    happened = np.where(of_closing, closed, accepted)
    there = (recorded != NONE) & (happened != NONE)
    passed = work.passed_at(np.maximum(recorded, 0)) - work.passed_at(np.maximum(happened, 0))
    found = there & (passed > view.number("hours") * HOUR)
    facts = np.where(of_closing, "closed_at", "accepted_at")
    hours = np.round(passed / HOUR, 1)
    return hits(found, fact=facts, happened_at=happened, recorded_at=recorded, hours=hours)


def _outside_hours(view: View) -> Hits:
    """Find the first of the named moments that lies outside the hours of any working day."""
    work, batch = view.work, view.batch
    grace = int(view.number("minutes") * MINUTE)
    names = view.names("facts")
    which = np.full(batch.size, -1)
    first = np.full(batch.size, NONE, np.int64)
    for index, name in enumerate(names):
        at = batch.moments(name)
        day = work.working_day(at)
        opened, closed = work.opens[day] - grace, work.closes[day] + grace
        outside = ~work.working[day] | (at < opened) | (at > closed)
        outside &= work.inside(at) & ~is_date(work, at)
        outside &= which < 0
        which[outside] = index
        first[outside] = at[outside]
    cases = np.flatnonzero(which >= 0)
    facts = [names[index] for index in which[cases]]
    times = [f"{moment(at, work.calendar.timezone):%H:%M}" for at in first[cases].tolist()]
    return Hits(cases, {"fact": facts, "happened_at": first[cases], "time": times})


def _at_once(view: View) -> Hits:
    """Find cases of kinds that take their time which were accepted and closed in one instant."""
    batch = view.batch
    accepted, closed = batch.moments("accepted_at"), batch.moments("closed_at")
    there = (accepted != NONE) & (closed >= accepted)
    near = there & (np.where(there, closed - accepted, 0) <= view.number("seconds") * SECOND)
    found = near & ~is_date(view.work, accepted) & among_item(batch, "kind", view.names("kinds"))
    return hits(found, accepted_at=accepted, closed_at=closed)


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


_LAW_PROMISE = "行政许可法 第四十二条"
_TIMES = ("submitted_at", "accepted_at", "decided_at", "closed_at", "delivered_at")

CHECKS = (
    Builtin(
        "moment-in-future",
        Text("时间在将来", "a moment that lies in the future"),
        "GB/T 39046-2020",
        "yellow",
        ("submitted_at|accepted_at|decided_at|closed_at|delivered_at|steps|pauses",),
        Text(
            "{fact}写的是{stated_at}，查看时才{seen_at}",
            "{fact} is given as {stated_at}, seen on {seen_at}",
        ),
        _in_future,
        {"facts": _TIMES, "minutes": 5},
    ),
    Builtin(
        "recorded-late",
        Text("迟报：事后很久才录入", "entered long after it happened"),
        "GB/T 39046-2020",
        "yellow",
        ("recorded_at", "accepted_at"),
        Text(
            "{fact}为{happened_at}，{recorded_at}才录入，迟 {hours} 个工作小时",
            "{fact} is {happened_at}, entered on {recorded_at}, {hours} working hours later",
        ),
        _recorded_late,
        {"hours": 8},
    ),
    Builtin(
        "outside-office-hours",
        Text("办公时间以外办理", "handled outside office hours"),
        "GB/T 36112-2018",
        "warning",
        ("accepted_at",),
        Text(
            "{fact}为{happened_at} {time}，不在办公时间",
            "{fact} is {happened_at} {time}, outside office hours",
        ),
        _outside_hours,
        {"facts": ("accepted_at", "closed_at"), "minutes": 30},
    ),
    Builtin(
        "accepted-and-closed-at-once",
        Text("承诺件受理即办结", "accepted and closed in the same instant"),
        "行政许可法 第三十四条",
        "yellow",
        ("accepted_at", "closed_at", "kind|item_kind"),
        Text(
            "承诺件{accepted_at}受理，同一时刻{closed_at}办结",
            "no instant item, yet accepted on {accepted_at} and closed on {closed_at}",
        ),
        _at_once,
        {"kinds": ("promise",), "seconds": 0},
    ),
    Builtin(
        "due-before-start",
        Text("到期时间早于受理", "due before it was accepted"),
        _LAW_PROMISE,
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
        _LAW_PROMISE,
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
        _LAW_PROMISE,
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
        _LAW_PROMISE,
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
