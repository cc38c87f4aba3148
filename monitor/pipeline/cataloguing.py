"""Refresh: the item catalogue read again when that is due, and taken over where it has changed."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

import structlog
from sqlalchemy import Connection

from config import CatalogueSettings, Words
from monitor.acts.actor import Actor, machine
from monitor.catalogue import (
    FileFault,
    Loaded,
    Reading,
    load,
    planned,
    read_file,
    read_source,
)
from monitor.pipeline.in_force import InForce
from monitor.pipeline.polling import EMPTIED
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.rejecting import REJECTED
from monitor.pipeline.unread import DOWN
from monitor.sources import SourceError, SourceReader
from monitor.store import audit_log, items, meta, rejects, sources, system_alerts
from monitor.store.audit_list import MACHINE
from monitor.store.audit_log import Act
from monitor.store.store import Store
from rules.cases import Fact
from rules.catalogue_changes import Kind
from rules.instants import MINUTE, SECOND, moment

log = structlog.get_logger(__name__)

SUBJECT = "catalogue"
"""What alerts about the catalogue are about, and the source of its rejected rows."""

UNKNOWN = "items-unknown"
HELD = "items-held"

_AGAIN = 5 * MINUTE  # after a failure
_GONE_AT_MOST = 0.5  # when more of the items are suddenly gone, the list is doubted
_FEW = 10
_WATCHED = "items-unknown:watched"


def refresh(
    store: Store,
    rules: InForce,
    settings: CatalogueSettings,
    reader: SourceReader | None,
    now: int,
) -> None:
    """Read the catalogue where that is due, and load it from today on where it has changed.

    A list that says the same as when it was last taken over changes nothing, so that what was
    imported by hand since, or for a later day, stays. A list that cannot be read is tried again
    in five minutes; one that has lost most of its items is not taken over. Both are alerts.

    Args:
        store: where the catalogue is kept.
        rules: what is in force.
        settings: where the catalogue is read.
        reader: the reader of its source, where it is of one.
        now: the instant.
    """
    mark = blake2b(repr(settings).encode(), digest_size=16).hexdigest()
    with store.read() as connection:
        state = items.state(connection)
    if state.settings == mark and state.next_read_at > now:
        _watch_first_cases(store, rules, now)
        return
    try:
        reading = _read(rules, settings, reader)
    except (SourceError, FileFault) as error:
        why = error.text if isinstance(error, SourceError) else error.why
        log.warning("catalogue_unread", reason=why.en)
        title = Words(f"读不到事项目录：{why.zh}", f"The catalogue cannot be read: {why.en}")
        with store.write() as connection:
            items.lock(connection)
            _raise(connection, rules, DOWN, title, {"reason": why.en}, now)
            _put(connection, mark, now + min(_AGAIN, int(settings.refresh_every * SECOND)))
        return
    with store.write() as connection:
        items.lock(connection)
        system_alerts.resolve_system(connection, SUBJECT, DOWN, "read", now)
        note_rejects(connection, rules, reading, now)
        if items.state(connection).read == reading.digest or _taken_over(
            connection, rules, reading, now
        ):
            system_alerts.resolve_system(connection, SUBJECT, EMPTIED, "read", now)
        _watch_unknown(connection, rules, now)
        _put(connection, mark, now + int(settings.refresh_every * SECOND))


def note_rejects(connection: Connection, rules: InForce, reading: Reading, now: int) -> None:
    """Record the rows that could not be understood, and those that can be now."""
    rejects.put_rejects(connection, SUBJECT, reading.rejects, now)
    rejects.clear_unseen(connection, SUBJECT, now, now)
    count = len(reading.rejects)
    if not count:
        system_alerts.resolve_system(connection, SUBJECT, REJECTED, "read", now)
        return
    first = reading.rejects[0]
    for one in reading.rejects:
        log.warning("item_rejected", item=one.called, reason=one.reason, detail=one.gist)
    title = Words(
        f"事项目录有 {count} 行读不懂，已隔离",
        f"{count} rows of the catalogue cannot be understood and are set aside",
    )
    evidence: dict[str, Fact] = {"rows": count, "reason": first.reason, "detail": first.gist}
    _raise(connection, rules, REJECTED, title, evidence, now)


def remember(connection: Connection, reading: Reading) -> None:
    """Note that a list from where the settings say has been taken over."""
    items.put_state(connection, replace(items.state(connection), read=reading.digest))


def _read(rules: InForce, settings: CatalogueSettings, reader: SourceReader | None) -> Reading:
    if settings.file is not None:
        return read_file(settings, settings.file, rules.zone)
    assert reader is not None  # noqa: S101  settings without a source are refused
    return read_source(settings, reader)


def _taken_over(connection: Connection, rules: InForce, reading: Reading, now: int) -> bool:
    """Load a list from today on and give ``True``, or doubt it."""
    today = moment(now, rules.zone).date()
    _, _, plan = planned(connection, reading, today, rules.zone)
    gone = len(plan.changes.of(Kind.REMOVED))
    if gone > _FEW and gone > _GONE_AT_MOST * plan.items:
        title = Words(
            f"事项目录 {plan.items} 项中有 {gone} 项不见了，暂不采用；确认无误请执行 "
            "duban catalogue import",
            f"{gone} of the {plan.items} items of the catalogue are gone; the list is not taken "
            "over. If it is right, run: duban catalogue import",
        )
        _raise(connection, rules, EMPTIED, title, {"gone": gone, "known": plan.items}, now)
        return False
    loaded = load(connection, reading, today, rules.zone, now)
    remember(connection, reading)
    _watch_held(connection, rules, loaded, now)
    if loaded.changes.codes:
        counts = {kind.value: len(loaded.changes.of(kind)) for kind in Kind}
        log.info("catalogue_loaded", origin=reading.origin, due=loaded.due, **counts)
        record_load(connection, machine(MACHINE), reading, loaded, now)
    return True


def record_load(
    connection: Connection, actor: Actor, reading: Reading, loaded: Loaded, now: int
) -> None:
    """Put on record how much somebody changed by loading a list into the catalogue."""
    if not loaded.changes.codes:
        return
    counts = {kind.value: len(loaded.changes.of(kind)) for kind in Kind}
    after = {"origin": reading.origin, **counts}
    act = Act(actor.who, actor.origin, "catalogue.import", "catalogue", None, after)
    audit_log.record(connection, act, now)


def _watch_held(connection: Connection, rules: InForce, loaded: Loaded, now: int) -> None:
    """Tell that lists say something new of items that stand as they were entered on the desk."""
    count = len(loaded.held)
    if not count:
        system_alerts.resolve_system(connection, SUBJECT, HELD, "read", now)
        return
    title = Words(
        f"{count} 个事项在目录来源有变，因灯板上改过而未采用：{'、'.join(loaded.held[:3])}；"
        "请到事项页面决定以哪边为准",
        f"The list says something new of {count} items that were changed on the desk, and was not "
        f"taken over: {', '.join(loaded.held[:3])}; decide on their pages which holds",
    )
    evidence: dict[str, Fact] = {"items": count, "first": loaded.held[0]}
    _raise(connection, rules, HELD, title, evidence, now)


def _watch_first_cases(store: Store, rules: InForce, now: int) -> None:
    """Look for unknown items once every source was read: at a first start the list is first."""
    with store.read() as connection:
        if meta.get(connection, _WATCHED):
            return
        read = {one.id for one in sources.states(connection) if one.complete_at is not None}
    if all(one.id in read for one in rules.settings.source):
        with store.write() as connection:
            items.lock(connection)
            _watch_unknown(connection, rules, now)
            meta.put(connection, _WATCHED, value=True)


def _watch_unknown(connection: Connection, rules: InForce, now: int) -> None:
    count = items.count_unknown(connection)
    if not count:
        system_alerts.resolve_system(connection, SUBJECT, UNKNOWN, "known", now)
        return
    title = Words(
        f"在办办件用到 {count} 个事项目录没有的事项，见 duban catalogue unknown",
        f"Open cases name {count} items that are not in the catalogue: duban catalogue unknown",
    )
    _raise(connection, rules, UNKNOWN, title, {"items": count}, now)


def _put(connection: Connection, mark: str, next_read_at: int) -> None:
    state = replace(items.state(connection), settings=mark, next_read_at=next_read_at)
    items.put_state(connection, state)


def _raise(
    connection: Connection,
    rules: InForce,
    rule: str,
    title: Words,
    evidence: dict[str, Fact],
    now: int,
) -> None:
    mild = rule not in (DOWN, EMPTIED)
    raise_alert(connection, rules, SUBJECT, rule, title, evidence, now, mild=mild)
