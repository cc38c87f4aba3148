"""Check: due cases → findings → changes of alerts, and the moment of the next check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.calling_back import to_be_called, with_calls
from monitor.pipeline.carding import About, Cards
from monitor.pipeline.in_force import InForce
from monitor.pipeline.past import Past
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.unread import AsOf, as_of, held, unread_sources
from monitor.store import calendar_days, call_backs, cases, items, waiting
from monitor.store.cases import Checked, DueCase
from monitor.store.store import Store
from rules.alerts import changes, reasons
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.clocks import STATES
from rules.findings import ClockState, Finding, Outcome, Reason, Standing
from rules.going_live import Origin, origin
from rules.instants import HOUR, NEVER, optional
from rules.limit_results import LimitResult
from rules.punctuality import Punctuality, punctuality
from rules.rulebook import RuleBook

RULE_FAILS = "rule-fails"

READ_AT = "read_at"
"""What evidence calls the instant as of which the facts were read, if that was not lately."""

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

    ``stale`` tells that it did nothing, for the store has another item catalogue than the rules,
    or other days of calendars.
    """

    cases: int = 0
    stale: bool = False
    changes: Counter[tuple[Outcome, str]] = field(default_factory=Counter)
    set_aside: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def check(
    store: Store, rules: InForce, now: int, limit: int = 1000, started_at: int = 0
) -> CheckTally:
    """Check up to ``limit`` cases that are due at ``now``, in one transaction.

    Cases whose facts have not been read since ``started_at``, when this process began, stay due:
    see :mod:`monitor.pipeline.unread`.

    A case that cannot be checked is set aside for an hour, with an error in the log, so that it
    does not hold up the others.
    """
    tally = CheckTally()
    with store.read() as connection:
        unread = unread_sources(connection, rules, started_at, now)
        if not waiting.cases(connection, now, held(unread)):
            return tally
    with store.write() as connection:
        due = cases.claim_due(
            connection, now, limit, changes=rules.book.looks_at_changes, held=held(unread)
        )
        # Read behind the claim: a change of the catalogue from now on makes them due again.
        if due and _stale(connection, rules):
            connection.rollback()
            tally.stale = True
        elif due:
            _check(connection, rules, due, now, tally, as_of(unread))
    return tally


def _stale(connection: Connection, rules: InForce) -> bool:
    return (
        items.state(connection).version != rules.book.catalogue.version
        or calendar_days.version(connection) != rules.days.version
    )


def _check(
    connection: Connection,
    rules: InForce,
    due: Sequence[DueCase],
    now: int,
    tally: CheckTally,
    judged: AsOf,
) -> None:
    due = with_calls(connection, rules, due)
    try:
        batch = Batch.of([rules.book.catalogue.enrich(one.case, now) for one in due])
        assessment = assess(rules.book, batch, np.full(len(due), now, np.int64))
        findings = assessment.findings()
    except Exception as error:  # any fault of one row must not stop the rest
        if len(due) > 1:
            for one in due:
                _check(connection, rules, [one], now, tally, judged)
            return
        _set_aside(connection, rules, due[0], now, error)
        tally.set_aside += 1
        return
    past = Past.of(connection, rules, due, assessment, now)
    work = _Work(rules, assessment, past, now)
    for index, (one, found) in enumerate(zip(due, findings, strict=True)):
        found = _told_as_of(one, (*found, *past.late_ends(index, one)), judged)
        work.add(index, one, past.left(one, found))
    work.record(connection)
    call_backs.add(connection, to_be_called(rules, assessment, due, past.since, now), now)
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


def _told_as_of(due: DueCase, found: tuple[Finding, ...], judged: AsOf) -> tuple[Finding, ...]:
    """Return findings that say as of when the facts were read, if they were not read lately."""
    since, read_at = judged.get(due.case.source, (0, None))
    if due.changed_at >= since:
        return found
    return tuple(
        replace(one, evidence={**one.evidence, READ_AT: read_at or due.changed_at}) for one in found
    )


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

    def __init__(self, rules: InForce, assessment: Assessment, past: Past, now: int) -> None:
        self._rules = rules
        self._assessment = assessment
        self._past = past
        self._now = now
        self._check_ids = [check.id for check in rules.book.checks]
        self._cards = Cards(rules, now)
        self._checked: list[Checked] = []

    @property
    def outcomes(self) -> Counter[tuple[Outcome, str]]:
        """How many alerts changed, by outcome and level."""
        return self._cards.outcomes

    def add(self, index: int, due: DueCase, found: tuple[Finding, ...]) -> None:
        book = self._rules.book
        # What surveys found stands as long as they find it, or as there is a case.
        standing, of_surveys = _parted(book, due)
        if due.vanished_at is not None:
            found, why = (), dict.fromkeys([s.card for s in standing], Reason.VANISHED)
            next_check = None
        else:
            why = reasons(self._assessment, self._check_ids, index)
            if due.fingerprint not in (None, book.fingerprint):
                why = {c: Reason.RULE if w is Reason.MOVED else w for c, w in why.items()}
            settled, following = self._past.settled(due, found, standing)
            cards = {one.card for one in settled}
            found = tuple(one for one in found if one.card not in cards)
            why |= dict.fromkeys(cards, Reason.SETTLED)
            next_check = optional(self._assessment.next_check_at[index])
            next_check = min((at for at in (next_check, following) if at), default=None)
        about = self._past.about(due)
        stands: list[Finding | Standing] = [*found, *of_surveys]
        told = [one for one in stands if self._is_told(about, one, standing)]
        gravest = max(told, key=lambda one: one.rank, default=None)
        self._cards.take(about, found, standing, changes(found, standing, self._now, why))
        state, due_at, clocks = _clocks(self._assessment, index)
        doubtful = any(one.rule in book.doubting for one in found)
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
                _punctuality(self._rules, self._assessment, index, doubtful=doubtful)
                if due.case.facts.get("closed_at") is not None
                else None,
            )
        )

    def _is_told(self, about: About, one: Finding | Standing, standing: Sequence[Standing]) -> bool:
        """Whether people are told of what stands, so that its case counts with its level."""
        if one.rule in self._rules.book.shadows:
            return False
        if isinstance(one, Standing):
            return one.origin != Origin.HISTORY
        for alert in standing:
            if alert.card == one.card and alert.rank == one.rank:
                return alert.origin != Origin.HISTORY
        return origin(one, about.facts, about.begun, self._now) is not Origin.HISTORY

    def record(self, connection: Connection) -> None:
        self._cards.write(connection)
        cases.record_checks(connection, self._checked)


def _parted(book: RuleBook, due: DueCase) -> tuple[list[Standing], list[Standing]]:
    """Part the open alerts of a case into its own and those that surveys keep."""
    own: list[Standing] = []
    kept: list[Standing] = []
    for one in due.standing:
        survey = book.survey_of.get(one.rule)
        stays = survey is not None and (due.vanished_at is None or survey.survey.of_vanished)
        (kept if stays else own).append(one)
    return own, kept


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


def _punctuality(
    rules: InForce, assessment: Assessment, index: int, *, doubtful: bool
) -> Punctuality | None:
    """Return how a closed case ended by all of its limits, each step of a limit for each step."""
    states = (
        STATES[result.state[index]]
        for result in assessment.limits
        if result.applies[index] and result.limit.id not in rules.book.shadows
    )
    return punctuality(states, doubtful=doubtful)


def _urgency(state: ClockState, result: LimitResult, index: int) -> float:
    """Order the clocks of one limit: the least is the most urgent."""
    due = int(result.course.due[index])
    return _URGENCY.index(state) + due / NEVER


def _clock(result: LimitResult, index: int) -> dict[str, object]:
    levels = result.limit.levels
    level, following = result.level[index], result.next_level[index]
    return {
        "state": STATES[result.state[index]].value,
        "until": result.limit.until,
        "due_at": optional(result.course.due[index]),
        "provisional": bool(result.course.provisional[index]),
        "unit": result.limit.allow.told_in.value,
        **({"calendar": result.limit.calendar} if result.limit.by_region else {}),
        "level": levels[level].name if level >= 0 else None,
        "next_level": levels[following].name if following >= 0 else None,
        "next_level_at": optional(result.next_at[index]),
    }
