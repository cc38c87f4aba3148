"""Facts of items in words, and which rules go by them."""

from __future__ import annotations

from collections.abc import Mapping

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.web.looking import Look
from notifiers import words
from rules.amounts import Amount, Unit, parse_unit
from rules.cases import Fact, Facts
from rules.catalogue import PREFIX
from rules.checks import Check, compiled
from rules.limits import Limit
from rules.subjects import called

_LENGTH = "_days"
_UNIT = "_unit"

_NAMES: Mapping[str, Words] = {
    "name": Words("事项名称", "Name"),
    "department": Words("部门", "Department"),
    "region": Words("区划", "Region"),
    "kind": Words("办件类型", "Kind"),
    "promised_days": Words("承诺时限", "Promised limit"),
    "promised_unit": Words("承诺时限单位", "Unit of the promise"),
    "statutory_days": Words("法定时限", "Statutory limit"),
    "statutory_unit": Words("法定时限单位", "Unit of the statutory limit"),
    "fee_standard": Words("收费标准（元）", "Fee (yuan)"),
    "documents": Words("申请材料", "Documents"),
    "steps": Words("环节", "Steps"),
    "pause_grounds": Words("特别程序事由", "Grounds of pauses"),
    "branches": Words("并联部门", "Branches"),
}
_KINDS = {
    "promise": Words("承诺件", "promise"),
    "instant": Words("即办件", "instant"),
    "hotline": Words("热线", "hotline"),
    "joint": Words("联办件", "joint"),
    "reported-up": Words("上报件", "reported up"),
}


def fact_name(name: str, language: str) -> str:
    """Give what people call a fact of an item."""
    return _NAMES[name].text(language) if name in _NAMES else name


def value_text(look: Look, name: str, facts: Facts) -> str:
    """Write a fact of an item: a limit with its unit, a department by its name; "—" without one."""
    value = facts.get(name)
    if value is None:
        return "—"
    if name.endswith(_LENGTH) and isinstance(value, int | float):
        unit = facts.get(name.removesuffix(_LENGTH) + _UNIT)
        return words.amount(Amount(value, unit_of(unit)), look.language)
    if name.endswith(_UNIT):
        return unit_text(unit_of(value), look.language)
    if name == "department":
        return called(look.rules.book.directory.departments, str(value))
    if name == "region":
        return called(look.rules.book.directory.regions, str(value))
    if name == "kind" and value in _KINDS:
        return _KINDS[str(value)].text(look.language)
    return f"{value:g}" if isinstance(value, float) else str(value)


def unit_of(value: Fact) -> Unit:
    """Give the unit of time that an item names; working days where it names none."""
    try:
        return parse_unit(str(value or Unit.WORKING_DAY.value))
    except ValueError:
        return Unit.WORKING_DAY


def unit_text(unit: Unit, language: str) -> str:
    """Give what people call a unit of time."""
    return words.amount(Amount(2, unit), language).removeprefix("2").strip().removeprefix("个")


def shown(facts: Facts) -> list[str]:
    """Give the facts that a page tells, in order; a unit is told with its number."""
    order = [name for name in _NAMES if name in facts]
    order += [name for name in facts if name not in _NAMES]
    return [
        name
        for name in order
        if not (name.endswith(_UNIT) and name.removesuffix(_UNIT) + _LENGTH in facts)
    ]


def limits_of(facts: Facts) -> list[str]:
    """Give the facts that can be changed on the desk: lengths of time, numbers and fees."""
    return [
        name
        for name in shown(facts)
        if name.endswith((_LENGTH, "_count")) or name == "fee_standard"
    ]


def unit_name(name: str, facts: Facts) -> str | None:
    """Give the fact that has the unit of a length of time, where the item says it."""
    unit = name.removesuffix(_LENGTH) + _UNIT
    return unit if name.endswith(_LENGTH) and unit in facts else None


def used_by(rules: InForce) -> dict[str, list[str]]:
    """Give for each fact of items the ids of the rules that go by it."""
    found: dict[str, list[str]] = {}
    every: list[Limit | Check] = [*rules.book.limits, *rules.book.checks]
    for rule in every:
        for name in dict.fromkeys(_names(rule)):
            if name.startswith(PREFIX):
                found.setdefault(name.removeprefix(PREFIX), []).append(rule.id)
    return found


def _names(rule: Limit | Check) -> list[str]:
    names = list(compiled(rule.when).facts) if rule.when else []
    if isinstance(rule, Limit):
        for way in rule.allow.ways:
            names += [one for one in (way.column, *way.unit_columns, way.due) if one]
    elif rule.builtin is not None:
        names += [one for need in rule.builtin.needs for one in need.split("|")]
    return names
