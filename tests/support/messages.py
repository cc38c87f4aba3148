"""Builders of messages: sound defaults, so that a test shows only what matters."""

from __future__ import annotations

import copy
from typing import Any

from notifiers import Kind, Message, Recipient

HOME = "https://jc.example.gov.cn"

CONTEXT: dict[str, dict[str, Any]] = {
    "case": {
        "no": "DP-ZJ-20260922-0173",
        "tail": "0173",
        "item": "特殊建设工程消防设计审查",
        "item_short": "消防设计审查",
        "region": "东浦区",
        "department": "东浦区住房和城乡建设局 · 消防审验科",
        "handler_masked": "李*",
        "applicant_masked": "云岭**置业有限公司",
        "step": "技术审查，第 9 / 10 个工作日",
    },
    "alert": {
        "level": "yellow",
        "level_name": "黄牌",
        "title": "承诺办结时限",
        "law": "行政许可法 第四十二条",
        "reason": "due",
    },
    "clock": {
        "due_at": "2026-10-16T17:30:00+08:00",
        "due_text": "10月16日（周五）17:30",
        "left_text": "",
        "over_text": "超期 1 个工作日",
        "next_level_name": "红牌",
        "next_level_text": "10月21日（周三）17:30 仍未办结转红牌",
        "limit_text": "承诺时限 10 个工作日",
    },
    "policy": {"id": "county"},
    "route": {"step": 1, "reason": "你是本件承办人或科室负责人"},
    "links": {
        "home": f"{HOME}/",
        "case": f"{HOME}/cases/DP-ZJ-20260922-0173",
        "explain": f"{HOME}/cases/DP-ZJ-20260922-0173/explain",
        "correction": f"{HOME}/cases/DP-ZJ-20260922-0173/correction",
        "ack": f"{HOME}/cases/DP-ZJ-20260922-0173/ack",
        "system": f"{HOME}/sources",
    },
    "source": {"as_of": "10-19 09:00"},
}

ADDRESSES = {"email": "liyang@example.gov.cn", "wecom": "liyang", "mobile": "13800000000"}

_LEVELS = {
    Kind.WARNING: ("warning", "预警", "剩 2 个工作日", ""),
    Kind.ESCALATION: ("red", "红牌", "", "超期 3 个工作日"),
    Kind.RESOLVED: ("yellow", "黄牌", "", "超期 2 个工作日"),
}


def message(
    kind: Kind = Kind.OVERDUE,
    *,
    key: str = "notice-1:wecom",
    language: str = "zh_CN",
    name: str = "李阳",
    addresses: dict[str, str] | None = None,
    **sections: dict[str, Any] | None,
) -> Message:
    """Build a message of ``kind``; ``case={"item": …}`` and so on change single fields."""
    context: dict[str, Any] = copy.deepcopy(CONTEXT)
    if kind in _LEVELS:
        level, level_name, left, over = _LEVELS[kind]
        context["alert"] |= {"level": level, "level_name": level_name}
        context["clock"] |= {"left_text": left, "over_text": over}
    if kind is Kind.RESOLVED:
        context["alert"]["reason"] = "closed"
    if kind is Kind.SYSTEM:
        context["case"], context["clock"] = None, None
        context["alert"] |= {
            "level": "red",
            "title": "读不到审批库 county-hall",
            "reason": "连不上审批库：用户名或密码不对（DB-102）",
        }
    for section, fields in sections.items():
        context[section] = None if fields is None else {**(context[section] or {}), **fields}
    addresses = ADDRESSES if addresses is None else addresses
    return Message(key, kind, language, Recipient(name, addresses), context)
