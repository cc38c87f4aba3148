"""Acts of the audit log in people's words: who, what, and what it changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config import Words
from monitor.addresses import case_path
from monitor.pipeline.audit_wording import ACTS
from monitor.store import alert_list
from monitor.store.audit_log import Recorded
from monitor.web.looking import Look
from monitor.web.pages.accounts.words import role_name
from monitor.web.pages.actors import who
from monitor.web.pages.orders.words import path as order_path
from notifiers import words
from rules.subjects import called

_LONGEST = 120  # characters of one value on the page; a file has all of them
_NAMES = {
    "name": Words("姓名、名称", "name"),
    "role": Words("角色", "role"),
    "regions": Words("区划", "regions"),
    "departments": Words("部门", "departments"),
    "person": Words("名录中的人", "person"),
    "kind": Words("种类", "kind"),
    "state": Words("状态", "state"),
    "expires_at": Words("到期", "expires"),
    "from_at": Words("从", "from"),
    "until_at": Words("至", "until"),
    "valid_from": Words("施行", "in force from"),
    "deputy": Words("代理人", "deputy"),
    "reason": Words("事由", "reason"),
    "evidence": Words("依据", "evidence"),
    "matching": Words("适用于", "matching"),
    "reply_due": Words("反馈期限", "reply due"),
    "decide_due": Words("裁定期限", "decision due"),
    "sessions": Words("退出的浏览器", "browsers signed out"),
    "deliveries": Words("投递", "deliveries"),
    "alerts": Words("牌", "cards"),
    "channel": Words("渠道", "channel"),
    "origin": Words("来源", "from"),
    "added": Words("新增", "added"),
    "changed": Words("变更", "changed"),
    "removed": Words("移除", "removed"),
    "version": Words("程序版本", "version"),
    "rules": Words("规则的指纹", "fingerprint of the rules"),
}
"""What people call the values of acts; what has no word here stays as the record has it."""

_INSTANT = 10**15  # microseconds: 2001; no other number of an act is so large


@dataclass(frozen=True, slots=True)
class Change:
    """A value that an act has changed; "" where it was, or is, nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An act as the page shows it; ``path`` leads to its object, "" where there is no page."""

    id: int
    at: str
    who: str
    who_id: str
    act: str
    act_id: str
    object: str
    path: str
    changes: tuple[Change, ...]
    note: str
    origin: str


def lines(look: Look, rows: Sequence[Recorded]) -> list[Line]:
    """Give acts in words."""
    paths = _paths(look, {one.act.object for one in rows})
    return [
        Line(
            one.id,
            words.when(one.at, look.rules.zone, look.language, look.now),
            who(look, one.act.who),
            one.act.who,
            ACTS[one.act.act].text(look.language) if one.act.act in ACTS else one.act.act,
            one.act.act,
            one.act.object,
            paths.get(one.act.object, ""),
            tuple(_changes(look, one.act.before, one.act.after)),
            one.act.note,
            one.act.origin,
        )
        for one in rows
    ]


def _paths(look: Look, objects: set[str]) -> dict[str, str]:
    """Give where objects are shown."""
    found = {}
    alerts = {}
    for name in objects:
        kind, _, ident = name.partition(":")
        match kind:
            case "alert" if ident.isdecimal():
                alerts[int(ident)] = name
            case "order":
                found[name] = order_path(ident)
            case "delivery":
                found[name] = f"/deliveries/{ident}"
            case "silence":
                found[name] = "/silences"
            case "appeal":
                found[name] = "/appeals"
            case "account" | "token":
                found[name] = "/admin/users"
            case "item":
                found[name] = f"/items/{ident}"
            case "person":
                found[name] = "/people"
            case "daemon" | "store" | "channel":
                found[name] = "/health"
    for row in alert_list.of_ids(look.connection, sorted(alerts)):
        if row.key is not None:
            found[alerts[row.alert.id]] = case_path(row.no, row.key)
    return found


def _changes(look: Look, before: Any, after: Any) -> list[Change]:
    old = before if isinstance(before, Mapping) else {"": before}
    new = after if isinstance(after, Mapping) else {"": after}
    return [
        Change(
            _NAMES[name].text(look.language) if name in _NAMES else name,
            _value(look, name, old.get(name)),
            _value(look, name, new.get(name)),
        )
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _value(look: Look, name: str, value: Any) -> str:
    places = look.rules.book.directory
    if name == "role" and isinstance(value, str):
        return role_name(value, look.language)
    if name == "person" and isinstance(value, str):
        return who(look, value)
    if name in ("regions", "departments") and isinstance(value, list):
        known = places.regions if name == "regions" else places.departments
        return look.say("、", ", ").join(called(known, one) for one in value)
    return _text(look, value)


def _text(look: Look, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and value > _INSTANT:
        return words.when(value, look.rules.zone, look.language, look.now)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words.cut(text, _LONGEST)
