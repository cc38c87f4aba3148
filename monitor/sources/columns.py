"""Which columns a source really has, and which of those the settings name it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from config.sources import PartTable, Source, Table
from monitor.sources.errors import SourceFault
from monitor.sources.server import Server
from monitor.sources.tables import place_of


def mapped_tables(source: Source) -> Mapping[str, Table | PartTable]:
    """Give the tables that a source's settings map, by the name of their setting."""
    tables = {
        "cases": source.cases,
        "pauses": source.pauses,
        "steps": source.steps,
        "extensions": source.extensions,
    }
    return {name: table for name, table in tables.items() if table is not None}


def wanted_columns(mapped: Table | PartTable) -> tuple[str, ...]:
    """Give the columns of a table that its settings name, each once."""
    named = (mapped.key, mapped.changed, *mapped.columns.values())
    return tuple(dict.fromkeys(name for name in named if name))


def lacks(source: Source, server: Server) -> Iterator[SourceFault]:
    """Say what the settings name and the source does not have, with near names it does have.

    Raises:
        DBAPIError: the source cannot be read at all.
    """
    sensitive = server.dialect == "postgresql"
    for name, mapped in mapped_tables(source).items():
        try:
            with server.reading() as connection:
                statement = select(text("*")).select_from(place_of(mapped, ())).limit(0)
                found = list(connection.execute(statement).keys())
        except DBAPIError as error:
            yield _unreadable(error, name, mapped, server)
            continue
        known = set(found) if sensitive else {one.lower() for one in found}
        for column in wanted_columns(mapped):
            if (column if sensitive else column.lower()) not in known:
                yield SourceFault("missing-column", f"{name}: {column}{_near(column, found)}")


def _unreadable(
    error: DBAPIError, name: str, mapped: Table | PartTable, server: Server
) -> SourceFault:
    told = server.translate(error)
    if not isinstance(told, SourceFault):
        raise error
    if told.code != "missing-table" or mapped.table is None:
        return SourceFault(told.code, f"{name}: {told.reason}")
    schema = mapped.table.rpartition(".")[0] or None
    with server.reading() as connection:
        inspector = inspect(connection)
        tables = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    near = _near(mapped.table.rpartition(".")[2], tables)
    return SourceFault(told.code, f"{name}: {mapped.table}{near}")


def _near(name: str, names: list[str]) -> str:
    lower = {one.lower(): one for one in names}
    near = [lower[one] for one in get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
    return f" ≈ {', '.join(near)}?" if near else ""
