"""Stretches of time, and the pauses that are cut out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rules.cases import Part


class Stretch(NamedTuple):
    """From one instant up to another."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause as far as it can stop a limit; ``part`` is its source row.

    ``begin`` is not before the start of the limit. ``still_open``: it has not ended, and ``end``
    is its legal cap, or ``NEVER``.
    """

    part: Part
    begin: int
    end: int
    still_open: bool


def merged(stops: Sequence[Stop]) -> list[Stretch]:
    """Give the times covered by pauses, in order and without overlaps."""
    covered: list[Stretch] = []
    for stop in sorted(stops, key=lambda stop: stop.begin):
        if covered and stop.begin <= covered[-1].end:
            covered[-1] = Stretch(covered[-1].begin, max(covered[-1].end, stop.end))
        else:
            covered.append(Stretch(stop.begin, stop.end))
    return covered


def without(time: Iterable[Stretch], stops: Sequence[Stop]) -> Iterator[Stretch]:
    """Give what is left of times, in order, outside the pauses."""
    covered = merged(stops)
    for begin, end in time:
        for stop in covered:
            if stop.end <= begin or stop.begin >= end:
                continue
            if stop.begin > begin:
                yield Stretch(begin, stop.begin)
            begin = min(stop.end, end)
        if begin < end:
            yield Stretch(begin, end)
