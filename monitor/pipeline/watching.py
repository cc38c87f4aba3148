"""Watch: the daemon's recount of its own work, and what silently goes wrong around it."""

from __future__ import annotations

from datetime import date

import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.checking import RULE_FAILS, rule_subject
from monitor.pipeline.in_force import InForce
from monitor.pipeline.poison_rows import resolve_quiet
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.unread import held, unread_sources
from monitor.store import counts, system_alerts
from monitor.store.counts import Lag
from monitor.store.store import Store
from rules.instants import MINUTE, moment

log = structlog.get_logger(__name__)

BEHIND = "work-behind"
CALENDAR = "calendar-missing"

GRACE = 2 * MINUTE
"""How long work may be due before its not being done is an alert."""

_REMIND_FROM = (12, 1)


def watch(store: Store, rules: InForce, now: int, started_at: int = 0) -> Lag:
    """Recount what should have been done by now, and open or resolve the system's own alerts.

    Two things are watched: work that is due but not taken up (or taken up and never ended), and a
    calendar that does not know next year although it is December. Cases that wait until their
    source is read are no work that is behind: see :mod:`monitor.pipeline.unread`, also for
    ``started_at``.
    """
    with store.write() as connection:
        rated = [one.id for one in rules.settings.channel if one.per_minute is not None]
        waits = held(unread_sources(connection, rules, started_at, now))
        lag = counts.lag(connection, now, GRACE, rated, waits)
        behind = sum(getattr(lag, name) for name in _LAGS)
        if behind:
            log.warning("work_behind", **{name: getattr(lag, name) for name in _LAGS})
            title = Words(
                f"有 {behind} 项工作到时未做", f"{behind} pieces of work are due and not done"
            )
            evidence = {name: getattr(lag, name) for name in _LAGS}
            raise_alert(connection, rules, "daemon", BEHIND, title, evidence, now)
        else:
            system_alerts.resolve_system(connection, "daemon", BEHIND, "done", now)
        _watch_calendars(connection, rules, now)
        resolve_quiet(connection, now)
        for subject in system_alerts.subjects(connection, RULE_FAILS):
            if subject not in {rule_subject(rules, rule) for rule in rules.titles}:
                system_alerts.resolve_system(connection, subject, RULE_FAILS, "changed", now)
    return lag


_LAGS = ("cases", "steps", "sources", "deliveries", "unsent", "surveys", "orders")


def _watch_calendars(connection: Connection, rules: InForce, now: int) -> None:
    ending = {
        f"calendar:{name}": (name, calendar.published_through)
        for name, calendar in rules.book.calendars.items()
        if _ends(calendar.published_through, moment(now, calendar.timezone).date())
    }
    for subject in system_alerts.subjects(connection, CALENDAR):
        if subject not in ending:  # the year has come, or the calendar is no longer used
            system_alerts.resolve_system(connection, subject, CALENDAR, "published", now)
    for subject, (name, through) in ending.items():
        title = Words(
            f"日历 {name} 只公布到 {through}，之后的到期时刻为暂定",
            f"Calendar {name} ends at {through}; what is due later is provisional",
        )
        raise_alert(connection, rules, subject, CALENDAR, title, {"through": str(through)}, now)


def ends_soon(through: date | None, today: date) -> bool:
    """Return whether a calendar has ended, or ends before the year is out.

    ``through`` is the last day that it knows, ``None`` where it knows every day.
    """
    return through is not None and (through < date(today.year, 12, 31) or _ends(through, today))


def _ends(through: date | None, today: date) -> bool:
    """Tell whether next year should be known by now, or today is no longer known itself."""
    if through is None:
        return False
    return today >= date(through.year, *_REMIND_FROM) or today > through
