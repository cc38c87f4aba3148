"""What a built-in compliance check is: a pure function over a batch, with its papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Fact
from rules.instants import Instants
from rules.worktime import WorkingTime

Setting = str | int | float | bool | tuple[str, ...]
"""What a check can be tuned by."""


class Text(NamedTuple):
    """The same text in Chinese and in English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Give the Chinese for ``zh…``, the English for any other language."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class View:
    """What a check looks at: ``n`` cases, each at its moment ``now`` (n), and its settings.

    ``work`` is the compiled calendar that its working days are counted in.
    """

    batch: Batch
    now: Instants
    settings: Mapping[str, Setting]
    work: WorkingTime

    def number(self, name: str) -> float:
        """Give a setting that is a number."""
        value = self.settings[name]
        if not isinstance(value, int | float):
            raise TypeError(f"setting {name} is {value!r}, not a number")
        return float(value)

    def names(self, name: str) -> tuple[str, ...]:
        """Give a setting that is a list of names."""
        value = self.settings[name]
        if not isinstance(value, tuple):
            raise TypeError(f"setting {name} is {value!r}, not a list of names")
        return value


@dataclass(frozen=True, slots=True)
class Hits:
    """What a check found: at most one finding a case, or one of each part of it.

    ``cases`` (int64, k) are the indexes of the cases, in order and each once; or, where ``parts``
    names what each of the findings is about (see :meth:`rules.parts.Parts.names`), once a part.
    ``evidence`` has for each fact the sentence speaks of its ``k`` values; those of moments are
    named ``…_at``, and ``rows`` names the source rows it was found on. ``next_at`` (n) says when
    time alone would change what is found, ``NONE`` where it will not; ``None``: never. ``carriers``
    has ``k`` values for each of :data:`rules.carriers.PLACES` that says who carries the card other
    than the case's own; empty where the case's own unit does.
    """

    cases: NDArray[np.int64]
    evidence: Mapping[str, Sequence[Fact] | NDArray[np.generic]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    next_at: Instants | None = None
    carriers: Mapping[str, Sequence[Fact] | NDArray[np.generic]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Builtin:
    """A compliance check that comes with duban, or with a package beside it.

    ``id`` is stable. ``needs`` are the facts, the kinds of parts ("pauses", "steps", "extensions")
    and their facts ("pauses.kind"), without which it can say nothing; of ``a|b`` one is enough.
    ``settings`` are what
    can be tuned, with the defaults; the facts that one called ``required`` names are needed too.
    ``level`` is what stands unless the settings file says otherwise. ``sentence`` tells what was
    found in words that a handler understands; ``{name}`` in it is a fact of the evidence.
    ``doubts`` says that its findings put the times of the case in doubt: see
    :mod:`rules.punctuality`.

    What does not bear on findings is left out of its ``repr``, which tells rule books apart.
    """

    id: str
    title: Text = field(repr=False)
    law: str = field(repr=False)
    level: str
    needs: tuple[str, ...] = field(repr=False)
    sentence: Text = field(repr=False)
    look: Callable[[View], Hits] = field(repr=False)
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    doubts: bool = field(default=False, repr=False)


def hits(
    found: NDArray[np.bool_],
    next_at: Instants | None = None,
    **evidence: Sequence[Fact] | NDArray[np.generic],
) -> Hits:
    """Give the hits of a mask (bool, n); each column of evidence has ``n`` values."""
    cases = np.flatnonzero(found)
    return Hits(cases, taken_of(evidence, cases), next_at)


def taken_of(
    evidence: Mapping[str, Sequence[Fact] | NDArray[np.generic]], rows: NDArray[np.int64]
) -> dict[str, Sequence[Fact] | NDArray[np.generic]]:
    """Give some rows (k) of each column of evidence."""
    return {
        name: values[rows] if isinstance(values, np.ndarray) else [values[i] for i in rows]
        for name, values in evidence.items()
    }
