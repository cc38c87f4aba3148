"""Daily digests: what stands, what is due and how it went, to everybody about what is his."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import structlog
from sqlalchemy import Connection

from monitor.pipeline import wording
from monitor.pipeline.in_force import InForce
from monitor.store import alert_cases, closings, deliveries, digests, sources
from monitor.store.closings import ClosedIn
from monitor.store.deliveries import NewDelivery, Notice
from monitor.store.digests import Cards, Open, Planned
from monitor.store.scope import scope as bounds
from monitor.store.store import Store
from notifiers import Kind, words
from rules.carriers import carried
from rules.digests import DailyDigest, Reader, Scope, is_today, next_at, readers
from rules.instants import DAY, instant, moment
from rules.punctuality import total

log = structlog.get_logger(__name__)

_MOST_URGENT = 10


def plan_digests(connection: Connection, rules: InForce, now: int) -> None:
    """Keep in the store when each digest of the settings is due."""
    digests.ensure(
        connection,
        [
            Planned(one.id, one.schedule, next_at(one, rules.calendars[one.calendar], now))
            for one in _all(rules)
        ],
    )


def send_digests(store: Store, rules: InForce, now: int) -> int:
    """Make the digests that are due; give how many deliveries that is.

    One that falls due while nothing runs is made later on the same day, or not at all.
    """
    with store.read() as connection:
        if not digests.any_due(connection, now):
            return 0
    made = 0
    with store.write() as connection:
        due = set(digests.claim_due(connection, now))
        numbers: _Numbers | None = None
        for one in _all(rules):
            if one.id not in due:
                continue
            work = rules.calendars[one.calendar]
            today = is_today(one, work, now)
            if today:
                numbers = numbers or _Numbers.of(connection, rules, now)
                made += _make(connection, rules, one, numbers, now)
            else:
                log.warning("digest_missed", digest=one.id)
            digests.done(connection, one.id, next_at(one, work, now), now if today else None)
    return made


def _all(rules: InForce) -> list[DailyDigest]:
    default = rules.book.default_calendar
    return [one.digest(default) for one in rules.settings.digest]


def _make(
    connection: Connection, rules: InForce, digest: DailyDigest, numbers: _Numbers, now: int
) -> int:
    found = readers(digest, rules.resolver(now))
    if not found:
        log.warning("nobody_reads", digest=digest.id)
    contexts: dict[Scope, dict[str, Any]] = {}
    notices = []
    for reader in found:
        if reader.scope not in contexts:
            contexts[reader.scope] = numbers.context(connection, reader.scope)
        notices.append(_notice(rules, digest, reader, contexts[reader.scope], now))
    return deliveries.add_notices(connection, notices, now)


def _notice(
    rules: InForce, digest: DailyDigest, reader: Reader, context: dict[str, Any], now: int
) -> Notice:
    found, day = reader.found, moment(now, rules.zone).date()

    def key(channel: str) -> str:
        says = (digest.id, day, found.person.id, reader.scope, channel)
        return (
            f"duban-daily-{day:%Y%m%d}-{blake2b(repr(says).encode(), digest_size=12).hexdigest()}"
        )

    return Notice(
        None,
        now,
        Kind.DIGEST.value,
        digest.id,
        {**context, "route": {"reason": _reason(rules, reader)}},
        tuple(NewDelivery(key(channel), channel, "", now) for channel in found.channels),
        person=found.person.id,
    )


def _reason(rules: InForce, reader: Reader) -> str:
    scope = _scope_name(rules, reader.scope)
    other = reader.found.instead_of
    if rules.language == "en":
        stands = f", standing in for {other.name}" if other else ""
        return f"The daily digest of {scope or 'everything'} goes to you{stands}"
    stands = f"，代 {other.name}" if other else ""
    return f"{scope or '全部'}的每日快报发给你{stands}"


def _scope_name(rules: InForce, scope: Scope) -> str:
    directory = rules.book.directory
    region = directory.regions.get(scope.region)
    department = directory.departments.get(scope.department)
    names = (
        region.name if region else scope.region,
        department.name if department else scope.department,
    )
    return (" " if rules.language == "en" else "").join(name for name in names if name)


@dataclass
class _Numbers:
    """The numbers of all places, from which those of each scope are summed up."""

    rules: InForce
    now: int
    as_of: int | None
    cards: list[Cards]
    before: list[Cards]
    open: list[Open]
    this_month: list[ClosedIn]
    last_month: list[ClosedIn]

    @classmethod
    def of(cls, connection: Connection, rules: InForce, now: int) -> _Numbers:
        """Read them."""
        local = moment(now, rules.zone)
        today = local.replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = instant(today + timedelta(days=1))
        month = today.replace(day=1)
        earlier = (month - timedelta(days=1)).replace(day=1)
        known = {one.id for one in rules.settings.source}
        read = [one.last_ok_at for one in sources.states(connection) if one.id in known]
        return cls(
            rules,
            now,
            min((at for at in read if at is not None), default=None),
            digests.cards(connection),
            digests.cards_at(connection, now - DAY),
            digests.open_cases(connection, instant(today), tomorrow),
            closings.by_place(connection, instant(month), tomorrow),
            closings.by_place(connection, instant(earlier), instant(month)),
        )

    def context(self, connection: Connection, scope: Scope) -> dict[str, Any]:
        """Give the fields of the digest of a scope."""
        rules, language = self.rules, self.rules.language
        seen = bounds(
            [scope.region] if scope.region else None,
            [scope.department] if scope.department else None,
            rules.book.directory,
        )

        def here(rows: Iterable[Any]) -> list[Any]:
            return [row for row in rows if seen.holds(row.region, row.department)]

        counts = _by_level((one.level, one.count) for one in here(self.cards))
        before = _by_level((one.level, one.count) for one in here(self.before))
        digest: dict[str, Any] = {
            "event": "daily",
            "scope": _scope_name(rules, scope),
            "before": {level: before.get(level, 0) for level in rules.book.levels},
            "unacknowledged": _by_level(
                (one.level, one.unacknowledged) for one in here(self.cards)
            ),
            "due_today": sum(one.due for one in here(self.open)),
            "open": sum(one.count for one in here(self.open)),
        }
        this, last = (
            total(one.closings for one in here(rows)) for rows in (self.this_month, self.last_month)
        )
        if this.rate is not None:
            digest["on_time"] = 100 * this.rate
        if last.rate is not None and this.change(last) is not None:
            digest["on_time_before"] = 100 * last.rate
        if this.in_doubt:
            digest["in_doubt"] = this.in_doubt
        urgent = digests.most_urgent(connection, seen, _MOST_URGENT)
        return {
            "digest": digest,
            "items": self._items(connection, urgent),
            "count": sum(counts.values()),
            "counts": counts,
            "nothing": not counts,
            "links": {"home": base} if (base := wording.home(rules)) else {},
            "period_text": words.day(self.now, rules.zone, language),
            "source": {
                "as_of": words.when(self.as_of, rules.zone, language, self.now)
                if self.as_of
                else ""
            },
        }

    def _items(self, connection: Connection, alerts: list[int]) -> list[dict[str, Any]]:
        rules, now = self.rules, self.now
        found = {}
        for one in alert_cases.of_alerts(connection, alerts):
            case = one.case
            if case is not None:
                case = carried(rules.book.catalogue.enrich(case, now), one.alert.carrier)
            fields = wording.context(rules, one.alert, case, None, self.as_of, now)
            kind = Kind.OVERDUE if one.alert.rank else Kind.WARNING
            found[one.alert.id] = {**fields, "kind": kind.value}
        return [found[ident] for ident in alerts]


def _by_level(numbers: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for level, number in numbers:
        total[level] += number
    return {level: number for level, number in total.items() if number}
