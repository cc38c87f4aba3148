"""Supervision records of GB/T 39046-2020 section 6.8, in a table of the exchange database."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator
from sqlalchemy import Engine, MetaData, Table, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from notifiers import Message, Receipt, SendError
from notifiers.channels.gbt39046 import RecordSettings
from notifiers.rendering import Renderer
from notifiers.supervision_record import supervision_record
from notifiers.words import cut, one_line


class RecordTableSettings(RecordSettings):
    """Add each record to a table that is there already.

    Attributes:
        url: of the database, as SQLAlchemy writes it; the account may add to the table.
        table: its name, with the schema before it where there is one.
        key_column: column that takes the key of the message, so that a record that was added but
            not acknowledged is not added twice; without one it may be.
    """

    kind: Literal["gbt39046-table"]
    url: SecretStr
    table: str = Field(min_length=1)
    key_column: str | None = None

    @field_validator("url")
    @classmethod
    def _readable(cls, url: SecretStr) -> SecretStr:
        try:
            make_url(url.get_secret_value())
        except (ArgumentError, ValueError):
            raise ValueError("expected an URL such as mysql+pymysql://user:…@host/base") from None
        return url

    def open(self) -> RecordTable:
        """Give the channel."""
        return RecordTable(self)


class RecordTable:
    """Adds records to a table, one transaction each."""

    def __init__(self, settings: RecordTableSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("gbt39046", settings.templates)
        self._engine: Engine | None = None
        self._found: Table | None = None

    async def send(self, message: Message) -> Receipt:
        """Add the record of one message; of messages that are about no case there is none.

        Raises:
            SendError: the database cannot be reached or refuses the record, or the table has not
                the columns.
        """
        record = self._record(message)
        if record is None:
            return Receipt(id=message.key, response="no record")
        try:
            await asyncio.to_thread(self._add, message.key, record)
        except SQLAlchemyError as error:
            # The statement and its values stand behind the first line.
            reason = one_line(str(getattr(error, "orig", None) or error).splitlines()[0])
            raise SendError(cut(reason, 200), permanent=False) from None
        return Receipt(id=message.key)

    def payload(self, message: Message) -> str:
        """Give the record of a message as JSON."""
        return json.dumps(self._record(message) or {}, ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            engine, self._engine, self._found = self._engine, None, None
            await asyncio.to_thread(engine.dispose)

    def _record(self, message: Message) -> dict[str, str] | None:
        now = datetime.now(self.settings.timezone)
        notice = self._renderer.notice(message)
        record = supervision_record(message, notice, self.settings.codes, now)
        return None if record is None else self.settings.named(record)

    def _add(self, key: str, record: dict[str, str]) -> None:
        if self._engine is None:
            self._engine = create_engine(self.settings.url.get_secret_value(), pool_pre_ping=True)
        with self._engine.begin() as connection:
            if self._found is None:
                schema, _, name = self.settings.table.rpartition(".")
                self._found = Table(
                    name, MetaData(), schema=schema or None, autoload_with=connection
                )
            table, column = self._found, self.settings.key_column
            absent = [
                name for name in (*record, *([column] if column else ())) if name not in table.c
            ]
            if absent:
                where = f"table {self.settings.table} has no column {', '.join(absent)}"
                raise SendError(f"{where}: name its own under columns", permanent=False)
            if column is not None:
                known = table.select().with_only_columns(table.c[column])
                if connection.execute(known.where(table.c[column] == key)).first():
                    return
                record = {**record, column: key}
            connection.execute(table.insert().values(_typed(table, record)))


def _typed(table: Table, record: dict[str, str]) -> dict[str, Any]:
    """Give moments as such where the column takes moments."""
    values: dict[str, Any] = {}
    for name, text in record.items():
        is_moment = issubclass(table.c[name].type.python_type, datetime)
        values[name] = (datetime.fromisoformat(text) if text else None) if is_moment else text
    return values
