"""The calls about supervision orders (督办单)."""

from __future__ import annotations

from functools import partial

from config import Words
from monitor.access import Role
from monitor.web.api.calls import Asks, Call, Listed
from monitor.web.api.orders import (
    TAG,
    Deferring,
    Discharging,
    Doing,
    Issuing,
    Order,
    OrderQuery,
    Replying,
    WholeOrder,
    acted,
    issued,
    listed,
    one,
)
from rules.orders_acts import OrderAct

_ACTS: tuple[tuple[str, OrderAct, type[Asks], Words], ...] = (
    ("acknowledge", OrderAct.ACKNOWLEDGE, Doing, Words("签收督办单", "Acknowledge an order")),
    ("reply", OrderAct.REPLY, Replying, Words("反馈", "Reply to an order")),
    ("ask", OrderAct.ASK, Deferring, Words("申请延期", "Ask for more time")),
    ("accept", OrderAct.ACCEPT, Doing, Words("审核通过", "Accept a reply")),
    ("return", OrderAct.SEND_BACK, Deferring, Words("退回", "Send a reply back")),
    ("extend", OrderAct.EXTEND, Deferring, Words("延期", "Extend the term")),
    ("refuse", OrderAct.REFUSE, Doing, Words("不准延期", "Refuse more time")),
    ("discharge", OrderAct.DISCHARGE, Discharging, Words("销号", "Discharge an order")),
    ("withdraw", OrderAct.WITHDRAW, Doing, Words("撤回", "Withdraw an order")),
)
_RIGHTS = Words(
    "被督办一方签收、反馈、申请延期，其余由签发一方办。",
    "The supervised side acknowledges, replies and asks for more time; the issuer does the rest.",
)

CALLS = (
    Call(
        "GET",
        "/orders",
        "listOrders",
        TAG,
        Words("督办单列表", "List orders"),
        listed,
        Listed[Order],
        query=OrderQuery,
    ),
    Call(
        "GET",
        "/orders/{no:str}",
        "getOrder",
        TAG,
        Words("一份督办单和它的经过", "One order and its course"),
        one,
        WholeOrder,
    ),
    Call(
        "POST",
        "/orders",
        "issueOrder",
        TAG,
        Words("签发督办单", "Issue an order"),
        issued,
        WholeOrder,
        Role.ISSUE,
        body=Issuing,
        status=201,
        example={"alerts": [27], "advice": "请于期限内办结并说明原因"},
    ),
    *(
        Call(
            "POST",
            f"/orders/{{no:str}}/{path}",
            f"{path}Order",
            TAG,
            says,
            partial(acted, act),
            WholeOrder,
            body=body,
            note=_RIGHTS,
        )
        for path, act, body, says in _ACTS
    ),
)
