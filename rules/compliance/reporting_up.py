"""Reporting up (上报、转报): what a lower level examines first and an upper level decides.

How long each of the two may take is for limits. Facts besides the standard ones:

=====================  =======================================================================
``reported_up_at``     when the opinion and the material went to the upper level
``upper_answered_at``  when the upper level's answer arrived
``upper_result``       what it decided, in the words of ``result``
``result``             what came of the case, as in :mod:`rules.compliance.content`
=====================  =======================================================================
"""

from __future__ import annotations

from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import absent, among
from rules.instants import NONE

_LAW_REPORT = "行政许可法 第三十五条"
_LAW_DECISION = "行政许可法 第三十四条、第三十五条"
_ENDED_BEFORE = ("not-accepted", "returned", "voided", "withdrawn")


def _not_reported(view: View) -> Hits:
    """Find cases that were closed without having been reported up."""
    batch = view.batch
    closed, reported = batch.moments("closed_at"), batch.moments("reported_up_at")
    found = (closed != NONE) & ((reported == NONE) | (reported > closed))
    found &= ~among(batch, "result", view.names("results"))
    return hits(found, closed_at=closed, reported_up_at=reported)


def _before_answer(view: View) -> Hits:
    """Find cases that were closed before the upper level had answered."""
    batch = view.batch
    closed, reported = batch.moments("closed_at"), batch.moments("reported_up_at")
    answered = batch.moments("upper_answered_at")
    found = (closed != NONE) & (reported != NONE) & (reported <= closed)
    found &= (answered == NONE) | (answered > closed)
    found &= ~among(batch, "result", view.names("results"))
    return hits(found, closed_at=closed, reported_up_at=reported)


def _before_report(view: View) -> Hits:
    """Find answers of the upper level that are older than the report."""
    reported = view.batch.moments("reported_up_at")
    answered = view.batch.moments("upper_answered_at")
    found = (reported != NONE) & (answered != NONE) & (answered < reported)
    return hits(found, reported_up_at=reported, upper_answered_at=answered)


def _other_result(view: View) -> Hits:
    """Find cases that were closed with another result than the upper level's."""
    batch = view.batch
    closed, answered = batch.moments("closed_at"), batch.moments("upper_answered_at")
    mine, above = batch.texts("result"), batch.texts("upper_result")
    found = (closed != NONE) & (mine != above)
    found &= ~absent(batch, "result") & ~absent(batch, "upper_result")
    return hits(found, upper_answered_at=answered, closed_at=closed, result=mine, upper=above)


CHECKS = (
    Builtin(
        "closed-without-reporting-up",
        Text("上报件未上报即办结", "closed without having been reported up"),
        _LAW_REPORT,
        "red",
        ("closed_at", "reported_up_at"),
        Text(
            "{closed_at}办结，办结前没有上报上级机关",
            "closed on {closed_at} without having been reported to the upper level",
        ),
        _not_reported,
        {"results": _ENDED_BEFORE},
    ),
    Builtin(
        "closed-before-upper-answer",
        Text("上级未批复即办结", "closed before the upper level had answered"),
        _LAW_DECISION,
        "red",
        ("closed_at", "reported_up_at", "upper_answered_at"),
        Text(
            "{reported_up_at}上报，{closed_at}办结时上级还没有批复",
            "reported up on {reported_up_at} and closed on {closed_at}, before the upper level "
            "had answered",
        ),
        _before_answer,
        {"results": _ENDED_BEFORE},
    ),
    Builtin(
        "answered-before-reported-up",
        Text("上报之前已有上级批复", "answered by the upper level before it was reported up"),
        _LAW_REPORT,
        "yellow",
        ("reported_up_at", "upper_answered_at"),
        Text(
            "{reported_up_at}上报，上级批复却在此前的{upper_answered_at}",
            "reported up on {reported_up_at}, but the upper level's answer is of "
            "{upper_answered_at}, before that",
        ),
        _before_report,
    ),
    Builtin(
        "result-against-upper-answer",
        Text("办理结果与上级批复不符", "a result other than the upper level's"),
        _LAW_DECISION,
        "red",
        ("closed_at", "result", "upper_result"),
        Text(
            "上级批复为{upper}，{closed_at}却以{result}办结",
            "the upper level decided {upper}, but on {closed_at} the case was closed as {result}",
        ),
        _other_result,
    ),
)
"""The checks of this file."""
