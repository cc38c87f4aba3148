"""Issuing a supervision order (督办单) for cards of one unit."""

from __future__ import annotations

from collections.abc import Sequence

from monitor import typed
from monitor.access import Role
from monitor.acts import order_rights
from monitor.acts.orders import Issue, issue
from monitor.pipeline import inquiring
from monitor.pipeline.order_wording import unit_name
from monitor.store import alert_list, orders
from monitor.store.alert_list import Alert, Filter
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
from monitor.web.pages.orders.cards import in_words
from monitor.web.pages.orders.words import Filled, path, row_id
from notifiers import words
from rules.amounts import Amount, Unit
from rules.offsets import within
from rules.refusals import RefusedError
from rules.subjects import about

_BESIDE = 20  # more cards of the unit that are offered
_DAYS = (1, 2, 3, 5, 10, 15)


def show(look: Look) -> Shown:
    """Show the form for the cards of the address: ``?alert=27&alert=28``."""
    ids = _ids(look.form.get("alert", ()) or look.many("alert"))
    rows = {row.alert.id: row for row in alert_list.of_ids(look.connection, ids)}
    if set(ids) - set(rows):
        raise UnknownError
    for row in rows.values():
        look.require(row.alert.region, row.alert.department)
    chosen = [rows[ident] for ident in ids]
    beside = _beside(look, chosen[0].alert, ids) if chosen else []
    under = orders.open_of(look.connection, [*ids, *(row.alert.id for row in beside)])
    first = chosen[0].alert if chosen else None
    terms = look.rules.order_terms
    return Shown(
        "order_new.html",
        {
            "cards": in_words(look, chosen),
            "beside": in_words(look, [row for row in beside if row.alert.id not in under]),
            "under": {
                ident: (row.order.no, path(row.order.no))
                for ident, row in under.items()
                if ident in ids
            },
            "sentences": _found(look, first) if first else [],
            "unit": unit_name(look.rules, first.region, first.department) if first else "",
            "acknowledge": _choices(look, terms.acknowledge_within),
            "reply": _choices(look, terms.reply_within),
            "regions": [(one, unit_name(look.rules, one, None)) for one in regions_of(look, first)],
            "channels": [one.id for one in look.rules.settings.channel],
            "via": _via(look, [row.alert for row in chosen]),
            "filled": Filled.of(look.form),
        },
    )


def do(doing: Doing) -> Done:
    """Issue the order.

    Raises:
        NoRightError: a card or the issuing region is outside what the visitor may do.
    """
    ids = _ids(doing.many("alert"))
    found = [row.alert for row in alert_list.of_ids(doing.connection, ids)]
    regions = regions_of(doing, found[0] if found else None)
    region = doing.one("region") or (regions[0] if regions else None)
    places = [(one.region, one.department) for one in found]
    if found and not order_rights.may_issue(doing.visitor, region, places):
        raise NoRightError
    if region not in (*regions, None):
        raise RefusedError("不能以该区划的名义签发", "that region cannot issue this order")
    wanted = Issue(
        ids,
        doing.one("advice") or "",
        _amount(doing.one("acknowledge")),
        _amount(doing.one("reply")),
        region=region,
        via=_known(doing),
    )
    row = issue(doing.connection, doing.rules, doing.actor, wanted, doing.now)
    said = doing.say(f"已签发督办单 {row.order.no}", f"Order {row.order.no} issued")
    return Done(path(row.order.no), said)


def regions_of(at: Look | Doing, alert: Alert | None) -> list[str]:
    """Give the regions that can issue for a card, the usual one first.

    They are the region of the card and those above it that the visitor sees: usual is that of the
    visitor himself, else the topmost.
    """
    if alert is None or alert.region is None:
        return []
    directory, within = at.rules.book.directory, at.visitor.scope.regions
    line = [alert.region, *directory.above(alert.region)]
    seen = [one for one in reversed(line) if within is None or one in within]
    person = directory.people.get(at.visitor.person or "")
    own = person.region if person else None
    return sorted(seen, key=lambda one: one != own)


def _beside(look: Look, alert: Alert, ids: Sequence[int]) -> list[alert_list.AlertRow]:
    """Give the other standing cards of the same unit."""
    chosen = Filter(region=alert.region, department=alert.department)
    rows = alert_list.listing(look.connection, chosen, _BESIDE + len(ids))
    return [
        row
        for row in rows
        if row.alert.id not in ids
        and about(row.alert.subject) != "system"
        and (row.alert.region, row.alert.department) == (alert.region, alert.department)
    ][:_BESIDE]


def _found(look: Look, alert: Alert) -> list[str]:
    inquiry = inquiring.inquire_into(look.connection, look.rules, alert, look.now)
    if inquiry is None:
        return []
    return inquiring.said(look.rules, inquiry, masked=False, language=look.language)


def _choices(look: Look, usual: Amount) -> list[tuple[str, str, bool]]:
    """Give terms to choose from, each with the moment it leads to, and whether it is the usual."""
    amounts = [usual, *(Amount(float(days), Unit.WORKING_DAY) for days in _DAYS)]
    work = look.rules.order_terms.work
    moments = {str(one): (within(one, look.now, work), one) for one in amounts}
    made = []
    for value, (due, one) in sorted(moments.items(), key=lambda item: item[1][0]):
        at = words.when(due, look.rules.zone, look.language, look.now)
        long = words.amount(one, look.language)
        label = look.say(f"{long}，{at} 前", f"{long}, by {at}")
        made.append((value, label, one == usual))
    return made


def _via(look: Look, alerts: Sequence[Alert]) -> list[str]:
    """Give the channels that are ticked: those of the form, the usual ones, or the cards'."""
    if look.form:
        return list(look.form.get("via", ()))
    told = [channel for one in alerts for note in one.told or () for channel in note["via"]]
    return list(look.rules.settings.orders.via or dict.fromkeys(told))


def _known(doing: Doing) -> tuple[str, ...]:
    known = {one.id for one in doing.rules.settings.channel}
    return tuple(one for one in doing.many("via") if one in known)


def _ids(texts: Sequence[str]) -> tuple[int, ...]:
    """Read ids of cards, each once.

    Raises:
        UnknownError: one is no number.
    """
    return tuple(dict.fromkeys(row_id(text) for text in texts))


def _amount(text: str | None) -> Amount | None:
    return None if text is None else typed.amount(text)


ROUTES: tuple[Route, ...] = (
    Page("/orders/new", show, Role.ISSUE, live=False),
    Form("/orders/new", do, show, Role.ISSUE),
)
