"""Poll: source rows → cases and their parts, with the new cursor, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from config import Source, Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.pushing import to_be_read, were_read
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.readings import Readings
from monitor.pipeline.rejecting import note_rejects
from monitor.pipeline.unread import (
    DOWN,
    LONGEST_PAUSE,
    allowed_age,
    count_held,
    raise_down,
    unread_sources,
)
from monitor.sources import Cursor, ReadCase, Reject, SourceDown, SourceError, SourceReader
from monitor.sources.reader import KEYS_AT_ONCE
from monitor.store import cases, rejects, sources, system_alerts, waiting
from monitor.store.store import Store
from notifiers.retry import next_attempt
from rules.cases import Fact
from rules.instants import MINUTE, SECOND

log = structlog.get_logger(__name__)

EMPTIED = "source-emptied"

_LEASE = MINUTE  # beside what the statements of a page may take
_VANISH_AT_MOST = 0.5  # when more of a source's cases is suddenly gone, the source is doubted
_FEW = 10

Hashes = NDArray[np.int64]
Clock = Callable[[], int]


@dataclass(frozen=True)
class Polled:
    """What one page of a source brought. ``more`` tells that the next page is due at once."""

    source: str
    rows: int
    new: int
    changed: int
    rejected: int
    more: bool
    error: str | None = None


def poll(
    store: Store, rules: InForce, source: Source, reader: SourceReader, who: str, clock: Clock
) -> Polled | None:
    """Read one page of what is new in a source, or all of it when that is due.

    Returns ``None`` if nothing is due, or another daemon is at it. A source that cannot be read
    keeps its place, is tried again after growing pauses, and raises an alert of its own. Whatever
    goes wrong, the lease of the source is given back.
    """
    now = clock()
    lease = _lease(source)
    with store.read() as connection:
        if not waiting.source(connection, source.id, now, now + lease, who):
            return None
    with store.write() as connection:
        state = sources.claim(connection, source.id, now, now + lease, who)
    if state is None:
        return None
    try:
        if source.polled and state.next_poll_at <= now:
            return _poll_page(store, rules, source, reader, state, who, now)
        return _reconcile(store, rules, source, reader, who, now, clock)
    except SourceError as error:
        return _failed(store, rules, source, state, who, error, clock())
    except BaseException:
        with suppress(SQLAlchemyError), store.write() as connection:
            sources.let_go(connection, source.id, who)
        raise


def _lease(source: Source) -> int:
    """Return for how long a source is leased to read one page of it, in microseconds."""
    parts = sum(table is not None for table in (source.pauses, source.steps, source.extensions))
    statements = 1 + parts * -(-source.page // KEYS_AT_ONCE)
    return int(statements * source.timeout * SECOND) + _LEASE


def _failed(
    store: Store,
    rules: InForce,
    source: Source,
    state: sources.SourceState,
    who: str,
    error: SourceError,
    now: int,
) -> Polled:
    """Note that a source could not be read, raise its alert, and try again after a pause."""
    pause = min(next_attempt(state.failures + 1, source.id) or LONGEST_PAUSE, LONGEST_PAUSE)
    log.warning(
        "source_failed", source=source.id, code=error.code, reason=error.reason, retry_in=pause
    )
    with store.write() as connection:
        kind = "down" if isinstance(error, SourceDown) else "fault"
        later = now + int(max(pause, source.poll_every) * SECOND)
        noted = sources.failed(
            connection, source.id, who, state=kind, error=str(error), next_poll_at=later
        )
        if noted:  # or another daemon has taken it over, and reads it
            unread = unread_sources(connection, rules, 0, now)
            waits = count_held(connection, unread, now)
            for one in unread:
                if one.source.id == source.id:
                    raise_down(connection, rules, one, waits.get(source.id, 0), now)
    return Polled(source.id, 0, 0, 0, 0, more=False, error=str(error))


def _poll_page(
    store: Store,
    rules: InForce,
    source: Source,
    reader: SourceReader,
    state: sources.SourceState,
    who: str,
    now: int,
    clock: Clock | None = None,
) -> Polled | None:
    """Read the next page of what is new; with a ``clock`` the source is held on, or let go."""
    page = reader.read_page(Cursor.loads(state.cursor) if state.cursor else None, now)
    with store.read() as connection:
        pushed = to_be_read(connection, source)
    again = reader.read_keys(pushed) if pushed else []
    read = [*page.cases, *(one for one in again if isinstance(one, ReadCase))]
    refused = [*page.rejects, *(one for one in again if isinstance(one, Reject))]
    with store.write() as connection:
        were_read(connection, source, pushed)
        readings = Readings.load(connection, source)
        put = cases.put(
            connection,
            source.id,
            read,
            now,
            read_at=readings.polled_at,
            remapped=readings.remapped(source),
        )
        readings = readings.after_page(now, last=page.last)
        readings.save(connection, source)
        note_rejects(connection, rules, source, read, refused, now)
        system_alerts.resolve_system(connection, f"source:{source.id}", DOWN, "read", now)
        ended = page.last and source.cases.changed is not None
        # A round that was cut off by a downtime, or took long, tells too little of how things are
        # now: the next one begins at once.
        old = page.last and (readings.polled_at or now) < now - allowed_age(source)
        more = not page.last or old
        held = sources.commit_page(
            connection,
            source.id,
            who,
            cursor=page.cursor.dumps(),
            rows=len(page.cases) + len(page.rejects),
            now=now,
            next_poll_at=now if more else now + int(source.poll_every * SECOND),
            lease_until=clock() + _lease(source) if clock else None,
            complete_at=readings.polled_at if ended else None,
        )
        if not held:
            # Another daemon took the source over while we read: its page counts, not ours.
            connection.rollback()
            return None
    return Polled(source.id, len(page.cases), put.new, put.changed, len(page.rejects), more)


def _reconcile(
    store: Store,
    rules: InForce,
    source: Source,
    reader: SourceReader,
    who: str,
    began_at: int,
    clock: Clock,
) -> Polled | None:
    """Read a source whole: what polling could not see, and which cases are no longer there.

    The lease is renewed with each page. What is new is polled in between, when that is due.
    """
    seen = [np.zeros(0, np.int64)]
    rows = new = changed = rejected = 0
    with store.read() as connection:
        readings = Readings.load(connection, source)
    remapped = readings.remapped(source)
    for page in reader.read_all():
        read = [one for one in page if isinstance(one, ReadCase)]
        refused = [one for one in page if isinstance(one, Reject)]
        seen.append(_hashes(one.key for one in page))
        now = clock()
        with store.write() as connection:
            if not sources.extend(connection, source.id, who, now, now + _lease(source)):
                return None
            put = cases.put(
                connection, source.id, read, now, read_at=readings.whole_at, remapped=remapped
            )
            note_rejects(connection, rules, source, read, refused, now)
        rows += len(read)
        new += put.new
        changed += put.changed
        rejected += len(refused)
        if source.polled and not _poll_between(store, rules, source, reader, who, clock):
            return None
    gone, known, doubtful = _gone(store, source, reader, np.sort(np.concatenate(seen)))
    now = clock()
    with store.write() as connection:
        rejects.clear_unseen(connection, source.id, began_at, now)
        if doubtful:
            _raise(
                connection,
                rules,
                source,
                EMPTIED,
                Words(
                    f"来源 {source.id} 里 {known} 件中有 {len(gone)} 件不见了，暂不当作消失处理",
                    f"{len(gone)} of the {known} cases of source {source.id} are gone, and kept",
                ),
                {"gone": len(gone), "known": known},
                now,
            )
        else:
            system_alerts.resolve_system(connection, f"source:{source.id}", EMPTIED, "read", now)
            for start in range(0, len(gone), 1000):
                cases.mark_vanished(connection, source.id, gone[start : start + 1000], now)
        system_alerts.resolve_system(connection, f"source:{source.id}", DOWN, "read", now)
        later = began_at + int(source.reconcile_every * SECOND)
        Readings.load(connection, source).after_whole(source, began_at).save(connection, source)
        held = sources.commit_reconcile(
            connection,
            source.id,
            who,
            began_at=began_at,
            now=now,
            next_reconcile_at=later,
            next_poll_at=None if source.polled else later,
        )
        if not held:
            connection.rollback()
            return None
    log.info(
        "source_reconciled", source=source.id, rows=rows, new=new, changed=changed, gone=len(gone)
    )
    return Polled(source.id, rows, new, changed, rejected, more=False)


def _poll_between(
    store: Store, rules: InForce, source: Source, reader: SourceReader, who: str, clock: Clock
) -> bool:
    """Poll a page in the middle of a whole reading if that is due; ``False``: the lease is lost."""
    now = clock()
    with store.read() as connection:
        state = sources.state(connection, source.id)
    if state is None or state.next_poll_at > now:
        return True
    return _poll_page(store, rules, source, reader, state, who, now, clock) is not None


def _gone(
    store: Store, source: Source, reader: SourceReader, seen: Hashes
) -> tuple[list[str], int, bool]:
    """Return the cases that are no longer in a source, how many it had, and whether to doubt it.

    Each case that was not seen is asked for by its key, as it may have come since. If more than
    half are missing and the first thousand of them are mostly gone, the source was emptied or its
    table swapped: then it is spared thousands of questions, and doubted.
    """
    missing, known = _missing(store, source, seen)
    limit = max(_FEW, int(_VANISH_AT_MOST * known))
    if len(missing) > limit:
        asked = missing[:KEYS_AT_ONCE]
        there = {one.key for one in reader.read_keys(asked)}
        if len(there) < len(asked) / 2:
            return [key for key in missing if key not in there], known, True
    there = {one.key for one in reader.read_keys(missing)}
    gone = [key for key in missing if key not in there]
    return gone, known, len(gone) > limit


def _missing(store: Store, source: Source, seen: Hashes) -> tuple[list[str], int]:
    """Give the live cases of a source whose keys were not seen, and how many are live."""
    missing: list[str] = []
    known = 0
    after = ""
    while True:
        with store.read() as connection:
            keys = cases.open_keys(connection, source.id, after, 10_000)
        if not keys:
            return missing, known
        known += len(keys)
        after = keys[-1]
        hashes = _hashes(keys)
        at = np.minimum(np.searchsorted(seen, hashes), max(len(seen) - 1, 0))
        there = seen[at] == hashes if len(seen) else np.zeros(len(keys), dtype=bool)
        missing += [key for key, found in zip(keys, there, strict=True) if not found]


def _hashes(keys: Iterable[str]) -> Hashes:
    # Eight bytes a key, whatever its length: ten million cases fit in 80 MB.
    return np.fromiter(map(hash, keys), np.int64)


def _raise(
    connection: Connection,
    rules: InForce,
    source: Source,
    rule: str,
    title: Words,
    evidence: dict[str, Fact],
    now: int,
) -> None:
    subject = f"source:{source.id}"
    raise_alert(connection, rules, subject, rule, title, evidence, now, source=source.id)
