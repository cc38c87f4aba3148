"""Why somebody is told: the sentence that every message ends with."""

from __future__ import annotations

from datetime import time

from monitor.pipeline.in_force import InForce
from notifiers import words
from rules.escalation import Notice
from rules.instants import moment
from rules.roles import Why

_POSTS = {
    "zh_CN": {
        "handler": "承办人",
        "window-lead": "窗口负责人",
        "department-lead": "承办部门负责人",
        "inspector": "监察员",
        "leader": "分管领导",
    },
    "en": {
        "handler": "handler of this case",
        "window-lead": "head of the window",
        "department-lead": "head of the department in charge",
        "inspector": "inspector",
        "leader": "leader in charge",
    },
}


def role_name(rules: InForce, role: str, language: str) -> str:
    """Give what people call a role: ``inspector@region.parent`` is 上级监察员."""
    chinese = language == "zh_CN"
    name, _, place = role.partition("@")
    kind, _, ident = name.partition(":")
    directory = rules.book.directory
    if ident:
        if kind == "team":
            team = directory.teams.get(ident)
            called = team.name if team else ident
            return f"{called} 组成员" if chinese else f"member of {called}"
        if kind == "duty":
            roster = directory.rosters.get(ident)
            called = roster.name if roster else ident
            return f"{called}当值人员" if chinese else f"on duty: {called}"
        return "指定接收人" if chinese else "named receiver"
    called = _POSTS[language].get(name, name)
    above = place.count(".parent") + place.count(".up")
    if not above:
        return called
    if chinese:
        return "上" * (above - 1) + f"上级{called}"
    return " ".join((called, *["one level up" if above == 1 else f"{above} levels up"]))


def why(rules: InForce, notice: Notice, now: int, language: str) -> str:
    """Say in a sentence why this person is told; times are read in the rules' zone."""
    chinese = language == "zh_CN"
    if notice.why is Why.TOLD:
        return "此前已通知你，不再升级" if chinese else "You were told of it before"
    said = [_found(rules, notice, language)]
    if notice.instead_of is not None:
        said.insert(0, _instead(rules, notice, now, language))
    if notice.lapsed is not None:
        at = words.when(notice.lapsed.from_at, rules.zone, language, now)
        by = notice.lapsed.by
        said.append(
            f"{by} {at}签收后没有下文"
            if chinese
            else f"{by} acknowledged it on {at} and nothing followed"
        )
    elif notice.times:
        said.append(f"第 {notice.times + 1} 次通知" if chinese else f"notice {notice.times + 1}")
    if notice.missed:
        said.append(
            f"补发：此前错过 {notice.missed} 级"
            if chinese
            else f"caught up after {notice.missed} missed steps"
        )
    return ("；" if chinese else "; ").join(said)


def _found(rules: InForce, notice: Notice, language: str) -> str:
    chinese = language == "zh_CN"
    if notice.why is Why.MILDER:
        return "较轻级别亮牌的名单里有你" if chinese else "You are on the list of a milder level"
    called = role_name(rules, notice.role, language)
    if notice.why is Why.CLIMBED:
        return (
            f"{called}无人可达，改为通知你"
            if chinese
            else f"Nobody can be reached as {called}; you are told instead"
        )
    if notice.why is Why.NOT_ALONE:
        return (
            f"不能只通知承办人本人，同时通知你：{called}"
            if chinese
            else f"Not only the one it is about is told: you are the {called}"
        )
    if notice.instead_of is not None:
        return called
    if not notice.step:
        return f"你是{called}" if chinese else f"You are the {called}"
    if chinese:
        return f"你是升级路线第 {notice.step + 1} 级：{called}"
    return f"You are step {notice.step + 1} of the ladder: {called}"


def _instead(rules: InForce, notice: Notice, now: int, language: str) -> str:
    name = notice.instead_of.name if notice.instead_of else ""
    zh, en = f"你代理{name}", f"You stand in for {name}"
    if notice.away_until is not None:
        at = words.when(notice.away_until, rules.zone, language, now)
        # Whole days of leave end at the midnight after the last of them.
        if moment(notice.away_until, rules.zone).time() == time.min:
            at = words.day(notice.away_until - 1, rules.zone, language, now)
        zh, en = f"{zh}（至 {at}）", f"{en} until {at}"
    return zh if language == "zh_CN" else en
