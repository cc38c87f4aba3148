"""Queue: how long somebody with a ticket waited at the hall.

Facts besides the standard ones:

==========  ==========================================================
ticket_at   when the ticket was drawn (取号)
called_at   when its number was called (叫号); without it whoever was
            accepted or closed counts as called then
==========  ==========================================================
"""

from __future__ import annotations

import numpy as np

from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import overdue
from rules.instants import MINUTE, NONE, Instants


def _called(view: View) -> Instants:
    called = view.batch.moments("called_at")
    for name in ("accepted_at", "closed_at"):
        called = np.where(called == NONE, view.batch.moments(name), called)
    return called


def _closing(view: View, ticket: Instants) -> Instants:
    """Give the close of business of the day of a ticket, or of the next working day."""
    work = view.work
    day = work.working_day(ticket)
    late = ~work.working[day] | (ticket >= work.closes[day])
    day = np.where(late, work.nth(work.ordinal[day] + 1), day)
    return np.where(work.inside(ticket), work.closes[day], NONE)


def _waited(view: View) -> Hits:
    """Find tickets that waited too long; one that nobody called waits until close of business."""
    work, ticket, called = view.work, view.batch.moments("ticket_at"), _called(view)
    closing = _closing(view, ticket)
    there = closing != NONE
    begun = work.passed_at(np.where(there, ticket, work.midnight[0]))
    due = work.reached(begun + int(view.number("minutes") * MINUTE))
    late, next_at = overdue(view, np.where(there, due, NONE), called)
    waiting = (called == NONE) & there
    # From close of business on it was never called, which is another check's.
    found = late & ~(waiting & (view.now >= closing))
    next_at = np.where(waiting & late, closing, np.where(next_at < closing, next_at, NONE))
    until = np.where(waiting, view.now, called)
    minutes = np.round((work.passed_at(np.maximum(until, 0)) - begun) / MINUTE)
    return hits(found, next_at, ticket_at=ticket, called_at=called, minutes=minutes)


def _never_called(view: View) -> Hits:
    """Find tickets that had not been called at close of business."""
    ticket, called = view.batch.moments("ticket_at"), _called(view)
    closing = np.where(called == NONE, _closing(view, ticket), NONE)
    late, next_at = overdue(view, closing, called)
    return hits(late, next_at, ticket_at=ticket)


CHECKS = (
    Builtin(
        "ticket-waits-too-long",
        Text("取号后等候过久", "waited too long after drawing a ticket"),
        "GB/T 36112-2018",
        "warning",
        ("ticket_at", "called_at"),
        Text(
            "{ticket_at}取号，已等候 {minutes} 分钟（只计办公时间）",
            "waited {minutes} minutes of office hours with a ticket of {ticket_at}",
        ),
        _waited,
        {"minutes": 30},
    ),
    Builtin(
        "ticket-never-called",
        Text("取号后始终未叫号", "a ticket that was never called"),
        "GB/T 36112-2018",
        "yellow",
        ("ticket_at", "called_at"),
        Text(
            "{ticket_at}取号，到下班仍未叫号",
            "the ticket of {ticket_at} had not been called at close of business",
        ),
        _never_called,
    ),
)
"""The checks of this file."""
