"""Gaps in a number sequence (漏报): numbers that were given out and lead to no case.

A number is parted by a regular expression into a ``prefix`` and a running ``number``. What follows
one another with no wider hole than ``most`` is one sequence; one that is too short or too sparse is
no sequence at all, since whoever numbers so skips numbers on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.compliance.check import Setting, Text
from rules.instants import DAY, HOUR
from rules.subjects import numbers
from rules.surveys.columns import groups_of, size_of, taken
from rules.surveys.readings import Columns, Reading, Rows, SetAside, Within
from rules.surveys.survey import Found, Occasion, Survey, listed

_DIGITS = 18  # what an int64 holds


class Parted(NamedTuple):
    """Numbers as they were parted: which rows have one, their prefixes, running numbers, widths."""

    rows: NDArray[np.int64]
    prefix: NDArray[np.object_]
    number: NDArray[np.int64]
    width: NDArray[np.int64]


class Gap(NamedTuple):
    """A hole in a sequence: the rows on both sides of it."""

    below: int
    above: int


def parted(texts: NDArray[np.object_], pattern: str) -> Parted:
    """Part numbers (n) by a pattern with the groups ``prefix`` and ``number``.

    What the pattern does not match is left out.

    Raises:
        re.error: the pattern is none.
    """
    match = re.compile(pattern).fullmatch
    found = [(row, match(text)) for row, text in enumerate(texts.tolist()) if text]
    known = [
        (row, one["prefix"] or "", one["number"])
        for row, one in found
        if one is not None and one["number"].isdecimal() and len(one["number"]) <= _DIGITS
    ]
    prefix = np.empty(len(known), dtype=object)
    prefix[:] = [one[1] for one in known]
    return Parted(
        np.array([one[0] for one in known], np.int64),
        prefix,
        np.array([int(one[2]) for one in known], np.int64),
        np.array([len(one[2]) for one in known], np.int64),
    )


def gaps(
    group: NDArray[np.int64],
    number: NDArray[np.int64],
    *,
    most: int,
    least: int,
    share: float,
) -> list[Gap]:
    """Give the holes in sequences of numbers (n), by the indexes of the rows on both sides.

    Args:
        group: which numbers are numbered together.
        number: the running numbers; the same may occur twice.
        most: how wide a hole may be at most; a wider one parts two sequences.
        least: how many different numbers a sequence has at least.
        share: which share of its numbers (0 to 1) is there at least.
    """
    if not len(number):
        return []
    order = np.lexsort((number, group))
    group, number = group[order], number[order]
    step = np.diff(number, prepend=number[:1])
    new = np.append(True, (group[1:] != group[:-1]) | (step[1:] > most + 1))
    sequence = np.cumsum(new) - 1
    there = np.bincount(sequence, weights=new | (step > 0))
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(number)) - 1
    span = number[last] - number[first] + 1
    consecutive = (there >= least) & (there >= share * span)
    above = np.flatnonzero(~new & (step > 1) & consecutive[sequence])
    return [Gap(int(order[row - 1]), int(order[row])) for row in above.tolist()]


_BEFORE = 60 * DAY
"""How long a number may have been given out before its case was accepted, at most."""


def _asks(occasion: Occasion) -> Mapping[str, Reading]:
    since, fact = (
        occasion.now - round(occasion.number("days") * DAY) - _BEFORE,
        occasion.text("fact"),
    )
    names = (fact, "key", "source", "region", "department", "seen_at")
    within = Within("accepted_at", since, or_seen=True)
    return {"numbers": Rows(within, names, (fact,)), "set_aside": SetAside(fact)}


def _judge(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    columns, fact = read["numbers"], occasion.text("fact")
    if not size_of(columns):
        return []
    # A row that nobody can read is in the source all the same: its number is not missing.
    columns = _together(columns, read["set_aside"])
    known = parted(columns[fact], occasion.text("pattern"))
    columns = {**taken(columns, known.rows), "prefix": known.prefix}
    holes = gaps(
        groups_of(columns, ("source", "prefix")),
        known.number,
        most=int(occasion.number("most")),
        least=int(occasion.number("least")),
        share=occasion.number("share"),
    )
    now, seen = occasion.now, columns["seen_at"]
    grace, back = (
        round(occasion.number("hours") * HOUR),
        round(occasion.number("days") * DAY),
    )
    return [
        _found(columns, fact, known, hole, back)
        for hole in holes
        if now - back <= seen[hole.above] <= now - grace
    ]


def _together(columns: Columns, more: Columns) -> Columns:
    """Put rows (k) behind others (n) that have more columns; what they lack is ``None``."""
    lacking = np.full(size_of(more), None, dtype=object)
    return {
        name: np.concatenate([column, more.get(name, lacking)]) for name, column in columns.items()
    }


def _found(columns: Columns, fact: str, known: Parted, hole: Gap, back: int) -> Found:
    prefix, width = str(known.prefix[hole.below]), int(known.width[hole.below])
    first, last = int(known.number[hole.below]) + 1, int(known.number[hole.above]) - 1
    named = [f"{prefix}{number:0{width}d}" for number in (first, last)]
    above_at = int(columns["seen_at"][hole.above])
    return Found(
        above_at,
        {
            "missing": "～".join(dict.fromkeys(named)),
            "numbers": last - first + 1,
            "below_no": str(columns[fact][hole.below]),
            "above_no": str(columns[fact][hole.above]),
            "above_at": above_at,
            "rows": listed([columns["key"][row] for row in hole]),
            "count": 2,
            "passes_at": above_at + back,
        },
        subject=numbers(str(columns["source"][hole.above]), *named),
        carrier={name: columns[name][hole.above] for name in ("region", "department")},
    )


def _refuses(settings: Mapping[str, Setting]) -> None:
    try:
        groups = re.compile(str(settings["pattern"])).groupindex
    except re.error as error:
        raise ValueError(f"pattern: {error}") from None
    if not {"prefix", "number"} <= groups.keys():
        raise ValueError("pattern: no groups (?P<prefix>…) and (?P<number>…)")


SURVEYS = (
    Survey(
        "number-gap",
        Text("编号断号（漏报）", "a gap in the case numbers"),
        "GB/T 39046-2020",
        "warning",
        ("accepted_at",),
        Text(
            "{below_no} 之后直接到 {above_no}（{above_at}），缺 {numbers} 个号：{missing}",
            "after {below_no} comes {above_no} ({above_at}): {numbers} missing, {missing}",
        ),
        _asks,
        _judge,
        21_600.0,
        {
            "fact": "no",
            "pattern": r"(?P<prefix>.*?)(?P<number>\d{1,18})",
            "hours": 24,
            "days": 366,
            "most": 50,
            "least": 20,
            "share": 0.9,
        },
        naming=("fact",),
        refuses=_refuses,
    ),
)
"""The surveys of this file."""
