"""The checks that settings can use: built-in ones, and those of packages installed beside duban.

A package gives a check as an entry point of the group ``duban.checks`` whose object is a
:class:`rules.compliance.Builtin`, or a :class:`rules.surveys.Survey` where it looks across cases
(https://packaging.python.org/specifications/entry-points/).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from config.faults import Fault, fault
from rules.compliance import BY_ID, Builtin
from rules.surveys import SURVEY_BY_ID, Survey

GROUP = "duban.checks"
"""The group of entry points."""

Registry = Mapping[str, Builtin | Survey]
"""Checks of one case and across cases, by their id."""

BUILTIN: Registry = {**BY_ID, **SURVEY_BY_ID}
"""Those that come with duban."""


def installed() -> tuple[Registry, tuple[Fault, ...]]:
    """Give every check there is by its id, and a fault for each entry point that gives none."""
    known = dict(BUILTIN)
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


def _loaded(point: EntryPoint) -> Builtin | Survey:
    check = point.load()
    if not isinstance(check, Builtin | Survey):
        raise TypeError(f"a {type(check).__name__}, neither a Builtin nor a Survey")
    return check
