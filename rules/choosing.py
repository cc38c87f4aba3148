"""Choosing: which policy is for an alert, at its own level and at the milder ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.checks import compiled
from rules.escalation import Climber
from rules.policies import Policy

_ALERT = ("rule", "level", "rank", "subject", "about")


class Chooser:
    """Chooses among policies at one instant; a condition is worked out once for the same facts.

    Args:
        policies: the policies, the first that is for an alert is its own.
        levels: the names of the levels, the mildest first.
        now: the instant.
    """

    def __init__(self, policies: Sequence[Policy], levels: Sequence[str], now: int) -> None:
        self._policies = policies
        self._levels = levels
        self._now = now
        self._known: dict[object, bool] = {}
        self._by_level = any(
            one.levels or (one.when and compiled(one.when).looks_at_alert) for one in policies
        )

    def choose(self, climber: Climber) -> Policy | None:
        """Give the first policy that is for an alert; ``None`` where none is.

        Raises:
            ValueError: the condition of one cannot be worked out for its case.
        """
        for policy in self._policies:
            if policy.levels and climber.level not in policy.levels:
                continue
            if not policy.when or self._holds(policy.when, climber):
                return policy
        return None

    def milder(self, climber: Climber) -> tuple[Policy, ...]:
        """Give the policies that would be for an alert at each milder level; raises as above.

        Where no policy goes by the level there is none but the alert's own, and it is left out.
        """
        if not self._by_level:  # each of them has the one that the alert has
            return ()
        found = (
            self.choose(replace(climber, level=level, rank=rank))
            for rank, level in enumerate(self._levels[: climber.rank])
        )
        return tuple(dict.fromkeys(policy for policy in found if policy is not None))

    def _holds(self, when: str, climber: Climber) -> bool:
        expression = compiled(when)
        told = tuple(getattr(climber, name) for name in _ALERT)
        alert = dict(zip(_ALERT, told, strict=True))
        if expression.parts:
            return expression.holds(climber.case, self._now, alert)
        values = [climber.case.facts.get(name) for name in expression.facts]
        # 1, 1.0 and true are one key and three values to a condition.
        key = (when, *values, *map(type, values), told if expression.looks_at_alert else None)
        holds = self._known.get(key)
        if holds is None:
            holds = self._known[key] = expression.holds(climber.case, self._now, alert)
        return holds
