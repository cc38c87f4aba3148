"""A large hall for the desk: open cases over regions, departments and items, cards, closed ones.

Rows go into the tables themselves, as polling and checking would leave them: what is measured is
how pages read them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Table, text

from monitor.pipeline.in_force import InForce
from monitor.store import tables
from monitor.store.store import Store
from rules.instants import DAY, HOUR, MINUTE, moment

REGIONS: Final = 9
DEPARTMENTS: Final = 10
ITEMS: Final = 200
CARDS: Final = 4_000
_CLOSED: Final = 10  # one closed case to so many open ones
_PAUSED: Final = 0.03
_FAR: Final = 40  # working days before and after now
_AT_ONCE: Final = 5_000
_NAMES = "王李张刘陈杨黄赵周吴"
_ITEMS = ("许可", "备案", "登记", "变更", "注销", "延续", "补证", "年检", "确认", "给付")

Row = dict[str, Any]


class Hall:
    """Makes up the rows of a hall as it stands at the instant ``now``."""

    def __init__(self, rules: InForce, now: int, cases: int) -> None:
        self.now, self.open, self.zone = now, cases, rules.zone
        self.cards = min(CARDS, cases // 10)
        directory = rules.book.directory
        self.regions = list(directory.regions.values())[-REGIONS:]
        self.departments = list(directory.departments.values())[:DEPARTMENTS]
        self.people = {
            region.id: [one for one in directory.people.values() if one.region == region.id]
            for region in self.regions
        }
        self.chance = random.Random(6)
        work = rules.work("promise")
        today = int(work.ordinal[work.working_day(np.array([now]))][0])
        days = work.nth(np.arange(today - _FAR, today + _FAR + 1))
        self.dues = [int(at) for at in work.closes[days]]

    def cases(self) -> Iterator[Row]:
        """Give the open cases, first those with a card, then the closed ones."""
        for n in range(self.open):
            yield self._case(n, closed=False)
        for n in range(self.open, self.open + self.open // _CLOSED):
            yield self._case(n, closed=True)

    def alerts(self) -> Iterator[Row]:
        """Give the cards, of which a third is acknowledged; ids are those of their cases."""
        for n, case in enumerate(islice(self.given, self.cards)):
            yield {
                "id": n + 1,
                "case_id": n + 1,
                "source": "hall",
                "rule": "promise",
                "version": "1",
                "title": "承诺办结时限",
                "law": "行政许可法 第四十二条",
                "state": "open",
                "opened_at": self.now - DAY,
                "level_since_at": self.now - DAY,
                "evidence": {"unit": "working days"},
                "acked_at": self.now - HOUR if n % 3 == 0 else None,
                "acked_by": "h0101" if n % 3 == 0 else None,
                **{name: case[name] for name in ("level", "rank", "due_at")},
                **{name: case[name] for name in ("region", "department", "handler")},
            }

    given: Sequence[Row] = ()
    """The first cases, kept for their cards."""

    def _case(self, n: int, *, closed: bool) -> Row:
        chance = self.chance
        region, department = chance.choice(self.regions), chance.randrange(DEPARTMENTS)
        kind = department * (ITEMS // DEPARTMENTS) + chance.randrange(ITEMS // DEPARTMENTS)
        place = self.departments[department]
        item = f"{place.name[:2]}{_ITEMS[kind % 10]}事项第 {kind + 1} 项"
        level, rank, state, due = self._stand(n)
        if closed:
            level, rank, state, due = None, None, chance.choice(("met", "met", "missed")), None
        accepted = self.now - chance.randrange(60) * DAY - chance.randrange(8 * 60) * MINUTE
        no = f"{place.id}-{moment(accepted, self.zone):%Y%m%d}-{n:07}"
        handler = chance.choice(self.people[region.id]).name if self.people[region.id] else None
        clock = {"state": state, "due_at": due, "provisional": False, "unit": "working days"}
        facts = {
            "no": no,
            "title": f"{chance.choice(_NAMES)}某某：{item}",
            "item_code": f"0001{kind:08}",
            "item_name": item,
            "kind": "promise",
            "region": region.id,
            "department": place.id,
            "handler": handler,
            "applicant": f"{chance.choice(_NAMES)}某某",
            "step": chance.choice(("受理", "审查", "决定", "制证")),
            "accepted_at": accepted,
            "promised_days": 10,
        }
        return {
            "source": "hall",
            "key": no,
            "facts": facts,
            "digest": "0123456789abcdef",
            "fingerprint": "bench",
            **{name: facts[name] for name in ("no", "title", "item_code", "department")},
            **{name: facts[name] for name in ("region", "handler", "accepted_at")},
            "closed_at": self.now - chance.randrange(60 * 24) * HOUR if closed else None,
            "level": level,
            "rank": rank,
            "state": state,
            "due_at": due,
            "clocks": {"promise": {**clock, "level": level, "next_level": None}},
            "next_check_at": None,
            "first_seen_at": accepted,
            "changed_at": accepted,
        }

    def _stand(self, n: int) -> tuple[str | None, int | None, str, int | None]:
        """Give the level, its rank, the state and the due moment of an open case."""
        chance = self.chance
        if n < self.cards:
            which = n % 4
            if which == 0:
                return "red", 2, "overdue", chance.choice(self.dues[: _FAR - 3])
            if which == 1:
                return "yellow", 1, "overdue", chance.choice(self.dues[_FAR - 3 : _FAR])
            return "warning", 0, "running", chance.choice(self.dues[_FAR + 1 : _FAR + 3])
        if chance.random() < _PAUSED:
            return None, None, "paused", None
        return None, None, "running", chance.choice(self.dues[_FAR + 1 :])


def fill(store: Store, rules: InForce, now: int, cases: int) -> None:
    """Fill an empty store with a hall of so many open cases, as it stands at ``now``."""
    hall = Hall(rules, now, cases)
    with store.write() as connection:
        indexes = list(tables.cases.indexes)
        for index in indexes:  # quicker made at the end, all at once
            index.drop(connection)
        kept: list[Row] = []
        _put(connection, tables.cases, _keeping(hall.cases(), kept, hall.cards))
        hall.given = kept
        _put(connection, tables.alerts, hall.alerts())
        for index in indexes:
            index.create(connection)
        connection.execute(
            tables.sources.insert().values(
                id="hall", next_poll_at=now, next_reconcile_at=now, last_ok_at=now, state="ok"
            )
        )
    if not store.alone:  # as the server does by itself in time; SQLite has nobody who would
        with store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE"))


def _keeping(rows: Iterator[Row], kept: list[Row], most: int) -> Iterator[Row]:
    for row in rows:
        if len(kept) < most:
            kept.append(row)
        yield row


def _put(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    if connection.dialect.name == "sqlite":
        while some := list(islice(rows, _AT_ONCE)):
            connection.execute(table.insert(), some)
        return
    first = next(rows)
    names = ", ".join(first)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        copy.write_row(_plain(first))
        for row in rows:
            copy.write_row(_plain(row))


def _plain(row: Mapping[str, Any]) -> list[Any]:
    return [
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if isinstance(value, dict)
        else value
        for value in row.values()
    ]
