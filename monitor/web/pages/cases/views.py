"""Saving what the list of cases is asked for under a name, each for himself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from litestar import Response

from monitor.access import Role
from monitor.store import views
from monitor.web.looking import Doing, Done, Form, Look, Show, Shown, UnknownError
from monitor.web.pages.cases.asked import address_of
from monitor.web.pages.orders.words import row_id
from rules.refusals import RefusedError

MOST = 30
"""So many views of one account."""

LONGEST = 30
"""Characters of a name."""


def save(doing: Doing) -> Done:
    """Save the conditions that a form names.

    Raises:
        RefusedError: it has no name or too long a one, or there are too many.
    """
    name, address = doing.one("name"), _query(doing.one("address"))
    if not name or len(name) > LONGEST:
        raise RefusedError(
            f"请给视图起一个名字，最多 {LONGEST} 个字",
            f"give the view a name of up to {LONGEST} characters",
        )
    known = [one.name for one in views.of_account(doing.connection, doing.visitor.id)]
    if name not in known and len(known) >= MOST:
        raise RefusedError(
            f"已有 {MOST} 个视图，请先删去一些",
            f"there are {MOST} views; remove some of them first",
        )
    views.save(doing.connection, doing.visitor.id, name, address, doing.now)
    path = f"/cases?{address}" if address else "/cases"
    return Done(path, doing.say(f"已保存视图“{name}”", f"The view “{name}” is saved"))


def remove(doing: Doing) -> Done:
    """Remove a view.

    Raises:
        UnknownError: the account has none of that id.
    """
    if not views.remove(doing.connection, doing.visitor.id, row_id(doing.path["view"])):
        raise UnknownError
    address = _query(doing.one("address"))
    path = f"/cases?{address}" if address else "/cases"
    return Done(path, doing.say("已删除视图", "The view is removed"))


def again(show: Show) -> Show:
    """Give the page of the list as it was where a form was sent from it."""

    def shown(look: Look) -> Shown | Response[Any]:
        address = (look.form.get("address") or [""])[-1]
        return show(replace(look, query=parse_qs(address)))

    return shown


def forms(show: Show) -> tuple[Form, ...]:
    """Give the forms; ``show`` is the page of the list."""
    page = again(show)
    return (
        Form("/views", save, page, Role.VIEW),
        Form("/views/{view:int}/remove", remove, page, Role.VIEW),
    )


def _query(address: str | None) -> str:
    """Give what of an address the list knows, without the page."""
    return address_of(parse_qs(address or "")).partition("?")[2]
