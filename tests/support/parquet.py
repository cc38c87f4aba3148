"""Columnar files in tests: the tables of a sample hall as the files that an audit reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, Table, select

from config.sources import PartTable, Source
from config.sources import Table as CaseTable
from monitor.sample import schema

_PARTS = {"pauses": schema.pauses, "steps": schema.steps, "extensions": schema.extensions}


def written(engine: Engine, source: Source, folder: Path, group: int = 100) -> list[Path]:
    """Write a sample hall as the settings of a source read it, so many rows a row group."""
    tables: list[tuple[str, Table, CaseTable | PartTable]] = [("cases", schema.cases, source.cases)]
    for name, table in _PARTS.items():
        mapped = getattr(source, name)
        assert mapped is not None
        tables.append((name, table, mapped))
    paths = []
    for name, table, mapped in tables:
        path = folder / f"{name}.parquet"
        pq.write_table(_table(engine, table, mapped), path, row_group_size=group)
        paths.append(path)
    return paths


def _table(engine: Engine, table: Table, mapped: CaseTable | PartTable) -> Any:
    order = mapped.key if isinstance(mapped, CaseTable) else mapped.columns["case"]
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c[order])).mappings().all()
    columns = {
        name: pa.array([_value(row, name, column, mapped) for row in rows])
        for name, column in mapped.columns.items()
    }
    if mapped.key is not None:
        columns["key"] = pa.array([row[mapped.key] for row in rows])
    return pa.table(columns)


def _value(row: Any, name: str, column: str, mapped: CaseTable | PartTable) -> Any:
    value = row[column]
    if name in mapped.values:
        return None if value is None else mapped.values[name][str(value)]
    if name == "ended_at" and isinstance(mapped, PartTable) and mapped.open_when_equal:
        return None if value == row[mapped.columns["started_at"]] else value
    return value
