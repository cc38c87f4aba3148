"""Acts of the audit log in people's words: who, what, and what it changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.addresses import case_path
from monitor.pipeline.audit_wording import ACTS
from monitor.store import alert_list
from monitor.store.audit_log import Recorded
from monitor.web.looking import Look
from monitor.web.pages.actors import who
from monitor.web.pages.orders_words import path as order_path
from notifiers import words

_LONGEST = 120  # characters of one value on the page; a file has all of them
_INSTANT = 10**15  # microseconds: 2001; no other number of an act is so large


@dataclass(frozen=True, slots=True)
class Change:
    """A value that an act has changed; "" where it was, or is, nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An act as the page shows it; ``path`` leads to its object, "" where there is no page."""

    id: int
    at: str
    who: str
    who_id: str
    act: str
    act_id: str
    object: str
    path: str
    changes: tuple[Change, ...]
    note: str
    origin: str


def lines(look: Look, rows: Sequence[Recorded]) -> list[Line]:
    """Give acts in words."""
    paths = _paths(look, {one.act.object for one in rows})
    return [
        Line(
            one.id,
            words.when(one.at, look.rules.zone, look.language, look.now),
            who(look, one.act.who),
            one.act.who,
            ACTS[one.act.act].text(look.language) if one.act.act in ACTS else one.act.act,
            one.act.act,
            one.act.object,
            paths.get(one.act.object, ""),
            tuple(_changes(look, one.act.before, one.act.after)),
            one.act.note,
            one.act.origin,
        )
        for one in rows
    ]


def _paths(look: Look, objects: set[str]) -> dict[str, str]:
    """Give where objects are shown."""
    found = {}
    alerts = {}
    for name in objects:
        kind, _, ident = name.partition(":")
        match kind:
            case "alert" if ident.isdecimal():
                alerts[int(ident)] = name
            case "order":
                found[name] = order_path(ident)
            case "delivery":
                found[name] = f"/deliveries/{ident}"
            case "silence":
                found[name] = "/silences"
            case "appeal":
                found[name] = "/appeals"
            case "account" | "token":
                found[name] = "/admin/users"
            case "item":
                found[name] = f"/items/{ident}"
            case "person":
                found[name] = "/people"
            case "daemon" | "store" | "channel":
                found[name] = "/health"
    for row in alert_list.of_ids(look.connection, sorted(alerts)):
        if row.key is not None:
            found[alerts[row.alert.id]] = case_path(row.no, row.key)
    return found


def _changes(look: Look, before: Any, after: Any) -> list[Change]:
    old = before if isinstance(before, Mapping) else {"": before}
    new = after if isinstance(after, Mapping) else {"": after}
    return [
        Change(name, _text(look, old.get(name)), _text(look, new.get(name)))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _text(look: Look, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and value > _INSTANT:
        return words.when(value, look.rules.zone, look.language, look.now)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words.cut(text, _LONGEST)
