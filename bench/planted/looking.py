"""What the checks find in the hall, and how that compares with what was planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from bench.planted.days import DAY
from bench.planted.drafts import NOW, Draft
from bench.planted.hall import Hall
from bench.planted.items import catalogue
from bench.planted.stored import keep_changes
from config import Settings
from monitor.audit import databases
from monitor.audit.engine import Local
from monitor.audit.history import History
from monitor.audit.job import Job
from monitor.catalogue import load, read_configured
from monitor.pipeline.in_force import InForce
from monitor.store import items, migrations
from monitor.store.store import Store
from rules.audit import BatchResult, inspect
from rules.batches import Batch
from rules.rulebook import RuleBook

AT_ONCE: Final = 10_000
_AHEAD: Final = 60 * DAY  # what is dated later than now is of the period too

Findings = dict[tuple[str, str], str]
"""By check and key of the case the source rows that the finding names, "" where none."""


def found_in_memory(book: RuleBook, drafts: Sequence[Draft]) -> Findings:
    """Inspect the hall in batches, as an audit does with what it has read."""
    items = catalogue()
    found: Findings = {}
    for start in range(0, len(drafts), AT_ONCE):
        batch = Batch.of([draft.case() for draft in drafts[start : start + AT_ONCE]])
        batch = items.enrich_batch(batch, NOW)
        result = inspect(book, batch, np.full(batch.size, NOW))
        found |= findings_of(result)
    return found


def found_in_database(settings: Settings, drafts: Sequence[Draft]) -> Findings:
    """Audit the hall in its database, with the catalogue and the changes of duban's store.

    The store is made here: the catalogue is loaded as the daemon does, the cases that its source
    changed are put in with the changes that were seen.
    """
    rules = InForce.of(settings)
    url = settings.daemon.store.get_secret_value()
    with Store.open(url) as store:
        migrations.upgrade(store.engine)
        with store.write() as connection:
            if settings.catalogue is None:
                raise ValueError("the settings name no catalogue")
            reading = read_configured(settings, settings.catalogue)
            load(connection, reading, date(2026, 6, 30), rules.zone, NOW)
            keep_changes(connection, drafts)
            rules = rules.with_catalogue(items.load(connection, rules.zone))
    job = Job(rules.book, 0, NOW + _AHEAD, NOW, past=False, single=True, history=History(url))
    found: Findings = {}
    for _, result in Local().run(job.inspect, databases.portions(settings.source[0])):
        if result.rejected:
            raise ValueError(f"{result.rejected} rows were not understood")
        found |= findings_of(result)
    return found


def findings_of(result: BatchResult) -> Findings:
    """Give the single findings of a batch."""
    if result.faults:
        raise ValueError(f"checks failed: {dict(result.faults)}")
    found: dict[tuple[str, str], list[str]] = {}
    for one in result.found:
        for _, about, evidence in one.rows():
            found.setdefault((one.rule, str(about["key"])), []).append(
                str(evidence.get("rows") or "")
            )
    return {one: ", ".join(rows) for one, rows in found.items()}


class Line(NamedTuple):
    """How one check did: what was planted, found of it, missed, and found though not planted."""

    check: str
    planted: int
    found: int
    missing: int
    false: int


@dataclass
class Comparison:
    """What was found beside what was planted, finding by finding.

    ``missing`` and ``false`` have the check and the key of the case; so has ``elsewhere``, where it
    was found, but on another row than the one it was planted in.
    """

    planted: Findings
    found: Findings
    missing: list[tuple[str, str]] = field(default_factory=list)
    false: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, hall: Hall, found: Findings) -> Comparison:
        """Compare."""
        planted = hall.planted
        made = cls(planted, found)
        made.missing = sorted(planted.keys() - found.keys())
        made.false = sorted(found.keys() - planted.keys())
        made.elsewhere = sorted(
            one
            for one, row in planted.items()
            if row and one in found and row not in found[one].split(", ")
        )
        return made

    @property
    def agrees(self) -> bool:
        """Whether everything that was planted was found in its place, and nothing else."""
        return not (self.missing or self.false or self.elsewhere)

    def lines(self, checks: Sequence[str]) -> Iterator[Line]:
        """Give how each check did, in this order."""
        planted, false, missing = (
            Counter(check for check, _ in some) for some in (self.planted, self.false, self.missing)
        )
        for check in checks:
            hit = planted[check] - missing[check]
            yield Line(check, planted[check], hit, missing[check], false[check])
