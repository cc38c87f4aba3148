"""Failures of the store, as a database that is short of something has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.support.stories import Story


@contextmanager
def store_that_fails(story: Story, statement: str, times: int = 1) -> Iterator[None]:
    """Let the first ``times`` statements fail that contain a text."""
    left = times

    def fail(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        nonlocal left
        if left and statement in text:
            left -= 1
            raise OperationalError(text, {}, Exception("deadlock detected"))

    engine = story.store.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)
