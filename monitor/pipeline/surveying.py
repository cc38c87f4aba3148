"""Survey: a due check across cases → columns of the store → findings → changes of alerts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.beginnings import since_by_source
from monitor.pipeline.carding import About, Cards
from monitor.pipeline.checking import RULE_FAILS, rule_subject
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.readings import Readings
from monitor.pipeline.unread import held, unread_sources
from monitor.store import survey_alerts, survey_readings, surveys, system_alerts
from monitor.store.store import Store
from monitor.store.survey_alerts import Owner, SurveyAlert, SurveyedCase
from monitor.store.surveys import SurveyState
from rules.alerts import changes
from rules.appeals import without_revoked
from rules.findings import Card, Outcome, Reason
from rules.going_live import Beginning
from rules.instants import MINUTE, SECOND
from rules.surveys import Found, SurveyRule

log = structlog.get_logger(__name__)

_LEASE = 30 * MINUTE
_SOON = MINUTE  # when to look again at cases that others were at work on
_UNREAD = 5 * SECOND  # when to ask again whether everything has been read
_GRACE = 2 * MINUTE  # how long a case that was just read may wait for its first check


@dataclass
class SurveyTally:
    """What making a survey did: how much it found, what changed about alerts by outcome and level.

    ``error`` is why it failed, ``waits`` that it was put off until every
    source has been read and every case checked.
    """

    survey: str
    found: int = 0
    seconds: float = 0.0
    waits: bool = False
    error: str | None = None
    changes: Counter[tuple[Outcome, str]] = field(default_factory=Counter)


def survey(
    store: Store, rules: InForce, who: str, now: int, started_at: int = 0
) -> SurveyTally | None:
    """Make the survey that is longest due at ``now`` and free; ``None`` where none is.

    It reads and judges outside of any transaction that others would wait for. A survey that fails
    is an alert of its own, and leaves the alerts it keeps as they are. It waits until each source
    that can be read was read since ``started_at``, when this process began.
    """
    state = _claim(store, rules, who, now)
    if state is None:
        return None
    tally = SurveyTally(state.id)
    rule = rules.book.survey_of.get(state.id)
    if rule is None:
        _drop(store, rules, state, now, tally)
        return tally
    began = time.monotonic()
    try:
        waits = _to_be_read(store, rules, started_at, now)
        found = None if waits else look(store, rules, rule, now)
    except Exception as error:  # code of others may fail in any way, and so may a huge statement
        tally.error = f"{type(error).__name__}: {error}"
        _fail(store, rules, rule, who, now, tally.error)
        return tally
    tally.seconds = time.monotonic() - began
    with store.write() as connection:
        if found is None:
            tally.waits = True
            fingerprint = rules.book.survey_fingerprints[rule.id]
            surveys.put_off(
                connection, rule.id, who, next_at=now + _UNREAD, fingerprint=fingerprint
            )
            return tally
        tally.found = len(found)
        whole = _write(connection, rules, rule, state, found, now, tally)
        held = surveys.made(
            connection,
            rule.id,
            who,
            now=now,
            next_at=now + (round(rule.every * SECOND) if whole else _SOON),
            fingerprint=rules.book.survey_fingerprints[rule.id],
            found=len(found),
        )
        if not held:  # it took so long that somebody else has taken it up
            connection.rollback()
            tally.changes.clear()
            return tally
        system_alerts.resolve_system(
            connection, rule_subject(rules, rule.id), RULE_FAILS, "changed", now
        )
    return tally


def _claim(store: Store, rules: InForce, who: str, now: int) -> SurveyState | None:
    """Take up the survey that is longest due, having made those due that are new or changed."""
    wanted = rules.book.survey_fingerprints
    with store.read() as connection:
        known = surveys.states(connection)
    fingerprints = {state.id: state.fingerprint for state in known}
    same = all(
        ident in fingerprints and fingerprints[ident] in (None, fingerprint)
        for ident, fingerprint in wanted.items()
    )
    if same and fingerprints.keys() == wanted.keys() and all(one.next_at > now for one in known):
        return None  # without a transaction for writing, which others would wait for
    with store.write() as connection:
        surveys.ensure(connection, wanted, now)
        return surveys.claim(connection, now, now + _LEASE, who)


def _to_be_read(store: Store, rules: InForce, started_at: int, now: int) -> bool:
    """Return whether facts are about to be read without which a survey would judge old ones."""
    with store.read() as connection:
        unread = unread_sources(connection, rules, started_at, now)
    # A source that cannot be read for days does not keep the others from being surveyed.
    return any(not (one.failing or one.judged) for one in unread)


def look(store: Store, rules: InForce, rule: SurveyRule, now: int) -> Sequence[Found] | None:
    """Give what a survey finds at ``now``, changing nothing; ``None``: not all is known yet.

    What has not been read would look as if it were not there, and what has not been checked as if
    it had no card.
    """
    with store.read() as connection:
        read_at = _read_at(connection, rules, now)
        # A source that cannot be read for days does not keep the others from being surveyed.
        waits = held(one for one in unread_sources(connection, rules, 0, now) if one.failing)
        if read_at is None or surveys.unchecked(connection, now - _GRACE, waits):
            return None
        work = rules.calendars[rules.book.default_calendar]
        occasion = rule.occasion(now, read_at, work, rules.book.directory)
        ids = list(rules.book.survey_of)
        mapped = {one.id: one.cases.columns for one in rules.settings.source}
        columns = {
            name: survey_readings.read(connection, reading, occasion.scope, ids, mapped)
            for name, reading in rule.survey.asks(occasion).items()
        }
    return rule.survey.judge(occasion, columns)


def _read_at(connection: Connection, rules: InForce, now: int) -> int | None:
    """Give when every source had last been read to its end, ``None`` where one never was."""
    read = [Readings.load(connection, one).polled_at for one in rules.settings.source]
    known = [at for at in read if at is not None]
    return min(known, default=now) if len(known) == len(read) else None


def _write(
    connection: Connection,
    rules: InForce,
    rule: SurveyRule,
    state: SurveyState,
    found: Sequence[Found],
    now: int,
    tally: SurveyTally,
) -> bool:
    """Let the alerts of a survey be as it found; ``False`` where somebody was at work on a case."""
    by_owner: dict[Owner, list[Found]] = {}
    for one in found:
        by_owner.setdefault((one.case, None if one.case is not None else one.subject), []).append(
            one
        )
    standing: dict[Owner, list[SurveyAlert]] = {}
    for alert in survey_alerts.standing_of(connection, rule.id):
        standing.setdefault((alert.case_id, alert.subject), []).append(alert)
    owners = dict.fromkeys((*by_owner, *standing))
    ids = {case for case, _ in owners if case is not None}
    held = survey_alerts.cases_of(connection, ids, hold=True)
    revoked = survey_alerts.revoked_of(connection, rule.id)
    changed = state.fingerprint not in (None, rules.book.survey_fingerprints[rule.id])
    since = since_by_source(connection, rules)
    cards = Cards(rules, now)
    for owner in owners:
        case = held.get(owner[0]) if owner[0] is not None else None
        if owner[0] is not None and case is None:
            continue
        gone = case is not None and case.vanished and not rule.survey.of_vanished
        findings = tuple(rule.finding(one) for one in by_owner.get(owner, ()) if not gone)
        about = _about(owner, case, since, first=state.fingerprint is None)
        findings = without_revoked(findings, revoked.get(owner, ()), about.facts)
        stands = [one.standing for one in standing.get(owner, ())]
        why = _why(standing.get(owner, ()), now, gone=gone, changed=changed)
        cards.take(
            about,
            findings,
            stands,
            changes(findings, stands, now, {Card(rule.id): why}),
        )
    cards.write(connection)
    survey_alerts.refresh_levels(connection, held)
    tally.changes.update(cards.outcomes)
    return len(held) == len(ids)


def _about(
    owner: Owner, case: SurveyedCase | None, since: Mapping[str, int | None], *, first: bool
) -> About:
    """Return what an alert is about; that of a unit is supervised since all its sources are."""
    if case is None:
        all_since = max((at for at in since.values() if at is not None), default=None)
        return About(subject=owner[1], begun=Beginning(since=all_since, first=first))
    begun = Beginning(since=since.get(case.source), seen_open=case.seen_open, first=first)
    return About(owner[0], case.source, case.facts, begun=begun)


def _why(alerts: Sequence[SurveyAlert], now: int, *, gone: bool, changed: bool) -> Reason:
    """Give why alerts are over, should they be."""
    if gone:
        return Reason.VANISHED
    if any(one.passes_at is not None and one.passes_at <= now for one in alerts):
        return Reason.PASSED
    return Reason.RULE if changed else Reason.MOVED


def _drop(store: Store, rules: InForce, state: SurveyState, now: int, tally: SurveyTally) -> None:
    """Resolve what a survey left that is no longer in force, and forget it."""
    with store.write() as connection:
        left = survey_alerts.standing_of(connection, state.id)
        if state.id in rules.titles:  # a check or a limit has its id now, and its alerts
            left = []
        ids = {one.case_id for one in left if one.case_id is not None}
        held = survey_alerts.cases_of(connection, ids, hold=True)
        cards = Cards(rules, now)
        for one in left:
            case = held.get(one.case_id) if one.case_id is not None else None
            if one.case_id is not None and case is None:
                continue  # somebody is at work on it, and will find that no rule keeps it
            stands = [one.standing]
            why: Mapping[Card, Reason] = {one.standing.card: Reason.RULE}
            about = _about((one.case_id, one.subject), case, {}, first=False)
            cards.take(about, [], stands, changes([], stands, now, why))
        cards.write(connection)
        survey_alerts.refresh_levels(connection, held)
        surveys.forget(connection, state.id)
    tally.changes.update(cards.outcomes)
    log.info("survey_dropped", survey=state.id, resolved=sum(cards.outcomes.values()))


def _fail(store: Store, rules: InForce, rule: SurveyRule, who: str, now: int, reason: str) -> None:
    log.error("survey_failed", survey=rule.id, reason=reason)
    title = Words(
        f"普查“{rule.title}”做不成，已亮的牌照旧：{reason}",
        f"The survey {rule.id} cannot be made; its alerts stay as they are: {reason}",
    )
    with store.write() as connection:
        subject = rule_subject(rules, rule.id)
        raise_alert(connection, rules, subject, RULE_FAILS, title, {"reason": reason}, now)
        later = now + max(_SOON, min(round(rule.every * SECOND), 15 * MINUTE))
        surveys.put_off(
            connection,
            rule.id,
            who,
            next_at=later,
            fingerprint=rules.book.survey_fingerprints[rule.id],
            error=reason,
        )
