"""The planted hall in tables of a database, as an approval system keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    MetaData,
    Table,
    Text,
    create_engine,
)

from bench.planted.drafts import CASE_FACTS, PART_FACTS, Draft
from bench.planted.items import ROWS
from rules.cases import PartKind
from rules.instants import is_moment

_NUMBERS: Final = frozenset(
    [
        "promised_days",
        "statutory_days",
        "fee_standard",
        "fee_paid",
        "documents_missing",
        "told_days",
        "cap_days",
        "limit_days",
        "amount",
    ]
)
_AT_ONCE: Final = 5_000
_EPOCH: Final = datetime(1970, 1, 1, 8)  # noqa: DTZ001  local time, as the source keeps it

metadata = MetaData()


def called(kind: PartKind, name: str) -> str:
    """Give the column of a fact of a part: an extension begins when it is granted."""
    return "granted_at" if name == "started_at" and kind is PartKind.EXTENSION else name


def _table(name: str, key: str, facts: Iterable[str], *more: Column[Any]) -> Table:
    columns = (
        Column(fact, DateTime() if is_moment(fact) else Float() if fact in _NUMBERS else Text())
        for fact in facts
    )
    return Table(name, metadata, Column(key, Text(), primary_key=True), *more, *columns)


_CASES = _table("cases", "key", CASE_FACTS)
_PARTS: Final = {
    kind: _table(
        f"{kind}s",
        "id",
        [called(kind, name) for name in names],
        Column("case_key", Text(), index=True),
    )
    for kind, names in PART_FACTS.items()
}
"""The tables of parts."""

_ITEMS = Table(
    "items",
    metadata,
    *(
        Column(name, Date() if name == "valid_from" else Float() if name in _NUMBERS else Text())
        for name in ROWS[0]
    ),
)


def fill(url: str, drafts: Sequence[Draft]) -> None:
    """Create the tables of the hall in an empty database and write the cases."""
    engine: Engine = create_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(_ITEMS.insert(), list(ROWS))
        _write(connection, _CASES, (_of_case(one) for one in drafts))
        for kind, table in _PARTS.items():
            _write(connection, table, _of_parts(kind, drafts))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _write(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    some: list[dict[str, Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            connection.execute(table.insert(), some)
            some = []
    if some:
        connection.execute(table.insert(), some)


def _of_case(draft: Draft) -> dict[str, Any]:
    facts = draft.case().facts
    return {"key": draft.key, **{name: _value(name, facts[name]) for name in CASE_FACTS}}


def _of_parts(kind: PartKind, drafts: Sequence[Draft]) -> Iterator[dict[str, Any]]:
    for draft in drafts:
        for row in draft.parts[kind]:
            facts = {called(kind, name): _value(name, row.get(name)) for name in PART_FACTS[kind]}
            yield {"id": row["key"], "case_key": draft.key, **facts}


def _value(name: str, value: Any) -> Any:
    if is_moment(name) and value is not None:
        return _EPOCH + timedelta(microseconds=value)
    return value
