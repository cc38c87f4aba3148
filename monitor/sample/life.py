"""What happens next in the hall: pure decisions from what stands, the time and a generator.

The hotline is answered around the clock and has limits in seconds, so there is always something to
watch; the counters move in working hours only, as in a hall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from monitor.sample.fates import patience
from monitor.sample.people import APPLICANTS, ITEMS, PAUSE_REASONS, PLACES, STEPS, WINDOWS, Item

HOTLINE_SHARE: Final = 0.85
"""The share of the hotline in what comes in."""

_HOTLINE = [n for n, item in enumerate(ITEMS) if item.kind == "9"]
_COUNTER = [n for n, item in enumerate(ITEMS) if item.kind != "9"]
_BY_CODE = {item.code: item for item in ITEMS}
_CHARGED_SHARE = 0.01
_MOVES_A_CASE = 3  # two steps and the closing: as many cases leave the counters as come in
_LONGEST_SILENCE = 60.0  # seconds; after a longer one life goes on where it is


class Act(StrEnum):
    """What can happen to an open case."""

    STEP = "step"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Open:
    """An open case: its id and number, item code, step, how it stands, and its age in seconds."""

    number: int
    project: str
    item: str
    step: str
    paused: bool
    extended: bool
    age: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case that comes in, as places in the lists of ``people``; ``charged`` though it is free."""

    item: int
    place: int
    handler: int
    applicant: int
    window: int
    charged: bool


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happens to an open case; ``pause`` is the kind of a pause that begins."""

    case: Open
    act: Act
    pause: str = ""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How much is to happen in one beat: how many calls and visitors come, how many cases move."""

    calls: int
    visitors: int
    moves: int


def pulse(pace: float, elapsed: float, at_work: bool, rng: np.random.Generator) -> Pulse:
    """Draw how much happens in ``elapsed`` seconds where a case comes in every ``pace`` seconds."""
    expected = min(elapsed, _LONGEST_SILENCE) / pace
    calls = int(rng.poisson(expected * HOTLINE_SHARE))
    at_counters = expected * (1 - HOTLINE_SHARE) if at_work else 0.0
    visitors, moves = rng.poisson([at_counters, at_counters * _MOVES_A_CASE])
    return Pulse(calls, int(visitors), int(moves))


def arrivals(beat: Pulse, rng: np.random.Generator) -> tuple[Arrival, ...]:
    """Draw who comes in: first the calls, then the visitors."""
    items = [*rng.choice(_HOTLINE, beat.calls), *rng.choice(_COUNTER, beat.visitors)]
    return tuple(
        Arrival(
            item=int(item),
            place=(place := int(rng.integers(len(PLACES)))),
            handler=int(rng.integers(len(PLACES[place].handlers))),
            applicant=int(rng.integers(len(APPLICANTS))),
            window=int(rng.integers(len(WINDOWS))),
            charged=_could_be_wronged(ITEMS[item]) and bool(rng.random() < _CHARGED_SHARE),
        )
        for item in items
    )


def _could_be_wronged(item: Item) -> bool:
    return item.seconds is None and item.fee == 0


def answers(cases: Sequence[Open], seed: int) -> tuple[Move, ...]:
    """Close the hotline's and the instant cases whose time has come.

    How long each takes follows from ``seed`` and its number alone, however the beats fall.
    """
    return tuple(Move(case, Act.CLOSE) for case in cases if case.age >= takes(case, seed))


def takes(case: Open, seed: int) -> float:
    """Say how many seconds a hotline or instant case takes from being accepted to being closed."""
    chance = np.random.default_rng([seed, case.number]).random(1)
    seconds = _BY_CODE[case.item].seconds
    if seconds is None:
        return 180.0 + 1620.0 * float(chance[0])
    return seconds * float(patience(chance)[0])


def next_move(case: Open, rng: np.random.Generator) -> Move:
    """Decide what happens to a case at the counters."""
    if case.paused:
        return Move(case, Act.RESUME)
    chance = rng.random()
    if chance < 0.08:
        return Move(case, Act.PAUSE, str(rng.choice(list(PAUSE_REASONS))))
    if chance < 0.12 and not case.extended:
        return Move(case, Act.EXTEND)
    return Move(case, Act.CLOSE if case.step == STEPS[-1] else Act.STEP)
