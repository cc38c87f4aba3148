"""Answers (明确答复): a controlled item is answered yes or no, with the ground, and once.

How long it may take is for a limit. Facts besides the standard ones:

==================  ==========================================================================
``answered_at``     when the applicant was answered
``answer``          what the answer is
``answer_ground``   the provision it rests on
``remedy_told``     that the applicant was told of review and suit: a text or a number; what is
                    empty, 0 or "否" says that he was not
``result``          what came of the case, as in :mod:`rules.compliance.content`
``action``          of a step: what came of it; ``return`` sends the case back
==================  ==========================================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import PartKind
from rules.columns import Coded
from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import among
from rules.instants import NONE

_LAW = "行政许可法 第三十八条"
_LAW_ONCE = "行政许可法 第三十二条"
_NO = ("no", "refused", "not-accepted", "否", "不可以", "不同意", "不予", "不予许可", "不予受理")
_YES = ("yes", "granted", "accepted", "是", "可以", "同意", "准予", "准予许可")
_NOT_TOLD = ("", "0", "no", "false", "n", "否", "无", "未告知")


def _vague(view: View) -> Hits:
    """Find answers that are neither yes nor no."""
    batch = view.batch
    answered = batch.moments("answered_at")
    found = (answered != NONE) & ~among(batch, "answer", view.names("answers"))
    return hits(found, answered_at=answered, answer=batch.texts("answer"))


def _groundless(view: View) -> Hits:
    """Find answers that name no ground."""
    batch = view.batch
    answered = batch.moments("answered_at")
    found = (answered != NONE) & _blank(batch.coded("answer_ground"), view.names("blank"))
    return hits(found, answered_at=answered, answer=batch.texts("answer"))


def _no_remedy(view: View) -> Hits:
    """Find refusals of which the applicant was not told what he can do about them."""
    batch, refusals = view.batch, view.names("refusals")
    refused = among(batch, "result", refusals) | among(batch, "answer", refusals)
    found = refused & _blank(batch.coded("remedy_told"), _NOT_TOLD)
    return hits(found, refusal=_refusal(batch, refusals))


def _refusal(batch: Batch, refusals: tuple[str, ...]) -> NDArray[np.object_]:
    """Give the words in which each case was refused (object, n)."""
    by_result = among(batch, "result", refusals)
    return np.where(by_result, batch.texts("result"), batch.texts("answer"))


def _returned(view: View) -> Hits:
    """Find cases that were sent back more than ``most`` times."""
    steps = view.batch.parts(PartKind.STEP)
    rows = np.flatnonzero(steps.coded("action").among(view.names("returns")))
    cases, first, counts = np.unique(steps.owners[rows], return_index=True, return_counts=True)
    many = np.flatnonzero(counts > view.number("most"))
    last = rows[first[many] + counts[many] - 1]
    groups = np.split(rows, first[1:])
    return Hits(
        cases[many],
        {
            "times": counts[many],
            "most": np.full(len(many), view.number("most")),
            "last_at": steps.started[last],
            "rows": [", ".join(steps.keys(groups[one])) for one in many.tolist()],
        },
    )


def _blank(told: Coded, nothing: tuple[str, ...]) -> NDArray[np.bool_]:
    """Tell which facts (bool, n) are absent or one of the words that say nothing."""
    said = [value is None or _plain(value) in nothing for value in told.values]
    return np.array(said, dtype=bool)[told.codes]


def _plain(value: object) -> str:
    if isinstance(value, float | int):
        return f"{value:g}"
    return str(value).strip().casefold()


CHECKS = (
    Builtin(
        "answer-not-definite",
        Text("答复不明确", "an answer that is neither yes nor no"),
        "五制：明确答复",
        "yellow",
        ("answered_at", "answer"),
        Text(
            "{answered_at}的答复是“{answer}”，没有明确可以还是不可以",
            "the answer of {answered_at} is “{answer}”, which is neither yes nor no",
        ),
        _vague,
        {"answers": (*_YES, *_NO)},
    ),
    Builtin(
        "answer-without-ground",
        Text("答复没有写明依据", "an answer without its ground"),
        _LAW,
        "yellow",
        ("answered_at", "answer_ground"),
        Text(
            "{answered_at}的答复没有写明依据",
            "the answer of {answered_at} names no ground",
        ),
        _groundless,
        {"blank": ("", "无", "/", "-", "—", ".")},
    ),
    Builtin(
        "refusal-without-remedy",
        Text("不予许可没有告知救济途径", "refused without telling of review and suit"),
        _LAW,
        "yellow",
        ("result|answer", "remedy_told"),
        Text(
            "结论是“{refusal}”，没有告知申请人可以申请行政复议或者提起行政诉讼",
            "the outcome is “{refusal}”, but the applicant was not told that he can ask for review "
            "or go to court",
        ),
        _no_remedy,
        {"refusals": _NO},
    ),
    Builtin(
        "returned-again-and-again",
        Text("反复退回", "sent back again and again"),
        _LAW_ONCE,
        "yellow",
        ("steps.action",),
        Text(
            "已退回 {times} 次，最近一次是{last_at}，最多 {most} 次",
            "sent back {times} times, the last time on {last_at}; {most} are allowed",
        ),
        _returned,
        {"most": 1, "returns": ("return", "退回")},
    ),
)
"""The checks of this file."""
