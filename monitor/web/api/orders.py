"""Supervision orders (督办单): lists, one with its course, issuing, and every act on one."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

import msgspec
from msgspec import Meta

from monitor import typed
from monitor.acts import order_rights
from monitor.acts.order_doubts import doubts
from monitor.acts.orders import Issue, act_on, issue
from monitor.store import keyset, orders, tables
from monitor.store.orders import OrderRow, owed_by
from monitor.web.api import moments, paging
from monitor.web.api.alerts import found_alert
from monitor.web.api.calls import Asked, Asks, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.api.named import Place, place
from monitor.web.api.problems import invalid
from monitor.web.looking import NoRightError, UnknownError
from monitor.web.pages.orders.new import regions_of
from rules.amounts import Amount
from rules.orders import ENDED, OrderState
from rules.orders_acts import Deed, OrderAct
from rules.refusals import RefusedError

TAG = "orders"

Text = Annotated[str, Meta(max_length=4000)]
Length = Annotated[
    str,
    Meta(max_length=40, description="时间量 · an amount of time", examples=["5 working days"]),
]


class OrderQuery(Paged):
    """Which orders, the newest first."""

    open: Annotated[bool | None, Meta(description="未了结的 · that have not ended")] = None
    state: Annotated[OrderState | None, Meta(description="状态 · state")] = None
    region: Annotated[str | None, Meta(description="被督办区划 · supervised region")] = None
    dept: Annotated[str | None, Meta(description="被督办部门 · supervised department")] = None
    late: Annotated[bool, Meta(description="有事项逾期的 · something is overdue")] = False


class Order(Gives):
    """An order as it stands."""

    no: str
    state: OrderState
    about: str
    place: Annotated[Place, Meta(description="被督办单位 · the supervised unit")]
    handler: str | None
    issuer: str | None
    issuing_region: str | None
    alerts: Annotated[list[int], Meta(description="所督办的牌 · its cards")]
    advice: str
    issued_at: Moment | None
    issued_by: str
    acknowledge_due: Moment | None
    acknowledged_at: Moment | None
    reply_due: Moment | None
    replied_at: Moment | None
    replied_by: str | None
    cause: str | None
    reply: str | None
    finish_due: Moment | None
    opinion: str | None
    ended_at: Moment | None


class OrderEvent(Gives):
    """Something that happened to an order."""

    at: Moment | None
    event: str
    by: str
    note: str
    detail: dict[str, Any]


class ClosingInDoubt(Gives):
    """A case under an order whose closing is in doubt, and why."""

    no: str
    found: str


class WholeOrder(Order):
    """An order with its course and with what whoever asks can do to it now."""

    events: list[OrderEvent]
    doubts: Annotated[list[ClosingInDoubt], Meta(description="办结时间存疑 · closings in doubt")]
    can: Annotated[list[OrderAct], Meta(description="你现在能办的 · what you can do to it now")]


class Issuing(Asks):
    """An order to be issued."""

    alerts: Annotated[
        list[Annotated[int, Meta(ge=1, le=2**63 - 1)]],
        Meta(min_length=1, max_length=100, description="同一单位的牌 · cards of one unit"),
    ]
    advice: Annotated[Text, Meta(description="督办意见 · what is asked for")] = ""
    region: Annotated[str | None, Meta(description="签发区划 · region that issues it")] = None
    acknowledge_within: Length | None = None
    reply_within: Length | None = None
    via: Annotated[list[str], Meta(max_length=50, description="渠道 · channels")] = msgspec.field(
        default_factory=list
    )


class Doing(Asks):
    """What is said on an act."""

    note: Annotated[Text, Meta(description="内容、理由或意见 · what, why, or the opinion")] = ""


class Replying(Doing):
    """A reply."""

    cause: Annotated[str | None, Meta(description="原因代码 · code of the cause")] = None
    finish_at: Annotated[Moment | None, Meta(description="何时办结 · by when it will be done")] = (
        None
    )


class Discharging(Doing):
    """A discharge."""

    confirmed: Annotated[
        bool,
        Meta(description="存疑的办结时间已核实，依据在 note · a closing in doubt was verified"),
    ] = False


class Deferring(Doing):
    """An act that sets another due moment."""

    until: Annotated[Moment | None, Meta(description="新的到期时刻 · the new due moment")] = None


def listed(asked: Asked) -> Listed[Order]:
    """Give a page of the list."""
    query: OrderQuery = asked.query
    c = tables.orders.c
    bounds = [
        order_rights.seen(asked.visitor, asked.rules.book.directory, c),
        *keyset.equal(
            tables.orders,
            state=query.state.value if query.state else None,
            region=query.region,
            department=query.dept,
        ),
    ]
    if query.open is not None:
        ended = c.state.in_([state.value for state in ENDED])
        bounds.append(~ended if query.open else ended)
    if query.late:
        bounds.append(owed_by() <= asked.now)
    rows = keyset.order_rows(asked.connection, bounds, paging.read_id(query.cursor), query.limit)
    full = len(rows) == query.limit
    return Listed(
        rows=[Order(**_fields(asked, row)) for row in rows],
        next=paging.write((None, rows[-1].id)) if full else None,
    )


def one(asked: Asked) -> WholeOrder:
    """Give one order."""
    return _whole(asked, _found(asked))


def issued(asked: Asked) -> WholeOrder:
    """Issue an order.

    Raises:
        NoRightError: a card or the issuing region is outside what the visitor may do.
    """
    body: Issuing = asked.body
    cards = [found_alert(asked, ident).alert for ident in dict.fromkeys(body.alerts)]
    regions = regions_of(asked.look(), cards[0])
    region = body.region or (regions[0] if regions else None)
    places = [(card.region, card.department) for card in cards]
    if not order_rights.may_issue(asked.visitor, region, places):
        raise NoRightError
    if region not in (*regions, None):
        raise RefusedError("不能以该区划的名义签发", "that region cannot issue this order")
    known = {channel.id for channel in asked.rules.settings.channel}
    for channel in set(body.via) - known:
        raise RefusedError(f"没有渠道 {channel}", f"there is no channel {channel}")
    wanted = Issue(
        tuple(card.id for card in cards),
        body.advice,
        _amount(body.acknowledge_within, "acknowledge_within"),
        _amount(body.reply_within, "reply_within"),
        region=region,
        via=tuple(body.via),
    )
    return _whole(asked, issue(asked.connection, asked.rules, asked.actor, wanted, asked.now))


def acted(act: OrderAct, asked: Asked) -> WholeOrder:
    """Do something to the order of the address.

    Raises:
        NoRightError: whoever asks may not.
    """
    row, body = _found(asked), asked.body
    if not order_rights.may_do(asked.visitor, asked.rules.book.directory, row.parties, act):
        raise NoRightError
    deed = Deed(
        act,
        asked.actor.who,
        body.note,
        getattr(body, "cause", None),
        moments.read(getattr(body, "finish_at", None), "finish_at"),
        moments.read(getattr(body, "until", None), "until"),
        getattr(body, "confirmed", False),
    )
    done = act_on(asked.connection, asked.rules, asked.actor, row.order.no, deed, asked.now)
    return _whole(asked, done)


def _found(asked: Asked) -> OrderRow:
    no = asked.path["no"]
    # A slash parts paths even where it is quoted, so that it may be quoted twice.
    row = orders.by_no(asked.connection, no) or orders.by_no(asked.connection, unquote(no))
    if row is None:
        raise UnknownError
    if not order_rights.may_see(asked.visitor, asked.rules.book.directory, row.parties):
        raise NoRightError
    return row


def _amount(text: str | None, name: str) -> Amount | None:
    if text is None:
        return None
    try:
        return typed.amount(text)
    except RefusedError as error:
        raise invalid(error.zh, error.en, parameter=name) from None


def _whole(asked: Asked, row: OrderRow) -> WholeOrder:
    write = moments.written(asked.rules.zone)
    return WholeOrder(
        **_fields(asked, row),
        events=[
            OrderEvent(
                at=write(each.at),
                event=each.event,
                by=each.by,
                note=each.note,
                detail={
                    name: write(value)
                    if name.endswith("_due") and isinstance(value, int)
                    else value
                    for name, value in each.detail.items()
                },
            )
            for each in orders.events(asked.connection, row.id)
        ],
        doubts=[
            ClosingInDoubt(no=one.no, found=one.found)
            for one in doubts(asked.connection, asked.rules, row)
        ],
        can=list(order_rights.open_to(asked.visitor, asked.rules.book.directory, row, asked.now)),
    )


def _fields(asked: Asked, row: OrderRow) -> dict[str, Any]:
    order, parties = row.order, row.parties
    write = moments.written(asked.rules.zone)
    return {
        "no": order.no,
        "state": order.state,
        "about": parties.about,
        "place": place(asked.rules, parties.region, parties.department),
        "handler": parties.handler,
        "issuer": parties.issuer,
        "issuing_region": parties.issuing_region,
        "alerts": list(row.alerts),
        "advice": parties.advice,
        "issued_by": order.issued_by,
        "replied_by": order.replied_by,
        "cause": order.cause,
        "reply": order.reply,
        "opinion": order.opinion,
        **{
            name: write(getattr(order, name))
            for name in (
                *("issued_at", "acknowledge_due", "acknowledged_at", "reply_due"),
                *("replied_at", "finish_due", "ended_at"),
            )
        },
    }
