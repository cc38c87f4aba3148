"""From due rows to stored receipts: alerts for as many receivers, told over a webhook.

The daemon runs as it does in a hall, on a store in PostgreSQL (``DUBAN_BENCH_POSTGRESQL``, as for
the pipeline) in which the ladders of all alerts fall due at once. Debian's
``prometheus-alertmanager`` is given as many alerts, ungrouped, for the same receiver. The time is
that of the clock on the wall: most of it is spent waiting for others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Final

from bench.contest import Result
from bench.notices.alertmanager import alertmanager
from bench.notices.duban import duban
from bench.notices.sending import Sent

ALERTS: Final = 5_000
MANY: Final = 10_000
_SLOW: Final = 0.05
_IN_FLIGHT: Final = (1, 16, 64)


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Measure duban beside Alertmanager; ``agrees`` tells that every alert arrived."""
    most = _IN_FLIGHT[-1]
    for delay, what in ((0.0, "a sink that answers at once"), (_SLOW, "a sink that takes 50 ms")):
        for many in _IN_FLIGHT:
            work = f"{what}, {many} in flight"
            progress(f"notices to {work}: duban")
            # No more than such a sink can take in half a minute, or one in flight takes minutes.
            alerts = min(ALERTS, int(30 * many / delay)) if delay else ALERTS
            yield from _results(work, "duban", duban(alerts, delay, many))
        progress(f"notices to {what}: two daemons")
        work = f"{what}, {most} in flight each"
        yield from _results(work, "duban, two daemons", duban(ALERTS, delay, most, daemons=2))
        progress(f"notices to {what}: Alertmanager")
        yield from _results(f"{what}, ungrouped", "Alertmanager", alertmanager(ALERTS, delay))
    progress(f"{MANY} alerts: duban")
    yield from _results(f"{MANY:,} alerts", "duban", duban(MANY, 0.0, most))
    progress(f"{MANY} alerts: Alertmanager")
    yield from _results(f"{MANY:,} alerts", "Alertmanager", alertmanager(MANY, 0.0))


def _results(work: str, who: str, found: Sent | None) -> Iterator[Result]:
    if found is None:
        print(f"left out: {who}", file=sys.stderr)
        return
    yield Result(work, who, found.rate, "notices/s", found.memory_mib, found.complete)
    yield Result(work, who, found.first * 1000, "ms to the first", found.memory_mib, found.complete)
