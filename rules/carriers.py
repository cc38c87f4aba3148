"""Who carries a card (谁的牌): the unit and the person that an alert is held against.

Normally those of the case. A finding may name others: the department of a branch that lags, the
window that accepted what another one had accepted before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rules.cases import Case, Fact

PLACES = ("region", "department", "handler")
"""The facts that say who carries a card."""


def carrier(case: Mapping[str, Fact], named: Mapping[str, Fact]) -> dict[str, str | None]:
    """Give who carries a card, each of :data:`PLACES`.

    Args:
        case: the facts of the case, empty where the card is about none.
        named: what the finding names; ``None`` says that it is nobody, not the case's own.
    """
    return {name: _text(named[name] if name in named else case.get(name)) for name in PLACES}


def carried(case: Case, by: Mapping[str, str | None]) -> Case:
    """Give a case with the facts of who carries a card in the place of its own.

    So roles are found, policies chosen and messages worded by the carrier.
    """
    return replace(case, facts={**case.facts, **by})


def _text(fact: Fact) -> str | None:
    return None if fact is None else str(fact)
