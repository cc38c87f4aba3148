"""Variants: the ways in which a case can break a rule, or come close to it and not break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from bench.planted.drafts import Draft
from bench.planted.lawful import licence

Base = Callable[[Random, str], Draft]
Change = Callable[[Random, Draft], str | None]


@dataclass(frozen=True)
class Variant:
    """One way to break the rule of ``check``, or (``lawful``) to keep it by a hair.

    ``base`` gives the lawful case that ``change`` changes; it gives the key of the row that the
    finding is to name, where there is one. ``also`` are findings that follow from this one, each
    with the reason. Variants of one ``group`` stay out of the way of those of other groups, and can
    be planted into one case; "" stays alone.
    """

    check: str
    base: Base
    change: Change
    lawful: bool = False
    also: Mapping[str, str] = field(default_factory=dict)
    group: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.change.__name__.strip("_")


_variants: list[Variant] = []


def closed(**options: Any) -> Base:
    """Give what makes plain cases that were closed long ago."""
    return partial(licence, kind="promise", state="closed", plain=True, **options)


CLOSED = closed()


def breaks(
    check: str, base: Base = CLOSED, *, group: str = "", also: Mapping[str, str] | None = None
) -> Callable[[Change], Change]:
    """Register a way to break the rule of a check."""

    def register(change: Change) -> Change:
        _variants.append(Variant(check, base, change, False, also or {}, group))
        return change

    return register


def keeps(check: str, base: Base = CLOSED, *, group: str = "") -> Callable[[Change], Change]:
    """Register a way to come close to breaking the rule of a check."""

    def register(change: Change) -> Change:
        _variants.append(Variant(check, base, change, lawful=True, group=group))
        return change

    return register


def variants() -> Iterator[Variant]:
    """Give every variant there is."""
    from bench.planted import plants  # noqa: F401  they register themselves

    yield from _variants
