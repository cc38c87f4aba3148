"""What fails again and again, folded: an outage of a night must not fill the disk with its log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

_PAUSES = (60.0, 300.0, 900.0, 3600.0)  # seconds until it is told again; the last one repeats


@dataclass
class _Outage:
    """Rounds of a step that have failed since the last one that did not."""

    since: float
    rounds: int = 0
    kinds: set[type[BaseException]] = field(default_factory=set)
    lines: int = 0
    again_at: float = 0.0


class Outages:
    """Logs failing rounds of steps, and knows since when each of them fails.

    The first failure of each kind is logged with its traceback, those that follow are counted, in a
    line after a minute, five, a quarter of an hour, and each hour; and so is the end. Instants are
    seconds of any clock that never goes back.
    """

    def __init__(self) -> None:
        self._steps: dict[str, _Outage] = {}

    def failed(self, step: str, error: BaseException, now: float) -> None:
        """Note that a round of a step has failed."""
        one = self._steps.setdefault(step, _Outage(now, again_at=now + _PAUSES[0]))
        one.rounds += 1
        if type(error) not in one.kinds:
            one.kinds.add(type(error))
            log.error("step_failed", step=step, exc_info=error)
        elif now >= one.again_at:
            one.lines += 1
            one.again_at = now + _PAUSES[min(one.lines, len(_PAUSES) - 1)]
            seconds, kind = round(now - one.since), type(error).__name__
            log.error("step_still_fails", step=step, rounds=one.rounds, seconds=seconds, error=kind)

    def ended(self, step: str, now: float) -> None:
        """Note that a round of a step has not failed."""
        one = self._steps.pop(step, None)
        if one is not None:
            seconds = round(now - one.since)
            log.info("step_recovered", step=step, rounds=one.rounds, seconds=seconds)

    def forget(self, step: str) -> None:
        """Forget a step that is no longer gone through."""
        self._steps.pop(step, None)

    def lasting(self, steps: Iterable[str], seconds: float, now: float) -> dict[str, float]:
        """Return for how long each of these steps has failed that has for more than ``seconds``."""
        known = {step: self._steps.get(step) for step in steps}
        lengths = {step: now - one.since for step, one in known.items() if one is not None}
        return {step: length for step, length in lengths.items() if length > seconds}
