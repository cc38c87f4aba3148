"""Who may see what: the one place where a query is bounded to regions and departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, true

from rules.directory import Directory


@dataclass(frozen=True, slots=True)
class Scope:
    """The regions and departments whose cases may be seen, by id; ``None``: all of them.

    What has no region or department is seen only by those who see all.
    """

    regions: frozenset[str] | None = None
    departments: frozenset[str] | None = None

    def holds(self, region: str | None, department: str | None) -> bool:
        """Tell whether a place is in it."""
        return (self.regions is None or region in self.regions) and (
            self.departments is None or department in self.departments
        )

    def within(self, other: Scope) -> Scope:
        """Return what both hold."""

        def both(one: frozenset[str] | None, two: frozenset[str] | None) -> frozenset[str] | None:
            return two if one is None else one if two is None else one & two

        return Scope(both(self.regions, other.regions), both(self.departments, other.departments))

    def of(self, columns: Any) -> ColumnElement[bool]:
        """Give the condition for a table's ``columns`` that have a ``region`` and ``department``.

        Those of ``cases`` say whose a case is, those of ``alerts`` who carries the card.
        """
        bounds = [
            columns[name].in_(sorted(within))
            for name, within in (("region", self.regions), ("department", self.departments))
            if within is not None
        ]
        return and_(true(), *bounds)

    def narrowed(self, regions: Iterable[str], departments: Iterable[str]) -> Scope:
        """Return what is left of it in some regions and departments; empty: all of them."""
        return Scope(_both(self.regions, regions), _both(self.departments, departments))


def _both(within: frozenset[str] | None, wanted: Iterable[str]) -> frozenset[str] | None:
    asked = frozenset(wanted)
    if not asked:
        return within
    return asked if within is None else within & asked


def scope(
    regions: Iterable[str] | None, departments: Iterable[str] | None, directory: Directory
) -> Scope:
    """Give the scope of someone in charge of ``regions`` and what lies below them."""
    within = None
    if regions is not None:
        within = frozenset(one for region in regions for one in directory.below(region))
    return Scope(within, None if departments is None else frozenset(departments))
