"""Readings of surveys: the database gives what an oracle gives that goes from case to case."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, update

from monitor.store import alerts, cases, survey_readings, tables
from monitor.store.store import Store
from rules.cases import Part, PartKind
from rules.instants import DAY, HOUR
from rules.surveys.readings import (
    Carded,
    Columns,
    Counts,
    Pauses,
    Reading,
    Rows,
    Scope,
    Sharing,
    Unmatched,
    Vanished,
    Within,
)
from tests.rules.surveys import looking
from tests.support.stores import NOW, new_alert, read_case

SIZE = 120
_LATELY = Within("ticket_at", NOW - 3 * DAY, NOW - HOUR, lately=True)
_WEEK = Within("accepted_at", NOW - 7 * DAY)
_CLOSED = Within("closed_at", NOW - 9 * DAY, NOW)
_SEEN = Within("accepted_at", NOW - 5 * DAY, or_seen=True)

READINGS: dict[str, Reading] = {
    "rows": Rows(_WEEK, ("id", "key", "source", "no", "window", "accepted_at", "rating", "state")),
    "rows that have a fact": Rows(_WEEK, ("id", "related_no"), ("related_no",)),
    "rows by when they were seen": Rows(_SEEN, ("id", "seen_at")),
    "rows that happen lately": Rows(_LATELY, ("id", "ticket_at", "called_at")),
    "rows with their clocks": Rows(_CLOSED, ("id", "state:promise", "due_at:promise", "due_at:")),
    "what is shared": Sharing(_WEEK, ("applicant", "item_code"), ("id", "applicant", "closed_at")),
    "what is shared by several": Sharing(_WEEK, ("applicant",), ("id",), least=4),
    "what is shared and differs": Sharing(_WEEK, ("applicant",), ("id",), ("department", "window")),
    "what is of one second": Sharing(
        _CLOSED, ("handler", "second:closed_at"), ("id", "second:closed_at")
    ),
    "counts": Counts(_WEEK, ("region", "department")),
    "counts by a fact": Counts(_CLOSED, ("region", "rating", "state")),
    "counts by a clock": Counts(_CLOSED, ("region", "state:promise")),
    "pauses": Pauses(_CLOSED),
    "cards": Carded(NOW - 6 * DAY, NOW - DAY),
    "cards of some levels": Carded(NOW - 6 * DAY, NOW, ("red",)),
    "what vanished": Vanished(NOW - 4 * DAY),
    "what nobody has": Unmatched(_SEEN, "related_no", ("id", "related_no", "seen_at")),
}

SCOPES = {
    "everything": Scope(),
    "one region": Scope(regions=("R1",)),
    "narrow": Scope(("hall",), ("R1", "R2"), ("ZJ",), ("I0", "I1")),
}


def hall() -> list[looking.Row]:
    """Give cases of two sources as the oracle reads them; moments are instants."""
    random = Random(7)
    rows = []
    for number in range(1, SIZE + 1):
        seen = NOW - (SIZE - number) * 2 * HOUR
        accepted = seen + random.randrange(5) * HOUR if random.random() < 0.9 else None
        row: dict[str, Any] = {
            "id": number,
            "source": random.choice(("hall", "other")),
            "key": f"K{number}",
            "no": f"N{number}",
            "first_seen_at": seen,
            "accepted_at": accepted,
            "closed_at": NOW - random.randrange(12) * DAY if random.random() < 0.7 else None,
            "ticket_at": seen if random.random() < 0.5 else None,
            "called_at": seen + HOUR if random.random() < 0.5 else None,
            "applicant": random.choice((None, "甲", "乙", "丙", "丁")),
            "item_code": f"I{random.randrange(3)}",
            "region": random.choice(("R1", "R2", "R3")),
            "department": random.choice(("ZJ", "ZR")),
            "window": random.choice((None, "1", "2")),
            "handler": random.choice((None, "李阳", "王敏")),
            "rating": random.choice((None, "1", "5")),
            "state": random.choice(("met", "missed", "running")),
            "related_no": random.choice((None, "", "N7", "K9", "X1", "X2")),
            "vanished_at": None,
        }
        due = NOW + random.randrange(-5, 5) * DAY
        row["clocks"] = {"promise": {"state": row["state"], "due_at": due}}
        if random.random() < 0.5:
            other = {"state": "running", "due_at": due - DAY if random.random() < 0.8 else None}
            row["clocks"]["statutory"] = other
        if random.random() < 0.3:
            row["pauses"] = [(seen, seen + DAY), (seen + 2 * DAY, None)]
        if random.random() < 0.3:
            opened = NOW - random.randrange(8) * DAY
            row["cards"] = [(opened, random.choice(("yellow", "red")))]
            if random.random() < 0.4:
                row["vanished_at"] = opened + DAY
        rows.append(row)
    return rows


def fill(connection: Connection, rows: list[looking.Row]) -> None:
    """Store them, and what duban would have noted of them."""
    own = {"id", "source", "key", "first_seen_at", "vanished_at", "clocks", "pauses", "cards"}
    for row in rows:
        parts = tuple(
            Part(PartKind.PAUSE, str(start), start, end) for start, end in row.get("pauses", ())
        )
        facts = {name: value for name, value in row.items() if name not in {*own, "state"}}
        case = read_case(row["key"], *parts, **facts)
        cases.put(connection, row["source"], [case], row["first_seen_at"])
        connection.execute(
            update(tables.cases)
            .where(tables.cases.c.id == row["id"])
            .values(clocks=row["clocks"], state=row["state"], vanished_at=row["vanished_at"])
        )
        for opened, level in row.get("cards", ()):
            gone = row["vanished_at"]
            alert = new_alert(row["id"], source=row["source"], opened_at=opened, level=level)
            over = "vanished" if gone else "closed"
            values = {
                "resolved_at": gone or NOW,
                "resolution": over,
                "state": "resolved",
                "region": row["region"],
                "department": row["department"],
            }
            _open(connection, alert, values)
            if row["id"] % 3 == 0:  # what surveys and rules on trial found is left out
                _open(connection, new_alert(row["id"], rule="gap", opened_at=opened), values)
                _open(connection, new_alert(row["id"], shadow=True, opened_at=opened), values)


def _open(connection: Connection, alert: Any, values: dict[str, Any]) -> None:

    [ident] = alerts.open_alerts(connection, [alert])
    connection.execute(update(tables.alerts).where(tables.alerts.c.id == ident).values(**values))


def plain(columns: Columns) -> list[tuple[str, ...]]:
    """Give columns as sorted rows."""
    lists = [np.asarray(column).tolist() for column in columns.values()]
    return sorted(tuple(map(repr, row)) for row in zip(*lists, strict=True))


@pytest.fixture
def filled(store: Store) -> tuple[Store, list[looking.Row]]:
    rows = hall()
    with store.write() as connection:
        fill(connection, rows)
    return store, rows


def test_the_database_gives_what_the_oracle_gives(filled: tuple[Store, list[looking.Row]]) -> None:
    store, rows = filled
    with store.read() as connection:
        for name, reading in READINGS.items():
            for scope_name, scope in SCOPES.items():
                found = survey_readings.read(connection, reading, scope, ["gap"])
                expected = looking.read(reading, rows, scope)
                where = f"{name}, {scope_name}"
                assert list(found) == list(expected), where
                assert plain(found) == plain(expected), where
        everything = [
            survey_readings.read(connection, one, Scope(), ["gap"]) for one in READINGS.values()
        ]
    assert all(plain(one) for one in everything)  # or it would compare nothing with nothing


def test_an_empty_store_gives_empty_columns(store: Store) -> None:
    with store.read() as connection:
        for reading in READINGS.values():
            found = survey_readings.read(connection, reading, Scope())
            assert plain(found) == []
            assert {len(column) for column in found.values()} == {0}
