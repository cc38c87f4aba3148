"""The planted hall: so many cases, and which check must find what in which of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bench.planted.drafts import Draft
from bench.planted.lawful import life
from bench.planted.variants import CLOSED, Variant, variants

_BROKEN: Final = 0.05
_NEAR: Final = 0.03
_COMBINED: Final = 0.01


@dataclass
class Hall:
    """``drafts`` are the cases; ``planted`` has by check and key of the case the row it is about.

    "" stands for no row. ``ways`` counts the planted cases by the variant, ``reasons`` tells of the
    findings that follow from others why.
    """

    drafts: list[Draft]
    planted: dict[tuple[str, str], str] = field(default_factory=dict)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)


def hall(size: int, seed: int = 1) -> Hall:
    """Plant a hall of ``size`` cases, the same for the same seed.

    Every variant is planted as often as every other, at places that the seed decides.
    """
    draw = Random(seed)
    known = list(variants())
    broken = [one for one in known if not one.lawful]
    near = [one for one in known if one.lawful]
    kinds = [
        *_dealt(broken, round(size * _BROKEN)),
        *_dealt(near, round(size * _NEAR)),
        *[_combination(draw, known) for _ in range(round(size * _COMBINED))],
    ]
    places = dict(zip(draw.sample(range(size), len(kinds)), kinds, strict=True))
    made = Hall([])
    for index in range(size):
        key = f"{20250000000 + index}"
        one = Random(f"{seed}/{index}")
        planted = places.get(index, ())
        draft = planted[0].base(one, key) if planted else life(one, key)
        for variant in planted:
            _plant(one, draft, variant, made)
        draft.finish(one.randint(0, 30))
        made.drafts.append(draft)
    return made


def _plant(draw: Random, draft: Draft, variant: Variant, made: Hall) -> None:
    row = variant.change(draw, draft)
    if variant.lawful:
        return
    made.planted[variant.check, draft.key] = row or ""
    made.ways[variant.check, variant.name] += 1
    for check, reason in variant.also.items():
        made.planted[check, draft.key] = ""
        made.reasons[check, draft.key] = reason


def _dealt(known: list[Variant], count: int) -> Iterator[tuple[Variant, ...]]:
    for index in range(max(count, len(known))):
        yield (known[index % len(known)],)


def _combination(draw: Random, known: list[Variant]) -> tuple[Variant, ...]:
    """Give two to four variants for one case, that stay out of each other's way."""
    groups: dict[str, list[Variant]] = {}
    for one in known:
        if one.group and one.base is CLOSED:
            groups.setdefault(one.group, []).append(one)
    chosen = draw.sample(sorted(groups), draw.randint(2, 4))
    return tuple(draw.choice(groups[name]) for name in chosen)
