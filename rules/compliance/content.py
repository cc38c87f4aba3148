"""Content: what must be written down, handed in and told.

Facts besides the standard ones:

==================  ==================================================================
result              what came of the case: "granted", "refused", "not-accepted",
                    "returned", "voided", or other values named in the settings
result_reason       the reason given for it
documents_missing   how many of the required documents are not there (number)
documents           what was handed in: names or codes, with , ; 、 | or a line between
item_documents      what the catalogue requires of the item, written likewise
==================  ==================================================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rules.cases import Fact
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import among
from rules.compliance.words import LISTED
from rules.instants import NONE, is_moment

_BETWEEN = re.compile(r"[,;|、，；\n]")


def _without_reason(view: View) -> Hits:
    """Find results that need a reason and have none, or one that says nothing."""
    batch = view.batch
    found = among(batch, "result", view.names("results"))
    rows = np.flatnonzero(found)
    reasons = batch.texts("result_reason")
    blank = {"", *view.names("blank")}
    found[rows] = [reason is None or str(reason).strip() in blank for reason in reasons[rows]]
    return hits(found, result=batch.texts("result"), result_reason=reasons)


def _documents_counted(view: View) -> Hits:
    """Find cases that went on although the source counts documents as missing."""
    missing, accepted = view.batch.numbers("documents_missing"), view.batch.moments("accepted_at")
    found = (accepted != NONE) & (missing > 0)
    return hits(found, accepted_at=accepted, documents_missing=missing)


def _documents_compared(view: View) -> Hits:
    """Find cases that went on without a document that the catalogue requires."""
    accepted = view.batch.moments("accepted_at")
    given, required = view.batch.texts("documents"), view.batch.texts("item_documents")
    # Whoever handed in exactly what is listed has nothing missing: only the others are read.
    rows = np.flatnonzero((accepted != NONE) & (required != None) & (given != required))  # noqa: E711
    lacking = [_lacking(given[row], required[row]) for row in rows]
    kept = [index for index, one in enumerate(lacking) if one]
    cases = rows[kept]
    return Hits(
        cases,
        {"accepted_at": accepted[cases], "documents": [lacking[index] for index in kept]},
    )


@lru_cache(maxsize=4096)
def _lacking(given: Fact, required: Fact) -> str:
    there = set(_listed(given))
    return LISTED.join(one for one in _listed(required) if one not in there)


def _listed(value: Fact) -> Sequence[str]:
    parts = _BETWEEN.split("" if value is None else str(value))
    return [stripped for part in parts if (stripped := part.strip())]


def _incomplete(view: View) -> Hits:
    """Find closed cases that lack one of the facts that belong to a whole record."""
    closed = view.batch.moments("closed_at")
    rows = np.flatnonzero(closed != NONE)
    names = view.names("required")
    lacks = np.zeros((len(rows), len(names)), dtype=bool)
    for index, name in enumerate(names):
        if is_moment(name):
            lacks[:, index] = view.batch.moments(name)[rows] == NONE
        else:
            lacks[:, index] = view.batch.texts(name)[rows] == None  # noqa: E711  # by element
    found = lacks.any(axis=1)
    missing = [
        LISTED.join(name for name, lacking in zip(names, row, strict=True) if lacking)
        for row in lacks[found]
    ]
    return Hits(rows[found], {"closed_at": closed[rows[found]], "facts": missing})


CHECKS = (
    Builtin(
        "result-without-reason",
        Text("不予、退件、作废没有理由", "refused, returned or voided without a reason"),
        "行政许可法 第三十八条",
        "yellow",
        ("result", "result_reason"),
        Text("办理结果为{result}，没有说明理由", "{result} without a reason being given"),
        _without_reason,
        {
            "results": ("refused", "not-accepted", "returned", "voided"),
            "blank": ("无", "/", "-", "—", "."),
        },
    ),
    Builtin(
        "documents-missing",
        Text("材料不齐已受理", "accepted although documents are missing"),
        "行政许可法 第三十二条",
        "yellow",
        ("accepted_at", "documents_missing"),
        Text(
            "{accepted_at}受理，仍缺 {documents_missing} 份必备材料",
            "accepted on {accepted_at} with {documents_missing} of the required documents missing",
        ),
        _documents_counted,
    ),
    Builtin(
        "item-documents-missing",
        Text("缺事项规定的材料已受理", "accepted without documents that the item requires"),
        "行政许可法 第三十二条",
        "yellow",
        ("accepted_at", "documents", "item_documents"),
        Text(
            "{accepted_at}受理，缺少事项规定的材料：{documents}",
            "accepted on {accepted_at} without documents that the item requires: {documents}",
        ),
        _documents_compared,
    ),
    Builtin(
        "record-incomplete",
        Text("办结后记录不完整", "closed with an incomplete record"),
        "GB/T 39046-2020",
        "warning",
        ("closed_at",),
        Text(
            "{closed_at}办结，记录中没有：{facts}",
            "closed on {closed_at}; the record lacks {facts}",
        ),
        _incomplete,
        {"required": ("item_code", "department", "handler", "applicant")},
    ),
)
"""The checks of this file."""
