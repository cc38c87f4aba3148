"""What a survey asks the store for: rows and counts of many cases, as columns.

The rules say what they want to know, the store how it is found. Every reading is bounded: by a
stretch of time, by what is shared, or by what is counted.

Names are those of facts of the case. Besides them ``id``, ``key`` and ``source`` name the case,
``seen_at`` is its moment or, where it has none, when it was first seen (see :class:`Within`), and
``punctuality`` says how a closed case ended (see :mod:`rules.punctuality`); ``state:LIMIT`` and
``due_at:LIMIT`` say how it stands by one limit, and when it was due by it. ``second:NAME`` is the
second of a moment.
``ONE|OTHER`` is the fact ``ONE``, or ``OTHER`` if that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Columns = Mapping[str, NDArray[Any]]
"""Columns of equal length by name: moments and numbers of cases as ``int64`` (``NONE`` where there
is none), everything else as objects, ``None`` where there is none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases a survey looks at; an empty list leaves a choice open."""

    sources: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """That the moment called ``moment`` lies in [``since``, ``until``); ``None``: has no end.

    With ``or_seen`` a case without it counts by when it was first seen. With ``lately`` no case is
    looked for that was first seen before ``since``: for moments that are seen as they happen.
    """

    moment: str
    since: int
    until: int | None = None
    or_seen: bool = False
    lately: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Ask for ``names`` of each case within, that has every fact of ``there``."""

    within: Within
    names: tuple[str, ...]
    there: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sharing:
    """Ask for ``names`` of the cases within that share all of ``by`` with at least ``least`` cases.

    They count themselves. With ``differing`` only those are given whose like differ among
    themselves in one of these facts.
    """

    within: Within
    by: tuple[str, ...]
    names: tuple[str, ...]
    differing: tuple[str, ...] = ()
    least: int = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """Ask how many cases there are within for each combination of ``by``, as ``count``."""

    within: Within
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Ask for the pauses of the cases within: ``id`` of the case, ``started_at``, ``ended_at``."""

    within: Within


@dataclass(frozen=True, slots=True)
class Carded:
    """Ask how many cases of each ``region`` and ``department`` got a card, as ``count``.

    It was opened in [``since``, ``until``) and has one of ``levels`` (none: any); the unit is the
    one that carries it. Cards of surveys and of rules on trial are left out.
    """

    since: int
    until: int
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vanished:
    """Ask for the cases that left their source from ``since`` on while a card stood.

    Given are ``id``, ``key``, ``no``, ``vanished_at``, and of the first such card ``carded_at`` and
    ``card``, its title. Cards of surveys and of rules on trial are left out.
    """

    since: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Ask for ``names`` of the cases within whose fact ``fact`` names a case that is not there.

    A case is named by its number or its key, in any source.
    """

    within: Within
    fact: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Ask for the rows that could not be understood, as far as they have the fact ``fact``.

    Given are ``source``, ``key``, ``seen_at`` (when the row was first read) and the fact, as text.
    Only numbers by which people know a case are kept of such rows: ``key``, ``no`` and what ends
    in ``_no``.
    """

    fact: str


Reading = Rows | Sharing | Counts | Pauses | Carded | Vanished | Unmatched | SetAside
"""Anything that can be asked for."""
