"""+36 working hours with none to three pauses: the paused working time does not count."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from bench.clocks import sample
from bench.clocks.hours import HOURS, LIMIT, businesstimedelta_rules
from bench.contest import Contest, Contestant, Trial
from rules.clocks import Course
from rules.instants import Instants, instant
from rules.worktime import working_time


def _duban(count: int) -> Trial:
    work, start = working_time(sample.CALENDAR), sample.starts(count)
    parts = sample.pauses(start)

    def run() -> list[Instants]:
        return [Course(LIMIT, batch, work).due for batch in sample.batches(start, parts)]

    return Trial(run, lambda given: np.concatenate(given).tolist())


def _businesstimedelta(count: int) -> Trial:
    """The only peer that both adds working time and takes the difference of two moments in it."""
    rules = businesstimedelta_rules()
    import businesstimedelta as peer

    zone = sample.CALENDAR.timezone
    start = sample.starts(count)
    parts = sample.pauses(start)
    cases = [
        (
            sample.local(at).replace(tzinfo=zone),
            [
                (sample.local(a).replace(tzinfo=zone), sample.local(b).replace(tzinfo=zone))
                for a, b in sample.pauses_of(parts, n)
            ],
        )
        for n, at in enumerate(start.tolist())
    ]

    def run() -> list[int]:
        dues = []
        for begun, stops in cases:
            allowed = timedelta(hours=HOURS)
            due = begun + peer.BusinessTimeDelta(rules, timedelta=allowed)
            through = begun
            for began, ended in stops:
                if began >= due:
                    break
                began = max(began, through)
                if ended > began:
                    allowed += rules.difference(began, ended).timedelta
                    due = begun + peer.BusinessTimeDelta(rules, timedelta=allowed)
                    through = ended
            dues.append(instant(due))
        return dues

    return Trial(run, lambda given: given)


BUSINESSTIMEDELTA = Contestant("businesstimedelta", _businesstimedelta, 500)

CONTEST = Contest(
    "+36 working hours, 0-3 pauses",
    (Contestant("duban", _duban, 200_000), BUSINESSTIMEDELTA),
)
