"""Stories: a hall, a clock that is set by hand, and what people are told meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.pipeline.pipeline import Pipeline
from monitor.store import alerts, tables
from monitor.store.store import Store
from rules.instants import MINUTE, instant, moment
from tests.support.databases import Database, fresh_database
from tests.support.settings import loaded
from tests.support.stores import ready_store
from tests.support.stories_settings import SHANGHAI, file_channel, settings_text

BEGINNING = "2026-09-01 08:00"


def local(at: str) -> int:
    """Give the instant of a local time such as ``2026-10-15 09:00``."""
    return instant(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))


class Hall:
    """A small approval hall with a database of its own; every change is stamped with its time."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.run(
            "CREATE TABLE cases (no TEXT PRIMARY KEY, item TEXT, region TEXT, department TEXT,"
            " handler TEXT, accepted TEXT, closed TEXT, days TEXT, law_days INTEGER, fee REAL,"
            " changed TEXT NOT NULL)",
            "CREATE TABLE pauses (no TEXT, started TEXT, ended TEXT, changed TEXT NOT NULL)",
            "CREATE TABLE extensions (no TEXT, granted TEXT, days INTEGER, changed TEXT NOT NULL)",
        )

    def accept(self, no: str, at: str, *, days: int | str | None = 10, **facts: Any) -> None:
        """Accept a case for which ``days`` working days are promised."""
        case = {"item": "施工许可", "region": "990102", "department": "ZJ", "handler": "周岚"}
        row = {**case, "no": no, "accepted": at, "changed": at, **facts}
        row["days"] = None if days is None else str(days)
        self.database.insert("cases", row)

    def accept_many(self, numbers: list[str], at: str, *, days: int = 10) -> None:
        """Accept plain cases in one transaction."""
        with self.database.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO cases (no, item, region, department, handler, accepted, days,"
                    " changed) VALUES (:no, '施工许可', '990102', 'ZJ', '周岚', :at, :days, :at)"
                ),
                [{"no": no, "at": at, "days": str(days)} for no in numbers],
            )

    def close(self, no: str, at: str) -> None:
        """Close a case."""
        self._run("UPDATE cases SET closed = :at, changed = :at WHERE no = :no", no=no, at=at)

    def correct(self, no: str, at: str, **facts: Any) -> None:
        """Write other facts into a case."""
        names = ", ".join(f"{name} = :{name}" for name in facts)
        self._run(f"UPDATE cases SET {names}, changed = :at WHERE no = :no", no=no, at=at, **facts)

    def pause(self, no: str, at: str) -> None:
        """Begin a pause."""
        self.database.insert("pauses", {"no": no, "started": at, "changed": at})

    def resume(self, no: str, at: str) -> None:
        """End the pause."""
        self._run(
            "UPDATE pauses SET ended = :at, changed = :at WHERE no = :no AND ended IS NULL",
            no=no,
            at=at,
        )

    def extend(self, no: str, at: str, days: int) -> None:
        """Grant an extension."""
        row = {"no": no, "granted": at, "days": days, "changed": at}
        self.database.insert("extensions", row)

    def delete(self, *numbers: str) -> None:
        """Delete cases without a trace."""
        for no in numbers:
            self._run("DELETE FROM cases WHERE no = :no", no=no)

    def _run(self, statement: str, **values: Any) -> None:
        with self.database.engine.begin() as connection:
            connection.execute(text(statement), values)


class Told(NamedTuple):
    """That somebody was told: when, who, what kind of message, and at which level."""

    at: str
    who: str
    kind: str
    level: str


class Event(NamedTuple):
    """What happened to an alert."""

    event: str
    level: str
    reason: str


class Story:
    """A hall that is watched by a real pipeline over a real store, at a time of one's choice."""

    def __init__(self, folder: Path, hall: Hall, store: Store, given: Mapping[str, Any]) -> None:
        self.folder = folder
        self.hall = hall
        self.store = store
        self.now = local(BEGINNING)
        self._given = dict(given)
        self._read = 0
        self._told: list[tuple[str, Told]] = []
        self.messages: list[dict[str, Any]] = []
        self._rules = self._in_force()
        self._open()

    @property
    def outbox(self) -> Path:
        """The file into which the file channel writes."""
        return self.folder / "notices.jsonl"

    def at(self, when: str) -> None:
        """Let it be that time, and go once through all steps."""
        self.now = local(when)
        self.go()

    def after(self, minutes: float) -> None:
        """Let so many minutes pass, and go once through all steps."""
        self.now += int(minutes * MINUTE)
        self.go()

    def go(self) -> None:
        """Go once through all steps."""
        self.pipeline.full_pass()
        self._listen()

    def reload(self, **given: Any) -> None:
        """Put other settings in force."""
        self._given |= given
        self._rules = self._in_force()
        self.pipeline.replace(self._rules)

    def restart(self, **given: Any) -> None:
        """Stop, and start again over the same store, with other settings if any are given."""
        self.pipeline.close()
        if given:
            self._given |= given
            self._rules = self._in_force()
        self._open()

    def levels(self, no: str) -> dict[str, str]:
        """Give the levels that stand for a case by rule."""
        a, c = tables.alerts.c, tables.cases.c
        query = select(a.rule, a.level).join(tables.cases).where(tables.standing, c.no == no)
        with self.store.read() as connection:
            return {row.rule: row.level for row in connection.execute(query)}

    def history(self, no: str, rule: str = "promise") -> list[Event]:
        """Give what happened to the alerts of a case and a rule, in order."""
        a, e, c = tables.alerts.c, tables.alert_events.c, tables.cases.c
        return self._events(
            select(e.event, e.level, e.reason)
            .select_from(tables.alert_events.join(tables.alerts).join(tables.cases))
            .where(c.no == no, a.rule == rule)
            .order_by(e.id)
        )

    def system(self, rule: str) -> list[Event]:
        """Give what happened to the alerts about the system itself of a rule, in order."""
        a, e = tables.alerts.c, tables.alert_events.c
        return self._events(
            select(e.event, e.level, e.reason)
            .select_from(tables.alert_events.join(tables.alerts))
            .where(a.case_id.is_(None), a.rule == rule)
            .order_by(e.id)
        )

    def due(self, no: str, limit: str = "promise") -> str | None:
        """Give the due moment of a limit in local time; ``None`` where there is none."""
        at = self.clock(no, limit)["due_at"]
        return None if at is None else f"{moment(at, SHANGHAI):%Y-%m-%d %H:%M}"

    def clock(self, no: str, limit: str = "promise") -> Mapping[str, Any]:
        """Give how a limit of a case stood when it was last checked."""
        with self.store.read() as connection:
            query = select(tables.cases.c.clocks).where(tables.cases.c.no == no)
            clocks: Mapping[str, Mapping[str, Any]] = connection.scalar(query) or {}
        return clocks[limit]

    def told(self, no: str = "") -> list[Told]:
        """Give who was told about a case ("": about the system) and when, in order."""
        return [one for about, one in self._told if about == no]

    def acknowledge(self, no: str, by: str = "钱程", rule: str = "promise") -> bool:
        """Answer for the alert that stands for a case."""
        a, c = tables.alerts.c, tables.cases.c
        with self.store.write() as connection:
            query = (
                select(a.id).join(tables.cases).where(tables.standing, c.no == no, a.rule == rule)
            )
            ident = connection.execute(query).scalar_one()
            return alerts.acknowledge(connection, ident, by, "已联系承办人", self.now)

    def deliveries(self) -> list[Mapping[str, Any]]:
        """Give all deliveries as they stand, in the order in which they were made."""
        with self.store.read() as connection:
            return deliveries_of(connection)

    def close(self) -> None:
        """Close the pipeline."""
        self.pipeline.close()

    def _open(self) -> None:
        metrics = Metrics(self.store, [], [], ())
        self.pipeline = Pipeline(self.store, self._rules, metrics, lambda: self.now)

    def _in_force(self) -> InForce:
        given = {"channels": file_channel(self.outbox), **self._given}
        store = self.store.engine.url.render_as_string(hide_password=False)
        text = settings_text(store=store, hall=self.hall.database.url, **given)
        return InForce.of(loaded(self.folder, text))

    def _events(self, query: Any) -> list[Event]:
        with self.store.read() as connection:
            return [Event(*row) for row in connection.execute(query)]

    def _listen(self) -> None:
        if not self.outbox.exists():
            return
        lines = self.outbox.read_text("utf-8").splitlines()
        at = f"{moment(self.now, SHANGHAI):%Y-%m-%d %H:%M}"
        made = {one["key"]: one["id"] for one in self.deliveries()}
        new = [json.loads(line) for line in lines[self._read :]]
        # What goes out at once arrives in any order.
        for message in sorted(new, key=lambda one: made[one["key"]]):
            self.messages.append(message)
            about = (message["context"].get("case") or {}).get("no", "")
            level = (message["context"].get("alert") or {}).get("level", "")
            told = Told(at, message["recipient"], message["kind"], level)
            self._told.append((about, told))
        self._read = len(lines)


def deliveries_of(connection: Connection) -> list[Mapping[str, Any]]:
    """Give all deliveries of a store, in the order in which they were made."""
    query = select(tables.deliveries).order_by(tables.deliveries.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


@contextmanager
def fresh_story(
    folder: Path, kind: str = "sqlite", hall: str = "sqlite", **given: Any
) -> Iterator[Story]:
    """Begin a story with an empty store, ``sqlite`` or ``postgresql``, and an empty hall.

    ``given`` is passed on to :func:`settings_text`.
    """
    with (
        fresh_database(hall, folder) as database,
        ready_store(kind, folder) as store,
    ):
        story = Story(folder, Hall(database), store, given)
        try:
            yield story
        finally:
            story.close()
