"""Policies: the ladder of who is told, when, as long as an alert stands unanswered."""

from __future__ import annotations

from dataclasses import dataclass

from rules.amounts import Amount


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: so long after the alert reached its level, tell these roles over these channels.

    Once somebody has acknowledged, the rung is left out unless ``unless_acknowledged`` is false.
    """

    after: Amount
    tell: tuple[str, ...]
    via: tuple[str, ...]
    unless_acknowledged: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """A ladder for the alerts it is for.

    ``when`` is a CEL expression over ``case`` and ``alert`` ("": all), ``levels`` the levels it is
    for (empty: all), ``calendar`` the calendar whose working time its steps count.
    """

    id: str
    steps: tuple[Step, ...]
    calendar: str
    when: str = ""
    levels: tuple[str, ...] = ()
    version: str = "1"
