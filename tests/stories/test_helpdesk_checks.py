"""The checks on a real log, recounted one by one without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.stories import helpdesk_log
from tests.stories.helpdesk_log import CLOSES, ROME, Ticket, next_days, touched, works
from tests.support.databases import fresh_database

LOG = os.environ.get("DUBAN_HELPDESK_LOG")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LOG, reason="DUBAN_HELPDESK_LOG names no log"),
]

NOW = datetime(2015, 1, 1, tzinfo=ROME)
SETTINGS = """
[daemon]
language = "en"
timezone = "Europe/Rome"
calendar = "office"
presets = ["compliance"]

[[calendar]]
id = "office"
base = "none"
timezone = "Europe/Rome"
hours = ["09:00-18:00"]

[[source]]
id = "helpdesk"
url = "${env:HELPDESK_URL}"
timezone = "UTC"
[source.cases]
table = "tickets"
key = "ticket"
[source.cases.columns]
submitted_at = "opened"
accepted_at = "taken"
decided_at = "resolved"
closed_at = "closed"
reopened_at = "reopened"
[source.steps]
table = "ticket_steps"
key = "id"
[source.steps.columns]
case = "ticket"
name = "activity"
handler = "resource"
started_at = "began"
ended_at = "ended"
[source.pauses]
table = "ticket_waits"
key = "id"
columns = { case = "ticket", started_at = "began", ended_at = "ended" }

[[check]]
use = "step-skipped"
settings = { steps = ["Insert ticket?", "Assign seriousness", "Take in charge ticket", \
"Resolve ticket", "Closed"], whole = true }
[[check]]
use = "step-out-of-order"
settings = { steps = ["Insert ticket", "Assign seriousness", "Take in charge ticket", \
"Resolve ticket", "Closed"] }
[[check]]
use = "step-unknown"
settings = { steps = ["Insert ticket", "Assign seriousness", "Take in charge ticket", \
"Resolve ticket", "Closed", "Wait", "Require upgrade"] }
[[check]]
use = "same-person-in-two-posts"
settings = { posts = ["Take in charge ticket", "Closed"] }
[[check]]
use = "accepted-but-idle"
settings = { aside = ["Insert ticket", "Assign seriousness", "Take in charge ticket"] }
"""
PLAN = ("Insert ticket", "Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed")
BESIDES = ("Wait", "Require upgrade")


def audited(url: str, folder: Path) -> set[tuple[str, str]]:
    settings, out = folder / "supervisor.toml", folder / "found.json"
    settings.write_text(SETTINGS, encoding="utf-8")
    run = subprocess.run(
        [
            *(sys.executable, "-m", "monitor.cli", "audit", "-c", str(settings)),
            *("--from", "2009-01-01", "--to", "2015-01-01", "--out", str(out)),
        ],
        env={**os.environ, "HELPDESK_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = map(json.loads, out.read_text("utf-8").splitlines())
    return {(line["key"], line["rule"]) for line in lines}


def recounted(ticket: Ticket) -> Iterator[str]:
    """The checks that have something to say of a ticket."""
    opened, taken, closed = ticket.opened, ticket.taken, ticket.closed
    answered = min((at for at in (taken, closed) if at), default=NOW)
    if answered > end_of(opened, 5, ()):
        yield "acceptance-late"
    if closed and not taken:
        yield "closed-without-acceptance"
    if closed and taken and closed < taken:
        yield "closed-before-accepted"
    if ticket.resolved and closed and ticket.resolved > closed:
        yield "decided-after-closed"
    if ticket.reopened:
        yield "closed-and-reopened"
    if ticket.reopened and taken and taken >= ticket.reopened:
        yield "clock-reset-by-reopening"
    if outside(taken) or outside(closed):
        yield "outside-office-hours"
    if taken and moved_on(ticket, taken) > end_of(taken, 5, ticket.waits):
        yield "accepted-but-idle"
    yield from of_steps(ticket, closed is not None)


def of_steps(ticket: Ticket, is_closed: bool) -> Iterator[str]:
    names = [event["activity"] for event in ticket.events]
    places = [PLAN.index(name) for name in names if name in PLAN]
    if len(places) + sum(name in BESIDES for name in names) < len(names):
        yield "step-unknown"
    if any(after < before for before, after in pairwise(places)):
        yield "step-out-of-order"
    needed = range(1, len(PLAN) if is_closed else max(places, default=0))
    if places and set(needed) - set(places):
        yield "step-skipped"
    taking, closing = (
        {event["resource"] for event in ticket.events if event["activity"] == activity}
        for activity in ("Take in charge ticket", "Closed")
    )
    if taking & closing:
        yield "same-person-in-two-posts"


def end_of(start: datetime, days: int, waits) -> datetime:
    """The close of the so-manieth working day after a moment, but for days of waiting."""
    closed = [(begun, ended or NOW) for begun, ended in waits]
    for day in next_days(start.astimezone(ROME).date()):
        if works(day) and not touched(day, closed):
            days -= 1
        if days == 0:
            return datetime.combine(day, CLOSES, ROME)
    raise AssertionError


def moved_on(ticket: Ticket, taken: datetime) -> datetime:
    later = (
        at
        for at, event in zip(ticket.moments, ticket.events, strict=True)
        if at >= taken and event["activity"] not in PLAN[:3]
    )
    return min((at for at in (*later, ticket.resolved, ticket.closed) if at), default=NOW)


def outside(at: datetime | None) -> bool:
    if at is None:
        return False
    day: date = at.astimezone(ROME).date()
    first, last = time(8, 30), time(18, 30)
    return not works(day) or not (
        datetime.combine(day, first, ROME) <= at <= datetime.combine(day, last, ROME)
    )


def test_the_checks_find_in_a_real_log_what_a_recount_finds(tmp_path: Path) -> None:
    log = helpdesk_log.read(Path(str(LOG)))
    with fresh_database("postgresql", tmp_path) as database:
        helpdesk_log.load(database.engine, log)
        found = audited(database.url, tmp_path)
        database.engine.dispose()
    expected = {(ticket.number, rule) for ticket in log for rule in recounted(ticket)}
    assert found == expected
    assert len(found) > 4_000
