"""Check: due cases → findings → changes of alerts, and the moment of the next check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.wording import titled
from monitor.store import alerts, cases, items
from monitor.store.cases import Checked, DueCase
from monitor.store.store import Store
from rules.alerts import changes, kept, reasons
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.carriers import carrier
from rules.clocks import STATES
from rules.findings import Change, ClockState, Finding, Outcome, Reason, Standing
from rules.instants import HOUR, NEVER, optional
from rules.limit_results import LimitResult

RULE_FAILS = "rule-fails"

log = structlog.get_logger(__name__)

_URGENCY = (
    ClockState.OVERDUE,
    ClockState.PAUSED,
    ClockState.RUNNING,
    ClockState.NOT_STARTED,
    ClockState.MISSED,
    ClockState.MET,
    ClockState.UNKNOWN,
)


@dataclass
class CheckTally:
    """What a round of checks did: cases checked, changes by outcome and level, faulty rules.

    ``stale`` tells that it did nothing, for the store has another item catalogue than the rules.
    """

    cases: int = 0
    stale: bool = False
    changes: Counter[tuple[Outcome, str]] = field(default_factory=Counter)
    set_aside: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def check(store: Store, rules: InForce, now: int, limit: int = 1000) -> CheckTally:
    """Check up to ``limit`` cases that are due at ``now``, in one transaction.

    A case that cannot be checked is set aside for an hour, with an error in the log, so that it
    does not hold up the others.
    """
    tally = CheckTally()
    with store.write() as connection:
        due = cases.claim_due(connection, now, limit, changes=rules.book.looks_at_changes)
        # Read behind the claim: a change of the catalogue from now on makes them due again.
        if due and items.state(connection).version != rules.book.catalogue.version:
            connection.rollback()
            tally.stale = True
        elif due:
            _check(connection, rules, due, now, tally)
    return tally


def _check(
    connection: Connection, rules: InForce, due: Sequence[DueCase], now: int, tally: CheckTally
) -> None:
    try:
        batch = Batch.of([rules.book.catalogue.enrich(one.case, now) for one in due])
        assessment = assess(rules.book, batch, np.full(len(due), now, np.int64))
        findings = assessment.findings()
    except Exception as error:  # any fault of one row must not stop the rest
        if len(due) > 1:
            for one in due:
                _check(connection, rules, [one], now, tally)
            return
        _set_aside(connection, rules, due[0], now, error)
        tally.set_aside += 1
        return
    work = _Work(rules, assessment, now)
    for index, (one, found) in enumerate(zip(due, findings, strict=True)):
        work.add(index, one, found)
    work.record(connection)
    tally.cases += len(due)
    tally.changes.update(work.outcomes)
    tally.faults.update(assessment.faults)
    for rule, reason in assessment.faults.items():
        log.error("check_failed", rule=rule, reason=reason)
        title = Words(
            f"规则“{rules.titles[rule]}”算不出来，遇到的办件按没有发现处理：{reason}",
            f"The rule {rule} cannot be worked out and finds nothing in such cases: {reason}",
        )
        subject = rule_subject(rules, rule)
        raise_alert(connection, rules, subject, RULE_FAILS, title, {"reason": reason}, now)


def rule_subject(rules: InForce, rule: str) -> str:
    """Give what an alert about a failing rule is about: the rule under these very settings."""
    return f"rule:{rule}@{rules.book.fingerprint[:12]}"


def _set_aside(
    connection: Connection, rules: InForce, one: DueCase, now: int, error: Exception
) -> None:
    log.error("case_set_aside", source=one.case.source, case=one.case.key, exc_info=error)
    checked = Checked(
        one.case.id,
        ClockState.UNKNOWN,
        one.level,
        max((alert.rank for alert in one.standing), default=None),
        None,
        {"error": f"{type(error).__name__}: {error}"},
        now + HOUR,
        rules.book.fingerprint,
    )
    cases.record_checks(connection, [checked])


class _Work:
    """Collects what a batch of checks changes, and writes it with one statement a kind."""

    def __init__(self, rules: InForce, assessment: Assessment, now: int) -> None:
        self._rules = rules
        self._assessment = assessment
        self._now = now
        self._check_ids = [check.id for check in rules.book.checks]
        self._opened: list[alerts.NewAlert] = []
        self._levels: list[alerts.NewLevel] = []
        self._kept: list[alerts.Kept] = []
        self._resolved: list[alerts.Resolved] = []
        self._checked: list[Checked] = []
        self.outcomes: Counter[tuple[Outcome, str]] = Counter()

    def add(self, index: int, due: DueCase, found: tuple[Finding, ...]) -> None:
        book = self._rules.book
        if due.vanished_at is not None:
            found, why = (), dict.fromkeys([s.card for s in due.standing], Reason.VANISHED)
            next_check = None
        else:
            why = reasons(self._assessment, self._check_ids, index)
            if due.fingerprint not in (None, book.fingerprint):
                why = {c: Reason.RULE if w is Reason.MOVED else w for c, w in why.items()}
            next_check = optional(self._assessment.next_check_at[index])
        told = (finding for finding in found if finding.rule not in book.shadows)
        gravest = max(told, key=lambda finding: finding.rank, default=None)
        for ident, finding in kept(found, due.standing).items():
            self._kept.append(alerts.Kept(ident, finding, _carrier(due, finding)))
        for change in changes(found, due.standing, self._now, why):
            self._take(due, change)
        state, due_at, clocks = _clocks(self._assessment, index)
        self._checked.append(
            Checked(
                due.case.id,
                state,
                gravest.level if gravest else None,
                gravest.rank if gravest else None,
                due_at,
                clocks,
                next_check,
                book.fingerprint,
            )
        )

    def _take(self, due: DueCase, change: Change) -> None:
        finding = change.finding
        # The ladder begins at once; which policy it is, the escalation finds out.
        shadow = change.rule in self._rules.book.shadows
        ladder = alerts.Ladder(next_step_at=None if shadow else self._now)
        if finding is None or change.alert is None:
            standing = next((s for s in due.standing if s.id == change.alert), None)
            self._begin_or_end(due, change, standing, ladder)
            return
        self.outcomes[change.outcome, finding.level] += 1
        self._levels.append(
            alerts.NewLevel(
                change.alert,
                change.outcome,
                change.reason,
                change.at,
                finding.version,
                finding.level,
                finding.rank,
                finding.since_at,
                finding.due_at,
                finding.evidence,
                ladder,
                _carrier(due, finding),
            )
        )

    def _begin_or_end(
        self, due: DueCase, change: Change, standing: Standing | None, ladder: alerts.Ladder
    ) -> None:
        finding = change.finding
        if finding is not None:
            self.outcomes[change.outcome, finding.level] += 1
            self._opened.append(
                alerts.NewAlert(
                    due.case.id,
                    due.case.source,
                    finding.rule,
                    finding.version,
                    titled(self._rules.titles.get(finding.rule, finding.rule), finding.part),
                    finding.law,
                    finding.level,
                    finding.rank,
                    change.at,
                    finding.since_at,
                    change.reason,
                    finding.due_at,
                    finding.evidence,
                    ladder,
                    finding.rule in self._rules.book.shadows,
                    _carrier(due, finding),
                    finding.part,
                )
            )
        elif standing is not None:
            self.outcomes[change.outcome, standing.level] += 1
            self._resolved.append(
                alerts.Resolved(
                    standing.id, change.at, change.reason, standing.level, change.reason.value
                )
            )

    def record(self, connection: Connection) -> None:
        alerts.open_alerts(connection, self._opened)
        alerts.change_levels(connection, self._levels)
        alerts.renew(connection, self._kept)
        alerts.resolve(connection, self._resolved)
        cases.record_checks(connection, self._checked)


def _carrier(due: DueCase, finding: Finding) -> dict[str, str | None]:
    return carrier(due.case.facts, finding.carrier)


def _clocks(
    assessment: Assessment, index: int
) -> tuple[ClockState | None, int | None, dict[str, object]]:
    """Give how a case stands by its most urgent limit, its earliest open due moment, and each.

    Of a limit for each step, it is the most urgent of its steps that is told.
    """
    mine = [result for result in assessment.limits if result.applies[index]]
    states = [STATES[result.state[index]] for result in mine]
    state = min(states, key=_URGENCY.index, default=None)
    due = [
        int(result.course.due[index])
        for result, one in zip(mine, states, strict=True)
        if one in (ClockState.RUNNING, ClockState.OVERDUE)
    ]
    # Of two of one key the latter stays.
    pairs = zip(states, mine, strict=True)
    by_urgency = sorted(pairs, key=lambda pair: -_urgency(pair[0], pair[1], index))
    clocks = {result.limit.id: _clock(result, index) for _, result in by_urgency}
    ids = dict.fromkeys(result.limit.id for result in mine)
    return state, min(due, default=None), {limit: clocks[limit] for limit in ids}


def _urgency(state: ClockState, result: LimitResult, index: int) -> float:
    """Order the clocks of one limit: the least is the most urgent."""
    due = int(result.course.due[index])
    return _URGENCY.index(state) + due / NEVER


def _clock(result: LimitResult, index: int) -> dict[str, object]:
    levels = result.limit.levels
    level, following = result.level[index], result.next_level[index]
    return {
        "state": STATES[result.state[index]].value,
        "due_at": optional(result.course.due[index]),
        "provisional": bool(result.course.provisional[index]),
        "unit": result.limit.allow.told_in.value,
        "level": levels[level].name if level >= 0 else None,
        "next_level": levels[following].name if following >= 0 else None,
        "next_level_at": optional(result.next_at[index]),
    }
