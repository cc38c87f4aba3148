"""What can be done to a supervision order (督办单), by which side, and what becomes of it.

The two sides are the supervised unit (被督办单位), which acknowledges, replies and asks for more
time, and the issuer (签发单位), which does everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from rules.cases import Fact
from rules.compliance.check import Text
from rules.offsets import within
from rules.orders import AWAITING_REPLY, ENDED, STATE_NAMES, Order, OrderState, Terms
from rules.orders_deadlines import Side
from rules.refusals import RefusedError


class OrderAct(StrEnum):
    """Something that is done to an order."""

    ACKNOWLEDGE = "acknowledge"
    REPLY = "reply"
    ACCEPT = "accept"
    SEND_BACK = "send back"
    ASK = "ask for more time"
    EXTEND = "extend"
    REFUSE = "refuse more time"
    DISCHARGE = "discharge"
    WITHDRAW = "withdraw"


ACT_NAMES: Mapping[OrderAct, Text] = {
    OrderAct.ACKNOWLEDGE: Text("签收", "acknowledged"),
    OrderAct.REPLY: Text("反馈", "replied to"),
    OrderAct.ACCEPT: Text("审核通过", "accepted"),
    OrderAct.SEND_BACK: Text("退回", "sent back"),
    OrderAct.ASK: Text("申请延期", "asked to be extended"),
    OrderAct.EXTEND: Text("延期", "extended"),
    OrderAct.REFUSE: Text("不准延期", "refused more time"),
    OrderAct.DISCHARGE: Text("销号", "discharged"),
    OrderAct.WITHDRAW: Text("撤回", "withdrawn"),
}
"""How people call the acts: what was done, what an order is after it."""

SIDES: Mapping[OrderAct, Side] = {
    act: Side.SUPERVISED
    if act in (OrderAct.ACKNOWLEDGE, OrderAct.REPLY, OrderAct.ASK)
    else Side.ISSUER
    for act in OrderAct
}
"""Which side does what."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act by one person.

    ``note`` is the reply, the reason or the opinion. ``cause`` and ``finish_due`` belong to a
    reply: the code of the cause, and the instant by which the matter will be done. ``until_due``
    is the new due moment of the reply: the one asked for, granted, or set on sending back.
    ``confirmed`` says that whoever discharges has verified a closing that is in doubt.
    """

    act: OrderAct
    by: str
    note: str = ""
    cause: str | None = None
    finish_due: int | None = None
    until_due: int | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """What happened to an order: the instant, what, who did it, in what words, and the details."""

    at: int
    event: str
    by: str
    note: str = ""
    detail: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))


def done(order: Order, deed: Deed, now: int, terms: Terms) -> tuple[Order, OrderEvent]:
    """Do something to an order at the instant ``now``; give the order after it, and the event.

    Raises:
        RefusedError: the order is not in a state for it, or the deed lacks what it needs.
    """
    allowed, need_note, change = _ACTS[deed.act]
    if order.state not in allowed:
        _refuse_state(order, deed.act, allowed)
    if need_note and not deed.note.strip():
        name = ACT_NAMES[deed.act].of("zh")
        raise RefusedError(
            f"{name}督办单 {order.no} 须写明内容或理由",
            f"to {deed.act} order {order.no}, say why or what in words",
        )
    after = change(order, deed, now, terms)
    detail: dict[str, Fact] = {"state": after.state.value}
    for name in ("cause", "finish_due", "until_due"):
        if (value := getattr(deed, name)) is not None:
            detail[name] = value
    if after.reply_due != order.reply_due:
        detail["reply_due"] = after.reply_due
    return after, OrderEvent(now, deed.act.value, deed.by, deed.note, detail)


def possible(order: Order, now: int) -> tuple[OrderAct, ...]:
    """Give what can be done to an order as it stands at the instant ``now``, by whichever side."""
    asked = order.asked_at is not None
    ruled_out = {
        OrderAct.ASK: asked or now > order.reply_due,
        OrderAct.REFUSE: not asked,
    }
    return tuple(
        act
        for act, (states, _, _) in _ACTS.items()
        if order.state in states and not ruled_out.get(act, False)
    )


def _acknowledge(order: Order, deed: Deed, now: int, terms: Terms) -> Order:  # noqa: ARG001  # one shape
    return replace(order, state=OrderState.ACKNOWLEDGED, acknowledged_at=now)


def _reply(order: Order, deed: Deed, now: int, terms: Terms) -> Order:
    if deed.cause not in terms.causes:
        known = ", ".join(sorted(terms.causes))
        raise RefusedError(
            f"反馈须写明原因，“{deed.cause or ''}”不在原因代码中：{known}",
            f"a reply names its cause; {deed.cause!r} is none of: {known}",
        )
    if deed.finish_due is None:
        raise RefusedError(
            "反馈须写明办结时间", "a reply says by when the matter will be done; no date was given"
        )
    return replace(
        _acknowledged(order, now),
        state=OrderState.REPLIED,
        replied_at=now,
        replied_by=deed.by,
        cause=deed.cause,
        reply=deed.note,
        finish_due=deed.finish_due,
        review_due=within(terms.review_within, now, terms.work),
        asked_at=None,  # a reply is the answer to everything that was open
        asked_by=None,
        wished_due=None,
        answer_due=None,
    )


def _accept(order: Order, deed: Deed, now: int, terms: Terms) -> Order:
    _require_another(order, deed, order.replied_by)
    # The matter need not be done before the day that the accepted reply names.
    ready = max(now, order.finish_due or now)
    return replace(
        order,
        state=OrderState.ACCEPTED,
        accepted_at=now,
        close_due=within(terms.close_within, ready, terms.work),
    )


def _send_back(order: Order, deed: Deed, now: int, terms: Terms) -> Order:
    _require_another(order, deed, order.replied_by)
    due = within(terms.reply_within, now, terms.work) if deed.until_due is None else deed.until_due
    _require_future(order, due, now)
    return replace(
        order,
        state=OrderState.SENT_BACK,
        reply_due=due,
        review_due=None,
        opinion=deed.note,
        returns=order.returns + 1,
    )


def _ask(order: Order, deed: Deed, now: int, terms: Terms) -> Order:
    if order.asked_at is not None:
        raise RefusedError(
            f"督办单 {order.no} 已申请延期，尚未答复",
            f"more time was asked for order {order.no} already and not answered yet",
        )
    if now > order.reply_due:
        raise RefusedError(
            f"督办单 {order.no} 的反馈期限已过，不能再申请延期",
            f"order {order.no} was to be replied to by now; more time is asked for before that",
        )
    if deed.until_due is None or deed.until_due <= order.reply_due:
        raise RefusedError(
            f"申请延期须写明新的反馈时间，且晚于督办单 {order.no} 现在的期限",
            f"say until when; it must be later than the present due moment of order {order.no}",
        )
    return replace(
        _acknowledged(order, now),
        asked_at=now,
        asked_by=deed.by,
        wished_due=deed.until_due,
        answer_due=within(terms.review_within, now, terms.work),
    )


def _extend(order: Order, deed: Deed, now: int, terms: Terms) -> Order:  # noqa: ARG001  # one shape
    _require_another(order, deed, order.asked_by)
    due = order.wished_due if deed.until_due is None else deed.until_due
    if due is None or due <= order.reply_due:
        raise RefusedError(
            f"延期须写明新的反馈时间，且晚于督办单 {order.no} 现在的期限",
            f"say until when; it must be later than the present due moment of order {order.no}",
        )
    _require_future(order, due, now)
    return replace(_answered(order), reply_due=due, extensions=order.extensions + 1)


def _refuse(order: Order, deed: Deed, now: int, terms: Terms) -> Order:  # noqa: ARG001  # one shape
    if order.asked_at is None:
        raise RefusedError(
            f"督办单 {order.no} 没有待答复的延期申请", f"nobody asked for more time on {order.no}"
        )
    _require_another(order, deed, order.asked_by)
    return _answered(order)


def _discharge(order: Order, deed: Deed, now: int, terms: Terms) -> Order:  # noqa: ARG001  # one shape
    _require_another(order, deed, order.replied_by)
    return replace(order, state=OrderState.DISCHARGED, ended_at=now, opinion=deed.note)


def _withdraw(order: Order, deed: Deed, now: int, terms: Terms) -> Order:  # noqa: ARG001  # one shape
    return replace(_answered(order), state=OrderState.WITHDRAWN, ended_at=now, opinion=deed.note)


def _acknowledged(order: Order, now: int) -> Order:
    """Whoever replies or asks has seen the order."""
    seen = order.acknowledged_at if order.acknowledged_at is not None else now
    state = OrderState.ACKNOWLEDGED if order.state is OrderState.ISSUED else order.state
    return replace(order, state=state, acknowledged_at=seen)


def _answered(order: Order) -> Order:
    return replace(order, asked_at=None, asked_by=None, wished_due=None, answer_due=None)


def _require_another(order: Order, deed: Deed, person: str | None) -> None:
    if person is not None and deed.by == person:
        raise RefusedError(
            f"督办单 {order.no} 的反馈或申请由 {person} 提出，不能由其本人{_zh(deed.act)}",
            f"{person} gave the reply or made the request on order {order.no}; "
            f"somebody else has to {deed.act}",
        )


def _require_future(order: Order, due: int, now: int) -> None:
    if due <= now:
        raise RefusedError(
            f"督办单 {order.no} 新的反馈时间已经过去",
            f"the new due moment of {order.no} has passed",
        )


def _refuse_state(order: Order, act: OrderAct, allowed: tuple[OrderState, ...]) -> None:
    states = "、".join(STATE_NAMES[state].zh for state in allowed)
    raise RefusedError(
        f"督办单 {order.no} {STATE_NAMES[order.state].zh}，不能{_zh(act)}；"
        f"可以{_zh(act)}的状态：{states}",
        f"order {order.no} is {order.state}; to {act}, it must be: {', '.join(allowed)}",
    )


def _zh(act: OrderAct) -> str:
    return ACT_NAMES[act].zh


_Change = Callable[[Order, Deed, int, Terms], Order]

_ACTS: Mapping[OrderAct, tuple[tuple[OrderState, ...], bool, _Change]] = {
    OrderAct.ACKNOWLEDGE: ((OrderState.ISSUED,), False, _acknowledge),
    OrderAct.REPLY: (AWAITING_REPLY, True, _reply),
    OrderAct.ACCEPT: ((OrderState.REPLIED,), False, _accept),
    OrderAct.SEND_BACK: ((OrderState.REPLIED,), True, _send_back),
    OrderAct.ASK: (AWAITING_REPLY, True, _ask),
    OrderAct.EXTEND: (AWAITING_REPLY, False, _extend),
    OrderAct.REFUSE: (AWAITING_REPLY, True, _refuse),
    OrderAct.DISCHARGE: ((OrderState.ACCEPTED,), True, _discharge),
    OrderAct.WITHDRAW: (
        tuple(state for state in OrderState if state not in ENDED),
        True,
        _withdraw,
    ),
}
"""For each act the states in which it can be done, whether it needs words, and what it does."""
