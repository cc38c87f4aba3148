"""The item catalogue (事项目录), with every edition of an item."""

from __future__ import annotations

from datetime import date
from typing import Any

from config import Words
from monitor.store import items
from monitor.web.api import moments
from monitor.web.api.calls import Asked, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.looking import UnknownError

TAG = "items"


class Edition(Gives):
    """An edition of an item, in force from a day until the day before another."""

    valid_from: date
    valid_to: date | None
    facts: dict[str, Any]
    origin: str
    imported_at: Moment | None


class Item(Gives):
    """An item and its editions, the oldest first."""

    code: str
    editions: list[Edition]


def listed(asked: Asked) -> Listed[Item]:
    """Give a page of the catalogue, by code."""
    query: Paged = asked.query
    found: dict[str, list[items.Edition]] = {}
    for one in items.editions(asked.connection):
        if query.cursor is None or one.item.code > query.cursor:
            found.setdefault(one.item.code, []).append(one)
    codes = list(found)[: query.limit]
    return Listed(
        rows=[_item(asked, code, found[code]) for code in codes],
        next=codes[-1] if len(found) > len(codes) else None,
    )


def one(asked: Asked) -> Item:
    """Give one item."""
    code = asked.path["code"]
    found = items.editions(asked.connection, code)
    if not found:
        raise UnknownError
    return _item(asked, code, found)


def _item(asked: Asked, code: str, editions: list[items.Edition]) -> Item:
    write = moments.written(asked.rules.zone)
    return Item(
        code=code,
        editions=[
            Edition(
                valid_from=each.item.valid_from,
                valid_to=each.item.valid_to,
                facts=dict(each.item.facts),
                origin=each.origin,
                imported_at=write(each.imported_at),
            )
            for each in editions
        ],
    )


CALLS = (
    Call(
        "GET",
        "/items",
        "listItems",
        TAG,
        Words("事项目录", "List items"),
        listed,
        Listed[Item],
        query=Paged,
    ),
    Call(
        "GET",
        "/items/{code:str}",
        "getItem",
        TAG,
        Words("一个事项的各版", "One item and its editions"),
        one,
        Item,
    ),
)
