"""What a rule says, in words: limits, checks, surveys and policies as lines of a label and a text.

Texts come from the rules as they are in force; nothing is written here that a rule does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from config import Words
from monitor.web.looking import Look
from monitor.web.pages.items.words import fact_name, unit_text
from notifiers import words
from notifiers.telling import threshold_text
from rules.amounts import Unit
from rules.catalogue import PREFIX
from rules.checks import Check
from rules.compliance import Builtin, Setting
from rules.compliance.words import called
from rules.courses import DUE, STEP
from rules.limits import Allowance, DayEnd, Limit, PauseCount
from rules.policies import Policy
from rules.surveys import Survey, SurveyRule

Rule = Limit | Check | SurveyRule | Policy

KINDS: Mapping[str, Words] = {
    "limit": Words("时限", "Limit"),
    "check": Words("合规检查", "Check"),
    "survey": Words("普查", "Survey"),
    "policy": Words("升级路线", "Policy"),
}
"""The kinds of rules, in the order in which they are listed."""

_PAUSES = {
    PauseCount.TOUCHED: Words("停过计时的日子整天不计", "a day touched by a pause does not count"),
    PauseCount.AFTER_FIRST_DAY: Words(
        "暂停开始的当日照计，次日起至结束之日不计",
        "the day a pause begins counts, those after it up to its end do not",
    ),
    PauseCount.WHOLE: Words("全天停着的日子才不计", "only a day paused throughout does not count"),
    PauseCount.MOMENTS: Words("停了多久就顺延多久", "the time paused is added, to the second"),
}
_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """Something a rule says; ``code`` says that the text is written as in the settings."""

    label: str
    text: str
    href: str = ""
    code: bool = False


def kind_of(rule: Rule) -> str:
    """Give the kind of a rule: see :data:`KINDS`."""
    if isinstance(rule, Limit):
        return "limit"
    if isinstance(rule, Check):
        return "check"
    return "survey" if isinstance(rule, SurveyRule) else "policy"


def lines(look: Look, rule: Rule) -> list[Line]:
    """Give what a rule says."""
    if isinstance(rule, Limit):
        return list(_limit(look, rule))
    if isinstance(rule, Check):
        return list(_check(look, rule))
    return list(_survey(look, rule) if isinstance(rule, SurveyRule) else _policy(look, rule))


def levels(look: Look, rule: Rule) -> list[tuple[str, str]]:
    """Give the levels of a rule, the mildest first, each with when it stands."""
    if isinstance(rule, Limit):
        return [(one.name, threshold_text(one.threshold, look.language)) for one in rule.levels]
    if isinstance(rule, Policy):
        return [(one, "") for one in rule.levels]
    return [(rule.level, "")]


def title(rule: Rule) -> str:
    """Give what a rule is called; a policy goes by its id."""
    return rule.id if isinstance(rule, Policy) else rule.title


def fact(name: str, language: str) -> str:
    """Give what people call a fact of a case, or of its item."""
    if name.startswith(PREFIX):
        item = fact_name(name.removeprefix(PREFIX), language)
        return f"目录的{item}" if language != "en" else f"{item} of the catalogue"
    return str(called("fact", name, language))


def _limit(look: Look, one: Limit) -> Iterator[Line]:
    say = look.say
    yield Line(say("起算", "From"), _moment(look, one.start))
    yield Line(say("截止", "Until"), _moment(look, one.until, end=True))
    yield Line(say("时限", "Allows"), _allow(look, one))
    yield Line(say("法律依据", "Law"), one.law or say("没有写", "none is given"))
    yield from _when(look, one.when)
    yield Line(
        say("日历", "Calendar"),
        one.calendar,
        f"/calendar?calendar={quote(one.calendar)}",
    )
    yield Line(
        say("怎么数", "Counted"), say("；", "; ").join(_reckoning(look, one)) + say("。", ".")
    )
    if one.deemed:
        after = words.amount(one.deemed.after, look.language)
        begin = fact(one.deemed.start, look.language)
        yield Line(
            say("视为起算", "Deemed"),
            say(
                f"{begin}后 {after}没有答复的，自{begin}起算",
                f"with no answer {after} after {begin}, it counts as begun then",
            ),
        )
    if one.restarts:
        listed = say("、", ", ").join(fact(name, look.language) for name in one.restarts)
        yield Line(say("重新起算", "Starts anew"), listed)
    if one.valid_from or one.valid_to:
        begin = one.valid_from.isoformat() if one.valid_from else "…"
        end = one.valid_to.isoformat() if one.valid_to else "…"
        yield Line(say("起算于", "Begun within"), f"{begin} – {end}")
    if one.each:
        yield Line(
            say("分环节", "Each step"),
            say("每个环节各计各的，各亮各的牌", "every step has a clock and a card of its own"),
        )


def _moment(look: Look, name: str, *, end: bool = False) -> str:
    if name.startswith(STEP):
        step = name.removeprefix(STEP)
        return look.say(
            f"环节“{step}”{'结束' if end else '开始'}",
            f"the {'end' if end else 'beginning'} of the step {step}",
        )
    if name.startswith(DUE):
        limit = name.removeprefix(DUE)
        known = look.rules.titles.get(limit, limit)
        return look.say(f"“{known}”到期", f"the due moment of {known}")
    return fact(name, look.language)


def _allow(look: Look, one: Limit) -> str:
    # A case without a value for one of them has the next.
    following = look.say("；没写的，", "; if missing, ")
    return following.join(_way(look, way) for way in one.allow.ways)


def _way(look: Look, allow: Allowance) -> str:
    say = look.say
    if allow.amount is not None:
        return words.amount(allow.amount, look.language)
    if allow.due is not None:
        named = fact(allow.due, look.language)
        return say(f"到期时刻由办件给出：{named}", f"the case names the due moment: {named}")
    named = fact(allow.column or "", look.language)
    if allow.unit_columns:
        either = say("或", " or ").join(fact(name, look.language) for name in allow.unit_columns)
        unit = say(f"，单位见{either}", f", in the unit that {either} names")
        if allow.unit is not None:
            told = unit_text(allow.unit, look.language)
            unit += say(f"，没写单位的按{told}", f" ({told} if missing)")
    else:
        unit = f"（{unit_text(allow.told_in, look.language)}）"
        unit = say(unit, f", in {unit_text(allow.told_in, look.language)}")
    text = say(f"按{named}{unit}", f"as {named} says{unit}")
    if allow.otherwise is not None:
        text += say(f"，没写的按 {allow.otherwise:g}", f", else {allow.otherwise:g}")
    return text


def _reckoning(look: Look, one: Limit) -> Iterator[str]:
    how, say = one.reckoning, look.say
    yield (
        say("起算当日计入", "the first day counts")
        if how.count_start_day
        else say("起算当日不计，从次日数起", "the first day does not count")
    )
    yield (
        say("末日到下班为止", "the last day ends at close of business")
        if how.day_end is DayEnd.CLOSE
        else say("末日到 24 时为止", "the last day ends at midnight")
    )
    if how.roll and any(
        way.unit_columns or way.told_in in (Unit.CALENDAR_DAY, Unit.MONTH) for way in one.allow.ways
    ):
        yield say(
            "按日历日、月计的，末日逢休息日顺延", "a last day off rolls to the next working day"
        )
    yield say("暂停：", "pauses: ") + _PAUSES[how.pauses].text(look.language)
    if one.pause_kinds:
        yield say("只认这些暂停：", "only pauses of: ") + say("、", ", ").join(one.pause_kinds)
    if how.pause_cap:
        cap = words.amount(how.pause_cap, look.language)
        yield say(f"一次暂停最多 {cap}", f"a pause lasts at most {cap}")


def _check(look: Look, one: Check) -> Iterator[Line]:
    say = look.say
    if one.builtin is not None:
        yield Line(say("查什么", "Finds"), _sentence(look, one.builtin))
        yield Line(say("需要的事实", "Needs"), _needs(look, one.builtin))
        yield from _when(look, one.when)
        yield from _settings(look, {**one.builtin.settings, **one.settings}, one.settings)
    else:
        yield Line(say("查什么", "Finds"), say("符合下面条件的办件", "cases of which this holds"))
        yield Line(say("条件", "Condition"), one.when, code=True)
    yield Line(say("法律依据", "Law"), one.law or say("没有写", "none is given"))


def _survey(look: Look, one: SurveyRule) -> Iterator[Line]:
    say = look.say
    yield Line(say("查什么", "Finds"), _sentence(look, one.survey))
    every = words.duration(one.every, look.language)
    yield Line(say("多久一次", "How often"), say(f"每 {every}", f"every {every}"))
    yield Line(say("需要的事实", "Needs"), _needs(look, one.survey))
    yield from _settings(look, {**one.survey.settings, **one.settings}, one.settings)
    yield Line(say("法律依据", "Law"), one.law or say("没有写", "none is given"))


def _policy(look: Look, one: Policy) -> Iterator[Line]:
    say = look.say
    yield from _when(look, one.when)
    held = words.amount(one.acknowledged_for, look.language)
    yield Line(
        say("签收后", "Acknowledged"),
        say(f"停 {held}，没有下文再继续升级", f"it stands still for {held}, then goes on"),
    )
    yield Line(
        say("转重时", "When graver"),
        say("此前告诉过的人也告诉", "those told before are told as well")
        if one.with_milder
        else say("只告诉本级的人", "only those of the level are told"),
    )
    href = f"/calendar?calendar={quote(one.calendar)}"
    yield Line(say("日历", "Calendar"), one.calendar, href)


def _when(look: Look, text: str) -> Iterator[Line]:
    label = look.say("适用", "For")
    if text:
        yield Line(label, text, code=True)
    else:
        yield Line(label, look.say("所有办件", "all cases"))


def _sentence(look: Look, told: Builtin | Survey) -> str:
    """Give what is found, each hole of the sentence filled with what people call the fact."""
    text = told.sentence.of(look.language)
    return _HOLE.sub(lambda hole: f"〔{fact(hole[1], look.language)}〕", text)


def _needs(look: Look, told: Builtin | Survey) -> str:
    either = look.say(" 或 ", " or ")
    return look.say("、", ", ").join(
        either.join(fact(name, look.language) for name in need.split("|")) for need in told.needs
    ) or look.say("不另需要", "nothing besides")


def _settings(
    look: Look, values: Mapping[str, Setting], own: Mapping[str, Setting]
) -> Iterator[Line]:
    for name, value in values.items():
        text = (
            look.say("、", ", ").join(map(str, value)) if isinstance(value, tuple) else str(value)
        )
        if name not in own:
            text += look.say("（默认）", " (the default)")
        yield Line(name, text or "—", code=True)
