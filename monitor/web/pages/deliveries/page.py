"""The delivery log (投递记录): the list, one delivery, and sending again what failed."""

from __future__ import annotations

from urllib.parse import urlencode

from jinja2 import TemplateError
from litestar import Response

from config import Words
from config.times import begins_at, ends_at
from monitor import typed
from monitor.access import Role
from monitor.acts import deliveries as acts
from monitor.pipeline.delivering import message
from monitor.store import delivery_list, delivery_queue
from monitor.store.delivery_list import RESULTS, Reader, Row, Wanted
from monitor.web import downloads
from monitor.web.downloads import Column, Value
from monitor.web.looking import (
    Doing,
    Done,
    Form,
    Look,
    NoRightError,
    Page,
    Route,
    Shown,
    UnknownError,
)
from monitor.web.pages.deliveries import words as said
from monitor.web.pages.orders.words import row_id
from notifiers.failures import in_words
from notifiers.texts import built_in
from rules.instants import moment
from rules.refusals import RefusedError

SIZE = 50
"""So many deliveries make a page."""

_NAMES = ("result", "channel", "person", "case", "day", "silence", "alert", "before")
_COLUMNS = (
    Column("id", Words("编号", "id"), 10),
    Column("created_at", Words("时间", "made"), 18),
    Column("kind", Words("内容", "kind"), 14),
    Column("about", Words("关于", "about"), 36),
    Column("person", Words("收件人", "to"), 14),
    Column("channel", Words("渠道", "channel"), 12),
    Column("result", Words("结果", "result"), 12),
    Column("at", Words("送达或最近一次", "delivered or last tried"), 18),
    Column("attempts", Words("次数", "attempts"), 8),
    Column("error", Words("错误", "error"), 40),
    Column("why", Words("为何发给他", "why"), 30),
    Column("receipt", Words("回执", "receipt"), 30),
)


def show(look: Look) -> Shown:
    """Show a page of the log."""
    chosen = wanted(look)
    before = _number(look.one("before"))
    rows = delivery_list.listing(look.connection, _reader(look), chosen, SIZE + 1, before)
    shown = rows[:SIZE]
    return Shown(
        "deliveries.html",
        {
            "lines": [said.line(look, row) for row in shown],
            "older": shown[-1].id if len(rows) > SIZE else None,
            "newest": before is None,
            "result": chosen.result,
            "tabs": [(one, said.RESULTS[one].text(look.language)) for one in RESULTS],
            "counts": delivery_list.counts(look.connection, _reader(look), chosen),
            "chosen": {name: look.one(name) or "" for name in _NAMES},
            "narrowed": any(look.one(name) for name in _NAMES if name != "before"),
            "channels": [one.id for one in look.rules.settings.channel],
            "address": lambda **change: address(look, **change),
            "may_all": look.visitor.may(Role.SYSTEM),
            "may": look.visitor.may(Role.INSPECT),
            "receipt": said.receipt,
            "holds": {
                channel: said.moment(look, until)
                for channel, until in delivery_queue.holds(look.connection, look.now).items()
            },
        },
    )


def show_one(look: Look) -> Shown:
    """Show one delivery: why, to whom, what it says, and what came of it."""
    row = _found(look, row_id(look.path["id"]))
    text = None
    if row.kind != "test":
        claimed = delivery_queue.taken(look.connection, [row.id])
        try:
            text = built_in(look.rules.language).notice(message(look.rules, claimed[0]))
        except (TemplateError, TypeError, ValueError, ArithmeticError):
            text = None  # a notice of before, which lacks what texts need now
    return Shown(
        "delivery.html",
        {
            "line": said.line(look, row),
            "row": row,
            "text": text,
            "receipt": said.receipt(row),
            "moment": lambda at: said.moment(look, at),
            "may": look.visitor.may(Role.INSPECT),
        },
    )


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the deliveries that the address asks for as a file, without its pages."""
    rows = delivery_list.listing(look.connection, _reader(look), wanted(look), downloads.LIMIT)
    name = look.say("投递记录", "deliveries")
    return downloads.download(
        kind, name, _COLUMNS, [_values(look, row) for row in rows], look.language
    )


def retry(doing: Doing) -> Done:
    """Send a failed delivery again."""
    ident = row_id(doing.path["id"])
    _found(doing, ident)
    acts.retry(doing.connection, doing.actor, ident, doing.now)
    text = doing.say("已放回待发，随即重发。", "It waits again, and is sent at once.")
    return Done(f"/deliveries/{ident}", text)


def retry_channel(doing: Doing) -> Done:
    """Send all again that has failed over a channel."""
    channel = doing.one("channel")
    if channel is None:
        raise RefusedError("没有说哪个渠道", "it does not say which channel")
    count = acts.retry_channel(doing.connection, doing.actor, channel, doing.now)
    text = doing.say(
        f"渠道 {channel} 的 {count} 条消息已放回待发。",
        f"{count} messages of the channel {channel} wait again.",
    )
    return Done("/deliveries?" + urlencode({"result": "pending", "channel": channel}), text)


def wanted(look: Look) -> Wanted:
    """Give which deliveries the address asks for.

    Raises:
        RefusedError: the day is none.
    """
    result = look.one("result")
    person = look.one("person")
    people = None
    if person is not None:
        named = look.rules.book.directory.named(person)
        people = [one.id for one in named] or [person]
    day = look.one("day")
    begin_end = None
    if day is not None:
        one = typed.day(day)
        begin_end = (begins_at(one, look.rules.zone), ends_at(one, look.rules.zone))
    return Wanted(
        result if result in RESULTS else None,
        look.one("channel"),
        people,
        look.one("case"),
        begin_end,
        _number(look.one("silence")),
        _number(look.one("alert")),
    )


def address(look: Look, **change: str | int | None) -> str:
    """Give the address of the same list with something else in it; ``None`` leaves it out."""
    return look.again("/deliveries", _NAMES, **change)


def _reader(at: Look | Doing) -> Reader:
    return Reader(at.visitor.scope, at.visitor.person)


def _found(at: Look | Doing, ident: int) -> Row:
    row, seen = delivery_list.by_id(at.connection, _reader(at), ident)
    if row is None:
        raise UnknownError
    if not seen:
        raise NoRightError
    return row


def _values(look: Look, row: Row) -> list[Value]:
    line, zone = said.line(look, row), look.rules.zone
    at = row.sent_at or row.tried_at
    return [
        row.id,
        moment(row.created_at, zone),
        *(line.kind, line.about, line.person, row.channel, line.result),
        None if at is None else moment(at, zone),
        row.attempts,
        in_words(row.last_error, look.language) if row.last_error else None,
        line.why,
        said.receipt(row),
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


ROUTES: tuple[Route, ...] = (
    Page("/deliveries", show),
    *downloads.pages("/deliveries", show_file),
    Form("/deliveries/retry", retry_channel, show, Role.SYSTEM),
    Page("/deliveries/{id:int}", show_one),
    Form("/deliveries/{id:int}/retry", retry, show_one),
)
