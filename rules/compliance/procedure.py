"""Procedure: the moments of a case in their order, and what must come before what.

Besides the standard facts these checks speak of:

=====================  ==========================================================
``correction_at``      when the applicant was told what is missing (补正告知)
``corrected_at``       when all that was missing had been received (补正完成)
``publicity_ends_at``  when publicity (公示) ends
``reopened_at``        when a closed case was opened again
``refused_at``         when the application was refused acceptance (不予受理)
``result``             what came of the case, as in :mod:`rules.compliance.content`
=====================  ==========================================================
"""

from __future__ import annotations

from functools import partial

import numpy as np

from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import among, end_of_date
from rules.compliance.rows import first_rows, named, of_kinds, row_hits
from rules.instants import NEVER, NONE


def _before(view: View, *, early: str, late: str) -> Hits:
    """Find cases in which ``late`` came before ``early``; equal moments are in order."""
    first, second = view.batch.moments(early), view.batch.moments(late)
    found = (first != NONE) & (second != NONE) & (second < first)
    return hits(found, **{early: first, late: second})


def _never_accepted(view: View) -> Hits:
    """Find cases that were closed without acceptance, other than by ending before it.

    What was refused acceptance (``refused_at``), or has one of the ``results``, need not have been
    accepted.
    """
    batch = view.batch
    closed, refused = batch.moments("closed_at"), batch.moments("refused_at")
    found = (closed != NONE) & (batch.moments("accepted_at") == NONE) & (refused == NONE)
    return hits(found & ~among(batch, "result", view.names("results")), closed_at=closed)


def _part_ends_before_it_begins(view: View, *, kind: PartKind, name: str) -> Hits:
    """Find the first part of a kind that ended before it began; ``name`` is the fact it goes by."""
    parts = view.batch.parts(kind)
    wrong = (parts.started != NONE) & (parts.ended != NEVER) & (parts.ended < parts.started)
    rows = first_rows(parts, wrong)
    return row_hits(
        parts,
        rows,
        name=named(parts, rows, name),
        started_at=parts.started[rows],
        ended_at=parts.ended[rows],
    )


def _corrections(view: View) -> Hits:
    """Find cases in which what is missing was told more than ``most`` times.

    A notice is a pause of one of the ``kinds``; those of the same moment are one notice.
    """
    pauses = view.batch.parts(PartKind.PAUSE)
    rows = np.flatnonzero(of_kinds(pauses, view.names("kinds")) & (pauses.started != NONE))
    owners, told = pauses.owners[rows], pauses.started[rows]
    same = (owners[1:] == owners[:-1]) & (told[1:] == told[:-1])
    rows = rows[np.concatenate([[True], ~same])[: len(rows)]]
    owners, told = pauses.owners[rows], pauses.started[rows]
    times = np.bincount(owners, minlength=view.batch.size)
    ends = np.cumsum(times)
    found = np.flatnonzero(times > view.number("most"))
    first, last = ends[found] - times[found], ends[found] - 1
    return row_hits(
        pauses, rows[last], times=times[found], first_at=told[first], last_at=told[last]
    )


def _before_publicity_ends(view: View) -> Hits:
    """Find decisions before the end of publicity; a date as its end means the end of that day."""
    decided = view.batch.moments("decided_at")
    end = end_of_date(view.work, view.batch.moments("publicity_ends_at"))
    found = (decided != NONE) & (end != NONE) & (decided < end)
    return hits(found, decided_at=decided, publicity_ends_at=end)


def _reopened(view: View) -> Hits:
    """Find cases opened again after they were closed; being closed at that moment is no closing."""
    closed, reopened = view.batch.moments("closed_at"), view.batch.moments("reopened_at")
    return hits((closed != NONE) & (reopened > closed), closed_at=closed, reopened_at=reopened)


def _counted_anew(view: View) -> Hits:
    """Find cases whose acceptance is not before they were opened again: the clock was reset."""
    accepted, reopened = view.batch.moments("accepted_at"), view.batch.moments("reopened_at")
    return hits(
        (reopened != NONE) & (accepted >= reopened), reopened_at=reopened, accepted_at=accepted
    )


_LAW_RECEIPT = "行政许可法 第三十二条"
# A record that contradicts itself offends against the data standard, whatever its kind of case.
_LAW_RECORD = "GB/T 39046-2020"

CHECKS = (
    Builtin(
        "closed-before-accepted",
        Text("受理之前已办结", "closed before it was accepted"),
        _LAW_RECORD,
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
        _LAW_RECORD,
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
        _LAW_RECORD,
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
        _LAW_RECORD,
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
        _never_accepted,
        {"results": ("not-accepted", "returned", "voided", "withdrawn")},
    ),
    Builtin(
        "pause-ends-before-it-begins",
        Text("特别程序结束早于开始", "a special procedure ended before it began"),
        _LAW_RECORD,
        "yellow",
        ("pauses.ended_at",),
        Text(
            "特别程序{name}{started_at}开始，却在{ended_at}结束",
            "the special procedure {name} began on {started_at} and ended on {ended_at}",
        ),
        partial(_part_ends_before_it_begins, kind=PartKind.PAUSE, name="kind"),
    ),
    Builtin(
        "step-ends-before-it-begins",
        Text("环节结束早于开始", "a step ended before it began"),
        "GB/T 39046-2020",
        "yellow",
        ("steps.ended_at",),
        Text(
            "环节{name}{started_at}开始，却在{ended_at}结束",
            "the step {name} began on {started_at} and ended on {ended_at}",
        ),
        partial(_part_ends_before_it_begins, kind=PartKind.STEP, name="name"),
    ),
    Builtin(
        "correction-answered-before-asked",
        Text("补正告知之前已补正", "a correction was made before it was asked for"),
        _LAW_RECORD,
        "yellow",
        ("correction_at", "corrected_at"),
        Text(
            "{corrected_at}补正，早于{correction_at}告知补正",
            "corrected on {corrected_at}, before the correction was asked for on {correction_at}",
        ),
        partial(_before, early="correction_at", late="corrected_at"),
    ),
    Builtin(
        "corrections-more-than-once",
        Text("没有一次性告知补正", "not told once and for all what is missing"),
        _LAW_RECEIPT,
        "yellow",
        ("pauses.kind",),
        Text(
            "{first_at}至{last_at}告知补正 {times} 次，应当一次性告知",
            "told {times} times from {first_at} to {last_at} what is missing; once must be enough",
        ),
        _corrections,
        {"kinds": ("补正",), "most": 1},
    ),
    Builtin(
        "decided-before-publicity-ends",
        Text("公示期未满即作决定", "decided before publicity had ended"),
        "公示期由规定该事项的法律、法规、规章确定",
        "red",
        ("decided_at", "publicity_ends_at"),
        Text(
            "{decided_at}作出决定，公示到{publicity_ends_at}才结束",
            "decided on {decided_at}, but publicity ended only on {publicity_ends_at}",
        ),
        _before_publicity_ends,
    ),
    Builtin(
        "closed-and-reopened",
        Text("办结后又重新打开", "closed and opened again"),
        _LAW_RECORD,
        "yellow",
        ("closed_at", "reopened_at"),
        Text(
            "{closed_at}办结，{reopened_at}又重新打开",
            "closed on {closed_at} and opened again on {reopened_at}",
        ),
        _reopened,
    ),
    Builtin(
        "clock-reset-by-reopening",
        Text("重新打开后重计受理时间", "accepted anew after having been opened again"),
        _LAW_RECORD,
        "red",
        ("accepted_at", "reopened_at"),
        Text(
            "{reopened_at}重新打开，受理时间改为{accepted_at}，时限从头算起",
            "opened again on {reopened_at}, and its acceptance is now of {accepted_at}: the limit "
            "starts from the beginning",
        ),
        _counted_anew,
    ),
)
"""The checks of this file."""
