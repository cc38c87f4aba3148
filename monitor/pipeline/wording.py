"""What a message is made of: the fields of a notice in people's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from monitor.addresses import alert_path, case_path
from monitor.pipeline.in_force import InForce
from monitor.store.alert_list import Alert
from notifiers import words
from rules.amounts import Unit
from rules.cases import Case
from rules.compliance.sentences import sentence
from rules.escalation import Notice, NoticeKind
from rules.instants import iso
from rules.margins import margin
from rules.subjects import about, name_of

LEVEL_NAMES = {
    "zh_CN": {"warning": "预警", "yellow": "黄牌", "red": "红牌"},
    "en": {"warning": "Due soon", "yellow": "Yellow card", "red": "Red card"},
}
"""How the usual levels are called; others go by their own names."""

_POSTS = {
    "zh_CN": {
        "handler": "承办人",
        "department-lead": "承办部门负责人",
        "window-lead": "窗口负责人",
        "inspector": "监察员",
        "leader": "分管领导",
    },
    "en": {
        "handler": "handler of this case",
        "department-lead": "head of the department in charge",
        "window-lead": "head of the window",
        "inspector": "inspector",
        "leader": "leader in charge",
    },
}


_OF_CASE = ("case", "explain", "correction")
"""The links of a message that lead to its case."""


def level_name(level: str, language: str) -> str:
    """Give what people call a level."""
    return LEVEL_NAMES[language].get(level, level)


def margin_text(
    rules: InForce,
    rule: str,
    due_at: int,
    now: int,
    language: str,
    noted: Mapping[str, object] = MappingProxyType({}),
) -> str:
    """Say how much of a rule's limit is left, or by how much it has passed; "" where by nothing.

    ``noted`` is what was noted when the case was checked: the unit and the calendar that counted
    for it. What is not among it is as the rule says.
    """
    unit, work = noted.get("unit"), rules.work(rule, noted.get("calendar"))
    told = margin(Unit(str(unit)) if unit else rules.unit(rule), due_at, now, work)
    amount = told.amount
    if told.passed and not amount.value:
        return ""
    text = words.length(amount, language)
    if told.passed:
        return f"超期 {text}" if language == "zh_CN" else f"{text} overdue"
    return f"剩 {text}" if language == "zh_CN" else f"{text} left"


def context(
    rules: InForce,
    alert: Alert,
    case: Case | None,
    notice: Notice | None,
    as_of: int | None,
    now: int,
) -> dict[str, Any]:
    """Give the fields of one notice about an alert, as plain JSON values.

    Without a ``notice`` they say nothing of why it is told, as in a digest. ``as_of`` is the
    instant at which the source was last read.
    """
    language = rules.language
    return {
        "case": case_fields(rules, case) if case else unit_fields(rules, alert),
        "alert": {
            "id": alert.id,
            "rule": alert.rule,
            "level": alert.level,
            "level_name": level_name(alert.level, language),
            "title": alert.title,
            "law": alert.law,
            "reason": alert.resolution or "",
            "note": alert.revoke_why or "",
            "found": found_text(rules, alert),
            "detail": _detail(alert),
            "opened_at": iso(alert.opened_at, rules.zone),
            "since_at": iso(alert.level_since_at, rules.zone),
        },
        "clock": _clock(rules, alert, now),
        "route": {"step": notice.step, "reason": why(notice, language)} if notice else {},
        "links": _links(rules, alert, case),
        "source": {
            "id": alert.source or "",
            "as_of": words.when(as_of, rules.zone, language, now) if as_of else "",
        },
    }


def titled(title: str, part: str) -> str:
    """Give the title of a rule with the part of the case it is about behind it, if any."""
    return f"{title}：{part}" if part else title


def found_text(rules: InForce, alert: Alert, *, in_full: bool = False) -> str:
    """Say in a sentence what a built-in check or survey found; empty for every other alert.

    Of other cases' numbers messages tell the tail alone: they may go to a group.
    """
    check, survey = rules.checks.get(alert.rule), rules.book.survey_of.get(alert.rule)
    told = survey.survey if survey else check.builtin if check else None
    if told is None:
        return ""
    evidence = {
        name: words.tail(str(value)) if name.endswith("_no") and value and not in_full else value
        for name, value in alert.evidence.items()
    }
    try:
        return sentence(told, evidence, rules.zone, rules.language)
    except KeyError:  # it was found by an earlier version, on other facts
        return ""


def _detail(alert: Alert) -> str:
    """Return what software said as the ground of an alert about the system, in its own language."""
    reason = alert.evidence.get("reason") if about(alert.subject) == "system" else None
    return words.cut(words.one_line(str(reason)), 300) if reason else ""


def why(notice: Notice, language: str) -> str:
    """Say why this person is told."""
    name, _, ident = notice.role.partition(":")
    post = name.partition("@")[0]
    if notice.kind is NoticeKind.RESOLVED:
        return "此前已通知你，不再升级" if language == "zh_CN" else "You were told of it before"
    called = _POSTS[language].get(post, post)
    if ident:
        called = {"person": "指定接收人", "team": f"{ident} 组成员"}.get(name, called)
        if language == "en":
            called = {"person": "named receiver", "team": f"member of {ident}"}.get(name, called)
    if not notice.step:
        return f"你是{called}" if language == "zh_CN" else f"You are the {called}"
    if language == "zh_CN":
        return f"你是升级路线第 {notice.step + 1} 级：{called}"
    return f"You are step {notice.step + 1} of the ladder: {called}"


def case_fields(rules: InForce, case: Case) -> dict[str, Any]:
    """Give the fields of a case that a message may show; nobody's name is among them in full."""
    facts = case.facts
    directory = rules.book.directory
    number = str(facts.get("no") or case.key)
    department = directory.departments.get(str(facts.get("department")))
    region = directory.regions.get(str(facts.get("region")))
    # Not the title: halls write the applicant's name into it, and messages may go to a group.
    item = str(facts.get("item_name") or facts.get("item_code") or number)
    return {
        "no": number,
        "tail": words.tail(number),
        "item": item,
        "item_short": words.cut(item, 10),
        "region": region.name if region else str(facts.get("region") or ""),
        "department": department.name if department else str(facts.get("department") or ""),
        "handler_masked": words.mask_name(handler_name(rules, facts.get("handler"))),
        "applicant_masked": words.mask_name(str(facts.get("applicant") or "")),
        "step": str(facts.get("step") or ""),
        "kind": str(facts.get("item_kind") or facts.get("kind") or ""),
    }


def unit_fields(rules: InForce, alert: Alert) -> dict[str, Any]:
    """Give the same fields for what is no case but a unit, a window or numbers of the hall.

    The item is then what people call it. An alert about the system itself has none.
    """
    if about(alert.subject) != "unit":
        return {}
    name = name_of(str(alert.subject), rules.book.directory, rules.zone, rules.language)
    carrier = {name: value for name, value in alert.carrier.items() if value is not None}
    fields = case_fields(rules, Case(alert.source or "", "", {**carrier, "item_name": name}))
    return {**fields, "no": "", "tail": ""}


def handler_name(rules: InForce, handler: object) -> str:
    """Return what a handler is called whom a case names by id or by name, whole; "" for none."""
    person = rules.book.directory.people.get(str(handler))
    return person.name if person else str(handler or "")


def _clock(rules: InForce, alert: Alert, now: int) -> dict[str, Any]:
    language, zone = rules.language, rules.zone
    title = rules.titles.get(alert.rule)
    step = str(alert.evidence.get("step") or "")
    clock: dict[str, Any] = {"limit_text": titled(title, step) if title else alert.title}
    if alert.due_at is not None:
        clock["due_at"] = iso(alert.due_at, zone)
        clock["due_text"] = words.when(alert.due_at, zone, language, now)
        if alert.evidence.get("provisional"):
            clock["due_text"] += "（暂定）" if language == "zh_CN" else " (provisional)"
        ended = alert.evidence.get("ended_at")
        # What is over or left is told of the end of a limit that has ended.
        until = ended if isinstance(ended, int) else now
        text = margin_text(rules, alert.rule, alert.due_at, until, language, alert.evidence)
        if text:
            clock["over_text" if until >= alert.due_at else "left_text"] = text
        if isinstance(ended, int):
            clock["ended_text"] = words.when(ended, zone, language, now)
    following = alert.evidence.get("next_level")
    at = alert.evidence.get("next_level_at")
    if following and isinstance(at, int):
        name, moment = level_name(str(following), language), words.when(at, zone, language, now)
        clock["next_level_name"] = name
        clock["next_level_text"] = (
            f"{moment} 仍未办结转{name}" if language == "zh_CN" else f"{name} on {moment}"
        )
    return clock


def _links(rules: InForce, alert: Alert, case: Case | None) -> dict[str, str]:
    """Give where a message about a case leads, or one about the supervision itself.

    To the hall's own page of the case where the settings name it, else to ours.
    """
    hall, base = rules.settings.daemon.case_url, home(rules)
    if case is None:
        system = about(alert.subject) == "system"
        return {"system": f"{base}/health"} if base and system else {}
    number = str(case.facts.get("no") or case.key)
    links = {}
    if base:
        ours = base + case_path(number, case.key)
        links = {"case": ours, "explain": f"{ours}#explain", "correction": f"{ours}#correction"}
    if hall:
        links["case"] = hall.replace("{no}", quote(number, safe=""))
    return links


def for_room(rules: InForce, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a message to a group: its links lead to the alert and name no case.

    Links to the hall's own page, which has the number in its address, are left out.
    """
    changed = dict(context)
    if items := context.get("items"):
        changed["items"] = [for_room(rules, item) for item in items]
    alert = (context.get("alert") or {}).get("id")
    if not context.get("case") or not context.get("links") or alert is None:
        return changed
    base = home(rules)
    links = {name: url for name, url in context["links"].items() if name not in _OF_CASE}
    if base:
        links |= {
            name: base + alert_path(alert, "" if name == "case" else name) for name in _OF_CASE
        }
    return {**changed, "links": links}


def home(rules: InForce) -> str:
    """Give the address of the desk; "" where the settings name none."""
    return (rules.settings.daemon.desk_url or "").rstrip("/")
