"""What is told, to whom: the value that the pipeline hands to a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Kind(StrEnum):
    """What a message is about; each has its own text in every language."""

    WARNING = "warning"  # 预警: due soon
    OVERDUE = "overdue"  # 黄牌: its limit has passed, or a check found something
    ESCALATION = "escalation"  # 升级: told to the next one up
    RESOLVED = "resolved"  # 已办结: what was told before no longer stands
    SYSTEM = "system"  # about the supervision itself: a source that cannot be read
    TEST = "test"  # somebody tries the channel


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: a name for people, and addresses by kind ("email", "wecom", "mobile", …)."""

    name: str
    addresses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient.

    Attributes:
        key: the idempotency key, the same at every attempt; receivers drop repeats by it.
        kind: what it is about.
        language: ``zh_CN`` or ``en``.
        recipient: who is told.
        context: the fields of the text as nested mappings of plain JSON values: ``case``,
            ``alert``, ``clock``, ``route``, ``links`` and ``source``. Of these the text needs
            ``case.item``, ``case.tail`` and ``alert.level_name`` for messages about a case and
            ``alert.title`` for system messages; whatever else is missing or empty drops the line
            that would have shown it.
    """

    key: str
    kind: Kind
    language: str
    recipient: Recipient
    context: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
