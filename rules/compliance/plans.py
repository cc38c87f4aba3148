"""Plans: the steps that cases are defined to have, and which of them there are.

A plan is a list of names with commas between, those that may be left out with a question mark after
them ("受理,审查,现场勘验?,决定"). Of a longer list the first 62 are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.compliance.check import View
from rules.instants import NONE
from rules.parts import Parts

NOT_LISTED = -1
"""The position of a step that is not in the plan of its case."""

_MOST = 62
_COMMA = re.compile(r"\s*[,，、;；]\s*")


@dataclass(frozen=True, slots=True)
class Plan:
    """The defined steps of ``n`` cases.

    ``lists`` are the different lists of names, ``which`` (int64, n) says which is whose, -1: none.
    ``required`` (int64) has for each list the bits of the positions that may not be left out.
    """

    lists: tuple[tuple[str, ...], ...]
    which: NDArray[np.int64]
    required: NDArray[np.int64]

    def positions(self, steps: Parts) -> NDArray[np.int64]:
        """Give the position in its case's list of each step (m), -1 where it is not listed."""
        names = steps.coded("name")
        codes = {name: code for code, name in enumerate(names.values)}
        table = np.full((len(self.lists) + 1, len(codes)), NOT_LISTED)
        for row, one in enumerate(self.lists):
            for position, name in enumerate(one):
                if name in codes:
                    table[row, codes[name]] = position
        # A case without a list takes the last row, in which nothing is listed.
        found: NDArray[np.int64] = table[self.which[steps.owners], names.codes]
        return found

    def planned(self, steps: Parts) -> NDArray[np.bool_]:
        """Tell which steps (m) belong to a case with a list, and have a name and a beginning."""
        told = ~steps.coded("name").among((None, ""))
        found: NDArray[np.bool_] = told & (self.which[steps.owners] >= 0) & (steps.started != NONE)
        return found


def plan_of(view: View, setting: str, fact: str) -> Plan:
    """Give the plans that a setting of the check lists for all cases, or else a fact of each."""
    for_all = ",".join(view.names(setting))
    given = view.batch.coded(fact)
    texts = [for_all or str(value or "") for value in given.values]
    lists = {text: _listed(text) for text in texts if _listed(text).names}
    places = {text: place for place, text in enumerate(lists)}
    which = np.array([places.get(text, NOT_LISTED) for text in texts], np.int64)
    required = np.array([one.required for one in lists.values()], np.int64)
    return Plan(tuple(one.names for one in lists.values()), which[given.codes], required)


class _Listed(NamedTuple):
    names: tuple[str, ...]
    required: int


@lru_cache(maxsize=16384)
def _listed(text: str) -> _Listed:
    """Read a list of steps: their names, and the bits of those that may not be left out."""
    names = [name for name in _COMMA.split(text.strip())[:_MOST] if name]
    required = sum(1 << i for i, name in enumerate(names) if name[-1] not in "?？")
    return _Listed(tuple(name.rstrip("?？") for name in names), required)
