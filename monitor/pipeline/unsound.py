"""Amounts in cases that were read which no limit can allow: their limits are unknown, and told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from monitor.sources import ReadCase, Reason, Reject
from monitor.sources.rows import measured, shorten
from rules.allowances import STEP_FACT
from rules.amounts import LARGEST, Unit, is_sound, parse_unit
from rules.cases import Fact, Facts, PartKind
from rules.limits import Allowance
from rules.rulebook import RuleBook


def unsound(book: RuleBook, read: Sequence[ReadCase]) -> list[Reject]:
    """Return for each case the amounts of its row that are none, by the limits that go by them.

    The case itself is read: its other limits are judged.
    """
    ways = [(limit.id, way) for limit in book.limits for way in limit.allow.ways if way.column]
    found = []
    for one in read:
        faults = dict.fromkeys(
            (*chain.from_iterable(_faults(one, limit, way) for limit, way in ways), *_granted(one))
        )
        if faults:
            told, gist = (
                "; ".join(
                    f"{where}: {say(value)}; expected {expected}"
                    for where, expected, _, value in faults
                )
                for say in (shorten, measured)
            )
            row = json.dumps({name: shorten(v) for _, _, name, v in faults}, ensure_ascii=False)
            found.append(Reject(one.key, Reason.BAD_NUMBER, told, row, gist))
    return found


def _faults(one: ReadCase, limit: str, way: Allowance) -> Iterator[tuple[str, str, str, Fact]]:
    name = (way.column or "").removeprefix(STEP_FACT)
    owners: Iterable[Facts] = [one.facts]
    if way.column != name:
        owners = [part.facts for part in one.parts if part.kind is PartKind.STEP]
    for facts in owners:
        unit = _unit(facts, way)
        value = facts.get(name)
        if unit is not None and not is_sound(value, unit):
            expected = f"a number from 0 to {LARGEST[unit]} ({unit.value})"
            if isinstance(value, str):  # a column of text may well hold digits
                expected += ", held as a number, not as text"
            yield f"limit {limit}, {name}", expected, name, value


def _granted(one: ReadCase) -> Iterator[tuple[str, str, str, Fact]]:
    """Return the extensions of a case that no limit can be extended by."""
    for part in one.parts:
        value, unit = part.facts.get("amount"), part.facts.get("unit")
        if part.kind is PartKind.EXTENSION and unit in list(Unit):
            longest = LARGEST[Unit(str(unit))]
            if isinstance(value, int | float) and abs(value) > longest:
                yield "extensions.amount", f"a number up to {longest}", "amount", value


def _unit(facts: Facts, way: Allowance) -> Unit | None:
    """Return the unit of an amount; ``None`` if it is no unit, which the rule itself tells of."""
    for name in way.unit_columns:
        said = facts.get(name)
        if said is not None:
            try:
                return parse_unit(str(said))
            except ValueError:
                return None
    return way.unit
