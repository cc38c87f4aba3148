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

ORDER: dict[str, Any] = {
    "event": "issued",
    "no": "DB-2026-0413",
    "subject": "特殊建设工程消防设计审查（尾号 0173）超期 1 个工作日",
    "issuer": "王敏",
    "issuing_unit": "市政务服务局效能监察科",
    "supervised": "东浦区住房和城乡建设局",
    "advice": "请督促消防审验科于本周内办结",
    "found": "“技术审查”环节占用 9 个工作日中的 7 个",
    "issued_text": "10月19日（周一）09:00",
    "ack_by_text": "10月20日（周二）12:00",
    "reply_by_text": "10月21日（周三）12:00",
    "state_text": "",
    "by": "陈波",
    "at_text": "10月20日（周二）10:24",
    "note": "专家评审意见迟到两日，已催办",
    "cause": "其他部门",
    "done_by_text": "10月23日（周五）17:30",
}

DAILY: dict[str, Any] = {
    "period_text": "10月20日（周二）",
    "count": 68,
    "counts": {"red": 6, "yellow": 23, "warning": 39},
    "digest": {
        "event": "daily",
        "scope": "云岭市",
        "before": {"red": 5, "yellow": 27, "warning": 39},
        "unacknowledged": {"red": 2, "yellow": 5},
        "due_today": 37,
        "open": 1284,
        "on_time": 98.7,
        "on_time_before": 98.4,
    },
    "source": {"as_of": "08:59:28"},
    "links": {"home": f"{HOME}/", "details": f"{HOME}/bulletins/daily/2026-10-20.xlsx"},
    "route": {},
}

ADDRESSES = {
    "email": "liyang@example.gov.cn",
    "wecom": "liyang",
    "dingtalk": "liyang",
    "feishu": "ou_liyang",
    "mobile": "13800000000",
}

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
    if kind is Kind.ORDER:
        context["order"] = dict(ORDER)
        context["links"]["order"] = f"{HOME}/orders/DB-2026-0413"
    if kind is Kind.DIGEST:
        context = copy.deepcopy(DAILY)
        context["items"] = [item(number) for number in range(6)]
    for section, fields in sections.items():
        context[section] = None if fields is None else {**(context.get(section) or {}), **fields}
    addresses = ADDRESSES if addresses is None else addresses
    return Message(key, kind, language, Recipient(name, addresses), context)


def item(number: int, kind: Kind = Kind.OVERDUE, **sections: dict[str, Any] | None) -> Any:
    """Build the context of one item of a digest, about case ``number``."""
    case = {"no": f"DP-ZJ-20260922-{number:04}", "tail": f"{number:04}"}
    sections = {"case": case, **sections} if kind is not Kind.SYSTEM else sections
    return {"kind": kind.value, **message(kind, **sections).context}
