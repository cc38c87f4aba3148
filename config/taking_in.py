"""Taking presets into settings, as far as the sources tell what they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from config import presets
from config.facts import mapped_facts, mapped_parts, standard_facts, untold_needs
from config.faults import Fault, fault
from config.places import Tree, items
from config.references import known_ids
from config.registry import Registry
from config.translation import show
from rules.allowances import STEP_FACT
from rules.courses import DUE, STEP
from rules.expressions import Expression
from rules.instants import is_moment

_GIVES_WAY = "gives_way_to"
"""What names, in a preset's limit or check, the limit that says the same of the cases it is for."""

_Taken = tuple[str, str, Mapping[str, Any]]


def take_in_presets(
    tree: Tree, faults: list[Fault], registry: Registry
) -> dict[tuple[str, int], str]:
    """Add what presets hold behind the file's own; give the preset of each added place.

    A preset's limit or check is left out where no source maps what it speaks of: a limit without
    its moments would never start, or never end and be overdue for every case (see
    :meth:`Settings.left_out`). So is a limit that starts after one that is left out. What
    ``gives_way_to`` a limit that is there, the file's own or a preset's, is for the cases that the
    limit is not for, and left out if it is for all.
    """
    origins: dict[tuple[str, int], str] = {}
    for section, name, item in _taken(tree, faults, registry):
        own = tree.setdefault(section, [])
        if isinstance(own, list):
            origins[section, len(own)] = name
            own.append(item)
    return origins


def _taken(tree: Tree, faults: list[Fault], registry: Registry) -> list[_Taken]:
    """Give section, preset and content of what is taken in."""
    own = {section: known_ids(tree, section) for section in ("limit", "check")}
    found: list[_Taken] = []
    for name in _wanted(tree, faults):
        for section, given in presets.preset(name).items():
            for item in given:
                if item["id"] not in own[section] and _is_told(item, tree, registry):
                    own[section].add(item["id"])
                    found.append((section, name, _as_told(item, tree)))
    while lost := [one for one in found if not _after(one[2]) <= own["limit"]]:
        own["limit"] -= {item["id"] for _, _, item in lost}
        found = [one for one in found if one not in lost]
    preset_limits = (item for section, _, item in found if section == "limit")
    limits = [*(item for _, item in items(tree, "limit")), *preset_limits]
    rest = [(section, name, _without(item, limits)) for section, name, item in found]
    return [(section, name, item) for section, name, item in rest if item is not None]


def _without(
    item: Mapping[str, Any], limits: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """Return a rule for the cases that the limit it gives way to is not for; ``None`` if none.

    One fact is one alert: it is left to the limit that says the same and warns before.
    """
    rest = {key: value for key, value in item.items() if key != _GIVES_WAY}
    other = item.get(_GIVES_WAY)
    limit = next((one for one in limits if one.get("id") == other), None) if other else None
    if limit is None:
        return rest
    own, its = item.get("when"), limit.get("when")
    if not its or its == own:
        return None
    return {**rest, "when": f"({own}) && !({its})" if own else f"!({its})"}


def _wanted(tree: Tree, faults: list[Fault]) -> list[str]:
    """Give the presets that are named and exist."""
    daemon = tree.get("daemon")
    names = daemon.get("presets") if isinstance(daemon, dict) else None
    found = []
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if name in presets.names():
            found.append(name)
        elif isinstance(name, str):
            near = get_close_matches(name, presets.names(), n=1)
            at, known = f"daemon.presets[{index}]", ", ".join(presets.names())
            faults.append(fault("CFG-305", at, show(name), known, near[0] if near else None))
    return found


def _is_told(item: Mapping[str, Any], tree: Tree, registry: Registry) -> bool:
    """Tell whether the sources say what a preset's limit or check speaks of.

    What starts a clock anew need not be told: it is then as if it never happened. A beginning by
    silence needs all its moments, for an answer that nobody tells of would be taken for silence.
    """
    mapped = mapped_facts(tree)
    if not mapped:
        return True
    deemed = item.get("deemed", {})
    named = (item.get("from", ""), item.get("until", ""), deemed.get("from", ""))
    moments = {name for name in (*named, *deemed.get("unless", ())) if is_moment(name)}
    facts = set(Expression(item.get("when", "true")).facts) - standard_facts(tree)
    if named[0].startswith(STEP) and "steps" not in mapped_parts(tree):
        return False
    # A list of calls has an alert of its own for each that is not made: one fact, one card.
    elsewhere = {name: value for name, value in tree.items() if name != "call_backs"}
    return moments | facts <= mapped and not untold_needs(item, elsewhere, registry)


def _as_told(item: Mapping[str, Any], tree: Tree) -> Mapping[str, Any]:
    """Give a preset's rule without what it could do without and no source tells.

    That is who carries its card other than the case's own unit, and how long a case itself allows
    where it says how long others do.
    """
    mapped = mapped_facts(tree)
    if not mapped:
        return item
    item = dict(item)
    known = mapped | standard_facts(tree)
    if "carriers" in item:
        item["carriers"] = {p: fact for p, fact in item["carriers"].items() if fact in known}
    allow = item.get("allow")
    if isinstance(allow, list):
        ways = [_way(way, known) for way in allow]
        ways = [way for way in ways if not isinstance(way, dict) or _known(way["column"], known)]
        item["allow"] = ways[0] if len(ways) == 1 else ways
    return item


def _way(way: Any, known: set[str]) -> Any:
    """Return an allowance without the units that no source names."""
    if not isinstance(way, dict) or not isinstance(way.get("unit"), list):
        return way
    units = way["unit"]
    told = [one for one in units if not isinstance(one, dict) or _known(one["column"], known)]
    return {**way, "unit": told}


def _known(column: str, known: set[str]) -> bool:
    return column in known or column.startswith(STEP_FACT)


def _after(item: Mapping[str, Any]) -> set[str]:
    """Give the limit at whose due moment this one starts, if any."""
    start = item.get("from", "")
    return {start.removeprefix(DUE)} if start.startswith(DUE) else set()
