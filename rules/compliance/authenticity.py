"""Authenticity: moments that cannot be, or that nobody would have.

Facts besides the standard ones:

===========  ==============================================================
recorded_at  when the record was entered or last changed (录入、上报)
===========  ==============================================================

``kind`` may come from the catalogue (``item_kind``) instead. A moment that is a midnight was given
as a date: its time of day is no ground.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Fact, PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import among_item, is_date
from rules.instants import HOUR, MINUTE, NEVER, NONE, SECOND, Instants, moment
from rules.parts import Parts

_TIMES = ("submitted_at", "accepted_at", "decided_at", "closed_at", "delivered_at")
_RECORDED = (
    *_TIMES,
    *("correction_at", "corrected_at", "refused_at", "reopened_at", "asked_at", "answered_at"),
    *("ticket_at", "called_at", "rated_at", "called_back_at", "applicant_called_at"),
    *("fee_paid_at", "reported_at", "reported_up_at", "upper_answered_at"),
)
"""What a row is written anew for."""


def _in_future(view: View) -> Hits:
    """Find what has happened later than now; of several moments the furthest one.

    Of pauses only the beginning is looked at: their end may be known in advance.
    """
    batch = view.batch
    latest = view.now + int(view.number("minutes") * MINUTE)
    found: list[tuple[str, NDArray[np.int64], Instants, list[str]]] = []
    for name in view.names("facts"):
        at = batch.moments(name)
        cases = np.flatnonzero(at > latest)
        found.append((name, cases, at[cases], [""] * len(cases)))
    for name, parts, at in _of_parts(batch):
        if name != "pause.ended_at":
            rows = np.flatnonzero((at > latest[parts.owners]) & (at != NEVER))
            keys = [parts.key(row) for row in rows.tolist()]
            found.append((name, parts.owners[rows], at[rows], keys))
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
    """Find records that were entered long after the last thing that had happened by then.

    So a row that is written anew with each step is not late for what happened before.
    """
    work, batch = view.work, view.batch
    recorded = batch.moments("recorded_at")
    happened = np.full(batch.size, NONE, np.int64)
    which = np.full(batch.size, -1)
    events = [(name, batch.moments(name)) for name in _RECORDED if batch.tells(name)]
    events += [(name, _last(parts, at, recorded)) for name, parts, at in _of_parts(batch)]
    for index, (_, at) in enumerate(events):
        last = (at <= recorded) & (at > happened)
        happened[last] = at[last]
        which[last] = index
    there = which >= 0
    passed = work.passed_at(np.maximum(recorded, 0)) - work.passed_at(np.maximum(happened, 0))
    cases = np.flatnonzero(there & (passed > view.number("hours") * HOUR))
    return Hits(
        cases,
        {
            "fact": [events[index][0] for index in which[cases]],
            "happened_at": happened[cases],
            "recorded_at": recorded[cases],
            "hours": np.round(passed[cases] / HOUR, 1),
        },
    )


def _of_parts(batch: Batch) -> Iterator[tuple[str, Parts, Instants]]:
    for kind in PartKind:
        parts = batch.parts(kind)
        yield f"{kind}.started_at", parts, parts.started
        yield f"{kind}.ended_at", parts, parts.ended


def _last(parts: Parts, at: Instants, until: Instants) -> Instants:
    """Give the last of the moments (m) of each case's parts that is not after ``until`` (n)."""
    latest = np.full(len(until), NONE, np.int64)
    rows = np.flatnonzero(at <= until[parts.owners])
    np.maximum.at(latest, parts.owners[rows], at[rows])
    return latest


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
)
"""The checks of this file."""
