"""What a condition in CEL may cost, bounded by how it is written.

The library that evaluates conditions holds the interpreter's lock, so nothing can end an evaluation
from outside: a condition that could be costly is refused when it is read. Its cost is reckoned in
units of about a tenth of a microsecond:

- ``matches`` compiles its regular expression at every evaluation, in time that grows with what its
  counted repetitions unfold to. So the expression is a literal, and its weight is bounded.
- A macro walks a list, ``filter`` and ``map`` copy it at every item, and a macro within another
  multiplies that. So they walk the parts of a case alone, two deep at most, and the number of
  parts is looked at before each evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import cel

LONGEST = 2000
"""Characters of a condition, at most."""

MOST = 3_000_000
"""Units that one evaluation may cost: about a third of a second."""

MOST_WEIGHT = 2000
"""The weight that the regular expressions of one condition have together, at most."""

_DEEPEST = 2
_LISTS = ("pauses", "steps", "extensions")
_MACROS = ("all", "exists", "exists_one", "existsOne", "map", "filter")
_COPYING = {"map": 1, "filter": 4}  # units an item
_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*)
    |(?P<open>'''|\"\"\")
    |(?P<text>[rR]'[^'\n]*'|[rR]"[^"\n]*"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")
    |(?P<name>[A-Za-z_]\w*)
    |(?P<other>.)""",
    re.VERBOSE,
)
_SEARCH, _WEIGHT, _LENGTH = 1_000, 25, 200  # units a search, units a weight, characters a unit


@dataclass(frozen=True, slots=True)
class Cost:
    """What a condition costs: its tokens, its macros and its searches by how deep they stand.

    ``macros`` are (depth, units to copy an item), ``searches`` (depth, weight); ``lists`` says
    whether it has a list or a map that no ``in`` stands before.
    """

    tokens: int
    macros: tuple[tuple[int, int], ...] = ()
    searches: tuple[tuple[int, int], ...] = ()
    lists: bool = False

    @property
    def weight(self) -> int:
        """The weight of its regular expressions together."""
        return sum(weight for _, weight in self.searches)

    def units(self, parts: int, longest: int) -> int:
        """Return what one evaluation costs at most.

        Args:
            parts: the number of parts in the longest list that it names.
            longest: the characters of the longest text that it names.
        """
        deepest = max((depth for depth, _ in self.macros), default=0)
        items = max(parts, 1)
        units: int = self.tokens * items**deepest
        for depth, each in self.macros:
            units += each * items ** (depth + 1)
        for depth, weight in self.searches:
            units += (_SEARCH + weight * (_WEIGHT + longest // _LENGTH)) * items**depth
        return units


def cost_of(text: str) -> Cost:
    """Return what a condition costs; it has been compiled, so that its syntax is right.

    Raises:
        ValueError: it cannot be bounded, or is beyond what one may cost.
    """
    tokens = list(_tokens(text))
    depth, opened, closing_macro = 0, [False], False
    macros: list[tuple[int, int]] = []
    searches: list[tuple[int, int]] = []
    lists = False
    for place, (kind, word) in enumerate(tokens):
        called = kind == "name" and _at(tokens, place + 1) == "("
        if called and word in _MACROS:
            walked = _at(tokens, place - 2)
            part = walked in _LISTS and _at(tokens, place - 3) != "."
            if _at(tokens, place - 1) != "." or not (part or closing_macro):
                raise ValueError(f"{word} walks one of {', '.join(_LISTS)}, and no other list")
            if depth == _DEEPEST:
                raise ValueError(f"{word}: macros stand no more than {_DEEPEST} deep")
            macros.append((depth + 1, _COPYING.get(word, 0)))
        elif called and word == "matches":
            searches.append((depth, _weight_of(tokens, place)))
        elif word == "(":
            macro = _at(tokens, place - 1) in _MACROS and _at(tokens, place - 2) == "."
            opened.append(macro)
            depth += macro
        elif word == ")":
            closing_macro = opened.pop()
            depth -= closing_macro
        lists = lists or word == "{" or (word == "[" and _at(tokens, place - 1) != "in")
        if word not in (")", ".") and not (called and word in _MACROS):
            closing_macro = False
    cost = Cost(len(tokens), tuple(macros), tuple(searches), lists)
    if cost.weight > MOST_WEIGHT:
        raise ValueError(
            f"its regular expressions have a weight of {cost.weight}, and at most {MOST_WEIGHT} is "
            "allowed: count less far ({m,n}), and search for fewer kinds of characters"
        )
    return cost


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    before = ""
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        # What reads otherwise here than in the library could hide a macro: it is not taken at all.
        if kind == "open" or (kind == "text" and before == "name"):
            raise ValueError(
                "texts stand in single quotes ('…' or r'…'); no bytes, no triple quotes"
            )
        if kind == "other" and found.group() in "'\"":
            raise ValueError("a text does not end on its line")
        before = kind
        if kind != "skip":
            yield kind, found.group()


def _at(tokens: list[tuple[str, str]], place: int) -> str:
    return tokens[place][1] if 0 <= place < len(tokens) else ""


def _weight_of(tokens: list[tuple[str, str]], place: int) -> int:
    """Return the weight of the regular expression of the ``matches`` at a place."""
    kind, literal = tokens[place + 2] if place + 2 < len(tokens) else ("", "")
    if kind != "text" or _at(tokens, place + 3) != ")":
        raise ValueError("matches takes a regular expression that is written out: matches('…')")
    pattern = str(cel.compile(literal).execute({}))
    found = weight(pattern)
    if found <= MOST_WEIGHT:
        try:
            cel.compile(f"''.matches({literal})").execute({})
        except (RuntimeError, ValueError) as error:
            why = str(error).splitlines()[0]
            raise ValueError(f"the regular expression {literal} is faulty: {why}") from None
    return found


_ATOM = re.compile(
    r"""(?P<flags>\(\?[is]+\))
    |(?P<group>\((?:\?(?:P?<\w+>|[is]*:)|(?!\?)))
    |(?P<close>\))
    |(?P<count>\{(?P<least>\d{1,4})(?:,(?P<most>\d{0,4}))?\})
    |(?P<mark>[*+?^$|])
    |(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<wide>\\[wW]|\\[pP](?:\{[^}]*\}|[A-Za-z]))
    |(?P<char>\\[xuU]\{[0-9A-Fa-f]+\}|\\.|[^\\{}\[\]()])""",
    re.VERBOSE | re.DOTALL,
)
_WIDE_CLASS = re.compile(r"\\[pPwW]|\[:")
_WIDE, _SET = 100, 4  # a class of Unicode has hundreds of ranges, one that is written out has few


def weight(pattern: str) -> int:
    """Return what a regular expression unfolds to: its characters, times how often they count.

    Raises:
        ValueError: it is written in a way that is not allowed here.
    """
    totals, last, factor, place = [0], 0, 1, 0
    while place < len(pattern):
        found = _ATOM.match(pattern, place)
        if found is None or (found["close"] and len(totals) == 1):
            raise ValueError(
                f"the regular expression {pattern!r} has at character {place + 1} what is not "
                f"allowed here: {pattern[place : place + 8]!r}"
            )
        place = found.end()
        if found["group"]:
            totals[-1] += last
            totals.append(0)
            last = 0
        elif found["close"]:
            last += totals.pop()
        elif found["count"]:
            last *= _times(found)
        elif not found["mark"] and not found["flags"]:
            totals[-1] += last
            wide = len(_WIDE_CLASS.findall(found.group()))
            one = found["char"] and found.group() != "." and not found.group().startswith("\\")
            last = 1 if one else _SET + wide * _WIDE
        if (found["flags"] or found["group"] or "").startswith("(?") and "i" in found.group():
            factor = 2  # each letter in both cases
    return (sum(totals) + last) * factor


def _times(count: re.Match[str]) -> int:
    """Return how often ``{m}``, ``{m,}`` or ``{m,n}`` counts what stands before it."""
    most = count["most"] or count["least"]
    return max(int(most) + (count["most"] == ""), 1)
