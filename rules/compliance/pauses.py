"""Special procedures (特别程序): their legal ground, and whether they hold up a limit.

These checks speak of:

===================  =========================================================
``kind``             of a pause: which special procedure it is
``reason``           of a pause: why it was begun
``promised_days``    of a case: the working days it was promised to take
``statutory_days``   of a case: the working days the law allows
===================  =========================================================

These two, and the units that they count where those are not working days (``promised_unit``,
``statutory_unit``), may come from the catalogue (``item_…``) instead.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import PartKind
from rules.columns import Coded, Numbers
from rules.compliance.check import Builtin, Hits, Text, View
from rules.compliance.columns import amount, units
from rules.compliance.rows import first_rows, named, of_kinds, row_hits
from rules.compliance.working_days import due_in_units, parts_of
from rules.instants import NONE, Instants
from rules.parts import Parts


def _without_ground(view: View) -> Hits:
    """Find the first pause of a kind that the law does not know."""
    pauses = view.batch.parts(PartKind.PAUSE)
    wrong = ~of_kinds(pauses, view.names("kinds")) & pauses.tells("kind")
    rows = first_rows(pauses, wrong)
    return row_hits(pauses, rows, name=named(pauses, rows, "kind"), started_at=pauses.started[rows])


def _without_reason(view: View) -> Hits:
    """Find the first pause whose reason was left empty; a source that tells none has no say."""
    pauses = view.batch.parts(PartKind.PAUSE)
    rows = first_rows(pauses, is_blank(pauses.coded("reason")) & pauses.tells("reason"))
    return row_hits(pauses, rows, name=named(pauses, rows, "kind"), started_at=pauses.started[rows])


def is_blank(facts: Coded) -> NDArray[np.bool_]:
    """Tell which facts (bool, m) are absent or nothing but space."""
    blank = [value is None or not str(value).strip() for value in facts.values]
    return np.array(blank, dtype=bool)[facts.codes]


def _serial(view: View) -> Hits:
    """Find cases in which pauses began ``times`` times when no more than ``within`` days were left.

    What was left is reckoned as it stood when the pause began, with the pauses before it.
    """
    accepted, closed = view.batch.moments("accepted_at"), view.batch.moments("closed_at")
    limit, unit_of = _allowed(view.batch)
    pauses, times = view.batch.parts(PartKind.PAUSE), int(view.number("times"))
    counts = np.diff(pauses.offsets)
    cases = np.flatnonzero((counts >= times) & (accepted != NONE) & np.isfinite(limit))
    seen = np.zeros(len(cases), np.int64)
    first, last = np.full((2, len(cases)), NONE, np.int64)
    for k in range(int(counts[cases].max(initial=0))):
        some = np.flatnonzero(counts[cases] > k)
        these = cases[some]
        began = pauses.started[pauses.offsets[these] + k]
        earlier = parts_of(pauses, these, np.full(len(these), k))
        granted = _granted_by(began, parts_of(view.batch.parts(PartKind.EXTENSION), these))
        start, days = accepted[these], limit[these]
        due = due_in_units(view.work, start, closed[these], days, unit_of[these], earlier, granted)
        is_near = (began >= start) & _near(view, began, due, days)
        near, at = some[is_near], began[is_near]
        first[near] = np.where(seen[near] == 0, at, first[near])
        last[near] = at
        seen[near] += 1
    found = seen >= max(times, 1)
    return Hits(
        cases[found],
        {
            "times": seen[found],
            "first_at": first[found],
            "last_at": last[found],
            "within": np.full(int(found.sum()), view.number("within")),
        },
    )


def _allowed(batch: Batch) -> tuple[Numbers, NDArray[np.int64]]:
    """Give how long each case (n) was promised to take, or else the law allows, and its unit.

    The unit is an index into :data:`rules.compliance.columns.UNITS`.
    """
    promised, statutory = amount(batch, "promised_days"), amount(batch, "statutory_days")
    is_promised = np.isfinite(promised)
    unit_of = np.where(is_promised, units(batch, "promised_unit"), units(batch, "statutory_unit"))
    return np.where(is_promised, promised, statutory), unit_of


def _granted_by(moments: Instants, extensions: Parts) -> Parts:
    """Give extensions in which those granted after the moment (k) of their case add nothing."""
    later = extensions.started > moments[extensions.owners]
    return replace(extensions, amounts=np.where(later, 0.0, extensions.amounts))


def _near(view: View, began: Instants, due: Instants, days: Numbers) -> NDArray[np.bool_]:
    """Tell which pauses (k) began by the due moment with few working days left after their day.

    Few are ``within``, and of a short limit no more than half of it.
    """
    work = view.work
    # A due midnight is the end of the day before.
    left = work.ordinal[work.day(due - 1)] - work.ordinal[work.day(began)]
    few = np.minimum(view.number("within"), days / 2)
    near: NDArray[np.bool_] = (due != NONE) & (began <= due) & (left <= few)
    return near


_LAW = "行政许可法 第四十五条"

CHECKS = (
    Builtin(
        "pause-without-ground",
        Text("特别程序没有法定依据", "a special procedure without legal ground"),
        _LAW,
        "yellow",
        ("pauses.kind",),
        Text(
            "{started_at}起的特别程序“{name}”不在法定种类之内",
            "the special procedure “{name}”, begun on {started_at}, is none that the law knows",
        ),
        _without_ground,
        # 第四十五条 names these and no others; 补正 is 第三十二条, and 上报 the time at the upper
        # level, which has limits of its own (第三十五、四十三条). What else a place allows is a
        # setting.
        {
            "kinds": (
                *("补正", "听证", "招标", "拍卖", "检验", "检测", "检疫", "检验检测", "鉴定"),
                *("专家评审", "上报"),
            )
        },
    ),
    Builtin(
        "pause-without-reason",
        Text("特别程序没有写明理由", "a special procedure without a reason"),
        _LAW,
        "yellow",
        ("pauses.reason",),
        Text(
            "{started_at}起的特别程序{name}没有写明理由",
            "the special procedure {name}, begun on {started_at}, gives no reason",
        ),
        _without_reason,
    ),
    Builtin(
        "serial-pauses-near-limit",
        Text("临近到期反复启动特别程序", "one special procedure after another near the limit"),
        _LAW,
        "yellow",
        (
            *("accepted_at", "closed_at", "pauses"),
            "promised_days|statutory_days|item_promised_days|item_statutory_days",
        ),
        Text(
            "{first_at}至{last_at}，在期限只剩 {within} 个工作日以内时 {times} 次启动特别程序",
            "from {first_at} to {last_at} special procedures were begun {times} times with no more "
            "than {within} working days left",
        ),
        _serial,
        {"within": 2, "times": 2},
    ),
)
"""The checks of this file."""
