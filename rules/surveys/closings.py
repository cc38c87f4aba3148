"""Several cases closed in one second by one account (批量办结).

Facts besides the standard ones:

=============  =================================================================
``closed_by``  the account that closed the case; the handler if it is missing
=============  =================================================================
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rules.compliance.check import Text
from rules.compliance.columns import is_date
from rules.instants import DAY, SECOND, moment
from rules.subjects import closings
from rules.surveys.columns import groups_of, size_of, taken
from rules.surveys.readings import Columns, Reading, Sharing, Within
from rules.surveys.survey import Found, Occasion, Survey, listed

_SECOND = "second:closed_at"
_WHO = "closed_by|handler"


def _asks(occasion: Occasion) -> Mapping[str, Reading]:
    since = occasion.now - round(occasion.number("days") * DAY)
    names = ("id", "key", _WHO, "handler", "region", "department", "closed_at", _SECOND)
    within = Within("closed_at", since, occasion.now + SECOND)
    least = int(occasion.number("cases"))
    return {"together": Sharing(within, (_WHO, _SECOND), names, least=least)}


def _judge(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each such second, unless the source tells of closings no more than their date."""
    columns = read["together"]
    if not size_of(columns):
        return []
    columns = taken(columns, ~is_date(occasion.work, columns["closed_at"]))
    group = groups_of(columns, (_WHO, _SECOND))
    order = np.lexsort((columns["id"], group))
    columns, group = taken(columns, order), group[order]
    parts = np.split(np.arange(len(group)), np.flatnonzero(np.diff(group)) + 1)
    least = occasion.number("cases")
    back = round(occasion.number("days") * DAY)
    return [_found(occasion, taken(columns, rows), back) for rows in parts if len(rows) >= least]


def _found(occasion: Occasion, columns: Columns, back: int) -> Found:
    at, account = int(columns["closed_at"][0]), str(columns[_WHO][0])
    second = moment(at, occasion.work.calendar.timezone)
    keys = columns["key"].tolist()
    return Found(
        at,
        {
            "handler": account,
            "closed_at": at,
            "second": f"{second:%Y-%m-%d %H:%M:%S}",
            "count": len(keys),
            "rows": listed(keys),
            "passes_at": at + back,
        },
        subject=closings(account, at // SECOND * SECOND),
        carrier={
            name: columns[name][0]
            for name in ("region", "department", "handler")
            # What was closed for several handlers or units is for none of them alone to answer.
            if len(set(columns[name].tolist())) == 1
        },
    )


SURVEYS = (
    Survey(
        "closed-in-one-second",
        Text("同一秒批量办结", "several cases closed in one second"),
        "GB/T 39046-2020",
        "yellow",
        ("closed_at", _WHO),
        Text(
            "同一账号在 {second} 这一秒办结了 {count} 件",
            "one account closed {count} cases in the second {second}",
        ),
        _asks,
        _judge,
        3600.0,
        {"cases": 3, "days": 366},
    ),
)
"""The surveys of this file."""
