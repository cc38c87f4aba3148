"""Places in a settings file: paths, the values at them and the lines they are written on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

Loc = tuple[int | str, ...]
"""A place as the keys and indexes (from 0) that lead to it."""

Tree = dict[str, Any]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_OPEN = re.compile(r"\s*\[\s*(?:#.*)?")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def write(loc: Loc) -> str:
    """Write a place as a path: ``limit[2].levels.red``."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def deepest(tree: Tree, loc: Loc) -> tuple[Loc, Any]:
    """Give the part of a place that is in the tree, and the value there.

    What pydantic adds to a place (the kind of a channel, a key of the longer form of what was
    written as a list or plain text) is left out.
    """
    node: Any = tree
    place: list[int | str] = []
    for part in loc:
        if isinstance(node, dict) and part in node:
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif isinstance(part, str) and (
            isinstance(node, list) or (isinstance(node, dict) and node.get("kind") == part)
        ):
            continue
        else:
            break
        place.append(part)
    return tuple(place), node


def lines(text: str) -> dict[Loc, int]:
    """Give the line (from 1) of each table header and each key at the beginning of a line.

    A list of tables with each of them on a line of its own has their lines too; what else stands
    inside a value of several lines has the line of its key.
    """
    found: dict[Loc, int] = {}
    counts: Counter[Loc] = Counter()
    table: Loc = ()
    listed: Loc | None = None  # the list whose tables the following lines hold
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _names(header[2])
            table = _indexed(names[:-1], counts) + names[-1:]
            if header[1] == "[[":
                found.setdefault(table, number)
                counts[table] += 1
                table += (counts[table] - 1,)
            else:
                table = _indexed(names, counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            place = table + _names(key[1])
            found.setdefault(place, number)
            listed = place if _OPEN.fullmatch(line, key.end()) else None
        elif listed is not None and line.lstrip().startswith("{"):
            found[(*listed, counts[listed])] = number
            counts[listed] += 1
    return found


def line_of(loc: Loc, known: dict[Loc, int]) -> int | None:
    """Give the line of the place, or of the nearest one above it that is known."""
    while loc:
        if loc in known:
            return known[loc]
        loc = loc[:-1]
    return None


def _names(dotted: str) -> Loc:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _indexed(names: Loc, counts: Counter[Loc]) -> Loc:
    """Add to the names of a table the index of each list of tables that it lies in."""
    place: Loc = ()
    for name in names:
        place += (name,)
        if place in counts:
            place += (counts[place] - 1,)
    return place


def items(tree: Tree, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the tables of a list of the file, each with its path."""
    for index, item in enumerate(as_list(tree.get(name))):
        if isinstance(item, dict):
            yield f"{name}[{index}]", item


def as_list(value: Any) -> list[Any]:
    """Give a list as it is, and an empty one for what is none."""
    return value if isinstance(value, list) else []
