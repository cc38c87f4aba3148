"""Silence: notices are held back while a silence is for them, and summed up when it ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection

from config import Words
from monitor.acts.actor import machine
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.store import alert_cases, alert_list, audit_log, silences, system_alerts
from monitor.store.alert_cases import AlertCase
from monitor.store.alert_list import Alert
from monitor.store.audit_list import MACHINE
from monitor.store.audit_log import Act
from monitor.store.deliveries import Notice
from monitor.store.silences import NewSilence
from monitor.store.store import Store
from rules.carriers import carried
from rules.cases import Case
from rules.silences import Matching, Silence, Telling, condition, silence_of

log = structlog.get_logger(__name__)

BY_SETTINGS = "supervisor.toml"
"""Who has set the silence of a maintenance window."""

SET = "silence-set"
"""The rule of the alert by which the region above hears of a silence."""

REFUSED = "condition-refused"
"""The rule of the alert that stored silences were ended, for their conditions may be costly."""


def subject(ident: int) -> str:
    """Return what an alert about a silence is about."""
    return f"silence:{ident}"


def keep_silence(store: Store, rules: InForce, now: int) -> int:
    """Begin and end the silences whose time has come; give how many deliveries that moves.

    What waits already when a silence begins is held back with what comes later. At its end all
    that is still worth telling is due at once, each receiver's in one digest.
    """
    with store.read() as connection:
        if not silences.any_due(connection, now):
            return 0
    moved = 0
    with store.write() as connection:
        for row in silences.claim_due(connection, now):
            if row.ended_at is not None or row.until_at <= now:
                count = silences.release(connection, row.id, now)
                silences.next_at(connection, row.id, None)
                system_alerts.resolve_system(connection, subject(row.id), SET, "done", now)
                log.info("silence_ended", silence=row.id, told=count)
            else:
                count = _hold_back(connection, rules, now)
                silences.next_at(connection, row.id, row.until_at)
                log.info("silence_begun", silence=row.id, held=count)
            moved += count
    return moved


def plan_maintenance(connection: Connection, rules: InForce, now: int) -> None:
    """Keep in the store the maintenance windows of the settings that are still to come or stand.

    Those that were taken out of the settings, or put into the past, end now.
    """
    names = []
    for one in rules.settings.maintenance:
        planned = one.silence(rules.zone)
        if planned.until_at > now:
            names.append(one.id)
            new = NewSilence(
                BY_SETTINGS,
                one.reason,
                planned.matching,
                planned.from_at,
                planned.until_at,
                one.id,
            )
            silences.plan(connection, new, now)
    for ident in silences.end_named(connection, names, BY_SETTINGS, now):
        _note_end(connection, ident, BY_SETTINGS, now)


def end_refused(connection: Connection, rules: InForce, now: int) -> list[int]:
    """End the silences whose conditions are not taken any more, and return their ids.

    An alert says which; it stands until all conditions are taken again at a later start.
    """
    refused: dict[int, str] = {}
    for one in silences.standing(connection):
        try:
            condition(one.matching.when or "true")
        except ValueError as error:
            refused[one.id] = str(error)
    for ident, why in refused.items():
        silences.end(connection, ident, MACHINE, now)
        _note_end(connection, ident, MACHINE, now, why)
        log.error("silence_refused", silence=ident, reason=why)
    if refused:
        found = ", ".join(map(str, refused))
        title = Words(
            f"静默 {found} 已结束：条件不合现行规定，不再计算",
            f"Silences {found} were ended: their conditions are not allowed, and not evaluated",
        )
        evidence = {str(ident): why for ident, why in refused.items()}
        raise_alert(connection, rules, "silences", REFUSED, title, evidence, now)
    else:
        system_alerts.resolve_system(connection, "silences", REFUSED, "done", now)
    return sorted(refused)


def _note_end(connection: Connection, ident: int, who: str, now: int, why: str = "") -> None:
    actor = machine(who)
    act = Act(
        actor.who, actor.origin, "silence.end", f"silence:{ident}", None, {"until_at": now}, why
    )
    audit_log.record(connection, act, now)


def silenced(
    rules: InForce,
    standing: Sequence[Silence],
    alert: Alert,
    case: Case | None,
    notice: Notice,
    now: int,
) -> Notice:
    """Give a notice about an alert with its deliveries held back where a silence is for them.

    ``case`` is the alert's, with who carries the card.
    """
    if not standing or not notice.deliveries:
        return notice
    ways = []
    for one in notice.deliveries:
        silence = _silence(rules, standing, alert, case, notice.person or "", one.channel, now)
        ways.append(one if silence is None else replace(one, silence_id=silence.id))
    return replace(notice, deliveries=tuple(ways))


def in_silence(
    connection: Connection, rules: InForce, alerts: Collection[int], now: int
) -> dict[int, Silence]:
    """Return which of some alerts a silence is for now, be it for some people or channels alone."""
    standing = [
        Silence(one.id, replace(one.matching, person="", channel=""), one.from_at, one.until_at)
        for one in silences.standing(connection)
        if one.from_at <= now < one.until_at
    ]
    if not standing or not alerts:
        return {}
    found = {}
    for about in alert_cases.of_alerts(connection, list(alerts)):
        case = _carried(rules, about, now)
        silence = _silence(rules, standing, about.alert, case, "", "", now)
        if silence is not None:
            found[about.alert.id] = silence
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """To what a silence applies now: alerts that stand, and deliveries that wait."""

    alerts: int
    deliveries: int


def reach(connection: Connection, rules: InForce, matching: Matching, now: int) -> Counted:
    """Count to what a silence would apply at ``now``."""
    one = Silence(0, matching, now, now + 1)
    anybody = Silence(0, replace(matching, person="", channel=""), now, now + 1)
    standing = alert_list.standing_ids(connection)
    alerts = 0
    for about in alert_cases.of_alerts(connection, standing):
        case = _carried(rules, about, now)
        alerts += _silence(rules, [anybody], about.alert, case, "", "", now) is not None
    waiting = sum(map(len, _matching(connection, rules, [one], now).values()))
    return Counted(alerts, waiting)


def _hold_back(connection: Connection, rules: InForce, now: int) -> int:
    """Hold back what waits already; give how many deliveries."""
    held = _matching(connection, rules, silences.standing(connection), now)
    for ident, deliveries in held.items():
        silences.hold_back(connection, ident, deliveries)
    return sum(map(len, held.values()))


def _matching(
    connection: Connection, rules: InForce, standing: Sequence[Silence], now: int
) -> dict[int, list[int]]:
    """Give the deliveries that wait and that silences are for, by silence."""
    waiting = silences.pending(connection, now)
    about = {
        one.alert.id: (one.alert, _carried(rules, one, now))
        for one in alert_cases.of_alerts(connection, {one.alert_id for one in waiting})
    }
    found: dict[int, list[int]] = {}
    for one in waiting:
        alert, case = about[one.alert_id]
        silence = _silence(rules, standing, alert, case, one.person, one.channel, now)
        if silence is not None:
            found.setdefault(silence.id, []).append(one.id)
    return found


def _carried(rules: InForce, about: AlertCase, now: int) -> Case | None:
    """Give the case of an alert with the facts of its item and of who carries the card."""
    if about.case is None:
        return None
    return carried(rules.book.catalogue.enrich(about.case, now), about.alert.carrier)


def _silence(
    rules: InForce,
    standing: Sequence[Silence],
    alert: Alert,
    case: Case | None,
    person: str,
    channel: str,
    now: int,
) -> Silence | None:
    telling = Telling(
        case or carried(Case(alert.source or "", "", {}), alert.carrier),
        alert.rule,
        alert.level,
        alert.rank,
        alert.subject or "",
        alert.source or "",
        person,
        channel,
    )
    try:
        return silence_of(standing, telling, rules.book.directory, now)
    except ValueError as error:  # rather told in vain than never
        log.error("silence_failed", alert=alert.id, reason=str(error))  # noqa: TRY400
        return None
