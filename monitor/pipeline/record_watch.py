"""Watch over the record: the chain of seals still has its head, its tables still have their guards.

Beside that the chain is checked row by row once a night. What is found is an alert about the system
that stands until it is mended, or until somebody has put on record why the chain goes on from where
it is (``duban audit-log accept``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Connection

from config import Words
from monitor.pipeline.audit_wording import fault_words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.store import heads, meta, seals, system_alerts
from monitor.store.heads import Head, HeadFile
from monitor.store.seal_check import Fault, Progress, Wrong, faults, outside
from monitor.store.store import Store
from notifiers import words
from rules.instants import moment

log = structlog.get_logger(__name__)

BROKEN = "record-broken"
"""The rule of these alerts."""

CHAIN, ROWS = "record:chain", "record:rows"

_NIGHT = 3  # o'clock; from then on the first look of a day checks the chain
_CHECKED = "audit_checked"
_AT_ONCE = 200  # seals in one transaction


class RecordWatch:
    """Looks after the record of one store.

    It remembers the last head that it saw: whoever cuts the chain does not reach that.
    """

    def __init__(self) -> None:
        self._known: list[Head] = []
        self._read_on: date | None = None  # the day on which the file was last read
        self._kept_on: date | None = None  # and written

    def look(
        self,
        store: Store,
        rules: InForce,
        now: int,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """See whether the record is whole; call it before more of it is sealed.

        A check of the whole chain ends early once ``stopping`` says so.
        """
        file, today = head_file(rules), moment(now, rules.zone)
        if self._read_on != today.date() and file is not None:
            self._known += _on_file(file)
        self._read_on = today.date()
        with store.read() as connection:
            found = self._outside(connection, file)
            last = seals.last(connection)
            told = _told(connection).get(CHAIN)
            checked = meta.get(connection, _CHECKED)
        if found or told is not None:
            _tell(store, rules, CHAIN, found, len(found), now)
        if not found and last is not None:
            self._known = [Head.of(last)]
            if self._kept_on != today.date():
                self.keep(rules)
                self._kept_on = today.date()
        if last is not None and today.hour >= _NIGHT and checked != today.date().isoformat():
            _check(store, rules, now, stopping)

    def keep(self, rules: InForce) -> None:
        """Keep the last head on file where it is not there yet, as once a day and at the end."""
        file = head_file(rules)
        if file is None or not self._known:
            return
        head = self._known[-1]
        try:
            if head.hash not in [one.hash for one in file.heads()[-1:]]:
                file.keep(head)
        except OSError as error:
            log.warning("audit_head_not_kept", file=str(file.path), reason=error.strerror)

    def _outside(self, connection: Connection, file: HeadFile | None) -> list[Fault]:
        found = list(outside(connection, self._known))
        if any(one.wrong is Wrong.HEAD_LOST for one in found):
            accepted = _on_file(file)[:1] if file else [heads.accepted(connection)]
            for head in accepted:
                if head is not None and head.accepted and self._is_after(head):
                    log.warning("audit_log_accepted", seal=head.seal, hash=head.hash)
                    self._known = [head]
                    found = list(outside(connection, self._known))
        return found

    def _is_after(self, accepted: Head) -> bool:
        return all(accepted.at >= one.at for one in self._known)


def head_file(rules: InForce) -> HeadFile | None:
    """Return the file in which heads are kept; ``None`` where the settings name none."""
    path = rules.settings.daemon.audit_heads
    return None if path is None else HeadFile(path)


def _on_file(file: HeadFile) -> list[Head]:
    try:
        return file.heads()
    except OSError as error:
        log.warning("audit_heads_not_read", file=str(file.path), reason=error.strerror)
        return []


def _check(store: Store, rules: InForce, now: int, stopping: Callable[[], bool]) -> None:
    """Check the chain row by row, some seals in each transaction."""
    with store.read() as connection:
        start = heads.accepted(connection)
        if start is not None and not heads.in_chain(connection, start):
            start = None
    progress = Progress(start.seal, 0, start.hash) if start else Progress()
    first: Fault | None = None
    count, before = 0, -1
    while progress.seals > before:
        if stopping():
            return
        before = progress.seals
        with store.read() as connection:
            for fault in faults(connection, progress, _AT_ONCE):
                first = first or fault
                count += 1
    for one in progress.misdated:
        log.warning("audit_row_misdated", table=one.table, id=one.id)
    log.info("audit_log_checked", seals=progress.seals, rows=progress.rows, faults=count)
    with store.read() as connection:
        standing = ROWS in _told(connection)
    if first is not None or standing:
        _tell(store, rules, ROWS, [first] if first else [], count, now)
    with store.write() as connection:
        meta.put(connection, _CHECKED, moment(now, rules.zone).date().isoformat())


def _told(connection: Connection) -> dict[str, Any]:
    return dict(system_alerts.evidence(connection, BROKEN))


def _tell(
    store: Store, rules: InForce, subject: str, found: Sequence[Fault], count: int, now: int
) -> None:
    """Open, renew or resolve the alert about a part of the record."""
    with store.write() as connection:
        if not found:
            system_alerts.resolve_system(connection, subject, BROKEN, "done", now)
            return
        first = found[0]
        sealed = first.sealed_at
        when = words.when(sealed, rules.zone, rules.language, now) if sealed is not None else ""
        said = fault_words(first, when)
        evidence = {"wrong": first.wrong.value, "seal": first.seal, "table": first.table}
        evidence |= {"id": first.id, "faults": count}
        if _told(connection).get(subject) == evidence:
            return
        log.error("audit_log_broken", reason=said.en, faults=count)
        title = Words(f"操作留痕不完整：{said.zh}", f"The audit log is not whole: {said.en}")
        raise_alert(connection, rules, subject, BROKEN, title, evidence, now)
