"""The delivery log (投递记录), and sending again what has failed."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts.deliveries import retry
from monitor.store import delivery_list
from monitor.store.delivery_list import Row, Wanted
from monitor.web.api import moments, paging
from monitor.web.api.calls import Asked, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.looking import NoRightError, UnknownError

TAG = "deliveries"


class DeliveryQuery(Paged):
    """Which deliveries, the newest first."""

    result: Annotated[
        Literal["pending", "sent", "failed", "silenced", "grouped", "superseded"] | None,
        Meta(description="结果 · what became of it"),
    ] = None
    channel: Annotated[str | None, Meta(description="渠道 · channel")] = None
    person: Annotated[str | None, Meta(description="收件人编号 · id of the person")] = None
    case: Annotated[str | None, Meta(description="办件号或主键 · number or key of a case")] = None
    alert: Annotated[
        Annotated[int, Meta(ge=1, le=2**63 - 1)] | None, Meta(description="亮牌编号 · card")
    ] = None


class Delivery(Gives):
    """A message on its way to somebody over a channel."""

    id: int
    key: str
    channel: str
    result: str
    kind: str
    level: str | None
    person: str | None
    reason: Annotated[str, Meta(description="为什么发给他 · why he is told")]
    alert: int | None
    case_no: str | None
    attempts: int
    last_error: str | None
    created_at: Moment | None
    not_before: Moment | None
    tried_at: Moment | None
    sent_at: Moment | None
    read_at: Moment | None
    silence: int | None


def listed(asked: Asked) -> Listed[Delivery]:
    """Give a page of the list."""
    query: DeliveryQuery = asked.query
    wanted = Wanted(
        query.result,
        query.channel,
        None if query.person is None else [query.person],
        query.case,
        alert=query.alert,
    )
    before = paging.read_id(query.cursor)
    rows = delivery_list.listing(asked.connection, asked.reader, wanted, query.limit, before)
    return Listed(
        rows=[_delivery(asked, row) for row in rows],
        next=paging.write((None, rows[-1].id)) if len(rows) == query.limit else None,
    )


def one(asked: Asked) -> Delivery:
    """Give one delivery."""
    return _delivery(asked, _found(asked))


def retried(asked: Asked) -> Delivery:
    """Send a failed delivery again."""
    row = _found(asked)
    retry(asked.connection, asked.actor, row.id, asked.now)
    asked.wakes.append("deliver")
    return _delivery(asked, _found(asked))


def _found(asked: Asked) -> Row:
    row, seen = delivery_list.by_id(asked.connection, asked.reader, asked.id)
    if row is None:
        raise UnknownError
    if not seen:
        raise NoRightError
    return row


def _delivery(asked: Asked, row: Row) -> Delivery:
    write = moments.written(asked.rules.zone)
    return Delivery(
        id=row.id,
        key=row.key,
        channel=row.channel,
        result=row.state,
        kind=row.kind,
        level=row.level,
        person=row.person,
        reason=row.reason,
        alert=row.alert_id,
        case_no=row.case_no,
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=write(row.created_at),
        not_before=write(row.not_before),
        tried_at=write(row.tried_at),
        sent_at=write(row.sent_at),
        read_at=write(row.read_at),
        silence=row.silence_id,
    )


CALLS = (
    Call(
        "GET",
        "/deliveries",
        "listDeliveries",
        TAG,
        Words("投递记录", "List deliveries"),
        listed,
        Listed[Delivery],
        query=DeliveryQuery,
    ),
    Call(
        "GET",
        "/deliveries/{id:str}",
        "getDelivery",
        TAG,
        Words("一条投递", "One delivery"),
        one,
        Delivery,
    ),
    Call(
        "POST",
        "/deliveries/{id:str}/retry",
        "retryDelivery",
        TAG,
        Words("重发失败的投递", "Send a failed delivery again"),
        retried,
        Delivery,
        Role.INSPECT,
    ),
)
