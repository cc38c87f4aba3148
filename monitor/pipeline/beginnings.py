"""Since when each source is supervised: as its settings say, else since it was first started."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config.times import begins_at
from monitor.pipeline.in_force import InForce
from monitor.store import sources


def since_by_source(connection: Connection, rules: InForce) -> Mapping[str, int | None]:
    """Return the instant from which each source is supervised, by id; ``None``: it always was."""
    found = sources.begun(connection)
    for source in rules.settings.source:
        if source.since is not None:
            found[source.id] = begins_at(source.since, source.timezone)
    return found
