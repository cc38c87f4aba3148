"""Supervision records of GB/T 39046-2020 section 6.8, in a file that the exchange platform takes.

Whoever wants them in a table has the channel ``gbt39046-table``.
"""

from __future__ import annotations

import asyncio
import csv
import fcntl
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from notifiers.appending import append_to
from notifiers.channel import ChannelBase, Readers, Receipt, SendError
from notifiers.message import Message
from notifiers.rendering import Renderer
from notifiers.supervision_record import FIELDS, supervision_record
from notifiers.words import as_cell

CODES: Mapping[str, str] = {"warning": "1", "yellow": "2", "red": "3", "resolved": "0"}
"""The usual codes of 监察预警类型."""


class RecordSettings(ChannelBase):
    """What makes a record.

    Attributes:
        codes: code of the kind of warning for each level, and for ``resolved``.
        columns: what the receiving side calls a field, by its name in
            :data:`notifiers.supervision_record.FIELDS`; others keep the standard's Chinese name.
        timezone: in which moments are written.
    """

    readers: ClassVar[Readers] = Readers.PROGRAM

    codes: Mapping[str, str] = Field(default_factory=lambda: dict(CODES))
    columns: Mapping[str, str] = Field(default_factory=dict)
    timezone: ZoneInfo = ZoneInfo("Asia/Shanghai")

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        if unknown := columns.keys() - FIELDS.keys():
            raise ValueError(f"no field {min(unknown)}; expected {', '.join(FIELDS)}")
        return columns

    def named(self, record: Mapping[str, str]) -> dict[str, str]:
        """Give a record by the names of the receiving side."""
        return {self.columns.get(name, FIELDS[name]): text for name, text in record.items()}


class Gbt39046Settings(RecordSettings):
    """Append each record to ``path``, whose folder must exist, as CSV or JSON Lines."""

    kind: Literal["gbt39046"]
    path: Path
    format: Literal["csv", "json"] = "csv"

    def open(self) -> Gbt39046:
        """Give the channel."""
        return Gbt39046(self)


class Gbt39046:
    """Appends records to a file; it is opened for each, so that it may be taken away at any time.

    A new CSV file begins with a mark of its encoding and a line of titles, for Excel.
    """

    def __init__(self, settings: Gbt39046Settings) -> None:
        self.settings = settings
        self._renderer = Renderer("gbt39046", settings.templates)

    async def send(self, message: Message) -> Receipt:
        """Append the record of one message; of messages that are about no case there is none.

        Raises:
            SendError: the file cannot be written now.
        """
        record = self._record(message)
        if record is None:
            return Receipt(id=message.key, response="no record")
        try:
            await asyncio.to_thread(self._append, record)
        except OSError as error:
            raise SendError(f"{self.settings.path}: {error.strerror}", permanent=False) from error
        return Receipt(id=message.key)

    def payload(self, message: Message) -> str:
        """Give the line of a message."""
        record = self._record(message)
        return self._line(list(record.values()), record) if record else ""

    async def close(self) -> None:
        """Do nothing: nothing stays open."""

    def _record(self, message: Message) -> dict[str, str] | None:
        notice, codes = self._renderer.notice(message), self.settings.codes
        now = datetime.now(self.settings.timezone)
        record = supervision_record(message, notice, codes, now)
        return None if record is None else self.settings.named(record)

    def _append(self, record: dict[str, str]) -> None:
        with append_to(self.settings.path) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # or two daemons would both write the titles
            if file.tell() == 0 and self.settings.format == "csv":
                file.write("\ufeff" + self._line(list(record), {}))
            file.write(self._line(list(record.values()), record))

    def _line(self, values: list[str], record: Mapping[str, str]) -> str:
        if self.settings.format == "json":
            return json.dumps(dict(record), ensure_ascii=False) + "\n"
        line = io.StringIO()
        csv.writer(line).writerow(map(as_cell, values))
        return line.getvalue()
