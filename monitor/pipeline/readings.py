"""When a source was last read to its end, and which of its facts are read in another way since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from typing import Self

from sqlalchemy import Connection

from config import Source
from monitor.pipeline.in_force import InForce
from monitor.store import meta, sources
from rules.cases import PartKind
from rules.instants import SECOND


@dataclass(frozen=True, slots=True)
class Readings:
    """How a source has been read; moments are instants, ``None`` where there is none.

    A round of polls goes from page to page until nothing more waits: ``polling_at`` is when the
    one under way began, ``polled_at`` when the last one that came to its end did, ``whole_at`` when
    the last reading of the whole source did. ``mapping`` has a fingerprint of how each fact, and
    each kind of parts ("pauses"), was read at that one.
    """

    polling_at: int | None
    polled_at: int | None
    whole_at: int | None
    mapping: Mapping[str, str]

    @classmethod
    def load(cls, connection: Connection, source: Source) -> Self:
        """Give what is known; of a source that was never read, that it is read as it is mapped."""
        known = meta.get(connection, _key(source))
        return cls(**known) if known else cls(None, None, None, _mapping(source))

    def save(self, connection: Connection, source: Source) -> None:
        """Keep it."""
        meta.put(connection, _key(source), asdict(self))

    def remapped(self, source: Source) -> set[str]:
        """Give the facts and kinds of parts that are not read as at the last whole reading.

        How they differ from what is stored says nothing about the source.
        """
        mapping = _mapping(source)
        names = mapping.keys() | self.mapping.keys()
        return {name for name in names if mapping.get(name) != self.mapping.get(name)}

    def after_page(self, now: int, *, last: bool) -> Self:
        """Give what is known once a page that was read at ``now`` is stored."""
        began = now if self.polling_at is None else self.polling_at
        if last:
            return replace(self, polling_at=None, polled_at=began)
        return replace(self, polling_at=began)

    def after_whole(self, source: Source, now: int) -> Self:
        """Give what is known once all that was read from ``now`` on is stored."""
        polled_at = self.polled_at if source.polled else now
        return replace(self, polled_at=polled_at, whole_at=now, mapping=_mapping(source))


def reconcile_in_time(connection: Connection, rules: InForce, now: int) -> None:
    """Have no source wait longer for being read whole than its settings say now.

    The interval may have been made shorter, or a clock may have been wrong.
    """
    for source in rules.settings.source:
        whole_at = Readings.load(connection, source).whole_at
        begun = now if whole_at is None else min(whole_at, now)
        latest = begun + int(source.reconcile_every * SECOND)
        state = sources.state(connection, source.id)
        if state is not None and state.failures == 0:
            sources.whole_by(connection, source.id, max(latest, now))


def _key(source: Source) -> str:
    return f"readings:{source.id}"


def _mapping(source: Source) -> dict[str, str]:
    cases, zone = source.cases, source.timezone.key
    place = (cases.table, cases.query, zone)
    mapping = {
        name: _fingerprint((*place, column, cases.values.get(name)))
        for name, column in cases.columns.items()
    }
    for name in (f"{kind}s" for kind in PartKind):
        table = getattr(source, name)
        if table is not None:
            mapping[name] = _fingerprint((zone, table))
    return mapping


def _fingerprint(value: object) -> str:
    return blake2b(repr(value).encode(), digest_size=8).hexdigest()
