"""Who carries a card (谁的牌): the unit and the person that an alert is held against.

Normally those of the case. A finding may name others: the department of a branch that lags, the
window that accepted what another one had accepted before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Case, Fact, PartKind

PLACES = ("region", "department", "handler")
"""The facts that say who carries a card."""

UNIT = ("region", "department")
"""Those that name the unit."""


def carrier(case: Mapping[str, Fact], named: Mapping[str, Fact]) -> dict[str, str | None]:
    """Give who carries a card, each of :data:`PLACES`.

    Args:
        case: the facts of the case, empty where the card is about none.
        named: what the finding names; ``None`` says that it is nobody, not the case's own.
    """
    return {name: _text(named[name] if name in named else case.get(name)) for name in PLACES}


def is_elsewhere(case: Mapping[str, Fact], by: Mapping[str, str | None]) -> bool:
    """Return whether another region or department than the case's own carries a card."""
    return any((_text(case.get(name)) or None) != (by.get(name) or None) for name in UNIT)


def carried(case: Case, by: Mapping[str, str | None]) -> Case:
    """Give a case with the facts of who carries a card in the place of its own.

    So roles are found, policies chosen and messages worded by the carrier.
    """
    return Case(case.source, case.key, {**case.facts, **by}, case.parts, case.id, case.changes)


def every(case: Case, others: Iterable[Mapping[str, str]] = ()) -> list[Case]:
    """Return a case as it is for each who may carry a card about it, itself first.

    They are its own unit, whoever handles one of its steps, and whoever ``others`` name: facts of
    the case by place, as limits have them (:attr:`rules.limits.Limit.carriers`).
    """
    told: list[Mapping[str, Fact]] = [
        part.facts for part in case.parts if part.kind is PartKind.STEP
    ]
    told += [{place: case.facts.get(fact) for place, fact in one.items()} for one in others if one]
    own = tuple(_text(case.facts.get(place)) for place in PLACES)
    found = {own: case}
    for named in told:
        by = {place: _text(named.get(place) or case.facts.get(place)) for place in PLACES}
        if by["department"] != _text(case.facts.get("department")) and not named.get("handler"):
            by["handler"] = None
        found.setdefault(tuple(by[place] for place in PLACES), carried(case, by))
    return list(found.values())


def columns_of(
    batch: Batch, cases: NDArray[np.int64], told: Mapping[str, Sequence[Fact]]
) -> dict[str, list[Fact]]:
    """Give who carries the cards of some cases (k), as columns by place.

    ``told`` has what is known of it, likewise; where that is empty it is the case's own unit. Facts
    of one's own may keep a code as a number. A card of another department is not that of the case's
    own handler: if it names none, nobody is its handler.
    """
    own = {place: batch.column(place, cases) for place in PLACES}
    named = {
        place: [
            mine if given in (None, "") else str(given)
            for given, mine in zip(told.get(place, own[place]), own[place], strict=True)
        ]
        for place in PLACES
    }
    handlers = told.get("handler", [None] * len(cases))
    for index in range(len(cases)):
        if named["department"][index] != own["department"][index] and not handlers[index]:
            named["handler"][index] = None
    return named


def columns_of_steps(batch: Batch, rows: NDArray[np.int64]) -> dict[str, list[Fact]]:
    """Give the same for cards that whoever handles a step carries; ``rows`` are the steps (k)."""
    steps = batch.parts(PartKind.STEP)
    told = {place: steps.facts(place, rows) for place in PLACES}
    return columns_of(batch, steps.owners[rows], told)


def _text(fact: Fact) -> str | None:
    return None if fact is None else str(fact)
