"""Conditions in CEL, the Common Expression Language (https://cel.dev), over a case.

``case`` holds the case's facts by name, a moment among them as a timestamp; a fact the case lacks
is ``null``. ``pauses``, ``steps`` and ``extensions`` are lists of its parts, ``now`` is the moment
of the check, ``alert`` (in policies) has ``level``, ``rule`` and ``rank``. What one may cost is
bounded: see :mod:`rules.condition_cost`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import cel

from rules import condition_cost
from rules.cases import CASE_NUMBERS, Case, Facts, PartKind, is_text
from rules.instants import is_moment, moment

ROOTS = ("case", "pauses", "steps", "extensions", "now", "alert")

_FUNCTIONS = frozenset(
    (
        *("size", "startsWith", "endsWith", "contains", "matches", "timestamp", "duration"),
        *("string", "int", "double", "bool", "type", "dyn", "getFullYear", "getMonth", "getDate"),
        *("getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes"),
        *("getSeconds", "getMilliseconds"),
    )
)
_TEXT_LITERAL = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_CASE_FACT = re.compile(r"\bcase\.([A-Za-z_]\w*)(?!\w*\()")
_COMPARED_WITH_NONE = re.compile(r"\bcase\.([A-Za-z_]\w*)\s*[!=]=\s*null\b")
_MACRO_VARIABLE = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*([A-Za-z_]\w*)\s*,")
_HAS = re.compile(r"\bhas\s*\(")
_CASE_OTHERWISE = re.compile(r"\bcase\b(?!\s*\.\s*[A-Za-z_]\w*(?!\w*\s*\())")
_AROUND_DOTS = re.compile(r"\s*\.\s*")
_TEXT_IS_NUMBER = re.compile(r"\bcase\.([A-Za-z_]\w*)\s*[=!]=\s*-?\d")
_ZONE = ZoneInfo("UTC")
_SOME_MOMENT = moment(0, _ZONE)
_OF_ANY_TYPE = (0, 0.0, "", _SOME_MOMENT, True)
_MOST_OPEN = 3


class Expression:
    """A compiled condition.

    Args:
        text: the CEL expression.
        facts: the facts that cases can have; ``None`` where that is not known. With them a
            misspelt ``case.NAME`` is refused at once.

    Raises:
        ValueError: the text is no expression, names what does not exist, or could cost too much.
    """

    def __init__(self, text: str, facts: Iterable[str] | None = None) -> None:
        self.text = text
        if len(text) > condition_cost.LONGEST:
            raise ValueError(
                f"a condition has {condition_cost.LONGEST} characters at most; this one {len(text)}"
            )
        try:
            self._program = cel.compile(text)
        except ValueError as error:
            raise ValueError(str(error).splitlines()[0]) from None
        bare = _AROUND_DOTS.sub(".", _TEXT_LITERAL.sub("''", text))
        _refuse_pitfalls(bare)
        self.facts = tuple(dict.fromkeys(_CASE_FACT.findall(bare)))
        self.cost = condition_cost.cost_of(text)
        """What one evaluation costs."""
        local = set(_MACRO_VARIABLE.findall(bare))
        unknown = sorted(set(self._program.variables()) - set(ROOTS) - local)
        if unknown:
            raise ValueError(_misspelt(unknown[0], ROOTS, "name"))
        functions = {f for f in self._program.functions() if f[0].isalpha()} - _FUNCTIONS
        if functions:
            raise ValueError(_misspelt(min(functions), sorted(_FUNCTIONS), "function"))
        if facts is not None:
            known = sorted(facts)
            for fact in self.facts:
                if fact not in known:
                    raise ValueError(
                        _misspelt(f"case.{fact}", [f"case.{k}" for k in known], "fact")
                    )
        variables = set(self._program.variables())
        self.parts = tuple(kind for kind in PartKind if f"{kind}s" in variables)
        """The kinds of parts it names."""
        self.looks_at_now = "now" in variables
        self.looks_at_alert = "alert" in variables
        compared = Counter(_COMPARED_WITH_NONE.findall(bare))
        self.presence = frozenset(
            fact
            for fact, times in Counter(_CASE_FACT.findall(bare)).items()
            if times == compared[fact]
        )
        """The facts of which it only asks whether they are there."""
        self._lacking: dict[tuple[type, ...], bool] = {}
        self.facts_alone = variables <= {"case"}
        """Whether the facts it names decide it, whatever the time and the parts of the case."""

    def holds(self, case: Case, now: int, alert: Facts | None = None) -> bool:
        """Tell whether the condition holds for a case at the instant ``now``.

        Where it cannot be worked out because the case lacks a fact, it does not hold.

        Raises:
            ValueError: it could not be worked out even if nothing were lacking (comparing a text
                with a number, say), or gives something other than true or false.
        """
        context: dict[str, Any] = {"now": moment(now, _ZONE)}
        for kind in self.parts:
            context[f"{kind}s"] = [
                {
                    "started_at": _value("_at", part.started_at),
                    "ended_at": _value("_at", part.ended_at),
                    **{name: _value(name, value) for name, value in part.facts.items()},
                }
                for part in case.parts
                if part.kind is kind
            ]
        if alert is not None:
            context["alert"] = dict(alert)
        return self._result(case.facts, context)

    def holds_for(self, facts: Facts) -> bool:
        """Tell whether a condition over facts alone holds for them; raises as :meth:`holds`."""
        return self._result(facts, {})

    def _result(self, facts: Facts, context: dict[str, Any]) -> bool:
        named = {name: _value(name, facts.get(name)) for name in self.facts}
        self._affordable(named, context)
        try:
            result = self._program.execute({"case": named, **context})
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            if _of_types(error) and self._lacks_facts(named, context):
                return False
            raise ValueError(f"{self.text}: {str(error).splitlines()[0]}") from None
        if not isinstance(result, bool):
            # A fault of the settings, which the loader and the pipeline catch as ValueError.
            raise ValueError(f"{self.text} gives {result!r}, not true or false")  # noqa: TRY004
        return result

    def _lacks_facts(self, named: dict[str, Any], context: dict[str, Any]) -> bool:
        """Whether it could be worked out if the facts that are absent were there, of some type."""
        # Asking whether a fact is there never fails.
        absent = [n for n, value in named.items() if value is None and n not in self.presence]
        if not absent:
            return False
        pattern = tuple(type(value) for value in named.values())
        known = self._lacking.get(pattern) if self.facts_alone else None
        if known is None:
            known = any(
                self._fits({**named, **dict(zip(absent, values, strict=True))}, context)
                for values in _some_values(absent)
            )
            self._lacking[pattern] = known
        return known

    def _fits(self, named: dict[str, Any], context: dict[str, Any]) -> bool:
        """Whether the types of the facts fit the condition, whatever comes out."""
        try:
            self._program.execute({"case": named, **context})
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            return not _of_types(error)
        return True

    def _affordable(self, named: dict[str, Any], context: dict[str, Any]) -> None:
        """Go on only where an evaluation costs no more than one may.

        Raises:
            ValueError: it costs more.
        """
        cost = self.cost
        if not cost.macros and not cost.searches:
            return
        parts = max((len(context[f"{kind}s"]) for kind in self.parts), default=0)
        texts = list(named.values())
        if any(depth for depth, _ in cost.searches):
            walked = [part for kind in self.parts for part in context[f"{kind}s"]]
            texts += [value for part in walked for value in part.values()]
        longest = max((len(one) for one in texts if isinstance(one, str)), default=0)
        if cost.units(parts, longest) > condition_cost.MOST:
            raise ValueError(
                f"{self.text}: would take too long for {parts} parts and a text of {longest} "
                "characters, and is not worked out"
            )


def _refuse_pitfalls(bare: str) -> None:
    """Refuse what would compile and never say what it seems to.

    Raises:
        ValueError: what was found and what to write instead.
    """
    if _HAS.search(bare):
        raise ValueError(
            "has() is always true, for an absent fact is null; write case.NAME != null"
        )
    if _CASE_OTHERWISE.search(bare):
        raise ValueError("case is not a value by itself; write case.NAME for the fact NAME")
    for name in _TEXT_IS_NUMBER.findall(bare):
        if is_text(name):
            raise ValueError(f"case.{name} is text and equals no number; write the code in quotes")


def _of_types(error: Exception) -> bool:
    """Whether an evaluation failed by the types of its values, as with null, not by the values."""
    return isinstance(error, TypeError | LookupError) or str(error).startswith("Undefined")


def _some_values(names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Return values that facts could have by their types; of many of unknown type the same ones."""
    choices = [_could_be(name) for name in names]
    if sum(len(one) > 1 for one in choices) <= _MOST_OPEN:
        yield from product(*choices)
        return
    for index in range(len(_OF_ANY_TYPE)):
        yield tuple(one[index % len(one)] for one in choices)


def _could_be(name: str) -> tuple[Any, ...]:
    if is_moment(name):
        return (_SOME_MOMENT,)
    if is_text(name):
        return ("",)
    return (0, 0.0) if name in CASE_NUMBERS else _OF_ANY_TYPE


def _value(name: str, value: object) -> object:
    if value is not None and is_moment(name) and isinstance(value, int):
        return moment(value, _ZONE)
    return value


def _misspelt(found: str, known: Iterable[str], what: str) -> str:
    near = get_close_matches(found, list(known), n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
    return f"{found} is not a {what}{hint}"
