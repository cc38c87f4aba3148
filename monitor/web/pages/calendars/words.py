"""Days of calendars, and what would change with them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from monitor.access import Role, Visitor
from monitor.addresses import case_path
from monitor.pipeline.in_force import InForce
from monitor.pipeline.previewing import Moved, Preview, Turned
from monitor.pipeline.wording import level_name, titled
from monitor.store.scope import Scope
from monitor.web.looking import Look
from notifiers import words
from rules.cases import Case
from rules.subjects import called

FIRST = 10
"""So many cases of a preview are listed."""

_HOLIDAYS = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "国庆节": "National Day",
    "中秋节": "Mid-autumn Festival",
    "抗战胜利纪念日": "70th anniversary of victory",
    "放假": "day off",
}


def holiday(name: str, language: str) -> str:
    """Give what a holiday is called; a name that somebody gave stands as it is."""
    return _HOLIDAYS.get(name, name) if language == "en" else name


def day_text(day: date, language: str) -> str:
    """Write a day of a year with its day of the week: ``10月1日（周四）``, ``Thu 1 Oct``."""
    weekday = "一二三四五六日"[day.weekday()]
    if language == "en":
        return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day.weekday()]} " + words.date(
            day, language, with_year=False
        )
    return words.date(day, language, with_year=False) + f"（周{weekday}）"


def may_edit(visitor: Visitor) -> bool:
    """Tell whether somebody may change what holds for every region and department at once."""
    return visitor.may(Role.MANAGE) and visitor.scope == Scope()


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case of a preview: where its page is, and what becomes of it, ``before`` and ``after``.

    Of a card these are levels ("": none), of a limit its due moments in words.
    """

    href: str
    no: str
    item: str
    place: str
    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A preview in words; ``shifts`` says by how much due moments move, and of how many limits."""

    preview: Preview
    shifts: tuple[tuple[str, int], ...]
    moved: tuple[CaseLine, ...]
    turned: tuple[CaseLine, ...]


def seen(look: Look, found: Preview, rules: InForce) -> Seen:
    """Give a preview as a page shows it."""
    shifts = tuple((_shift(look, days), count) for days, count in found.by_days(rules))
    moved = sorted(found.moved, key=lambda one: one.after or one.before or 0)[:FIRST]
    ranks = {level: rank for rank, level in enumerate(rules.book.levels)}
    turned = sorted(found.turned, key=lambda one: -ranks.get(one.after or "", -1))[:FIRST]
    return Seen(
        found,
        shifts,
        tuple(_moved(look, rules, one) for one in moved),
        tuple(_turned(look, rules, one) for one in turned),
    )


def level_names(rules: InForce, language: str) -> Mapping[str, str]:
    """Give what people call each level."""
    return {level: level_name(level, language) for level in rules.book.levels}


def _shift(look: Look, days: int) -> str:
    if not days:
        return look.say("当日内", "within the day")
    count = abs(days)
    if days > 0:
        return look.say(f"推后 {count} 天", f"{count} d later")
    return look.say(f"提前 {count} 天", f"{count} d earlier")


def _moved(look: Look, rules: InForce, one: Moved) -> CaseLine:
    def when(at: int | None) -> str:
        return words.when(at, rules.zone, look.language, look.now) if at else "—"

    return _line(look, rules, one.case, one.limit, one.part, when(one.before), when(one.after))


def _turned(look: Look, rules: InForce, one: Turned) -> CaseLine:
    return _line(look, rules, one.case, one.rule, one.part, one.before or "", one.after or "")


def _line(
    look: Look, rules: InForce, case: Case, rule: str, part: str, before: str, after: str
) -> CaseLine:
    facts, directory = case.facts, rules.book.directory
    no = str(facts.get("no") or case.key)
    item = str(facts.get("item_name") or facts.get("item_code") or no)
    region, department = facts.get("region"), facts.get("department")
    places = (
        called(directory.regions, str(region)) if region else "",
        called(directory.departments, str(department)) if department else "",
    )
    title = titled(rules.titles.get(rule, rule), part)
    place = look.say(" ", ", ").join(filter(None, places))
    return CaseLine(case_path(no, case.key), no, item, place, title, before, after)
