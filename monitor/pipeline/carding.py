"""Cards: what checks and surveys change about alerts, collected and written together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import titled
from monitor.store import alerts
from rules.alerts import kept
from rules.carriers import carrier, is_elsewhere
from rules.cases import Facts
from rules.findings import Change, Finding, Outcome, Standing
from rules.going_live import ALWAYS, Beginning, Origin, origin


@dataclass(frozen=True, slots=True)
class About:
    """What alerts are about: a case of a source, with its facts, or a subject.

    ``facts`` say who carries a card unless its finding names somebody else; ``begun`` is when their
    supervision began.
    """

    case_id: int | None = None
    source: str | None = None
    facts: Facts = field(default_factory=dict)
    subject: str | None = None
    begun: Beginning = ALWAYS


class Cards:
    """Collects changes of alerts at the instant ``now``, and writes them with a statement a kind.

    ``outcomes`` counts those that were written, by outcome and level.
    """

    def __init__(self, rules: InForce, now: int) -> None:
        self._rules = rules
        self._now = now
        self._opened: list[alerts.NewAlert] = []
        self._levels: list[alerts.NewLevel] = []
        self._kept: list[alerts.Kept] = []
        self._resolved: list[alerts.Resolved] = []
        self.outcomes: Counter[tuple[Outcome, str]] = Counter()

    def take(
        self,
        about: About,
        found: Sequence[Finding],
        standing: Sequence[Standing],
        changes: Iterable[Change],
    ) -> None:
        """Take what changes about one case or subject, and let what stays rest on what is found."""
        for ident, finding in kept(found, standing).items():
            self._kept.append(alerts.Kept(ident, finding, *_carried(about, finding)))
        for change in changes:
            before = next((one for one in standing if one.id == change.alert), None)
            if change.finding is None:
                self._end(change, before)
            elif change.alert is None:
                self._begin(about, change, change.finding)
            else:
                self._level(about, change, change.alert, change.finding)

    def write(self, connection: Connection) -> None:
        """Write everything that was taken, but for alerts that were revoked meanwhile."""
        alerts.open_alerts(connection, self._opened)
        changed = alerts.change_levels(connection, self._levels)
        alerts.renew(connection, self._kept, self._now)
        changed |= alerts.resolve(connection, self._resolved)
        self.outcomes.update((Outcome.OPENED, one.level) for one in self._opened)
        levels = (one for one in self._levels if one.id in changed)
        self.outcomes.update((one.outcome, one.level) for one in levels)
        over = (one for one in self._resolved if one.id in changed)
        self.outcomes.update((Outcome.RESOLVED, one.level) for one in over)

    def _ladder(self, rule: str, about: About, origin: Origin | None) -> alerts.Ladder:
        # It begins at once; which policy it is, the escalation finds out.
        if rule in self._rules.book.shadows or origin is Origin.HISTORY:
            return alerts.Ladder()
        return alerts.Ladder(next_step_at=max(self._now, about.begun.since or self._now))

    def _begin(self, about: About, change: Change, finding: Finding) -> None:
        lies = origin(finding, about.facts, about.begun, self._now)
        by, elsewhere = _carried(about, finding)
        self._opened.append(
            alerts.NewAlert(
                about.case_id,
                about.source,
                finding.rule,
                finding.version,
                titled(self._rules.titles.get(finding.rule, finding.rule), finding.part),
                finding.law,
                finding.level,
                finding.rank,
                change.at,
                finding.since_at,
                change.reason,
                finding.due_at,
                finding.evidence,
                self._ladder(change.rule, about, lies),
                finding.rule in self._rules.book.shadows,
                by,
                finding.part,
                about.subject,
                lies,
                elsewhere,
            )
        )

    def _level(self, about: About, change: Change, alert: int, finding: Finding) -> None:
        lies = origin(finding, about.facts, about.begun, self._now)
        by, elsewhere = _carried(about, finding)
        self._levels.append(
            alerts.NewLevel(
                alert,
                change.outcome,
                change.reason,
                change.at,
                finding.version,
                finding.level,
                finding.rank,
                finding.since_at,
                finding.due_at,
                finding.evidence,
                self._ladder(change.rule, about, lies),
                by,
                lies,
                elsewhere,
            )
        )

    def _end(self, change: Change, before: Standing | None) -> None:
        if before is not None:
            self._resolved.append(
                alerts.Resolved(
                    before.id, change.at, change.reason, before.level, change.reason.value
                )
            )


def _carried(about: About, finding: Finding) -> tuple[dict[str, str | None], bool]:
    """Return who carries a card, and whether that is another place than the case's own."""
    by = carrier(about.facts, finding.carrier)
    return by, about.case_id is not None and is_elsewhere(about.facts, by)
