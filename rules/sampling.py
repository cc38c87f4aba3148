"""Random samples that anybody can draw again: stratified, whatever the order of reading.

Every case has a number that follows from the seed and its key alone; of each stratum the cases with
the lowest numbers are drawn. So parts of a whole can be looked at apart, in any order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import nsmallest

Ticket = tuple[int, str, str]
"""The number of a case, its source and its key."""


@dataclass(frozen=True)
class Drawn:
    """The cases drawn so far: of each stratum how many there are, and those first in turn."""

    size: int
    cases: Counter[str] = field(default_factory=Counter)
    first: Mapping[str, tuple[Ticket, ...]] = field(default_factory=dict)

    def plus(self, other: Drawn) -> Drawn:
        """Put together what was drawn from two parts of the whole."""
        strata = dict.fromkeys((*self.first, *other.first))
        first = {
            name: tuple(
                nsmallest(self.size, (*self.first.get(name, ()), *other.first.get(name, ())))
            )
            for name in strata
        }
        return Drawn(self.size, self.cases + other.cases, first)

    def chosen(self) -> dict[str, list[str]]:
        """Give the keys of the sample by source, each in order.

        The strata have their shares of the sample, by largest remainder.
        """
        shares = allocate(self.cases, self.size)
        chosen: dict[str, list[str]] = {}
        for name, tickets in self.first.items():
            for _, source, key in tickets[: shares[name]]:
                chosen.setdefault(source, []).append(key)
        return {source: sorted(keys) for source, keys in sorted(chosen.items())}


def draw(source: str, keys: Sequence[str], strata: Iterable[str], size: int, seed: int) -> Drawn:
    """Draw from the cases with these keys (n), each of the stratum given beside it (n).

    Args:
        source: where they are from.
        keys: what identifies each there.
        strata: the name of each one's stratum.
        size: how many are wanted of the whole.
        seed: another seed draws another sample.
    """
    tickets: dict[str, list[Ticket]] = {}
    for key, stratum in zip(keys, strata, strict=True):
        tickets.setdefault(stratum, []).append((_number(seed, source, key), source, key))
    return Drawn(
        size,
        Counter({name: len(mine) for name, mine in tickets.items()}),
        {name: tuple(nsmallest(size, mine)) for name, mine in tickets.items()},
    )


def allocate(cases: Mapping[str, int], size: int) -> dict[str, int]:
    """Give each stratum its share of a sample, by largest remainder; no more than it has."""
    total = sum(cases.values())
    if size >= total:
        return dict(cases)
    shares = {name: size * count // total for name, count in cases.items()}
    by_remainder = sorted(cases, key=lambda name: (-(size * cases[name] % total), name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def _number(seed: int, source: str, key: str) -> int:
    text = f"{seed}\0{source}\0{key}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
