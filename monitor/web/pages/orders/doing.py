"""What people do with a supervision order on the desk: each act is a form of its own address."""

from __future__ import annotations

from functools import partial

from monitor import typed
from monitor.access import Role
from monitor.acts import order_rights
from monitor.acts.orders import act_on
from monitor.web.looking import Doing, Done, Form, Look, NoRightError, Route, Shown
from monitor.web.pages.orders import one
from monitor.web.pages.orders.words import ACTS, found, path
from rules.orders_acts import ACT_NAMES, Deed, OrderAct


def do(act: OrderAct, doing: Doing) -> Done:
    """Do something to the order of the address.

    Raises:
        NoRightError: whoever asks may not.
    """
    row = found(doing)
    if not order_rights.may_do(doing.visitor, doing.rules.book.directory, row.parties, act):
        raise NoRightError
    deed = Deed(
        act,
        doing.actor.who,
        doing.one("note") or "",
        doing.one("cause"),
        _by(doing, "finish"),
        _by(doing, "until"),
        doing.one("confirmed") is not None,
    )
    act_on(doing.connection, doing.rules, doing.actor, row.order.no, deed, doing.now)
    name = ACT_NAMES[act]
    said = doing.say(f"督办单 {row.order.no}：已{name.zh}", f"Order {row.order.no} {name.en}")
    return Done(path(row.order.no), said)


def _by(doing: Doing, name: str) -> int | None:
    text = doing.one(name)
    return None if text is None else doing.rules.by(typed.when(text))


def _again(part: str, look: Look) -> Shown:
    """Show the order once more, with the form that was refused open and filled in."""
    shown = one.show(look)
    return Shown(shown.template, {**shown.values, "act": part})


# Which side somebody is on decides, and whoever is supervised may have no role but to look: see
# order_rights.
ROUTES: tuple[Route, ...] = tuple(
    Form(f"/orders/{{no:str}}/{part}", partial(do, act), partial(_again, part), Role.VIEW)
    for part, act in ACTS.items()
)
