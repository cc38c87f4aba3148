"""What duban's store would hold of the planted hall after having watched it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select

from bench.planted.drafts import NOW, SOURCE, Draft
from monitor.sources import ReadCase
from monitor.store import cases, tables


def keep_changes(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Put in the cases that were changed, with the changes that were seen."""
    changed = {draft.key: draft for draft in drafts if draft.changes}
    read = []
    for draft in changed.values():
        case = draft.case()
        read.append(ReadCase(draft.key, case.facts, case.parts, "", draft.key))
    cases.put(connection, SOURCE, read, NOW)
    c = tables.cases.c
    ids = connection.execute(select(c.key, c.id).where(c.source == SOURCE)).all()
    rows = [
        {"case_id": ident, **asdict(change)}
        for key, ident in ids
        for change in (changed[key].changes if key in changed else ())
    ]
    if rows:
        connection.execute(tables.fact_changes.insert(), rows)
