"""The sample hall that the daemon carries with it: made once, then kept alive."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import create_engine, inspect

from config import Settings
from monitor.sample import schema
from monitor.sample.filling import fill, is_filled
from monitor.sample.living import Life, live


class EmbeddedHall:
    """The hall that settings with a ``[sample]`` ask for, in the database of their first source.

    Args:
        settings: settings that have ``sample`` and a source.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.sample is None or not settings.source:
            raise ValueError("these settings have no sample hall: [sample] and a [[source]]")
        self._sample = settings.sample
        self._engine = create_engine(settings.source[0].url.get_secret_value())
        self._life = Life(settings.sample.seed, settings.sample.pace)

    def make(self, now: int, progress: Callable[[int], None] | None = None) -> int:
        """Make the hall where it is not there yet, relative to the instant ``now``.

        Gives the number of cases made, 0 where it was there.
        """
        if inspect(self._engine).has_table(schema.cases.name):
            with self._engine.connect() as connection:
                if is_filled(connection):
                    return 0
        fill(self._engine, self._sample.cases, self._sample.seed, now, progress)
        return self._sample.cases

    def live(self, now: int) -> None:
        """Let the hall live until the instant ``now``."""
        self._life, _ = live(self._engine, now, self._life)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()
