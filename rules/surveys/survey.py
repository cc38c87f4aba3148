"""What a survey (普查) is: a check across cases, with its papers.

It says what it wants to know (:mod:`rules.surveys.readings`) and judges the columns it is given: a
pure function of them, of the moment and of its settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.cases import Fact
from rules.compliance.check import Setting, Text
from rules.directory import Directory
from rules.findings import Finding
from rules.surveys.readings import Columns, Reading, Scope
from rules.worktime import WorkingTime

SCOPE: Mapping[str, Setting] = MappingProxyType(
    {"sources": (), "regions": (), "departments": (), "items": ()}
)
"""The settings that every survey has: which cases it looks at; empty lists mean all."""

MOST_ROWS = 20
"""How many source rows the evidence names at most; how many there are it says besides."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a survey is made and under which settings.

    ``now`` is the instant, ``read_at`` the one at which every source had last been read to its
    end; ``work`` is the compiled calendar that working time is counted in, and ``directory`` who is
    who.
    """

    now: int
    read_at: int
    settings: Mapping[str, Setting]
    work: WorkingTime
    directory: Directory

    def number(self, name: str) -> float:
        """Give a setting that is a number."""
        value = self.settings[name]
        if not isinstance(value, int | float):
            raise TypeError(f"setting {name} is {value!r}, not a number")
        return float(value)

    def text(self, name: str) -> str:
        """Give a setting that is a text."""
        value = self.settings[name]
        if not isinstance(value, str):
            raise TypeError(f"setting {name} is {value!r}, not a text")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Give a setting that is a list of names."""
        value = self.settings[name]
        if not isinstance(value, tuple):
            raise TypeError(f"setting {name} is {value!r}, not a list of names")
        return value

    @property
    def scope(self) -> Scope:
        """Which cases are looked at."""
        return Scope(*(self.names(name) for name in SCOPE))


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a survey found: about the case with the id ``case``, or about ``subject``.

    ``since_at`` is the instant from which it is so. ``evidence`` has the figures and the facts it
    was found on, and under ``rows`` what names the source rows (see :func:`listed`). ``carrier``
    says who carries the card: for a case whoever it names in the place of the case's own.
    """

    since_at: int
    evidence: Mapping[str, Fact]
    case: int | None = None
    subject: str = ""
    carrier: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that comes with duban, or with a package beside it.

    ``id`` is stable. ``needs`` are the facts without which it can say nothing; of ``a|b`` one is
    enough. ``asks`` says what is to be read, by names; ``judge`` is given the columns by the same
    names. ``every`` is how often it is made, in seconds, unless the settings file says otherwise.
    ``settings`` are what can be tuned, with the defaults; those called in ``naming`` name facts
    that are needed too. A survey ``of_vanished`` cases may find something about cases that are no
    longer in their source; the alerts of every other are over with the case.

    ``refuses`` is given the settings and raises ``ValueError`` where a value is of the right type
    and makes no sense.

    What does not bear on findings is left out of its ``repr``, which tells surveys apart.
    """

    id: str
    title: Text = field(repr=False)
    law: str = field(repr=False)
    level: str
    needs: tuple[str, ...] = field(repr=False)
    sentence: Text = field(repr=False)
    asks: Callable[[Occasion], Mapping[str, Reading]] = field(repr=False)
    judge: Callable[[Occasion, Mapping[str, Columns]], Sequence[Found]] = field(repr=False)
    every: float = field(repr=False)
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    naming: tuple[str, ...] = field(default=(), repr=False)
    of_vanished: bool = field(default=False, repr=False)
    refuses: Callable[[Mapping[str, Setting]], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SurveyRule:
    """A survey in force, as it is tuned: where it finds something, ``level`` stands.

    ``rank`` is the level's index among the levels, mildest first. What a ``shadow`` survey finds is
    recorded, and nobody is told. ``every`` is in seconds.
    """

    id: str
    title: str = field(repr=False)
    level: str
    rank: int
    survey: Survey
    every: float = field(repr=False)
    law: str = ""
    version: str = "1"
    shadow: bool = False
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))

    def occasion(self, now: int, read_at: int, work: WorkingTime, directory: Directory) -> Occasion:
        """Give what it is made under at the instant ``now``."""
        settings = {**SCOPE, **self.survey.settings, **self.settings}
        return Occasion(now, read_at, settings, work, directory)

    def finding(self, found: Found) -> Finding:
        """Give what was found as a finding of this rule."""
        return Finding(
            *(self.id, self.version, self.level, self.rank, found.since_at, None, self.law),
            *(found.evidence, found.carrier),
        )


def listed(keys: Sequence[object]) -> str:
    """Name source rows for the evidence: at most ``MOST_ROWS``, then that there are more."""
    named = [str(key) for key in keys[:MOST_ROWS]]
    return ", ".join(named) + (" …" if len(keys) > MOST_ROWS else "")
