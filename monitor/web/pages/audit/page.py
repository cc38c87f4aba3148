"""The audit log (操作留痕): who did what, what that changed, and whether the record is whole."""

from __future__ import annotations

import json

from litestar import Response

from config import Words
from config.times import begins_at, ends_at
from monitor import typed
from monitor.access import Role
from monitor.acts.verifying import MOST, VERIFY, Verified, record, verify
from monitor.pipeline.audit_wording import ACTS, fault_words
from monitor.store import audit_pages, seals
from monitor.store.audit_list import DELIVER, Chosen
from monitor.store.audit_log import Recorded
from monitor.store.heads import RECORD
from monitor.store.seal_check import Fault, Wrong
from monitor.web import downloads
from monitor.web.downloads import Column, Value
from monitor.web.looking import Doing, Done, Form, Look, Page, Route, Sent, Shown
from monitor.web.pages.accounts.seen import audited
from monitor.web.pages.actors import who
from monitor.web.pages.audit import lines as audit_lines
from notifiers import words
from rules.instants import moment

SIZE = 50
"""So many acts make a page."""

_NAMES = ("who", "act", "object", "from", "to", "all", "before")
_COLUMNS = (
    Column("id", Words("编号", "id"), 10),
    Column("at", Words("时间", "at"), 18),
    Column("who", Words("谁", "who"), 14),
    Column("act", Words("做了什么", "act"), 18),
    Column("object", Words("对象", "object"), 24),
    Column("before", Words("之前", "before"), 40),
    Column("after", Words("之后", "after"), 40),
    Column("note", Words("说明", "note"), 30),
    Column("origin", Words("来自", "from"), 24),
)


def show(look: Look) -> Shown:
    """Show a page of the audit log, and how its seals stand."""
    chosen = _chosen(look)
    before = look.one("before")
    known = int(before) if before and before.isdecimal() and len(before) < 19 else None
    rows = audit_pages.page(look.connection, chosen, SIZE + 1, known)
    shown = rows[:SIZE]
    last = seals.last(look.connection)
    return Shown(
        "audit.html",
        {
            "lines": audit_lines.lines(look, shown),
            "older": shown[-1].id if len(rows) > SIZE else None,
            "newest": known is None,
            "chosen": {name: look.one(name) or "" for name in _NAMES},
            "narrowed": any(look.one(name) for name in _NAMES if name != "before"),
            "acts": sorted(
                ((one, name.text(look.language)) for one, name in ACTS.items()),
                key=lambda pair: pair[1],
            ),
            "address": lambda **change: _address(look, **change),
            "last": last,
            "last_at": "" if last is None else _when(look, last.at),
            "unsealed": sum(seals.unsealed(look.connection).values()),
            "checked": _checked(look),
            "most": MOST,
        },
    )


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the acts that the address asks for as a file, without its pages."""
    rows = audit_pages.page(look.connection, _chosen(look), downloads.LIMIT)
    name = look.say("操作留痕", "audit-log")
    values = (_values(look, one) for one in rows)
    return downloads.download(kind, name, _COLUMNS, values, look.language)


def prepare_check(sent: Sent) -> Verified:
    """Verify the record before the transaction, in which nobody else could write."""
    with sent.store.read() as connection:
        return verify(connection)


def check(doing: Doing) -> Done:
    """Put on record whether the record is as it was sealed; that then stands on the page."""
    record(doing.connection, doing.actor, doing.prepared, doing.now)
    return Done("/admin/audit#seals")


def _chosen(look: Look) -> Chosen:
    since, until = _day(look, "from"), _day(look, "to", last=True)
    return Chosen(
        since,
        until,
        look.one("who"),
        look.one("act"),
        look.one("object"),
        machine=look.one("all") is not None or look.one("act") == DELIVER,
        scope=look.visitor.scope,
        only=audited(look),
    )


def _day(look: Look, name: str, *, last: bool = False) -> int | None:
    text = look.one(name)
    if text is None:
        return None
    return (ends_at if last else begins_at)(typed.day(text), look.rules.zone)


def _checked(look: Look) -> dict[str, object] | None:
    """Give what came of the last check, in words; ``None`` where there was none."""
    chosen = Chosen(act=VERIFY, object=RECORD)
    found = audit_pages.page(look.connection, chosen, 1)
    if not found:
        return None
    [one] = found
    told = one.act.after
    fault = told.get("first_fault")
    said = ""
    if fault is not None:
        first = Fault(
            Wrong(fault["wrong"]), fault["seal"], fault["table"], fault["id"], fault["sealed_at"]
        )
        sealed = "" if first.sealed_at is None else _when(look, first.sealed_at)
        said = fault_words(first, sealed).text(look.language)
    return {
        "at": _when(look, one.at),
        "who": who(look, one.act.who),
        "whole": bool(told["whole"]),
        "seals": told["seals"],
        "rows": told["rows"],
        "more": told["more_faults"],
        "fault": said,
        "head": told["head"],
    }


def _values(look: Look, one: Recorded) -> list[Value]:
    act = one.act
    name = ACTS[act.act].text(look.language) if act.act in ACTS else act.act
    return [
        one.id,
        moment(one.at, look.rules.zone),
        *(who(look, act.who), name, act.object),
        *(_json(act.before), _json(act.after), act.note, act.origin),
    ]


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _when(look: Look, at: int) -> str:
    return words.when(at, look.rules.zone, look.language, look.now)


def _address(look: Look, **change: str | int | None) -> str:
    return look.again("/admin/audit", _NAMES, **change)


ROUTES: tuple[Route, ...] = (
    Page("/admin/audit", show, Role.SYSTEM),
    *downloads.pages("/admin/audit", show_file, Role.SYSTEM),
    Form("/admin/audit/verify", check, show, Role.SYSTEM, prepare_check),
)
