"""Making the surveys over a store that holds the planted hall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select, update

from bench.planted.across import LOOKED_FOR, Expected
from bench.planted.days import MINUTE
from bench.planted.drafts import NOW, SOURCE, Draft
from config import Settings
from monitor.pipeline.in_force import InForce
from monitor.pipeline.readings import Readings
from monitor.pipeline.surveying import survey
from monitor.sources import ReadCase
from monitor.store import cases, migrations, tables
from monitor.store.store import Store

_AT_ONCE: Final = 5_000


def found_by_surveys(settings: Settings, drafts: Sequence[Draft]) -> Expected:
    """Put the cases into an empty store, make every survey once, and give the alerts that stand."""
    rules = InForce.of(settings)
    with Store.open(settings.daemon.store.get_secret_value()) as store:
        migrations.upgrade(store.engine)
        for start in range(0, len(drafts), _AT_ONCE):
            read = [_read(one) for one in drafts[start : start + _AT_ONCE]]
            with store.write() as connection:
                cases.put(connection, SOURCE, read, NOW - 30 * MINUTE)
        with store.write() as connection:
            connection.execute(update(tables.cases).values(next_check_at=None, fingerprint="done"))
            source = settings.source[0]
            known = Readings.load(connection, source)
            replace(known, polled_at=NOW, whole_at=NOW).save(connection, source)
        while (tally := survey(store, rules, "planted", NOW)) is not None:
            if tally.error is not None or tally.waits:
                raise RuntimeError(f"{tally.survey}: {tally.error or 'it waits'}")
        a, c = tables.alerts.c, tables.cases.c
        with store.read() as connection:
            rows = connection.execute(
                select(a.rule, c.key, a.subject)
                .select_from(tables.alerts.outerjoin(tables.cases))
                .where(a.rule.in_(LOOKED_FOR))
            )
            return {(rule, key or subject) for rule, key, subject in rows}


def _read(draft: Draft) -> ReadCase:
    case = draft.case()
    return ReadCase(draft.key, case.facts, case.parts, "", draft.key)
