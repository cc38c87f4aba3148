"""How fresh the data of every page are, and the gravest lamp of whoever looks."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.store import digests, sources
from monitor.web.looking import Look
from notifiers import words
from rules.instants import MINUTE

STALE = 10 * MINUTE
"""A source that was not read for so long may show lamps that no longer hold."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the source that is furthest behind was last read, as an instant and in words.

    ``stale`` says that this is too long ago, ``first_run`` that no source was ever read. ``worst``
    is the level of the gravest card that the visitor sees, ``None`` without one. ``failing`` says
    that the last attempt to read a source of the settings failed.
    """

    at: int | None
    text: str
    stale: bool
    first_run: bool
    worst: str | None
    failing: bool

    @property
    def seconds(self) -> int | None:
        """The instant in seconds, as scripts count."""
        return None if self.at is None else self.at // 1_000_000


def freshness(look: Look) -> Freshness:
    """Give how fresh the data are that a visitor looks at."""
    states = sources.states(look.connection)
    wanted = {source.id for source in look.rules.settings.source}
    read = [state.last_ok_at for state in states]
    known = [at for at in read if at is not None]
    oldest = min(known) if known and len(known) == len(read) else None
    said = "" if oldest is None else words.when(oldest, look.rules.zone, look.language, look.now)
    return Freshness(
        oldest,
        said,
        oldest is None or look.now - oldest > STALE,
        not known,
        digests.gravest(look.connection, look.visitor.scope),
        any(state.state in ("down", "fault") for state in states if state.id in wanted),
    )
