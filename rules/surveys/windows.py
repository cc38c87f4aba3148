"""A window that nobody attends in office hours (窗口无人值守), told by its tickets.

Facts besides the standard ones:

==========  ==========================================================
ticket_at   when a ticket was drawn (取号)
called_at   when its number was called (叫号); without it whoever was
            accepted or closed counts as called then
==========  ==========================================================
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rules.compliance.check import Text
from rules.instants import DAY, MINUTE, NEVER, NONE, Instants
from rules.subjects import window
from rules.surveys.columns import groups_of, size_of, taken, text
from rules.surveys.readings import Columns, Reading, Rows, Within
from rules.surveys.survey import Found, Occasion, Survey, listed

_MOMENTS = ("ticket_at", "called_at", "accepted_at", "closed_at")


def _asks(occasion: Occasion) -> Mapping[str, Reading]:
    by = occasion.text("by")
    names = tuple(dict.fromkeys(("key", "region", "department", by, *_MOMENTS)))
    within = Within("ticket_at", occasion.now - DAY, occasion.now, lately=True)
    return {"tickets": Rows(within, names, (by,))}


def _judge(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each window where tickets wait and nobody was called for so many minutes of work.

    They are counted from the last call or, where the first ticket came later, from that, up to when
    the sources were last read. Out of hours nothing is found.
    """
    columns, work = read["tickets"], occasion.work
    now = min(occasion.now, occasion.read_at)
    at = np.array([now], np.int64)
    [day] = work.working_day(at)
    if not size_of(columns) or not (
        work.working[day] and work.opens[day] <= now < work.closes[day]
    ):
        return []
    columns = taken(columns, columns["ticket_at"] >= work.midnight[day])
    called = _called(columns)
    waiting = called == NEVER
    group = groups_of(columns, ("region", occasion.text("by")))
    count = int(group.max(initial=-1)) + 1
    last_call = np.full(count, NONE, np.int64)
    np.maximum.at(last_call, group[~waiting], called[~waiting])
    first = np.full(count, NEVER, np.int64)
    np.minimum.at(first, group[waiting], columns["ticket_at"][waiting])
    tickets = np.bincount(group[waiting], minlength=count)
    since = np.maximum(np.maximum(last_call, first), work.opens[day])
    passed = work.passed_at(np.concatenate([at, np.minimum(since, now)]))
    minutes = (passed[0] - passed[1:]) / MINUTE
    idle = (tickets >= occasion.number("tickets")) & (minutes >= occasion.number("minutes"))
    return [
        _found(occasion, taken(columns, (group == one) & waiting), int(since[one]), minutes[one])
        for one in np.flatnonzero(idle).tolist()
    ]


def _called(columns: Columns) -> Instants:
    """Give when each ticket was called, ``NEVER`` where it has not been."""
    called = columns["called_at"]
    for name in ("accepted_at", "closed_at"):
        called = np.where(called == NONE, columns[name], called)
    return np.where(called == NONE, NEVER, called)


def _found(occasion: Occasion, tickets: Columns, since: int, minutes: float) -> Found:
    region, name = text(tickets["region"][0]), text(tickets[occasion.text("by")][0])
    departments = set(tickets["department"].tolist())
    keys = tickets["key"].tolist()
    return Found(
        since,
        {
            "window": name,
            "idle_since_at": since,
            "minutes": round(float(minutes)),
            "count": len(keys),
            "rows": listed(keys),
        },
        subject=window(region, name),
        carrier={
            "region": region or None,
            "department": departments.pop() if len(departments) == 1 else None,
        },
    )


SURVEYS = (
    Survey(
        "window-unattended",
        Text("办公时间窗口无人值守", "a window unattended in office hours"),
        "GB/T 36112-2018",
        "yellow",
        ("ticket_at", "called_at"),
        Text(
            "窗口 {window} 已 {minutes} 分钟（只计办公时间）没有叫号，有 {count} 人等候",
            "no call at window {window} for {minutes} minutes of office hours, "
            "with {count} waiting",
        ),
        _asks,
        _judge,
        300.0,
        {"by": "window", "minutes": 30, "tickets": 1},
        naming=("by",),
    ),
)
"""The surveys of this file."""
