"""A real log, replayed over 2012 from two databases, against an independent reckoning."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories import helpdesk_log
from tests.support.databases import fresh_database

LOG = os.environ.get("DUBAN_HELPDESK_LOG")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LOG, reason="DUBAN_HELPDESK_LOG names no log"),
]

SETTINGS = """
[daemon]
language = "en"
timezone = "Europe/Rome"
calendar = "office"

[[calendar]]
id = "office"
base = "none"
timezone = "Europe/Rome"
hours = { mon = ["09:00-18:00"], tue = ["09:00-18:00"], wed = ["09:00-18:00"], \
thu = ["09:00-18:00"], fri = ["09:00-18:00"] }

[[source]]
id = "helpdesk"
url = "${env:HELPDESK_URL}"
timezone = "UTC"

[source.cases]
table = "tickets"
key = "ticket"
changed = "changed"
columns = { opened_at = "opened", taken_at = "taken", closed_at = "closed", kind = "kind" }

[source.steps]
table = "ticket_steps"
key = "id"
columns = { case = "ticket", name = "activity", started_at = "began", ended_at = "ended" }

[source.pauses]
table = "ticket_waits"
key = "id"
columns = { case = "ticket", started_at = "began", ended_at = "ended" }

[[limit]]
id = "promise"
title = "Ten working days"
from = "opened_at"
until = "closed_at"
allow = "10 working days"
levels = { warning = "2 working days left", yellow = "over", red = "3 working days over" }

[[limit]]
id = "response"
title = "Eight working hours until somebody takes it in charge"
from = "opened_at"
until = "taken_at"
allow = "8 working hours"
levels = { warning = "50 %", yellow = "over" }
"""


def replayed(url: str, folder: Path) -> list[dict[str, str]]:
    settings = folder / "supervisor.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    run = subprocess.run(
        [
            *(sys.executable, "-m", "monitor.cli", "replay", "-c", str(settings)),
            *("--from", "2012-01-01", "--to", "2013-01-01", "--json"),
        ],
        env={**os.environ, "HELPDESK_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_year_of_a_real_log_gives_the_alerts_that_an_independent_reckoning_gives(tmp_path):
    log = helpdesk_log.read(Path(str(LOG)))
    lines = {}
    for kind in ("postgresql", "mariadb"):
        with fresh_database(kind, tmp_path) as database:
            helpdesk_log.load(database.engine, log)
            lines[kind] = replayed(database.url, tmp_path)
            database.engine.dispose()

    assert lines["postgresql"] == lines["mariadb"]
    found = [
        (
            line["case"],
            line["rule"],
            line["event"],
            line["level"],
            datetime.fromisoformat(line["at"]).astimezone(UTC),
        )
        for line in lines["postgresql"]
        if line["event"] != "notice"
    ]
    expected = helpdesk_log.reckon(
        log,
        datetime(2012, 1, 1, tzinfo=helpdesk_log.ROME),
        datetime(2013, 1, 1, tzinfo=helpdesk_log.ROME),
    )
    expected = {(*rest, at.astimezone(UTC)) for *rest, at in expected}
    assert len(found) == len(set(found)) > 1000
    assert set(found) == expected
