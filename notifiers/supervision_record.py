"""The supervision record (监察督办信息) of GB/T 39046-2020 section 6.8, made of a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from notifiers.message import Kind, Message
from notifiers.notice import Notice

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "case_no": "办件编号",
        "content": "督办内容",
        "unit": "机构名称",
        "item_kind": "事项类型代码",
        "issued_at": "督办发出时间",
        "supervision_no": "监察编号",
        "rule_no": "监察规则编号",
        "warning_kind": "监察预警类型代码",
        "state_at": "状态产生时间",
        "result": "监察结果描述",
        "responsible": "责任部门",
    }
)
"""What the standard calls each field of a record, in its order."""

_AT = "%Y-%m-%d %H:%M:%S"
_NO_RECORD = (Kind.TEST, Kind.DIGEST, Kind.SYSTEM)


def supervision_record(
    message: Message, notice: Notice, codes: Mapping[str, str], now: datetime
) -> dict[str, str] | None:
    """Give the record of a message by the names of :data:`FIELDS`; ``None`` where it is no case's.

    Args:
        message: the message.
        notice: its words.
        codes: the code of the kind of warning for each level, and for ``resolved``.
        now: the moment at which it is issued; times are written in its zone.
    """
    context = message.context
    case, alert = context.get("case") or {}, context.get("alert") or {}
    if message.kind in _NO_RECORD or not case:
        return None
    order = context.get("order") or {}
    level = "resolved" if message.kind is Kind.RESOLVED else str(alert.get("level") or "")
    since = alert.get("since_at")
    state_at = datetime.fromisoformat(since).astimezone(now.tzinfo) if since else now
    return {
        "case_no": _text(case.get("no") or case.get("tail")),
        "content": notice.lead or notice.headline,
        "unit": _text(f"{case.get('region') or ''}{case.get('department') or ''}"),
        "item_kind": _text(case.get("kind")),
        "issued_at": now.strftime(_AT),
        "supervision_no": _text(order.get("no") or alert.get("id")),
        "rule_no": _text(alert.get("rule")),
        "warning_kind": codes.get(level, level),
        "state_at": state_at.strftime(_AT),
        "result": _text(alert.get("found")) or notice.headline,
        "responsible": _text(case.get("department")),
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)
