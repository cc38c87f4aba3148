"""Procedure: the moments of a case in their order, and what must come before what."""

from __future__ import annotations

from functools import partial

import numpy as np

from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.instants import NEVER, NONE


def _before(view: View, *, early: str, late: str) -> Hits:
    """Find cases in which ``late`` came before ``early``; equal moments are in order."""
    first, second = view.batch.moments(early), view.batch.moments(late)
    found = (first != NONE) & (second != NONE) & (second < first)
    return hits(found, **{early: first, late: second})


def _without(view: View, *, must: str, has: str) -> Hits:
    """Find cases that have the moment ``has`` and not the one that must come before it."""
    given = view.batch.moments(has)
    found = (given != NONE) & (view.batch.moments(must) == NONE)
    return hits(found, **{has: given})


def _part_ends_before_it_begins(view: View, *, kind: PartKind) -> Hits:
    """Find the first part of a kind that ended before it began."""
    parts = view.batch.parts(kind)
    wrong = np.flatnonzero(
        (parts.started != NONE) & (parts.ended != NEVER) & (parts.ended < parts.started)
    )
    cases, first = np.unique(parts.owners[wrong], return_index=True)
    rows = wrong[first]
    return Hits(
        cases,
        {
            "name": [_name(parts.kinds[row]) for row in rows],
            "started_at": parts.started[rows],
            "ended_at": parts.ended[rows],
            "rows": [parts.rows[row].key if parts.rows else str(row) for row in rows],
        },
    )


def _name(kind: object) -> str:
    return "" if kind is None else str(kind)


_LAW_RECEIPT = "行政许可法 第三十二条"

CHECKS = (
    Builtin(
        "closed-before-accepted",
        Text("受理之前已办结", "closed before it was accepted"),
        _LAW_RECEIPT,
        "yellow",
        ("accepted_at", "closed_at"),
        Text(
            "{closed_at}办结，早于{accepted_at}受理",
            "closed on {closed_at}, before it was accepted on {accepted_at}",
        ),
        partial(_before, early="accepted_at", late="closed_at"),
    ),
    Builtin(
        "accepted-before-submitted",
        Text("申请之前已受理", "accepted before it was submitted"),
        _LAW_RECEIPT,
        "yellow",
        ("submitted_at", "accepted_at"),
        Text(
            "{accepted_at}受理，早于{submitted_at}申请",
            "accepted on {accepted_at}, before it was submitted on {submitted_at}",
        ),
        partial(_before, early="submitted_at", late="accepted_at"),
    ),
    Builtin(
        "decided-after-closed",
        Text("办结之后才作决定", "decided after it was closed"),
        "行政许可法 第三十八条",
        "yellow",
        ("decided_at", "closed_at"),
        Text(
            "{decided_at}作出决定，晚于{closed_at}办结",
            "decided on {decided_at}, after it was closed on {closed_at}",
        ),
        partial(_before, early="decided_at", late="closed_at"),
    ),
    Builtin(
        "delivered-before-decided",
        Text("决定之前已送达", "delivered before it was decided"),
        "行政许可法 第四十四条",
        "yellow",
        ("decided_at", "delivered_at"),
        Text(
            "{delivered_at}送达，早于{decided_at}作出决定",
            "delivered on {delivered_at}, before it was decided on {decided_at}",
        ),
        partial(_before, early="decided_at", late="delivered_at"),
    ),
    Builtin(
        "closed-without-acceptance",
        Text("未受理即办结", "closed without having been accepted"),
        _LAW_RECEIPT,
        "yellow",
        ("accepted_at", "closed_at"),
        Text(
            "{closed_at}办结，没有受理时间", "closed on {closed_at} without a moment of acceptance"
        ),
        partial(_without, must="accepted_at", has="closed_at"),
    ),
    Builtin(
        "pause-ends-before-it-begins",
        Text("特别程序结束早于开始", "a special procedure ended before it began"),
        "行政许可法 第四十五条",
        "yellow",
        ("pauses",),
        Text(
            "特别程序{name}{started_at}开始，却在{ended_at}结束",
            "the special procedure {name} began on {started_at} and ended on {ended_at}",
        ),
        partial(_part_ends_before_it_begins, kind=PartKind.PAUSE),
    ),
    Builtin(
        "step-ends-before-it-begins",
        Text("环节结束早于开始", "a step ended before it began"),
        "GB/T 39046-2020",
        "yellow",
        ("steps",),
        Text(
            "环节{name}{started_at}开始，却在{ended_at}结束",
            "the step {name} began on {started_at} and ended on {ended_at}",
        ),
        partial(_part_ends_before_it_begins, kind=PartKind.STEP),
    ),
)
"""The checks of this file."""
