"""Accepted twice (两头受理): one application that a window and a department both accept.

Facts besides the standard ones:

============  ==================================================================
external_no   the number under which another platform sent the application; two
              cases that have the same were made of one application
============  ==================================================================
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rules.compliance.check import Text
from rules.instants import DAY, NEVER, NONE
from rules.subjects import Place, place_name
from rules.surveys.columns import groups_of, size_of, taken, text
from rules.surveys.readings import Columns, Reading, Sharing, Within
from rules.surveys.survey import Found, Occasion, Survey, listed

_NAMES = ("id", "key", "no", "region", "department", "window", "accepted_at", "closed_at")


def _asks(occasion: Occasion) -> Mapping[str, Reading]:
    by, differing = occasion.names("by"), occasion.names("differing")
    since = occasion.now - round((occasion.number("back") + occasion.number("days")) * DAY)
    names = tuple(dict.fromkeys((*_NAMES, *by, *differing)))
    return {"shared": Sharing(Within("accepted_at", since), by, names, differing)}


def _judge(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each case accepted while the same application stood accepted elsewhere.

    It is held against the last such one of the days before. What was closed by then may have been
    applied for again.
    """
    columns = read["shared"]
    if not size_of(columns):
        return []
    group = groups_of(columns, occasion.names("by"))
    order = np.lexsort((columns["id"], columns["accepted_at"], group))
    columns, group = taken(columns, order), group[order]
    at = columns["accepted_at"]
    differing = occasion.names("differing")
    # Where nothing has to differ, no two cases are of one place.
    place = groups_of(columns, differing) if differing else np.arange(len(at))
    closed = np.where(columns["closed_at"] == NONE, NEVER, columns["closed_at"])
    if occasion.settings["closed_too"]:
        closed = np.full(len(at), NEVER, np.int64)
    earlier = _earlier(at, group, place, closed, round(occasion.number("days") * DAY))
    back = round(occasion.number("back") * DAY)
    seconds = np.flatnonzero((earlier >= 0) & (at >= occasion.now - back) & (at <= occasion.now))
    return [
        _found(occasion, columns, second, int(earlier[second]), back) for second in seconds.tolist()
    ]


def _earlier(
    at: NDArray[np.int64],
    group: NDArray[np.int64],
    place: NDArray[np.int64],
    closed: NDArray[np.int64],
    most: int,
) -> NDArray[np.int64]:
    """Give for each row the last earlier one of its group elsewhere, -1 where there is none.

    Rows are in the order of groups and moments. An earlier one is at most ``most`` microseconds
    before, and was not closed by then.
    """
    found = np.full(len(at), -1, np.int64)
    rows, lag = np.arange(len(at)), 1
    while True:
        rows = rows[rows >= lag]
        before = rows - lag
        near = (group[before] == group[rows]) & (at[rows] - at[before] <= most)
        rows, before = rows[near], before[near]
        if not len(rows):
            return found
        hit = (place[before] != place[rows]) & (closed[before] > at[rows])
        found[rows[hit]] = before[hit]
        rows, lag = rows[~hit], lag + 1  # one further back is looked for only where none was found


def _found(occasion: Occasion, columns: Columns, second: int, first: int, back: int) -> Found:
    at = int(columns["accepted_at"][second])
    return Found(
        at,
        {
            "accepted_at": at,
            "place": _place(occasion, columns, second),
            "first_no": str(columns["no"][first] or columns["key"][first]),
            "first_accepted_at": int(columns["accepted_at"][first]),
            "first_place": _place(occasion, columns, first),
            "rows": listed([columns["key"][first], columns["key"][second]]),
            "count": 2,
            "passes_at": at + back,
        },
        case=int(columns["id"][second]),
    )


def _place(occasion: Occasion, columns: Columns, row: int) -> str:
    region, department, window = (
        text(columns[name][row]) for name in ("region", "department", "window")
    )
    named = place_name(Place(region, department), occasion.directory)
    return " · ".join(one for one in (named, window) if one)


_SENTENCE = Text(
    "{first_accepted_at}已由{first_place}受理（{first_no}），{accepted_at}又由{place}受理",
    "accepted by {first_place} on {first_accepted_at} ({first_no}), "
    "and again by {place} on {accepted_at}",
)

SURVEYS = (
    Survey(
        "accepted-twice",
        Text("两头受理：窗口与部门重复受理", "accepted twice, by window and by department"),
        "政务服务一窗受理（不得两头受理）",
        "warning",
        ("accepted_at", "department|window"),
        _SENTENCE,
        _asks,
        _judge,
        3600.0,
        {
            "by": ("region", "applicant", "item_code"),
            "differing": ("department", "window"),
            "days": 30,
            "closed_too": False,
            "back": 90,
        },
        naming=("by",),
    ),
    Survey(
        "application-taken-twice",
        Text("同一申请号两次受理", "one application number accepted twice"),
        "GB/T 39046-2020",
        "red",
        ("accepted_at", "department|window"),
        _SENTENCE,
        _asks,
        _judge,
        3600.0,
        {
            "by": ("external_no",),
            "differing": ("region", "department", "window"),
            "days": 365,
            "closed_too": True,
            "back": 90,
        },
        naming=("by",),
    ),
)
"""The surveys of this file."""
