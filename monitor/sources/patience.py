"""A connection to PostgreSQL that waits only so long for an answer."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Timer
from typing import Any

import psycopg


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that is cut once the server has not answered for ``patience`` seconds."""

    patience: float | None = None

    def wait(self, gen: Any, *given: Any, **named: Any) -> Any:
        """Wait for what the server answers.

        Raises:
            psycopg.OperationalError: it did not answer in time; the connection is broken.
        """
        if self.patience is None:
            return super().wait(gen, *given, **named)
        cut: list[bool] = []
        timer = Timer(self.patience, self._cut, (cut,))
        timer.daemon = True
        timer.start()
        try:
            return super().wait(gen, *given, **named)
        except psycopg.OperationalError as error:
            if cut:
                told = f"no answer within {self.patience:g} s"
                raise psycopg.OperationalError(told) from error
            raise
        finally:
            timer.cancel()

    def _cut(self, cut: list[bool]) -> None:
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self.pgconn.socket)) as line,
        ):
            cut.append(True)
            line.shutdown(socket.SHUT_RDWR)
