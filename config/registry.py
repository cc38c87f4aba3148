"""The checks that settings can use: built-in ones, and those of packages installed beside duban.

A package gives a check as an entry point of the group ``duban.checks`` whose object is a
:class:`rules.compliance.Builtin` (https://packaging.python.org/specifications/entry-points/).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from config.faults import Fault, fault
from rules.compliance import BY_ID, Builtin

GROUP = "duban.checks"
"""The group of entry points."""

Registry = Mapping[str, Builtin]
"""Checks by their id."""


def installed() -> tuple[Registry, tuple[Fault, ...]]:
    """Give every check there is by its id, and a fault for each entry point that gives none."""
    known = dict(BY_ID)
    faults = []
    for point in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        try:
            check = _loaded(point)
            if check.id in known:
                raise ValueError(f"there is a check {check.id} already")  # noqa: TRY301
        except Exception as error:  # code of others may fail in any way
            package = f" ({point.dist.name})" if point.dist else ""
            where = f"{point.name} = {point.value}{package}"
            faults.append(fault("CFG-317", "check", f"{where}: {type(error).__name__}: {error}"))
        else:
            known[check.id] = check
    return known, tuple(faults)


def _loaded(point: EntryPoint) -> Builtin:
    check = point.load()
    if not isinstance(check, Builtin):
        raise TypeError(f"a {type(check).__name__}, not a Builtin")
    return check
