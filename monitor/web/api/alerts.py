"""Alerts (亮牌): the list, one with what it was found on, its events, and acknowledging it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from config import Words
from monitor.acts import appeal_rights
from monitor.acts.acknowledging import Answer, acknowledge
from monitor.pipeline.wording import found_text
from monitor.privacy import shown_detail, shown_evidence
from monitor.store import alert_events, alert_list, keyset, tables
from monitor.store.alert_list import AlertRow
from monitor.web.api import moments, paging
from monitor.web.api.calls import Asked, Asks, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.api.named import Place, place
from monitor.web.looking import NoRightError, UnknownError
from rules.instants import is_moment
from rules.refusals import RefusedError
from rules.subjects import name_of

TAG = "alerts"

Note = Annotated[str, Meta(max_length=2000, description="说明 · what is said about it")]


class AlertQuery(Paged):
    """Which alerts, the newest first."""

    state: Annotated[
        Literal["open", "resolved", "revoked", "all"],
        Meta(description="亮着、已解除、已撤销 · standing, resolved, taken back"),
    ] = "open"
    level: Annotated[str | None, Meta(description="级别 · level")] = None
    rule: Annotated[str | None, Meta(description="规则编号 · id of the rule")] = None
    region: Annotated[str | None, Meta(description="承办区划 · region that carries it")] = None
    dept: Annotated[str | None, Meta(description="承办部门 · department")] = None
    acknowledged: Annotated[bool | None, Meta(description="是否已签收 · acknowledged or not")] = (
        None
    )
    shadow: Annotated[bool, Meta(description="试行规则的 · of rules on trial")] = False
    origin: Annotated[
        Literal["history", "backlog"] | None,
        Meta(description="监察前已了结、启动时已存在 · over, or standing, when supervision began"),
    ] = None


class Alert(Gives):
    """A card."""

    id: int
    rule: str
    version: str
    title: str
    law: str
    level: str
    state: str
    origin: Annotated[
        str | None,
        Meta(description="监察前已了结、启动时已存在 · over, or standing, when supervision began"),
    ]
    about: Annotated[str, Meta(description="办件号，或所说对象的名称 · case, or what it is about")]
    case_no: str | None
    case_key: str | None
    source: str | None
    subject: str | None
    place: Place
    handler: str | None
    opened_at: Moment | None
    level_since_at: Moment | None
    due_at: Moment | None
    acked_at: Moment | None
    acked_by: str | None
    ack_note: str | None
    resolved_at: Moment | None
    resolution: str | None
    revoke_why: str | None
    policy: str | None
    step: Annotated[int, Meta(description="已升到第几级 · the rung it has climbed to")]
    next_step_at: Moment | None


class WholeAlert(Alert):
    """A card with what it was found on."""

    found: Annotated[str, Meta(description="发现了什么 · what was found")]
    evidence: dict[str, Any]


class Event(Gives):
    """Something that happened to a card."""

    at: Moment | None
    event: str
    reason: str
    level: str
    detail: Any = None


class Events(Gives):
    """What happened to a card, in order."""

    rows: list[Event]


class Acknowledging(Asks):
    """What is said on acknowledging."""

    note: Note = ""


def listed(asked: Asked) -> Listed[Alert]:
    """Give a page of the list."""
    query: AlertQuery = asked.query
    a = tables.alerts
    bounds = [
        asked.visitor.scope.of(a.c),
        a.c.shadow.is_(query.shadow),
        *keyset.equal(
            a, level=query.level, rule=query.rule, region=query.region, department=query.dept
        ),
        *keyset.equal(a, origin=query.origin),
    ]
    if query.state != "all":
        bounds.append(a.c.state == query.state)
    if query.acknowledged is not None:
        bounds.append(a.c.acked_at.is_not(None) == query.acknowledged)
    before = paging.read_id(query.cursor)
    rows = keyset.alerts(asked.connection, bounds, before, query.limit)
    full = len(rows) == query.limit
    return Listed(
        rows=[alert_of(asked, row) for row in rows],
        next=paging.write((None, rows[-1].alert.id)) if full else None,
    )


def one(asked: Asked) -> WholeAlert:
    """Give one card."""
    row = found_alert(asked, asked.id)
    write = moments.written(asked.rules.zone)
    return WholeAlert(
        **_fields(asked, row),
        found=found_text(asked.rules, row.alert),
        evidence={
            name: write(value) if is_moment(name) and isinstance(value, int) else value
            for name, value in shown_evidence(
                asked.rules, row.alert.rule, row.alert.evidence
            ).items()
        },
    )


def events(asked: Asked) -> Events:
    """Give what happened to a card."""
    row = found_alert(asked, asked.id)
    write = moments.written(asked.rules.zone)
    return Events(
        rows=[
            Event(
                at=write(each.at),
                event=each.event,
                reason=each.reason,
                level=each.level,
                detail=shown_detail(asked.rules, row.alert.rule, each.detail),
            )
            for each in alert_events.of_alert(asked.connection, row.alert.id)
        ]
    )


def acknowledged(asked: Asked) -> Alert:
    """Acknowledge a card.

    Raises:
        RefusedError: it was, or it no longer stands.
    """
    rows = alert_list.of_ids(asked.connection, [asked.id])
    if not rows:
        raise UnknownError
    row = rows[0]
    if not appeal_rights.may_answer(asked.visitor, asked.rules.book.directory, row.alert):
        raise NoRightError
    ident, note = row.alert.id, asked.body.note
    match acknowledge(asked.connection, ident, asked.actor, note, asked.now):
        case Answer.ALREADY:
            raise RefusedError(
                f"亮牌 {ident} 已由 {row.alert.acked_by} 签收",
                f"{row.alert.acked_by} has acknowledged alert {ident}",
            )
        case Answer.RESOLVED:
            raise RefusedError(f"亮牌 {ident} 已不再亮着", f"alert {ident} no longer stands")
        case Answer.UNKNOWN:
            raise UnknownError
    [after] = alert_list.of_ids(asked.connection, [ident])
    return alert_of(asked, after)


def found_alert(asked: Asked, ident: int) -> AlertRow:
    """Return a card that the visitor may see: of their places, or their own.

    Raises:
        UnknownError: there is none.
        NoRightError: he may not.
    """
    rows = alert_list.of_ids(asked.connection, [ident])
    if not rows:
        raise UnknownError
    alert, directory = rows[0].alert, asked.rules.book.directory
    if not appeal_rights.may_answer(asked.visitor, directory, alert):
        asked.require(alert.region, alert.department)
    return rows[0]


def alert_of(asked: Asked, row: AlertRow) -> Alert:
    """Give a card as the API gives it."""
    return Alert(**_fields(asked, row))


def _fields(asked: Asked, row: AlertRow) -> dict[str, Any]:
    alert, rules = row.alert, asked.rules
    write = moments.written(rules.zone)
    subject = alert.subject or ""
    return {
        "id": alert.id,
        "rule": alert.rule,
        "version": alert.version,
        "title": alert.title,
        "law": alert.law,
        "level": alert.level,
        "state": alert.state,
        "origin": alert.origin,
        "about": row.no
        or row.key
        or name_of(subject, rules.book.directory, rules.zone, asked.language),
        "case_no": row.no,
        "case_key": row.key,
        "source": alert.source,
        "subject": alert.subject,
        "place": place(rules, alert.region, alert.department),
        "handler": alert.handler,
        "opened_at": write(alert.opened_at),
        "level_since_at": write(alert.level_since_at),
        "due_at": write(alert.due_at),
        "acked_at": write(alert.acked_at),
        "acked_by": alert.acked_by,
        "ack_note": alert.ack_note,
        "resolved_at": write(alert.resolved_at),
        "resolution": alert.resolution,
        "revoke_why": alert.revoke_why,
        "policy": alert.policy,
        "step": alert.step,
        "next_step_at": write(alert.next_step_at),
    }


CALLS = (
    Call(
        "GET",
        "/alerts",
        "listAlerts",
        TAG,
        Words("亮牌列表", "List cards"),
        listed,
        Listed[Alert],
        query=AlertQuery,
    ),
    Call(
        "GET",
        "/alerts/{id:str}",
        "getAlert",
        TAG,
        Words("一张牌和发现的依据", "One card and what it was found on"),
        one,
        WholeAlert,
    ),
    Call(
        "GET",
        "/alerts/{id:str}/events",
        "listAlertEvents",
        TAG,
        Words("一张牌的经过", "What happened to a card"),
        events,
        Events,
    ),
    Call(
        "POST",
        "/alerts/{id:str}/acknowledge",
        "acknowledgeAlert",
        TAG,
        Words("签收", "Acknowledge a card"),
        acknowledged,
        Alert,
        body=Acknowledging,
        example={"note": "已督促经办人今日办结"},
        note=Words(
            "承办人自己，或能监察该处的人。", "Whoever carries the card, or inspects its place."
        ),
    ),
)
