"""Builders: a small approval hall in a database, and the settings that read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from config.sources import Source
from monitor.sources import Page, ReadCase, Reject, SourceReader
from tests.support.databases import Database

START = datetime(2026, 9, 18, 9, 0, 0)  # noqa: DTZ001 - naive, as halls write it

TIME = {"postgresql": "timestamp", "mariadb": "datetime(6)", "sqlite": "text"}
"""What each kind calls a column of naive times that keeps microseconds."""

CASES = {
    "table": "cases",
    "key": "no",
    "changed": "changed",
    "columns": {"item_code": "item", "accepted_at": "accepted", "promised_due": "due"},
}
PAUSES = {
    "table": "pauses",
    "key": "id",
    "columns": {"case": "no", "kind": "kind", "started_at": "began", "ended_at": "ended"},
}


def build(database: Database) -> None:
    """Make the hall's empty tables."""
    time = TIME[database.kind]
    database.run(
        f"CREATE TABLE cases (no varchar(40) PRIMARY KEY, item varchar(200), accepted {time}, "
        f"due {time}, changed {time})",
        "CREATE INDEX cases_changed ON cases (changed, no)",
        f"CREATE TABLE pauses (id int PRIMARY KEY, no varchar(40), kind varchar(40), began {time}, "
        f"ended {time}, changed {time})",
    )


def row(no: str, minute: float = 0, **values: Any) -> dict[str, Any]:
    """Give a row of the hall, changed so many minutes after START."""
    changed = str(START + timedelta(minutes=minute))
    return {"no": no, "item": "A1", "accepted": str(START), "changed": changed} | values


def settings(database: Database, **changes: Any) -> Source:
    """Give settings that read the hall; a key of ``cases`` or of the source is changed by name."""
    cases = CASES | {name: changes.pop(name) for name in ("columns", "values") if name in changes}
    tree = {"id": "hall", "url": database.url, "cases": cases, "overlap": "2m", "timeout": "5s"}
    return Source.model_validate(tree | changes)


@contextmanager
def open_reader(source: Source) -> Iterator[SourceReader]:
    """Open a reader and close it at the end."""
    reader = SourceReader(source)
    try:
        yield reader
    finally:
        reader.close()


def read_round(reader: SourceReader, page: Page | None = None, **options: int) -> list[Page]:
    """Read pages up to the last of a round, from where ``page`` ended."""
    pages = [reader.read_page(None if page is None else page.cursor, **options)]
    while not pages[-1].last:
        pages.append(reader.read_page(pages[-1].cursor, **options))
    return pages


def keys_of(pages: list[Page]) -> list[str]:
    """Give the keys of the cases of pages, in the order in which they were read."""
    return [case.key for page in pages for case in page.cases]


def read_everything(reader: SourceReader) -> tuple[dict[str, ReadCase], dict[str, Reject]]:
    """Give all cases and all rejects by key."""
    found = [one for page in reader.read_all() for one in page]
    cases = {one.key: one for one in found if isinstance(one, ReadCase)}
    return cases, {one.key: one for one in found if isinstance(one, Reject)}
