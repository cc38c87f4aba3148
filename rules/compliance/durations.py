"""Durations: pauses and steps that took longer than the law, their limit or what was told allow.

Working days are counted as in limits: the day of start does not count, the last one ends at close
of business. A pause or step that was left open ends with its case. These checks speak of:

==============  ===============================================================
``told_days``   of a pause: the working days the applicant was told (告知所需时间)
``cap_days``    of a pause: the most working days the law allows it, if it has its own
``limit_days``  of a step: the working days it may take, pauses left out
==============  ===============================================================
"""

from __future__ import annotations

import numpy as np

from rules.cases import PartKind
from rules.columns import Numbers
from rules.compliance.check import Builtin, Hits, Text, View
from rules.compliance.columns import due_after
from rules.compliance.rows import earliest_of, ended, named, of_kinds, row_hits
from rules.compliance.working_days import (
    allow_for_pauses,
    day_reached,
    late,
    when_late,
)
from rules.instants import DAY, NONE, Instants
from rules.parts import Parts


def _told_pauses(view: View) -> Hits:
    """Find the first pause that lasted longer than the applicant was told."""
    pauses = view.batch.parts(PartKind.PAUSE)
    return _long(view, pauses, pauses.coded("told_days").numbers(), name="kind")


def _capped_pauses(view: View) -> Hits:
    """Find the first pause over the cap of its kind, or over its own."""
    pauses = view.batch.parts(PartKind.PAUSE)
    own = pauses.coded("cap_days").numbers()
    of_kind = np.where(of_kinds(pauses, view.names("kinds")), view.number("days"), np.nan)
    return _long(view, pauses, np.where(np.isfinite(own), own, of_kind), name="kind")


def _long_steps(view: View) -> Hits:
    """Find the first step that took longer than its own limit; pauses do not count."""
    steps = view.batch.parts(PartKind.STEP)
    return _long(view, steps, steps.coded("limit_days").numbers(), name="name", pauses_count=False)


def _long(
    view: View, parts: Parts, limits: Numbers, *, name: str, pauses_count: bool = True
) -> Hits:
    """Find the first row that took more working days than its limit (m) allows.

    ``name`` is the fact a row goes by.
    """
    ends = _until(view, parts)
    # What ended within as many days of any kind is in time and need not be looked at.
    long = (ends == NONE) | (ends - parts.started > (limits - 1) * DAY)
    rows = np.flatnonzero(np.isfinite(limits) & long)
    owners, start, until, limit = parts.owners[rows], parts.started[rows], ends[rows], limits[rows]
    now, due = view.now[owners], due_after(view.work, start, limit)
    if not pauses_count:
        allow_for_pauses(view, due, late(due, until, now), owners, start, until, limit)
    found = np.flatnonzero(late(due, until, now))
    found = found[np.unique(owners[found], return_index=True)[1]]
    coming = when_late(due, until)
    coming = np.where(coming > now, coming, NONE)
    return row_hits(
        parts,
        rows[found],
        earliest_of(owners, coming, view.batch.size),
        name=named(parts, rows[found], name),
        started_at=start[found],
        ended_at=until[found],
        due_at=due[found],
        days=day_reached(view.work, start[found], until[found], now[found], limit[found]),
        limit=limit[found],
    )


def _until(view: View, parts: Parts) -> Instants:
    """Give when each row ended (m): one left open ends with its case."""
    closed = view.batch.moments("closed_at")[parts.owners]
    ends = ended(parts)
    return np.where((ends == NONE) & (closed > parts.started), closed, ends)


CHECKS = (
    Builtin(
        "pause-over-cap",
        Text("特别程序超过法定期限", "a special procedure took longer than the law allows"),
        "行政许可法 第四十七条",
        "yellow",
        ("pauses.ended_at", "pauses.kind|pauses.cap_days"),
        Text(
            "{started_at}起特别程序{name}已到第 {days} 个工作日，法定最长 {limit} 个",
            "the special procedure {name}, begun on {started_at}, ran into working day {days}; "
            "the law allows {limit}",
        ),
        _capped_pauses,
        {"days": 20, "kinds": ("听证",)},
    ),
    Builtin(
        "pause-longer-than-told",
        Text("特别程序超过告知的时间", "a special procedure took longer than was told"),
        "行政许可法 第四十五条",
        "yellow",
        ("pauses.ended_at", "pauses.told_days"),
        Text(
            "{started_at}起特别程序{name}已到第 {days} 个工作日，告知的是 {limit} 个",
            "the special procedure {name}, begun on {started_at}, ran into working day {days}; "
            "{limit} were told",
        ),
        _told_pauses,
    ),
    Builtin(
        "step-over-limit",
        Text("环节超时", "a step took longer than its limit"),
        "GB/T 39046-2020；环节时限由各地规定",
        "warning",
        ("steps.ended_at", "steps.limit_days"),
        Text(
            "环节{name}{started_at}开始，限 {limit} 个工作日，到{due_at}没有办完",
            "the step {name} began on {started_at} and had {limit} working days, but was not done "
            "by {due_at}",
        ),
        _long_steps,
    ),
)
"""The checks of this file."""
