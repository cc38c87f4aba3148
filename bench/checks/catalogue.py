"""The built-in checks all at once, and conditions in CEL, over columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bench.checks.hall import hall
from bench.clocks import sample
from bench.contest import Contest, Contestant, Trial
from rules.audit import BatchResult, inspect
from rules.checks import Check
from rules.compliance import CHECKS
from rules.rulebook import RuleBook

_LEVELS = ("warning", "yellow", "red")
_CONDITIONS = {
    "of few values": "case.fee_standard == 0.0 && case.fee_paid > 0.0",
    "of moments": "case.closed_at != null && case.closed_at < case.accepted_at",
    "of the present": "case.closed_at == null && now - case.accepted_at > duration('2400h')",
    "of steps": "steps.exists(s, s.name == '复核')",
}


def _builtin() -> tuple[Check, ...]:
    return tuple(
        Check(one.id, "", "", one.level, _LEVELS.index(one.level), builtin=one) for one in CHECKS
    )


def _condition(text: str) -> tuple[Check, ...]:
    return (Check("own", "", text, "red", 2),)


def _prepare(checks: Callable[[], tuple[Check, ...]], count: int, *, single: bool) -> Trial:
    pieces = hall(count)
    calendar = sample.CALENDAR
    book = RuleBook(_LEVELS, {calendar.id: calendar}, (), checks(), default_calendar=calendar.id)

    def run() -> BatchResult:
        total = BatchResult()
        for one in pieces:
            total = total.plus(inspect(book, one.batch(), one.now, single=single))
        return total

    return Trial(run, lambda total: [count for _, count in sorted(_by_rule(total).items())])


def _by_rule(total: BatchResult) -> dict[str, int]:
    return {one.rule: count for one, count in total.counts.items()}


CONTESTS = (
    Contest(
        f"all {len(CHECKS)} built-in checks of a case",
        (
            Contestant("duban, counted", partial(_prepare, _builtin, single=False), 100_000),
            Contestant("duban, with evidence", partial(_prepare, _builtin, single=True), 100_000),
        ),
    ),
    *(
        Contest(
            f"a condition in CEL, {name}",
            (
                Contestant(
                    "duban", partial(_prepare, partial(_condition, text), single=False), 20_000
                ),
            ),
        )
        for name, text in _CONDITIONS.items()
    ),
)
