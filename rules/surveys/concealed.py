"""Concealed (瞒报): cases that were taken away, and cases that others know of and nobody has.

Facts besides the standard ones:

============  ==================================================================
related_no    the number of the case that a complaint, an order of the hotline
              or a report is about
============  ==================================================================
"""

from __future__ import annotations

from collections.abc import Mapping

from rules.compliance.check import Text
from rules.instants import DAY, HOUR
from rules.surveys.columns import size_of
from rules.surveys.readings import Columns, Reading, Unmatched, Vanished, Within
from rules.surveys.survey import Found, Occasion, Survey, listed

_LAW = "突发事件应对法（不得瞒报）"


def _asks_vanished(occasion: Occasion) -> Mapping[str, Reading]:
    return {"vanished": Vanished(occasion.now - round(occasion.number("days") * DAY))}


def _judge_vanished(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find every case that left its source while a card stood."""
    columns, back = read["vanished"], round(occasion.number("days") * DAY)
    return [
        Found(
            int(columns["vanished_at"][row]),
            {
                "no": str(columns["no"][row] or columns["key"][row]),
                "vanished_at": int(columns["vanished_at"][row]),
                "carded_at": int(columns["carded_at"][row]),
                "card": str(columns["card"][row]),
                "rows": listed([columns["key"][row]]),
                "count": 1,
                "passes_at": int(columns["vanished_at"][row]) + back,
            },
            case=int(columns["id"][row]),
        )
        for row in range(size_of(columns))
    ]


def _asks_unmatched(occasion: Occasion) -> Mapping[str, Reading]:
    fact = occasion.text("fact")
    since = occasion.now - round(occasion.number("days") * DAY)
    until = occasion.now - round(occasion.number("hours") * HOUR)
    within = Within("accepted_at", since, until, or_seen=True)
    return {"unmatched": Unmatched(within, fact, ("id", "key", "seen_at", fact))}


def _judge_unmatched(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find every case that names another which is in no source."""
    columns, back = read["unmatched"], round(occasion.number("days") * DAY)
    return [
        Found(
            int(columns["seen_at"][row]),
            {
                "related_no": str(columns[occasion.text("fact")][row]),
                "named_at": int(columns["seen_at"][row]),
                "rows": listed([columns["key"][row]]),
                "count": 1,
                "passes_at": int(columns["seen_at"][row]) + back,
            },
            case=int(columns["id"][row]),
        )
        for row in range(size_of(columns))
    ]


SURVEYS = (
    Survey(
        "vanished-with-card",
        Text("亮牌后办件消失（瞒报）", "a case vanished while a card stood"),
        _LAW,
        "red",
        (),
        Text(
            "{carded_at}亮牌“{card}”，{vanished_at}起审批库里已没有这个办件",
            'the card "{card}" of {carded_at} stood when the case left its source on {vanished_at}',
        ),
        _asks_vanished,
        _judge_vanished,
        3600.0,
        {"days": 90},
        of_vanished=True,
    ),
    Survey(
        "named-but-missing",
        Text("提到的办件不在审批库（体外循环、瞒报）", "names a case that is in no source"),
        _LAW,
        "yellow",
        (),
        Text(
            "本件提到办件 {related_no}，各审批库里都没有这个号",
            "it is about the case {related_no}, which is in no source",
        ),
        _asks_unmatched,
        _judge_unmatched,
        21_600.0,
        {"fact": "related_no", "hours": 24, "days": 90},
        naming=("fact",),
    ),
)
"""The surveys of this file."""
