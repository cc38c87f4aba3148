"""Appeals (申诉) against cards: the list, one appeal, and deciding it."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response
from sqlalchemy import ColumnElement

from monitor.acts import appeal_rights
from monitor.acts.appeals import decide_appeal
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.store import alert_list, appeal_list, appeals, audit_log, tables
from monitor.store.alert_list import Alert
from monitor.store.appeals import AppealRow
from monitor.store.audit_log import Recorded
from monitor.web.downloads import pages
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
    addressed,
)
from monitor.web.pages.appeals import files
from monitor.web.pages.orders.cards import Card, cards
from monitor.web.pages.orders.words import Filled, due_text, row_id
from notifiers import words
from rules.appeals import STATE_NAMES, Appeal, AppealState, Decision
from rules.refusals import RefusedError

SIZE = 50
"""So many appeals make a page."""


@dataclass(frozen=True, slots=True)
class Line:
    """An appeal in words, with the card that it is against."""

    id: int
    card: Card
    filed_by: str
    filed: str
    reason: str
    decides: str
    due: str
    left: str
    late: bool
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was done about an appeal, in words."""

    at: str
    by: str
    name: str
    note: str


def bound_of(look: Look) -> ColumnElement[bool]:
    """Give the condition for the appeals that the visitor sees."""
    directory = look.rules.book.directory
    return appeal_rights.seen(look.visitor, directory, tables.appeals.c, tables.alerts.c)


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the appeals of the state that the address asks for as a file."""
    return files.show(look, bound_of(look), _state(look.one("state")), kind)


def show_list(look: Look) -> Shown:
    """Show a page of the list, by default of those that are pending."""
    bound = bound_of(look)
    state = _state(look.one("state"))
    numbers = appeal_list.counts(look.connection, bound)
    last = max(1, -(-numbers[state] // SIZE))
    page = look.page(last)
    rows = appeal_list.listing(look.connection, bound, state, offset=(page - 1) * SIZE, limit=SIZE)
    found = {one.id: one for one in cards(look, {row.alert_id for row in rows})}
    return Shown(
        "appeals.html",
        {
            "state": state.value,
            "tabs": [
                (one.value, STATE_NAMES[one].of(look.language), numbers[one]) for one in AppealState
            ],
            "lines": [_line(look, row, found[row.alert_id]) for row in rows],
            "total": numbers[state],
            "page": page,
            "pages": last,
            "address": _address,
            "query": "" if state is AppealState.PENDING else f"?state={state.value}",
        },
    )


def show(look: Look) -> Shown:
    """Show one appeal; where deciding it was refused, with what was filled in."""
    row, alert = _found(look)
    [of] = cards(look, [row.alert_id])
    appeal, region = row.appeal, row.appeal.region
    directory = look.rules.book.directory
    place = directory.regions.get(region or "")
    above = place.parent if place else None
    return Shown(
        "appeal.html",
        {
            "line": _line(look, row, of),
            "appeal": appeal,
            "held": words.when(appeal.filed_at, look.rules.zone, look.language, look.now),
            "pending": appeal.state is AppealState.PENDING,
            "decides": appeal_rights.may_decide(look.visitor, directory, appeal, alert),
            "above": unit_name(look.rules, above, None) if above else "",
            "past": [_past(look, one) for one in _course(look, row)],
            "filled": Filled.of(look.form),
        },
    )


def do(doing: Doing) -> Done:
    """Decide the appeal of the address.

    Raises:
        NoRightError: whoever asks may not.
    """
    row, _ = _found(doing)

    def require(appeal: Appeal, alert: Alert) -> None:
        directory = doing.rules.book.directory
        if not appeal_rights.may_decide(doing.visitor, directory, appeal, alert):
            raise NoRightError

    try:
        decision = Decision(doing.one("decision") or "")
    except ValueError:
        raise RefusedError("请选择怎么裁定", "choose how to decide") from None
    opinion = doing.one("opinion") or ""
    changed = decide_appeal(
        doing.connection, doing.rules, doing.actor, row.id, decision, opinion, doing.now, require
    )
    if decision is Decision.REFER_UP:
        up = unit_name(doing.rules, changed.appeal.region, None)
        said = doing.say(f"申诉 {row.id} 已上报{up}裁定", f"Appeal {row.id} passed up to {up}")
    else:
        name = STATE_NAMES[changed.appeal.state]
        said = doing.say(f"申诉 {row.id}：{name.zh}", f"Appeal {row.id}: {name.en}")
    return Done(f"/appeals/{row.id}", said)


def _found(at: Look | Doing) -> tuple[AppealRow, Alert]:
    """Give the appeal of the address, and its card."""
    row = appeals.by_id(at.connection, row_id(at.path["id"]))
    if row is None:
        raise UnknownError
    [known] = alert_list.of_ids(at.connection, [row.alert_id])
    directory = at.rules.book.directory
    if not appeal_rights.may_see(at.visitor, directory, row.appeal, known.alert):
        raise NoRightError
    return row, known.alert


def _line(look: Look, row: AppealRow, of: Card) -> Line:
    appeal, rules = row.appeal, look.rules
    pending = appeal.state is AppealState.PENDING
    at = appeal.decide_due if pending else appeal.decided_at or appeal.decide_due
    return Line(
        row.id,
        of,
        person_name(rules, appeal.filed_by),
        words.when(appeal.filed_at, rules.zone, look.language, look.now),
        appeal.reason,
        unit_name(rules, appeal.region, None) or "—",
        words.when(at, rules.zone, look.language, look.now),
        due_text(rules, appeal.decide_due, look.now, look.language) if pending else "",
        pending and appeal.decide_due <= look.now,
        STATE_NAMES[appeal.state].of(look.language),
        appeal.state.value,
    )


def _course(look: Look, row: AppealRow) -> list[Recorded]:
    """Give what the audit log says was done about an appeal, the newest first."""
    acts = audit_log.of_object(look.connection, f"alert:{row.alert_id}")
    return [
        one
        for one in reversed(acts)
        if one.act.act.startswith("appeal.") and (one.act.after or {}).get("appeal") == row.id
    ]


def _past(look: Look, done: Recorded) -> Past:
    names = {
        "appeal.file": look.say("提出申诉，升级停止计时", "filed; the ladder stands still"),
        "appeal.revoke": look.say("准予，撤牌", "granted; the card was taken back"),
        "appeal.send_back": look.say("驳回，牌不撤，升级继续", "refused; the card stands"),
        "appeal.pass_up": look.say("上报", "passed up"),
    }
    act = done.act
    name = names.get(act.act, act.act)
    if act.act == "appeal.pass_up":
        name += look.say("", " to ") + unit_name(look.rules, act.after["region"], None)
    at = words.when(done.at, look.rules.zone, look.language, look.now)
    return Past(at, person_name(look.rules, act.who), name, act.note)


def _state(text: str | None) -> AppealState:
    known = [state.value for state in AppealState]
    return AppealState(text) if text in known else AppealState.PENDING


def _address(**query: str | int | None) -> str:
    return addressed("/appeals", query)


ROUTES: tuple[Route, ...] = (
    Page("/appeals", show_list),
    *pages("/appeals", show_file),
    Page("/appeals/{id:int}", show),
    Form("/appeals/{id:int}/decide", do, show),
)
