"""History: facts that were changed, dated back or taken away once a card or a clock stood on them.

They go by the changes that duban has seen and kept (:class:`rules.history.FactChange`). What was
found stays found: a change that is taken back was made all the same.

In ``facts``, ``pauses`` and the like stand for such parts, when they began and ended, and for how
long they are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rules.cases import Fact
from rules.compliance.check import Builtin, Hits, Text, View
from rules.compliance.columns import end_of_date
from rules.history import ChangeKind, FactChange, Place
from rules.instants import MINUTE, NONE, moment

CHANGES = "changes"
"""What a check that goes by changes names among its needs, for them to be at hand."""

_OF_PARTS = ("", "started_at", "ended_at", "amount", "unit")


def _changed_after_card(view: View) -> Hits:
    """Find what was corrected when a card had been raised about the case."""
    return _first(
        view,
        lambda _, change: change.carded_at is not None and change.kind is ChangeKind.CORRECTED,
    )


def _removed(view: View) -> Hits:
    """Find moments and parts that were there and are no more.

    A closing that was taken back is none where the source tells of the reopening.
    """
    reopened = view.batch.moments("reopened_at")

    def is_removed(case: int, change: FactChange) -> bool:
        if change.name == "closed_at" and reopened[case] != NONE:
            return False
        whole = change.kind is ChangeKind.PART_REMOVED
        return whole or (change.kind is ChangeKind.REMOVED and change.is_moment)

    return _first(view, is_removed)


def _back_dated(view: View) -> Hits:
    """Find moments before the last card that were first told after it.

    How late they were told is counted, in working time, up to the last reading of the source that
    did not have them: what happened while nobody could read it is not dated back.
    """
    work, least = view.work, view.number("minutes") * MINUTE

    def is_back_dated(_: int, change: FactChange) -> bool:
        told, read_at, carded_at = change.after, change.read_at, change.carded_at
        if not (change.is_moment and isinstance(told, int) and read_at and carded_at):
            return False
        if change.place.kind and change.place.fact not in ("", "started_at"):
            return False
        # A date tells no more than that it was by the end of that day.
        [at] = end_of_date(work, np.array([told], np.int64))
        passed = work.passed_at(np.array([read_at, at], np.int64))
        return bool(at < carded_at and passed[0] - passed[1] > least)

    return _first(view, is_back_dated)


def _first(view: View, is_wrong: Callable[[int, FactChange], bool]) -> Hits:
    """Give the first such change of each case, by its index, to a fact that is looked at."""
    names = view.names("facts")
    cases: list[int] = []
    found: list[FactChange] = []
    for index, changes in sorted(view.batch.changes.items()):
        for change in changes:
            if _is_looked_at(change.place, names) and is_wrong(index, change):
                cases.append(index)
                found.append(change)
                break
    evidence: dict[str, list[Fact]] = {
        "fact": [change.name for change in found],
        "before": [_written(change, change.before, view) for change in found],
        "after": [_written(change, change.after, view) for change in found],
        "seen_at": [change.seen_at for change in found],
        "carded_at": [change.carded_at for change in found],
    }
    return Hits(np.array(cases, np.int64), evidence)


def _is_looked_at(place: Place, names: tuple[str, ...]) -> bool:
    if not place.kind:
        return place.fact in names
    return place.kind in names and place.fact in _OF_PARTS


def _written(change: FactChange, value: Fact, view: View) -> Fact:
    """Write a moment out, for a value may be of any kind."""
    if not change.is_moment or not isinstance(value, int):
        return value
    return f"{moment(value, view.work.calendar.timezone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


CHECKS = (
    Builtin(
        "fact-changed-after-card",
        Text("亮牌之后改了计时的依据", "a fact of the clock was changed after a card"),
        "GB/T 39046-2020",
        "yellow",
        (CHANGES,),
        Text(
            "{carded_at}亮牌之后，{seen_at}看到{fact}由 {before} 改为 {after}",
            "{fact} was changed from {before} to {after}, seen on {seen_at}, "
            "after the card of {carded_at}",
        ),
        _changed_after_card,
        {
            "facts": (
                *("submitted_at", "accepted_at", "closed_at", "promised_due", "statutory_due"),
                *("promised_days", "statutory_days", "pauses", "extensions"),
            )
        },
    ),
    Builtin(
        "back-dated",
        Text("倒填时间：事后补记在亮牌之前", "dated back to before the card"),
        "GB/T 39046-2020",
        "red",
        (CHANGES,),
        Text(
            "{carded_at}亮牌，{seen_at}才看到{fact}，却写的是 {after}",
            "{fact} was first seen on {seen_at}, after the card of {carded_at}, and says {after}",
        ),
        _back_dated,
        {"facts": ("closed_at", "pauses"), "minutes": 30},
        doubts=True,
    ),
    Builtin(
        "fact-removed",
        Text("事后删去已有的记录", "a record was taken away afterwards"),
        "GB/T 39046-2020",
        "yellow",
        (CHANGES,),
        Text(
            "{fact}原为 {before}，{seen_at}看到已被删去",
            "{fact} was {before}; on {seen_at} it was gone",
        ),
        _removed,
        {
            "facts": (
                *("submitted_at", "accepted_at", "decided_at", "closed_at", "delivered_at"),
                *("pauses", "extensions"),
            )
        },
    ),
)
"""The checks of this file."""
