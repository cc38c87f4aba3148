"""Facts of cases in the tree of settings: which the sources have, and which limits and checks name.

Values of a wrong type are passed over: they have their fault already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from config.catalogue import ITEM_KEYS
from config.places import Tree, as_list, items
from config.registry import Registry
from rules.allowances import STEP_FACT
from rules.cases import CASE_MOMENTS, CASE_NUMBERS, CASE_TEXTS
from rules.catalogue import EDITION, PREFIX
from rules.compliance.history import CHANGES
from rules.courses import DUE, STEP
from rules.instants import is_moment
from rules.surveys import Survey

_KINDS = ("pauses", "steps", "extensions")

_LENGTHS = ("promised_days", "promised_unit", "statutory_days", "statutory_unit")
"""How long a case or its item is allowed; presets go by whichever of them is there."""

CALLED = "applicant_called_at"
"""The fact that says when an applicant was called about his late case."""

RATING_CALLED = "called_back_at"
"""The fact that says when an applicant was called about a bad rating."""


def mapped_facts(tree: Tree) -> set[str]:
    """Give the facts of cases that at least one source maps."""
    mapped: set[str] = set()
    for _, source in items(tree, "source"):
        cases = source.get("cases")
        columns = cases.get("columns") if isinstance(cases, dict) else None
        mapped |= set(columns) if isinstance(columns, dict) else set()
    return mapped


def standard_facts(tree: Tree) -> set[str]:
    """Give the facts that expressions may speak of even where no source maps them."""
    of_items = (PREFIX + name for name in (*_LENGTHS, "kind"))
    return {*CASE_MOMENTS, *CASE_TEXTS, *CASE_NUMBERS, *_LENGTHS, *of_items, *item_facts(tree)}


def item_facts(tree: Tree) -> set[str]:
    """Give the facts that cases have from the catalogue of items."""
    catalogue = tree.get("catalogue")
    columns = catalogue.get("columns") if isinstance(catalogue, dict) else None
    if not isinstance(columns, dict):
        return set()
    return {EDITION, *(PREFIX + name for name in columns if name not in ITEM_KEYS)}


def mapped_parts(tree: Tree) -> set[str]:
    """Give the kinds of parts that at least one source has: "pauses", "steps", "extensions"."""
    return {kind for _, source in items(tree, "source") for kind in _KINDS if kind in source}


def told_to_checks(tree: Tree) -> set[str]:
    """Give what checks in code can go by: facts of sources and catalogue, parts and their facts.

    A fact of a part is written with its kind, as in ``pauses.kind``.
    The changes that sources make are always told: the store keeps them. So are the calls to
    applicants, where a list of them is kept.
    """
    called = {CALLED, RATING_CALLED} if "call_backs" in tree else set()
    parts = {*mapped_parts(tree), *_facts_of_parts(tree)}
    return {CHANGES, *called, *mapped_facts(tree), *item_facts(tree), *parts}


def _facts_of_parts(tree: Tree) -> Iterator[str]:
    for _, source in items(tree, "source"):
        for kind in _KINDS:
            table = source.get(kind)
            columns = table.get("columns") if isinstance(table, dict) else None
            names = set(columns) - {"case"} if isinstance(columns, dict) else set()
            yield from (f"{kind}.{name}" for name in names)


def untold_needs(check: Mapping[str, Any], tree: Tree, registry: Registry) -> list[str]:
    """Give what a check with ``use`` cannot do without and neither source nor catalogue tells.

    They are facts, kinds of parts and facts of parts; of several of which one would do they are
    ``a|b``. Settings
    that name facts are those called ``required``, and those of a survey that it says do.
    """
    use, tuned = check.get("use"), check.get("settings")
    builtin = registry.get(use) if isinstance(use, str) else None
    if builtin is None:
        return []
    settings = {**builtin.settings, **(tuned if isinstance(tuned, dict) else {})}
    naming = builtin.naming if isinstance(builtin, Survey) else ("required",)
    given = [settings.get(name) for name in naming]
    lists = [list(one) if isinstance(one, list | tuple) else [one] for one in given]
    named = [one for several in lists for one in several if isinstance(one, str)]
    needs = (*builtin.needs, *named)
    return [need for need in needs if told_to_checks(tree).isdisjoint(need.split("|"))]


def moments_of(limit: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the moments of the case that a limit names, each with its key."""
    start = limit.get("from")
    if not (isinstance(start, str) and start.startswith((STEP, DUE))):
        yield "from", start
    yield "until", limit.get("until")
    deemed = limit.get("deemed")
    if isinstance(deemed, dict):
        yield "deemed.from", deemed.get("from")
        for index, name in enumerate(as_list(deemed.get("unless"))):
            yield f"deemed.unless[{index}]", name
    for index, name in enumerate(as_list(limit.get("restarts"))):
        if isinstance(name, str) and is_moment(name):
            yield f"restarts[{index}]", name


def lengths_of(limit: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the facts that say how long a limit allows and who carries it, each with its key."""
    due = limit.get("due")
    yield from _allowed_by(limit.get("allow"), "allow")
    if isinstance(due, dict):
        yield "due.column", due.get("column")
    carriers = limit.get("carriers")
    for place, fact in carriers.items() if isinstance(carriers, dict) else ():
        yield f"carriers.{place}", fact


def _allowed_by(allow: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Return the facts that an allowance, or a list of them, goes by."""
    if isinstance(allow, list):
        for index, one in enumerate(allow):
            yield from _allowed_by(one, f"{path}[{index}]")
    if not isinstance(allow, dict):
        return
    units = allow.get("unit")
    named = {"column": allow, "due.column": allow.get("due")}
    named |= {f"unit[{i}].column": unit for i, unit in enumerate(as_list(units))}
    named["unit.column"] = units
    for key, table in named.items():
        fact = table.get("column") if isinstance(table, dict) else None
        if not (isinstance(fact, str) and fact.startswith(STEP_FACT)):
            yield f"{path}.{key}", fact
    yield from _allowed_by(allow.get("then"), f"{path}.then")
