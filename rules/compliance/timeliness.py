"""Timeliness: what took longer than the law, its own limit or what was told allow.

Working days are counted as in limits: the day of start does not count, the last one ends at close
of business. Besides the standard facts these checks speak of:

==================  ===============================================================
``refused_at``      when the application was refused acceptance (不予受理)
``correction_at``   when the applicant was told what is missing (补正告知)
``corrected_at``    when all that was missing had been received (补正完成)
``asked_at``        when a complaint or query was made
``answered_at``     when it was answered
==================  ===============================================================
"""

from __future__ import annotations

from functools import partial

import numpy as np

from rules.cases import PartKind
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import due_after
from rules.compliance.rows import (
    earliest_of_each,
    ended,
    of_kinds,
)
from rules.compliance.working_days import (
    allow_for_pauses,
    day_reached,
    earliest,
    late,
    when_late,
)
from rules.instants import NONE, Instants


def _between(view: View, *, begins: str, ends: str) -> Hits:
    """Find what took more than ``days`` working days from one moment to another."""
    start, until = view.batch.moments(begins), view.batch.moments(ends)
    return _longer(view, start, until, **{begins: start, ends: until})


def _acceptance(view: View) -> Hits:
    """Find applications not answered in time; after a correction the time runs anew.

    That the correction was asked too late is the finding of another check.
    """
    received, answer = view.batch.moments("submitted_at"), _answer(view)
    asked, corrected = _corrections(view, answer)
    start = np.where(asked == NONE, received, corrected)
    return _longer(view, start, answer, received_at=start, answered_at=answer)


def _late_correction(view: View) -> Hits:
    """Find first notices of what is missing that came too late."""
    received = view.batch.moments("submitted_at")
    asked, _ = _corrections(view, _answer(view))
    start = np.where(asked == NONE, NONE, received)
    return _longer(view, start, asked, submitted_at=received, correction_at=asked)


def _longer(view: View, start: Instants, until: Instants, **moments: Instants) -> Hits:
    """Find what took, or is open for, more than the setting ``days`` in working days."""
    limit = view.number("days")
    due = due_after(view.work, start, limit)
    cases = np.flatnonzero(late(due, until, view.now))
    days = day_reached(view.work, start[cases], until[cases], view.now[cases], limit)
    evidence = {name: column[cases] for name, column in moments.items()}
    evidence |= {"due_at": due[cases], "days": days, "limit": np.full(len(cases), limit)}
    return Hits(cases, evidence, when_late(due, until))


def _answer(view: View) -> Instants:
    """Give when it was decided whether to accept (n)."""
    return earliest(
        *(view.batch.moments(f"{name}_at") for name in ("accepted", "refused", "closed"))
    )


def _corrections(view: View, answer: Instants) -> tuple[Instants, Instants]:
    """Give when a correction was first asked before the answer, and when the last was made (n).

    A notice is a moment of the case or a pause of one of the ``kinds``. The second is ``NONE``
    while one is open.
    """
    parts = view.batch.parts(PartKind.PAUSE)
    before = (answer == NONE)[parts.owners] | (parts.started < answer[parts.owners])
    mine = of_kinds(parts, view.names("kinds")) & (parts.started != NONE) & before
    told = view.batch.moments("correction_at")
    told = np.where((answer == NONE) | (told < answer), told, NONE)
    asked = earliest(told, earliest_of_each(parts, np.where(mine, parts.started, NONE)))
    corrected = view.batch.moments("corrected_at").copy()
    ends = ended(parts)
    np.maximum.at(corrected, parts.owners[mine], ends[mine])
    corrected[parts.owners[mine & (ends == NONE)]] = NONE
    return asked, corrected


def _idle(view: View) -> Hits:
    """Find cases in which nothing began within ``days`` working days of acceptance.

    A step that begins is a movement, and so is every moment of the case that ``moves`` names and
    that is not before acceptance. What is decided or closed is not idle, in whatever order.
    """
    accepted = view.batch.moments("accepted_at")
    steps = view.batch.parts(PartKind.STEP)
    moves = ~steps.coded("name").among(view.names("aside")) & (
        steps.started >= accepted[steps.owners]
    )
    moved = earliest(
        earliest_of_each(steps, np.where(moves, steps.started, NONE)),
        view.batch.moments("decided_at"),
        view.batch.moments("closed_at"),
        *(_since(accepted, view.batch.moments(name)) for name in view.names("moves")),
    )
    limit = np.full(view.batch.size, view.number("days"))
    due = due_after(view.work, accepted, limit)
    everyone = np.arange(view.batch.size)
    allow_for_pauses(view, due, late(due, moved, view.now), everyone, accepted, moved, limit)
    return hits(
        late(due, moved, view.now),
        when_late(due, moved),
        accepted_at=accepted,
        moved_at=moved,
        due_at=due,
        limit=limit,
    )


def _since(accepted: Instants, at: Instants) -> Instants:
    return np.where(at >= accepted, at, NONE)


def _short_notice(view: View) -> Hits:
    """Find hearings of which time and place were told fewer than ``days`` working days before.

    The day of the notice does not count, that of the hearing does.
    """
    noticed, held = (view.batch.moments(f"hearing_{name}_at") for name in ("noticed", "held"))
    there = view.work.inside(noticed) & view.work.inside(held)
    from_day, to_day = (
        view.work.ordinal[view.work.day(np.where(there, at, view.work.midnight[0]))]
        for at in (noticed, held)
    )
    days, limit = np.maximum(to_day - from_day, 0), view.number("days")
    return hits(
        there & (days < limit),
        noticed_at=noticed,
        held_at=held,
        days=days,
        limit=np.full(view.batch.size, limit),
    )


_LAW_RECEIPT = "行政许可法 第三十二条"
_MOVES = (
    *("reported_up_at", "upper_answered_at", "answered_at", "refused_at"),
    *("correction_at", "third_asked_at", "hearing_noticed_at", "hearing_held_at"),
    *("dispatched_at", "served_at", "delivered_at"),
)
"""The moments that tell that somebody has been at work on a case after it was accepted."""

_CORRECTION = ("补正",)

CHECKS = (
    Builtin(
        "acceptance-late",
        Text("逾期未作出受理决定", "not decided in time whether to accept"),
        _LAW_RECEIPT,
        "yellow",
        ("submitted_at", "accepted_at", "closed_at"),
        Text(
            "{received_at}收到申请材料，受理与否已到第 {days} 个工作日，规定 {limit} 个",
            "the material was received on {received_at}; deciding whether to accept it ran into "
            "working day {days}, {limit} are allowed",
        ),
        _acceptance,
        {"days": 5, "kinds": _CORRECTION},
    ),
    Builtin(
        "correction-late",
        Text("补正告知逾期", "told too late what is missing"),
        _LAW_RECEIPT,
        "yellow",
        ("submitted_at", "correction_at|pauses.kind"),
        Text(
            "{submitted_at}申请，{correction_at}才告知补正，是第 {days} 个工作日，规定 {limit} 个",
            "submitted on {submitted_at}, but told only on {correction_at} what is missing: on "
            "working day {days}, {limit} are allowed",
        ),
        _late_correction,
        {"days": 5, "kinds": _CORRECTION},
    ),
    Builtin(
        "delivery-late",
        Text("逾期未送达", "not delivered in time"),
        "行政许可法 第四十四条",
        "yellow",
        ("decided_at", "delivered_at"),
        Text(
            "{decided_at}作出决定，送达已到第 {days} 个工作日，规定 {limit} 个",
            "decided on {decided_at}; delivery ran into working day {days}, {limit} are allowed",
        ),
        partial(_between, begins="decided_at", ends="delivered_at"),
        {"days": 10},
    ),
    Builtin(
        "answer-late",
        Text("投诉咨询答复逾期", "a complaint or query was not answered in time"),
        "国办发〔2020〕53号；限期由各地规定",
        "yellow",
        ("asked_at", "answered_at"),
        Text(
            "{asked_at}提出，答复已到第 {days} 个工作日，规定 {limit} 个",
            "asked on {asked_at}; the answer ran into working day {days}, {limit} are allowed",
        ),
        partial(_between, begins="asked_at", ends="answered_at"),
        {"days": 5},
    ),
    Builtin(
        "accepted-but-idle",
        Text("只挂号不看病：受理后无人办理", "accepted, but nothing moved"),
        "行政许可法 第四十二条",
        "yellow",
        ("accepted_at", "closed_at", "steps"),
        Text(
            "{accepted_at}受理，到{due_at}已满 {limit} 个工作日，没有环节开始办理",
            "accepted on {accepted_at}; by {due_at}, {limit} working days later, no step had begun",
        ),
        _idle,
        {"days": 5, "aside": ("申请", "收件", "受理"), "moves": _MOVES},
    ),
    Builtin(
        "hearing-notice",
        Text("听证未提前七日通知", "a hearing announced too late"),
        "行政许可法 第四十八条、第八十二条",
        "yellow",
        ("hearing_noticed_at", "hearing_held_at"),
        Text(
            "{noticed_at}通知，{held_at}举行听证，只提前 {days} 个工作日，规定 {limit} 个",
            "the hearing of {held_at} was announced on {noticed_at}, {days} working days before; "
            "{limit} are required",
        ),
        _short_notice,
        {"days": 7},
    ),
)
"""The checks of this file."""
