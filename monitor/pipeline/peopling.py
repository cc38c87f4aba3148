"""People: lists of the directory read again when that is due, and the directory they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import structlog
from sqlalchemy import Connection

from config import ListSettings, Settings, Words
from monitor.acts.actor import Actor, machine
from monitor.catalogue import FileFault
from monitor.people import Entry, Reading, faulty, joined, read_list
from monitor.pipeline.in_force import InForce
from monitor.pipeline.polling import EMPTIED
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.rejecting import REJECTED
from monitor.pipeline.unread import DOWN
from monitor.sources import Reject, SourceError, SourceReader
from monitor.store import audit_log, people, rejects, system_alerts
from monitor.store.audit_list import MACHINE
from monitor.store.audit_log import Act
from monitor.store.store import Store
from rules.cases import Fact
from rules.directory import Directory
from rules.instants import MINUTE, SECOND

log = structlog.get_logger(__name__)

_AGAIN = 5 * MINUTE  # after a failure
_GONE_AT_MOST = 0.5  # when more of a list is suddenly gone, the list is doubted
_FEW = 10


def subject(settings: ListSettings) -> str:
    """Give what alerts about a list are about, and the source of its rejected rows."""
    return f"directory:{settings.id}"


def load_directory(connection: Connection, settings: Settings) -> Directory:
    """Give the directory: the settings' own, with what the store keeps of lists and absences."""
    version = people.version(connection)  # first: what comes between makes it stale, not wrong
    kept = [Entry(kind, facts) for _, kind, facts in people.entries(connection)]
    leaves, delegations = people.leaves_and_deputies(connection)
    return joined(settings.rulebook().directory, kept, leaves, delegations, version)


def refresh_people(
    store: Store, rules: InForce, readers: Mapping[str, SourceReader], now: int
) -> None:
    """Read each list that is due, and take it over where it has changed.

    A list that cannot be read keeps its last good state and is tried again in five minutes; one
    that has lost most of its entries is not taken over. Both are alerts.
    """
    lists = rules.settings.directory
    with store.read() as connection:
        states = {one.id: people.list_state(connection, one.id) for one in lists}
        strange = {name for name, _, _ in people.entries(connection)} - states.keys()
    if strange:
        with store.write() as connection:
            people.lock(connection)
            people.drop_others(connection, sorted(states))
    for one in lists:
        if states[one.id].settings != _mark(one) or states[one.id].next_read_at <= now:
            _refresh(store, rules, one, readers.get(one.source or ""), now)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over of a list: its entries, and the rows that were set aside."""

    entries: int
    rejected: int


def read_now(
    store: Store,
    rules: InForce,
    settings: ListSettings,
    reader: SourceReader | None,
    actor: Actor,
    now: int,
) -> Taken:
    """Read a list now for whoever acts, and take it over, however much of it is gone.

    Raises:
        monitor.sources.SourceError: the source cannot be read, or does not fit the settings.
        monitor.catalogue.FileFault: the file cannot be read, or lacks a header.
    """
    reading = read_list(settings, reader, rules.zone)
    with store.write() as connection:
        people.lock(connection)
        return _take(connection, rules, settings, reading, _mark(settings), now, sure=actor)


def _refresh(
    store: Store, rules: InForce, settings: ListSettings, reader: SourceReader | None, now: int
) -> None:
    mark = _mark(settings)
    try:
        reading = read_list(settings, reader, rules.zone)
    except (SourceError, FileFault) as error:
        why = error.text if isinstance(error, SourceError) else error.why
        log.warning("directory_unread", list=settings.id, reason=why.en)
        title = Words(
            f"读不到名录 {settings.id}，沿用上次的：{why.zh}",
            f"The list {settings.id} of the directory cannot be read; its last state stays: "
            f"{why.en}",
        )
        with store.write() as connection:
            people.lock(connection)
            raise_alert(connection, rules, subject(settings), DOWN, title, {"reason": why.en}, now)
            again = now + min(_AGAIN, int(settings.refresh_every * SECOND))
            _put(connection, settings, mark, again)
        return
    with store.write() as connection:
        people.lock(connection)
        _take(connection, rules, settings, reading, mark, now)


def _take(
    connection: Connection,
    rules: InForce,
    settings: ListSettings,
    reading: Reading,
    mark: str,
    now: int,
    *,
    sure: Actor | None = None,
) -> Taken:
    about = subject(settings)
    system_alerts.resolve_system(connection, about, DOWN, "read", now)
    before = people.entries(connection)
    others = [Entry(kind, facts) for name, kind, facts in before if name != settings.id]
    good, wrong = faulty(rules.settings.rulebook().directory, others, reading)
    _note_rejects(connection, rules, settings, wrong, now)
    kept = [(kind, facts) for name, kind, facts in before if name == settings.id]
    later = now + int(settings.refresh_every * SECOND)
    taken = Taken(len(good), len(wrong))
    if sure is None and _doubted(connection, rules, settings, len(kept), len(good), now):
        _put(connection, settings, mark, later)
        return taken
    system_alerts.resolve_system(connection, about, EMPTIED, "read", now)
    new = [(one.kind, one.facts) for one in good]
    if sorted(map(repr, kept)) != sorted(map(repr, new)):  # rows come in any order
        people.replace(connection, settings.id, new)
        log.info("directory_loaded", list=settings.id, entries=len(new))
        actor, of = sure or machine(MACHINE), f"people:{settings.id}"
        counts = {"entries": len(kept)}, {"entries": len(new)}
        act = Act(actor.who, actor.origin, "people.refresh", of, *counts)
        audit_log.record(connection, act, now)
    _put(connection, settings, mark, later, read_at=now)
    return taken


def _doubted(
    connection: Connection,
    rules: InForce,
    settings: ListSettings,
    known: int,
    good: int,
    now: int,
) -> bool:
    gone = known - good
    if gone <= _FEW or gone <= _GONE_AT_MOST * known:
        return False
    title = Words(
        f"名录 {settings.id} 的 {known} 行中有 {gone} 行不见了，暂不采用；确认无误请执行 "
        f"duban people refresh {settings.id}",
        f"{gone} of the {known} rows of the list {settings.id} are gone; it is not taken over. "
        f"If it is right, run: duban people refresh {settings.id}",
    )
    told: dict[str, Fact] = {"gone": gone, "known": known}
    raise_alert(connection, rules, subject(settings), EMPTIED, title, told, now)
    return True


def _note_rejects(
    connection: Connection,
    rules: InForce,
    settings: ListSettings,
    wrong: Sequence[Reject],
    now: int,
) -> None:
    about = subject(settings)
    rejects.put_rejects(connection, about, wrong, now)
    rejects.clear_unseen(connection, about, now, now)
    if not wrong:
        system_alerts.resolve_system(connection, about, REJECTED, "read", now)
        return
    for one in wrong:
        log.warning("directory_row_rejected", list=settings.id, key=one.called, detail=one.gist)
    title = Words(
        f"名录 {settings.id} 有 {len(wrong)} 行读不懂，已隔离",
        f"{len(wrong)} rows of the list {settings.id} cannot be understood and are set aside",
    )
    told: dict[str, Fact] = {
        "rows": len(wrong),
        "reason": wrong[0].reason,
        "detail": wrong[0].gist,
    }
    raise_alert(connection, rules, about, REJECTED, title, told, now, mild=True)


def _put(
    connection: Connection,
    settings: ListSettings,
    mark: str,
    next_read_at: int,
    *,
    read_at: int | None = None,
) -> None:
    state = people.list_state(connection, settings.id)
    state = replace(
        state, settings=mark, next_read_at=next_read_at, read_at=read_at or state.read_at
    )
    people.put_list_state(connection, settings.id, state)


def _mark(settings: ListSettings) -> str:
    return blake2b(repr(settings).encode(), digest_size=16).hexdigest()
