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
    ORDER = "order"  # 督办单: issued, due, answered, discharged; ``order.event`` says which
    DIGEST = "digest"  # 汇总, 快报: many in one; ``digest.event`` says which
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
            ``case.item``, ``case.tail`` and ``alert.level_name`` for messages about a case,
            ``alert.title`` for system messages, ``order.no`` for orders and ``count`` for digests;
            whatever else is missing or empty drops the line that would have shown it.

    An order has ``order``: ``event`` (issued, reminder, overdue, acknowledged, replied, accepted,
    sent_back, extension_asked, extended, extension_refused, discharged, withdrawn), ``no``,
    ``subject`` (what it is about, without the applicant and with no more than the tail of a case's
    number), ``issuer``, ``issuing_unit``, ``supervised``, ``advice``, ``ack_by_text``,
    ``reply_by_text``, ``issued_text``, ``state_text``, ``found`` (what the data show as the cause),
    and of the act that is told: ``by`` (who), ``at_text`` (when), ``note`` (what he wrote),
    ``cause`` (the one he names) and ``done_by_text``. ``links.ack`` and ``links.order`` lead to it.
    A message about a card has such fields in ``pending_order`` while an order for it is open.

    A digest has ``items``: contexts as for single messages, each with its ``kind``; the gravest are
    shown, in the given order within a level. ``count`` is how many it is about, ``counts`` how many
    of each level, ``period_text`` the time it covers, ``nothing`` that there is nothing to report.
    ``digest`` has ``event`` (merged, daily, silence, missed, backlog) and may have ``scope``
    (the name of a region), ``before`` and ``unacknowledged`` (numbers by level), ``due_today``,
    ``open``, ``on_time`` and ``on_time_before`` (per cent; the latter where the months can be
    compared) and ``in_doubt`` (how many closed cases these leave out). ``links.home`` and
    ``links.details`` lead on.
    """

    key: str
    kind: Kind
    language: str
    recipient: Recipient
    context: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
