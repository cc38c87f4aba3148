"""What a check of cases has to know of their past: earlier alerts, and when supervision began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection

from monitor.pipeline.beginnings import since_by_source
from monitor.pipeline.carding import About
from monitor.pipeline.in_force import InForce
from monitor.store import appeals, settlements
from monitor.store.cases import DueCase
from monitor.store.settlements import Waiting
from rules.appeals import Revoked, without_revoked
from rules.assessment import Assessment
from rules.findings import Finding, Standing
from rules.going_live import Beginning
from rules.instants import DAY, SECOND
from rules.late_ends import Before, unheard


@dataclass(frozen=True)
class Past:
    """The past of a batch of cases that are checked at the instant ``now``.

    ``since`` says by source when its supervision began; ``ends`` what limits that ended too late
    had come to, by the case's place in the batch; the others go by the case's id. ``settle_after``
    is in microseconds.
    """

    now: int
    since: Mapping[str, int | None]
    ends: Sequence[tuple[Finding, ...]]
    before: Mapping[int, Sequence[Before]]
    gone: Mapping[int, Sequence[Revoked]]
    waiting: Mapping[int, Sequence[Waiting]]
    settle_after: int

    @classmethod
    def of(
        cls,
        connection: Connection,
        rules: InForce,
        due: Sequence[DueCase],
        assessment: Assessment,
        now: int,
    ) -> Self:
        """Read it, with a statement a kind."""
        ends = assessment.late_ends()
        closed = [one for one in due if one.case.facts.get("closed_at") is not None]
        gone = appeals.revoked_of(connection, [one.case.id for one in due])
        for ident, settled in settlements.settled_of(
            connection, [one.case.id for one in closed]
        ).items():
            gone.setdefault(ident, []).extend(settled)
        return cls(
            now,
            since_by_source(connection, rules),
            ends,
            settlements.before(
                connection, [one.case.id for one, found in zip(due, ends, strict=True) if found]
            ),
            gone,
            settlements.waiting(connection, [one.case.id for one in closed if one.standing]),
            round(rules.settings.daemon.settle_after * SECOND),
        )

    def late_ends(self, index: int, one: DueCase) -> tuple[Finding, ...]:
        """Return the late ends of a case that were not told while their limits ran."""
        return unheard(self.ends[index], self.before.get(one.case.id, ()))

    def left(self, one: DueCase, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return what is found in a case without what was revoked or settled."""
        return without_revoked(found, self.gone.get(one.case.id, ()), one.case.facts)

    def settled(
        self, one: DueCase, found: Sequence[Finding], standing: Sequence[Standing]
    ) -> tuple[list[Standing], int | None]:
        """Return which alerts of a case are settled now, and when to look again (``None``: never).

        An alert about a closed case is settled once its time is over, if it was answered; until it
        is, it is looked at once a day.
        """
        by_id = {alert.id: alert for alert in standing}
        settled: list[Standing] = []
        again: list[int] = []
        if found and one.case.facts.get("closed_at") is not None:
            again.append(self.now + self.settle_after)  # for what opens now
        for alert in self.waiting.get(one.case.id, ()):
            ends = alert.opened_at + self.settle_after
            if alert.id not in by_id:
                continue
            if ends > self.now:
                again.append(ends)
            elif alert.answered:
                settled.append(by_id[alert.id])
            else:
                again.append(self.now + DAY)
        return settled, min(again, default=None)

    def about(self, one: DueCase) -> About:
        """Return what the alerts of a case are about."""
        begun = Beginning(
            since=self.since.get(one.case.source),
            seen_open=one.seen_open,
            first=one.fingerprint is None,
        )
        return About(one.case.id, one.case.source, one.case.facts, begun=begun)
