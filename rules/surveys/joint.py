"""Joint approvals whose branches are cases of their own: the whole waits for all of them.

Facts besides the standard ones:

============  ==================================================================
joint_no      the number of the joint approval that a case belongs to, told of the
              whole and of its branches; the whole is the case of that number
============  ==================================================================

Branches that are steps of one case are for :mod:`rules.compliance.branches`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rules.compliance.check import Text
from rules.compliance.words import LISTED
from rules.instants import DAY, NEVER, NONE
from rules.surveys.columns import groups_of, size_of, text
from rules.surveys.readings import Columns, Reading, Sharing, Within
from rules.surveys.survey import Found, Occasion, Survey, listed

_NAMES = ("id", "key", "no", "joint_no", "department", "accepted_at", "closed_at")


def _asks(occasion: Occasion) -> Mapping[str, Reading]:
    since = occasion.now - round(occasion.number("back") * DAY)
    within = Within("accepted_at", since, or_seen=True)
    return {"joint": Sharing(within, ("source", "joint_no"), ("source", *_NAMES))}


def _judge(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each whole that was closed before all of its branches were."""
    columns = read["joint"]
    if not size_of(columns):
        return []
    group, closed = groups_of(columns, ("source", "joint_no")), columns["closed_at"]
    numbers = zip(columns["no"], columns["key"], columns["joint_no"], strict=True)
    whole = np.array([joint in (no, key) for no, key, joint in numbers], dtype=bool)
    ends = np.full(int(group.max()) + 1, NONE, np.int64)
    mains = np.flatnonzero(whole & (closed != NONE) & (closed <= occasion.now))
    ends[group[mains]] = closed[mains]
    end = ends[group]
    left = ~whole & (end != NONE) & (np.where(closed == NONE, NEVER, closed) > end)
    found = []
    for main in mains.tolist():
        branches = np.flatnonzero(left & (group == group[main]))
        if len(branches):
            found.append(_found(columns, main, branches.tolist()))
    return found


def _found(columns: Columns, main: int, branches: list[int]) -> Found:
    at = int(columns["closed_at"][main])
    names = (text(columns["department"][row] or columns["no"][row]) for row in branches)
    return Found(
        at,
        {
            "closed_at": at,
            "count": len(branches),
            "names": LISTED.join(dict.fromkeys(names)),
            "rows": listed([columns["key"][row] for row in branches]),
        },
        case=int(columns["id"][main]),
    )


SURVEYS = (
    Survey(
        "joint-closed-before-branches",
        Text("联办件先于分办件办结", "a joint approval closed before its branches"),
        "行政许可法 第二十六条",
        "yellow",
        ("joint_no", "closed_at"),
        Text(
            "{closed_at}办结时，还有 {count} 个分办件没有办结：{names}",
            "closed on {closed_at} while {count} of its branches were open: {names}",
        ),
        _asks,
        _judge,
        3600.0,
        {"back": 180},
    ),
)
"""The surveys of this file."""
