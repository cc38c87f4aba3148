"""Supervision orders (督办单): what one says, how it stands, and what can be done to it.

An order is issued to the unit that a card accuses; the unit acknowledges it (签收), replies with
the cause and a date (反馈), the issuer accepts the reply or sends it back, and discharges the order
(销号) once the matter is done. How this runs was learnt from the forms that halls publish; see
:mod:`rules.orders_acts` for the acts and :mod:`rules.orders_deadlines` for who owes what by when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from rules.amounts import Amount
from rules.compliance.check import Text
from rules.worktime import WorkingTime


class OrderState(StrEnum):
    """How an order stands."""

    ISSUED = "issued"  # 已签发，待签收
    ACKNOWLEDGED = "acknowledged"  # 已签收，待反馈
    REPLIED = "replied"  # 已反馈，待审核
    SENT_BACK = "sent back"  # 退回，待重新反馈
    ACCEPTED = "accepted"  # 反馈通过，待销号
    DISCHARGED = "discharged"  # 已销号
    WITHDRAWN = "withdrawn"  # 已撤回


ENDED = (OrderState.DISCHARGED, OrderState.WITHDRAWN)
"""The states in which nothing more is owed."""

AWAITING_REPLY = (OrderState.ISSUED, OrderState.ACKNOWLEDGED, OrderState.SENT_BACK)
"""The states in which the supervised unit owes a reply."""

STATE_NAMES: Mapping[OrderState, Text] = {
    OrderState.ISSUED: Text("待签收", "to be acknowledged"),
    OrderState.ACKNOWLEDGED: Text("待反馈", "to be replied to"),
    OrderState.REPLIED: Text("待审核", "reply to be reviewed"),
    OrderState.SENT_BACK: Text("退回重报", "sent back"),
    OrderState.ACCEPTED: Text("待销号", "to be discharged"),
    OrderState.DISCHARGED: Text("已销号", "discharged"),
    OrderState.WITHDRAWN: Text("已撤回", "withdrawn"),
}
"""How people call the states."""

CAUSES: Mapping[str, Text] = {
    "handler": Text("承办人", "the handler"),
    "department": Text("本部门其他环节", "other work of the department"),
    "other-department": Text("其他部门", "another department"),
    "applicant": Text("申请人", "the applicant"),
    "system": Text("系统故障或数据错误", "a fault of systems or data"),
    "force-majeure": Text("不可抗力", "force majeure"),
    "other": Text("其他", "something else"),
}
"""The usual code list of causes (原因); settings may name others."""


@dataclass(frozen=True)
class Terms:
    """Within what time each side has to act, in the working time of ``work``.

    ``remind_before`` is how long before a due moment whoever owes is reminded, ``None``: never.
    ``causes`` are the codes a reply may give.
    """

    work: WorkingTime
    acknowledge_within: Amount
    reply_within: Amount
    review_within: Amount
    close_within: Amount
    remind_before: Amount | None = None
    causes: frozenset[str] = frozenset(CAUSES)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands; ``…_at`` and ``…_due`` are instants, ``…_by`` people.

    Attributes:
        no: its number.
        state: how it stands.
        issued_at: when it was issued.
        issued_by: the person who issued it, or the policy that did: ``policy:ID``.
        acknowledge_due: by when it is to be acknowledged.
        reply_due: by when it is to be replied to.
        acknowledged_at: when the supervised unit acknowledged it.
        replied_at: when the last reply came.
        replied_by: who gave it.
        cause: the cause that the reply gives, a code.
        reply: the reply in words.
        finish_due: by when the unit says the matter will be done.
        review_due: by when the issuer is to accept the reply or to send it back.
        accepted_at: when the reply was accepted.
        close_due: by when the issuer is to discharge the order.
        ended_at: when it was discharged or withdrawn.
        opinion: the closing opinion, or why it was sent back or withdrawn.
        asked_at: when more time was asked for, ``None`` once that is answered.
        asked_by: who asked.
        wished_due: the due moment that was asked for.
        answer_due: by when the issuer is to answer that.
        returns: how often a reply was sent back.
        extensions: how often more time was granted.
        reminded: of what whoever owes was reminded: the due moment by what is owed.
    """

    no: str
    state: OrderState
    issued_at: int
    issued_by: str
    acknowledge_due: int
    reply_due: int
    acknowledged_at: int | None = None
    replied_at: int | None = None
    replied_by: str | None = None
    cause: str | None = None
    reply: str | None = None
    finish_due: int | None = None
    review_due: int | None = None
    accepted_at: int | None = None
    close_due: int | None = None
    ended_at: int | None = None
    opinion: str | None = None
    asked_at: int | None = None
    asked_by: str | None = None
    wished_due: int | None = None
    answer_due: int | None = None
    returns: int = 0
    extensions: int = 0
    reminded: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
