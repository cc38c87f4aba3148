"""The help-desk log as an approval database would hold it, and an independent reckoning of it.

The reckoning shares no code with the product: it walks days and spans one by one.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table

ROME = ZoneInfo("Europe/Rome")
OPENS, CLOSES = time(9), time(18)
FAR = datetime(9000, 1, 1, tzinfo=UTC)

metadata = MetaData()
tickets = Table(
    "tickets",
    metadata,
    Column("ticket", String(20), primary_key=True),
    Column("opened", DateTime),
    Column("taken", DateTime),
    Column("resolved", DateTime),
    Column("closed", DateTime),
    Column("reopened", DateTime),
    Column("kind", String(20)),
    Column("workgroup", String(20)),
    Column("changed", DateTime, index=True),
)
steps = Table(
    "ticket_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", String(20), index=True),
    Column("activity", String(40)),
    Column("resource", String(20)),
    Column("began", DateTime),
    Column("ended", DateTime),
)
waits = Table(
    "ticket_waits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", String(20), index=True),
    Column("began", DateTime),
    Column("ended", DateTime),
)


@dataclass
class Ticket:
    """One ticket: when it was opened, first taken in charge, closed, and when it waited (UTC)."""

    number: str
    events: list[dict[str, str]] = field(default_factory=list)

    @property
    def moments(self) -> list[datetime]:
        return [datetime.fromisoformat(event["happened_at"]) for event in self.events]

    def first(self, activity: str) -> datetime | None:
        found = (
            at for at, e in zip(self.moments, self.events, strict=True) if e["activity"] == activity
        )
        return next(found, None)

    @property
    def opened(self) -> datetime:
        return self.moments[0]

    @property
    def taken(self) -> datetime | None:
        return self.first("Take in charge ticket")

    @property
    def closed(self) -> datetime | None:
        return self.first("Closed")

    @property
    def resolved(self) -> datetime | None:
        return self.first("Resolve ticket")

    @property
    def reopened(self) -> datetime | None:
        """The first moment after it was closed at which anything happened."""
        return next((at for at in self.moments if self.closed and at > self.closed), None)

    @property
    def waits(self) -> list[tuple[datetime, datetime | None]]:
        ends = [*self.moments[1:], None]
        return [
            (at, end)
            for at, end, event in zip(self.moments, ends, self.events, strict=True)
            if event["activity"] == "Wait"
        ]


def read(path: Path) -> list[Ticket]:
    """Read the log; the events of a ticket in the order of their moments."""
    found: dict[str, Ticket] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["ticket"], Ticket(row["ticket"])).events.append(row)
    for ticket in found.values():
        ticket.events.sort(key=lambda event: event["happened_at"])
    return list(found.values())


def load(engine: Engine, log: Sequence[Ticket]) -> None:
    """Write tickets as cases, steps and pauses, times as naive UTC."""

    def naive(at: datetime | None) -> datetime | None:
        return None if at is None else at.astimezone(UTC).replace(tzinfo=None)

    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            tickets.insert(),
            [
                {
                    "ticket": t.number,
                    "opened": naive(t.opened),
                    "taken": naive(t.taken),
                    "resolved": naive(t.resolved),
                    "closed": naive(t.closed),
                    "reopened": naive(t.reopened),
                    "kind": t.events[0]["service_type"],
                    "workgroup": t.events[0]["workgroup"],
                    "changed": naive(t.moments[-1]),
                }
                for t in log
            ],
        )
        connection.execute(
            steps.insert(),
            [
                {
                    "ticket": t.number,
                    "activity": event["activity"],
                    "resource": event["resource"],
                    "began": naive(at),
                    "ended": naive(end),
                }
                for t in log
                for at, end, event in zip(t.moments, [*t.moments[1:], None], t.events, strict=True)
            ],
        )
        connection.execute(
            waits.insert(),
            [
                {"ticket": t.number, "began": naive(began), "ended": naive(ended)}
                for t in log
                for began, ended in t.waits
            ],
        )


# ── the independent reckoning ──────────────────────────────────────────────────────────────────

Threshold = tuple[str, datetime]
"""A level and the moment from which it stands."""


def works(day: date) -> bool:
    return day.weekday() < 5


def span(day: date) -> tuple[datetime, datetime]:
    return datetime.combine(day, OPENS, ROME), datetime.combine(day, CLOSES, ROME)


def next_days(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day


def touched(day: date, pauses: Sequence[tuple[datetime, datetime]]) -> bool:
    first, last = span(day)
    return any(max(began, first) < min(ended, last) for began, ended in pauses)


def promise(ticket: Ticket, now: datetime) -> list[Threshold]:
    """Ten working days from the opening; days on which the ticket waited do not count.

    Due soon with two working days left, yellow when over, red three working days later. Nothing
    stands while it waits, nor once it is closed.
    """
    if ticket.opened > now or (ticket.closed and ticket.closed <= now):
        return []
    pauses = [(began, ended) for began, ended in ticket.waits if began <= now]
    closed_pauses = [(b, e if e is not None and e <= now else FAR) for b, e in pauses]
    counted: list[date] = []
    for day in next_days(ticket.opened.astimezone(ROME).date()):
        if day.year > now.year + 2:
            return []  # an open wait: there is no due moment
        if works(day) and not touched(day, closed_pauses):
            counted.append(day)
            if len(counted) == 10:
                break
    after = [day for day, _ in zip(_workdays(counted[-1]), range(3), strict=False)]
    return [
        ("warning", max(span(counted[8])[0], ticket.opened)),
        ("yellow", span(counted[9])[1]),
        ("red", span(after[2])[1]),
    ]


def _workdays(day: date) -> Iterator[date]:
    return (one for one in next_days(day) if works(one))


def response(ticket: Ticket, now: datetime) -> list[Threshold]:
    """Eight working hours until somebody takes it in charge; waiting is cut out exactly.

    Due soon at half of it, yellow when over.
    """
    if ticket.opened > now or (ticket.taken and ticket.taken <= now):
        return []
    pauses = [
        (began, ended if ended is not None and ended <= now else FAR)
        for began, ended in ticket.waits
        if began <= now
    ]
    half = _used_up(ticket.opened, timedelta(hours=4), pauses)
    full = _used_up(ticket.opened, timedelta(hours=8), pauses)
    if full is None or half is None:
        return []
    return [("warning", half), ("yellow", full)]


def _used_up(
    start: datetime, allowed: timedelta, pauses: Sequence[tuple[datetime, datetime]]
) -> datetime | None:
    """Walk the working time from ``start`` on, span by span, cut where the clock stands still."""
    left = allowed
    before = start.astimezone(ROME).date() - timedelta(days=1)
    for day in next_days(before):
        if day > start.date() + timedelta(days=800):
            return None
        if not works(day):
            continue
        first, last = span(day)
        at = max(first, start)
        for began, ended in [*sorted(pauses), (FAR, FAR)]:
            run_to = min(max(began, at), last)
            if run_to > at:
                if left <= run_to - at:
                    return (at + left).astimezone(UTC)
                left -= run_to - at
            at = max(at, min(ended, last))
        # The whole of the day is gone through.
    return None


def reckon(
    log: Sequence[Ticket], first: datetime, last: datetime
) -> set[tuple[str, str, str, str, datetime]]:
    """Give every change of an alert from ``first`` (included) to ``last``: as the replay should.

    Between two moments at which more becomes known, levels stand as their thresholds say.
    """
    events = set()
    for ticket in log:
        for rule, thresholds_at in (("promise", promise), ("response", response)):
            for at, event, level in _changes(ticket, thresholds_at, first, last):
                events.add((ticket.number, rule, event, level, at))
    return events


def _changes(ticket, thresholds_at, first, last):
    ranks = {"warning": 0, "yellow": 1, "red": 2}
    learnt = sorted({at for at in ticket.moments if first < at < last})
    standing = None
    for at, until in zip([first, *learnt], [*learnt, last], strict=True):
        thresholds = thresholds_at(ticket, at)
        turns = [at, *sorted(t for _, t in thresholds if at < t < until)]
        for turn in turns:
            passed = [level for level, t in thresholds if t <= turn]
            level = max(passed, key=ranks.__getitem__, default=None)
            if level == standing:
                continue
            if standing is None:
                yield turn, "alert_opened", level
            elif level is None:
                yield turn, "alert_resolved", standing
            else:
                raised = ranks[level] > ranks[standing]
                yield turn, "alert_raised" if raised else "alert_lowered", level
            standing = level
