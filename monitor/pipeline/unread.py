"""Which sources have not been read lately enough to judge their cases, and what waits for them.

A case is judged on facts read since the start: its own, read by themselves, or those of its source
as a whole, once that has been read to its end. Facts older than a source may go unread, as after
the machine slept, do not count as read, and neither does anything while the source cannot be read.
While a case waits, its standing alerts climb no further, and no order is issued for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from config import Source, Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.sources.errors import SourceDown
from monitor.store import sources, waiting
from monitor.store.sources import SourceState
from monitor.store.store import Store
from rules.cases import Fact
from rules.instants import MINUTE, SECOND

AsOf = Mapping[str, tuple[int, int | None]]
"""By source that is judged unread: since when facts count as read, and as of when it was read."""

DOWN = "source-down"

LONGEST_PAUSE = 120.0
"""Seconds between two attempts at a source that cannot be read, unless it is polled less often."""

_ROUNDS = 2  # that may be missed before facts count as unread
_SLACK = 2 * MINUTE  # beside them: how long a round may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A source whose cases are judged only if they were read by themselves at ``since`` or later.

    ``failing`` tells that the last attempt to read it failed, ``complete_at`` as of when it was
    last read to its end (``None``: never), ``last_ok_at`` when anything was last read. ``judged``
    tells that its settings have its cases judged anyway, on the facts known.
    """

    source: Source
    since: int
    failing: bool
    complete_at: int | None
    last_ok_at: int | None
    last_error: str | None
    judged: bool

    @property
    def known(self) -> bool:
        """Whether anything can be said of it: it was read once, or could not be."""
        return self.failing or self.complete_at is not None

    @property
    def said(self) -> Words:
        """What its not being read means for its cases."""
        if self.judged:
            return Words(
                "审批库未能读到，按此判定", "its source is not read, and it is judged on that"
            )
        return Words(
            "审批库未能读到，到时先不判定",
            "its source is not read, and nothing is judged until it is",
        )


def allowed_age(source: Source) -> int:
    """Return how old the facts of a source may be when a case is judged on them, in microseconds.

    Two rounds of reading may be missed. A source without a cursor for its cases is known only by
    reading it whole.
    """
    every = source.poll_every if source.cases.changed else source.reconcile_every
    return _ROUNDS * int(every * SECOND) + _SLACK


def longest_wait(source: Source) -> int:
    """Return how long a source waits for its next attempt at most, in microseconds."""
    every = source.poll_every if source.polled else source.reconcile_every
    return int(max(every, LONGEST_PAUSE) * SECOND)


def unread_sources(
    connection: Connection, rules: InForce, started_at: int, now: int
) -> list[Unread]:
    """Return the sources of the settings that are not known as of ``now``.

    Args:
        connection: the transaction.
        rules: the live rules.
        started_at: when the process began that judges; what was read before does not count.
        now: the instant of judging.
    """
    known = {state.id: state for state in sources.states(connection)}
    found = []
    for source in rules.settings.source:
        state = known.get(source.id)
        if state is None:
            continue
        since = max(started_at, now - allowed_age(source))
        # What a clock that was wrong has noted as read in the future does not count.
        complete_at = state.complete_at
        known_now = complete_at is not None and since <= complete_at <= now + MINUTE
        if state.failures or not known_now:
            found.append(_unread(source, state, since))
    return found


def held(unread: Iterable[Unread]) -> dict[str, int]:
    """Return since when cases must have been read to be judged, by source that is held."""
    return {one.source.id: one.since for one in unread if not one.judged}


def watch_sources(store: Store, rules: InForce, started_at: int, now: int) -> Mapping[str, int]:
    """Count the cases that wait until their source is read, by source, and renew its alert.

    An alert is also raised about a source that nobody has managed to read anything from for longer
    than its facts may be old, although no attempt has failed: its server may hang.
    """
    with store.read() as connection:
        unread = unread_sources(connection, rules, started_at, now)
        waits = count_held(connection, unread, now)
    told = [one for one in unread if one.failing or _silent(one, started_at, now)]
    if told:
        with store.write() as connection:
            for one in told:
                raise_down(connection, rules, one, waits.get(one.source.id, 0), now)
    return waits


def count_held(connection: Connection, unread: Collection[Unread], now: int) -> dict[str, int]:
    """Return how many cases that are due at ``now`` wait until their source is read, by source."""
    return {
        source: waiting.held_cases(connection, source, since, now)
        for source, since in held(unread).items()
    }


def _silent(one: Unread, started_at: int, now: int) -> bool:
    if now < started_at + _SLACK:
        return False
    return one.last_ok_at is None or one.last_ok_at < now - allowed_age(one.source)


def raise_down(connection: Connection, rules: InForce, one: Unread, waits: int, now: int) -> None:
    """Raise the alert that a source cannot be read, or renew it: why, and how many cases wait."""
    source = one.source
    code, _, reason = (one.last_error or "").partition(": ")
    if one.failing:
        said = SourceDown(code, reason).text
    else:
        code, reason = "unread", ""
        said = Words("长时间没有读完，也没有报错", "it has long not been read, and no error came")
    evidence: dict[str, Fact] = {
        "code": code,
        "reason": reason,
        "waiting": waits,
        "read_at": one.complete_at,
    }
    title = Words(
        f"读不到来源 {source.id}：{said.zh}{_waits(waits, one.judged).zh}",
        f"Source {source.id} cannot be read: {said.en}{_waits(waits, one.judged).en}",
    )
    subject = f"source:{source.id}"
    raise_alert(connection, rules, subject, DOWN, title, evidence, now, source=source.id)


def _waits(waits: int, judged: bool) -> Words:
    if judged:
        return Words(
            "；按设置，办件仍按最后读到的内容判定",
            "; by the settings its cases are judged on what was last read",
        )
    if not waits:
        return Words("", "")
    return Words(
        f"；{waits} 件到时未判定，待读到后再判定",
        f"; {waits} cases are due and wait until it is read",
    )


def as_of(unread: Collection[Unread]) -> AsOf:
    """Return for each source that is judged unread since when facts count as read, and as of when.

    The latter is ``None`` if the source was never read to its end.
    """
    return {one.source.id: (one.since, one.complete_at) for one in unread if one.judged}


def _unread(source: Source, state: SourceState, since: int) -> Unread:
    return Unread(
        source=source,
        since=since,
        failing=state.failures > 0,
        complete_at=state.complete_at,
        last_ok_at=state.last_ok_at,
        last_error=state.last_error,
        judged=source.judge_unread,
    )
