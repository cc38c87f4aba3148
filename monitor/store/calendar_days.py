"""Days of calendars that people entered by hand, and those that were taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, extract, func, select, text, update

from monitor.store import tables
from rules.calendar_days import DayEdit, EditedDays

WORK = "work"
REST = "rest"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was entered: for which calendar, what it is, by whom and when (an instant).

    ``ended_by`` and ``ended_at`` are set once it was taken back, or another took its place.
    """

    id: int
    calendar: str
    day: date
    kind: str
    name: str
    entered_by: str
    entered_at: int
    ended_by: str | None = None
    ended_at: int | None = None

    @property
    def works(self) -> bool:
        """Whether work is done."""
        return self.kind == WORK

    @property
    def edit(self) -> DayEdit:
        """What it makes of its calendar."""
        return DayEdit(self.day, self.works, self.name)


_DAY = tuple(tables.calendar_days.c[name] for name in Day.__dataclass_fields__)


def lock(connection: Connection) -> None:
    """Keep others from entering days until this transaction ends."""
    if connection.dialect.name == "postgresql":  # a write transaction of SQLite is alone
        connection.execute(text("LOCK TABLE calendar_days IN SHARE ROW EXCLUSIVE MODE"))


def version(connection: Connection) -> int:
    """Give the version of what was entered: it grows whenever a day is entered or taken back."""
    c = tables.calendar_days.c
    entered, ended = connection.execute(select(func.count(), func.count(c.ended_at))).one()
    return int(entered + ended)


def load(connection: Connection) -> EditedDays:
    """Give the days that stand."""
    number = version(connection)  # first: what comes between makes it stale, not wrong
    c = tables.calendar_days.c
    rows = connection.execute(select(*_DAY).where(c.ended_at.is_(None)).order_by(c.calendar, c.day))
    edits: dict[str, list[DayEdit]] = {}
    for row in rows:
        edits.setdefault(row.calendar, []).append(Day(*row).edit)
    return EditedDays(number, {name: tuple(some) for name, some in edits.items()})


def standing(connection: Connection, calendar: str, day: date) -> Day | None:
    """Give what stands for a day of a calendar."""
    c = tables.calendar_days.c
    row = connection.execute(
        select(*_DAY).where(c.calendar == calendar, c.day == day, c.ended_at.is_(None))
    ).one_or_none()
    return Day(*row) if row else None


def history(connection: Connection, calendar: str, year: int, day: date | None = None) -> list[Day]:
    """Give all that was ever entered for a year of a calendar, or one day of it, the newest first.

    What was taken back is among them.
    """
    c = tables.calendar_days.c
    query = select(*_DAY).where(c.calendar == calendar, extract("year", c.day) == year)
    if day is not None:
        query = query.where(c.day == day)
    return [Day(*row) for row in connection.execute(query.order_by(c.id.desc()))]


def enter(connection: Connection, calendar: str, edit: DayEdit, who: str, now: int) -> int:
    """Enter a day in the place of what stands for it, and give its id."""
    before = standing(connection, calendar, edit.day)
    if before is not None:
        end(connection, before.id, who, now)
    row = {
        "calendar": calendar,
        "day": edit.day,
        "kind": WORK if edit.works else REST,
        "name": edit.name,
        "entered_by": who,
        "entered_at": now,
    }
    added = connection.execute(tables.calendar_days.insert().values(row))
    assert added.inserted_primary_key is not None  # noqa: S101  for the type checker
    return int(added.inserted_primary_key[0])


def end(connection: Connection, ident: int, who: str, now: int) -> bool:
    """Take a day back; ``False`` where it does not stand."""
    c = tables.calendar_days.c
    changed = connection.execute(
        update(tables.calendar_days)
        .where(c.id == ident, c.ended_at.is_(None))
        .values(ended_by=who, ended_at=now)
    )
    return changed.rowcount == 1
