"""The compliance checks that come with duban, by what they look at.

Each is a small pure function over a batch of cases, named in the tuple of its file; this module
puts the tuples together.
"""

from rules.compliance import (
    answers,
    authenticity,
    branches,
    content,
    durations,
    extensions,
    fees,
    history,
    instant,
    pauses,
    procedure,
    promises,
    queue,
    reporting_up,
    reports,
    satisfaction,
    steps,
    timeliness,
)
from rules.compliance.check import Builtin, Hits, Setting, Text, View, hits

CHECKS: tuple[Builtin, ...] = (
    *procedure.CHECKS,
    *timeliness.CHECKS,
    *durations.CHECKS,
    *steps.CHECKS,
    *pauses.CHECKS,
    *extensions.CHECKS,
    *content.CHECKS,
    *fees.CHECKS,
    *queue.CHECKS,
    *authenticity.CHECKS,
    *history.CHECKS,
    *promises.CHECKS,
    *satisfaction.CHECKS,
    *reports.CHECKS,
    *instant.CHECKS,
    *branches.CHECKS,
    *reporting_up.CHECKS,
    *answers.CHECKS,
)
"""Every built-in check."""

BY_ID = {check.id: check for check in CHECKS}
"""Every built-in check by its id."""

__all__ = ["BY_ID", "CHECKS", "Builtin", "Hits", "Setting", "Text", "View", "hits"]
