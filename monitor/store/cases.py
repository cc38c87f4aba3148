"""Cases as read and as checked: putting, claiming, recording."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from monitor.store import fact_changes, tables
from monitor.store.parts import add_parts, parts_of, replace_parts
from monitor.store.statements import among, insert, short
from monitor.store.waiting import NOTHING_HELD, judgeable
from rules.cases import Case, Facts, Part
from rules.findings import Standing

_COPIED_TEXTS = ("no", "title", "item_code", "department", "region", "handler")
_COPIED_MOMENTS = ("accepted_at", "closed_at")


class Read(Protocol):
    """A case as a source reader gives it; ``digest`` tells whether it has changed."""

    @property
    def key(self) -> str:
        """The key of its row in the source."""

    @property
    def facts(self) -> Facts:
        """The facts by name."""

    @property
    def parts(self) -> Sequence[Part]:
        """Its pauses, steps and extensions."""

    @property
    def digest(self) -> str:
        """The same exactly as long as facts and parts are."""


@dataclass(frozen=True, slots=True)
class Put:
    """How many of the cases put were new, changed and as they were before."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case whose time to be checked has come, how it last stood, and its open alerts.

    ``fingerprint`` names the rules it was last checked with (``None``: never checked);
    ``vanished_at`` is the instant at which its source no longer had it. ``seen_open``: it was read
    while it was open.
    """

    case: Case
    fingerprint: str | None
    state: str | None
    level: str | None
    next_check_at: int
    first_seen_at: int
    changed_at: int
    vanished_at: int | None
    standing: tuple[Standing, ...]
    seen_open: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of case ``id`` found: how it stands, by which rules, and when to look again.

    ``level`` and ``rank`` are those of the gravest alert now open (``None``: none is),
    ``next_check_at`` is ``None`` where nothing will happen by itself. ``clocks`` is kept as JSON.
    ``punctuality`` says how a closed case ended, as in :mod:`rules.punctuality`.
    """

    id: int
    state: str | None
    level: str | None
    rank: int | None
    due_at: int | None
    clocks: Any
    next_check_at: int | None
    fingerprint: str
    punctuality: str | None = None


def digests(connection: Connection, source: str, keys: Collection[str]) -> dict[str, str]:
    """Give the digest of each of these cases that the store has and that has not vanished."""
    c = tables.cases.c
    rows = connection.execute(
        select(c.key, c.digest).where(
            c.source == source, among(connection, c.key, keys), c.vanished_at.is_(None)
        )
    )
    return {row.key: row.digest for row in rows}


def put(
    connection: Connection,
    source: str,
    read: Sequence[Read],
    now: int,
    *,
    read_at: int | None = None,
    remapped: Collection[str] = (),
) -> Put:
    """Store what a page of a source says, up to some thousand cases, and make the changed due.

    A case whose digest is the stored one is left alone. The others are written with their parts,
    lose their ``vanished_at``, and are to be checked at ``now``. Of two cases with one key the
    later is taken.

    What differs from what the source told before is kept (see :mod:`monitor.store.fact_changes`).
    ``read_at`` is when it was read before; ``remapped`` are the facts, and kinds of parts such as
    "pauses", that are read in another way since: how they differ is not its doing.
    """
    cases = {case.key: case for case in read}
    c = tables.cases.c
    known = {
        row.key: row
        for row in connection.execute(
            select(c.key, c.id, c.digest, c.vanished_at).where(
                c.source == source, among(connection, c.key, cases)
            )
        )
    }
    new = [case for key, case in cases.items() if key not in known]
    changed = {
        row.id: cases[key]
        for key, row in known.items()
        if row.digest != cases[key].digest or row.vanished_at is not None
    }
    stored = parts_of(connection, changed) if changed else {}
    fact_changes.keep(connection, changed, stored, now, read_at, remapped)
    _write(connection, source, [*new, *changed.values()], now)
    ids = ids_of(connection, source, [case.key for case in new])
    _write_parts(connection, {ids[case.key]: case for case in new} | changed, stored)
    return Put(len(new), len(changed), len(known) - len(changed))


def _write_parts(
    connection: Connection, cases: Mapping[int, Read], stored: Mapping[int, Sequence[Part]]
) -> None:
    """Write the parts of cases, by id, as far as they are not stored: most only get more."""
    more: dict[int, Sequence[Part]] = {}
    others: dict[int, Sequence[Part]] = {}
    for ident, case in cases.items():
        before, parts = list(stored.get(ident, ())), list(case.parts)
        if parts[: len(before)] == before:
            more[ident] = parts[len(before) :]
        else:
            others[ident] = parts
    replace_parts(connection, others)
    add_parts(connection, more)


def _write(connection: Connection, source: str, fresh: list[Read], now: int) -> None:
    if not fresh:
        return
    statement = insert(connection, tables.cases)
    kept = {"id", "source", "key", "first_seen_at"}
    first = _row(source, fresh[0], now)
    values: dict[str, ColumnElement[Any]] = {
        name: statement.excluded[name] for name in first if name not in kept
    }
    values["seen_open"] = or_(tables.cases.c.seen_open, values["seen_open"])
    connection.execute(
        statement.on_conflict_do_update(index_elements=["source", "key"], set_=values),
        [_row(source, case, now) for case in fresh],
    )


def ids_of(connection: Connection, source: str, keys: Collection[str]) -> dict[str, int]:
    """Give the ids of the rows of a source's cases by key; a key that no case has gives none."""
    if not keys:
        return {}
    c = tables.cases.c
    rows = connection.execute(
        select(c.key, c.id).where(c.source == source, among(connection, c.key, keys))
    )
    return {row.key: row.id for row in rows}


def regions_of(connection: Connection, source: str, keys: Collection[str]) -> dict[str, str | None]:
    """Return the regions of a source's cases by key; a key that no case has is left out."""
    c = tables.cases.c
    rows = connection.execute(
        select(c.key, c.region).where(c.source == source, among(connection, c.key, keys))
    )
    return {row.key: row.region for row in rows}


def _row(source: str, case: Read, now: int) -> dict[str, Any]:
    return {
        "source": source,
        "key": case.key,
        "facts": dict(case.facts),
        "digest": case.digest,
        **{name: short(case.facts.get(name)) for name in _COPIED_TEXTS},
        **{name: case.facts.get(name) for name in _COPIED_MOMENTS},
        "next_check_at": now,
        "first_seen_at": now,
        "changed_at": now,
        "vanished_at": None,
        "seen_open": case.facts.get("closed_at") is None,
    }


def claim_due(
    connection: Connection,
    now: int,
    limit: int,
    *,
    changes: bool = False,
    held: Mapping[str, int] = NOTHING_HELD,
) -> list[DueCase]:
    """Give up to ``limit`` cases that are due at ``now``, the longest due first.

    With ``changes`` they come with those that their source made to them. Cases that are ``held``
    (see ``waiting.judgeable``) stay due. They are this transaction's: others pass over them until
    it ends. When it is rolled back, they are still due.
    """
    c = tables.cases.c
    rows = connection.execute(
        select(
            c.id,
            c.source,
            c.key,
            c.facts,
            c.fingerprint,
            c.state,
            c.level,
            c.next_check_at,
            c.first_seen_at,
            c.changed_at,
            c.vanished_at,
            c.seen_open,
        )
        .where(c.next_check_at <= now, *judgeable(held))
        .order_by(c.next_check_at, c.id)
        .limit(limit)
        # Without the key: whoever writes an alert twice looks whether its case is there, and must
        # not wait for us while we wait for the alert.
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    ids = [row.id for row in rows]
    parts = parts_of(connection, ids)
    standing = _standing(connection, ids)
    changed = fact_changes.by_case(connection, ids) if changes else {}
    return [
        DueCase(
            Case(
                row.source,
                row.key,
                row.facts,
                tuple(parts.get(row.id, ())),
                row.id,
                tuple(changed.get(row.id, ())),
            ),
            row.fingerprint,
            row.state,
            row.level,
            row.next_check_at,
            row.first_seen_at,
            row.changed_at,
            row.vanished_at,
            tuple(standing.get(row.id, ())),
            row.seen_open,
        )
        for row in rows
    ]


def _standing(connection: Connection, ids: Collection[int]) -> dict[int, list[Standing]]:
    c = tables.alerts.c
    rows = connection.execute(
        select(
            *(c.case_id, c.id, c.rule, c.version, c.level, c.rank, c.level_since_at, c.part),
            c.origin,
        )
        .where(among(connection, c.case_id, ids), tables.standing)
        .order_by(c.id)
    )
    standing: dict[int, list[Standing]] = {}
    for owner, *alert in rows:
        standing.setdefault(owner, []).append(Standing(*alert))
    return standing


def record_checks(connection: Connection, checked: Iterable[Checked]) -> None:
    """Write what checks found to their cases."""
    rows = [
        {
            "of_id": check.id,
            "state": check.state,
            "level": check.level,
            "rank": check.rank,
            "due_at": check.due_at,
            "clocks": check.clocks,
            "next_check_at": check.next_check_at,
            "fingerprint": check.fingerprint,
            "punctuality": check.punctuality,
        }
        for check in checked
    ]
    if rows:
        connection.execute(
            update(tables.cases).where(tables.cases.c.id == bindparam("of_id")), rows
        )


def mark_vanished(connection: Connection, source: str, keys: Collection[str], now: int) -> int:
    """Note that the source no longer has these cases, make them due, and give their number.

    Those that had vanished before are left alone. It is kept as a change like any other.
    """
    c = tables.cases.c
    ids = connection.scalars(
        update(tables.cases)
        .where(c.source == source, among(connection, c.key, keys), c.vanished_at.is_(None))
        .values(vanished_at=now, next_check_at=now)
        .returning(c.id)
    ).all()
    fact_changes.keep_vanished(connection, ids, now)
    return len(ids)


def open_keys(connection: Connection, source: str, after: str, limit: int) -> list[str]:
    """Give the keys of a source's live cases (see ``tables.live``) that follow ``after``, in order.

    Page on with the last key of the page before, beginning with ``""``.
    """
    c = tables.cases.c
    return list(
        connection.scalars(
            select(c.key)
            .where(c.source == source, c.key > after, tables.live)
            .order_by(c.key)
            .limit(limit)
        )
    )
