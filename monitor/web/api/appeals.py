"""Appeals (申诉) against cards: lists, filing one and deciding it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts import appeal_rights
from monitor.acts.appeals import decide_appeal, file_appeal
from monitor.store import alert_list, appeals, keyset, tables
from monitor.store.alert_list import Alert
from monitor.store.appeals import AppealRow
from monitor.web.api import moments, paging
from monitor.web.api.calls import Asked, Asks, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.looking import NoRightError, UnknownError
from rules.appeals import Appeal as AppealAsFiled
from rules.appeals import AppealState, Decision

TAG = "appeals"

Text = Annotated[str, Meta(max_length=4000)]


class AppealQuery(Paged):
    """Which appeals, the newest first."""

    state: Annotated[AppealState | None, Meta(description="状态 · state")] = None


class Appeal(Gives):
    """An appeal."""

    id: int
    alert: Annotated[int, Meta(description="所申诉的牌 · the card")]
    state: AppealState
    reason: str
    evidence: str
    region: Annotated[str | None, Meta(description="裁定区划 · region that decides")]
    filed_at: Moment | None
    filed_by: str
    decide_due: Moment | None
    decided_at: Moment | None
    decided_by: str | None
    opinion: str | None


class Filing(Asks):
    """An appeal to be filed."""

    reason: Annotated[Text, Meta(min_length=1, description="理由 · why the card is wrong")]
    evidence: Annotated[Text, Meta(description="依据 · what that rests on")] = ""


class Deciding(Asks):
    """A decision."""

    decision: Annotated[Decision, Meta(description="撤牌、打回或上报 · what becomes of it")]
    opinion: Annotated[Text, Meta(min_length=1, description="裁定意见 · the grounds")]


def listed(asked: Asked) -> Listed[Appeal]:
    """Give a page of the list."""
    query: AppealQuery = asked.query
    directory = asked.rules.book.directory
    bounds = [
        appeal_rights.seen(asked.visitor, directory, tables.appeals.c, tables.alerts.c),
        *keyset.equal(tables.appeals, state=query.state.value if query.state else None),
    ]
    rows = keyset.appeal_rows(asked.connection, bounds, paging.read_id(query.cursor), query.limit)
    return Listed(
        rows=[_appeal(asked, row) for row in rows],
        next=paging.write((None, rows[-1].id)) if len(rows) == query.limit else None,
    )


def one(asked: Asked) -> Appeal:
    """Give one appeal."""
    row, _ = _found(asked)
    return _appeal(asked, row)


def filed(asked: Asked) -> Appeal:
    """File an appeal: whoever carries the card, or inspects its place."""
    known = alert_list.of_ids(asked.connection, [asked.id])
    if not known:
        raise UnknownError
    alert = known[0].alert
    if not appeal_rights.may_answer(asked.visitor, asked.rules.book.directory, alert):
        raise NoRightError
    body: Filing = asked.body
    row = file_appeal(
        *(asked.connection, asked.rules, asked.actor, alert.id),
        *(body.reason, body.evidence, asked.now),
    )
    return _appeal(asked, row)


def decided(asked: Asked) -> Appeal:
    """Decide an appeal."""
    row, _ = _found(asked)

    def require(appeal: AppealAsFiled, alert: Alert) -> None:
        directory = asked.rules.book.directory
        if not appeal_rights.may_decide(asked.visitor, directory, appeal, alert):
            raise NoRightError

    body: Deciding = asked.body
    done = decide_appeal(
        *(asked.connection, asked.rules, asked.actor, row.id),
        *(body.decision, body.opinion, asked.now, require),
    )
    return _appeal(asked, done)


def _found(asked: Asked) -> tuple[AppealRow, Alert]:
    row = appeals.by_id(asked.connection, asked.id)
    if row is None:
        raise UnknownError
    [known] = alert_list.of_ids(asked.connection, [row.alert_id])
    directory = asked.rules.book.directory
    if not appeal_rights.may_see(asked.visitor, directory, row.appeal, known.alert):
        raise NoRightError
    return row, known.alert


def _appeal(asked: Asked, row: AppealRow) -> Appeal:
    appeal, write = row.appeal, moments.written(asked.rules.zone)
    return Appeal(
        id=row.id,
        alert=row.alert_id,
        state=appeal.state,
        reason=appeal.reason,
        evidence=appeal.evidence,
        region=appeal.region,
        filed_at=write(appeal.filed_at),
        filed_by=appeal.filed_by,
        decide_due=write(appeal.decide_due),
        decided_at=write(appeal.decided_at),
        decided_by=appeal.decided_by,
        opinion=appeal.opinion,
    )


CALLS = (
    Call(
        "GET",
        "/appeals",
        "listAppeals",
        TAG,
        Words("申诉列表", "List appeals"),
        listed,
        Listed[Appeal],
        query=AppealQuery,
    ),
    Call(
        "GET", "/appeals/{id:str}", "getAppeal", TAG, Words("一件申诉", "One appeal"), one, Appeal
    ),
    Call(
        "POST",
        "/alerts/{id:str}/appeals",
        "fileAppeal",
        TAG,
        Words("对一张牌提出申诉", "File an appeal against a card"),
        filed,
        Appeal,
        body=Filing,
        status=201,
        example={"reason": "受理时间录错", "evidence": "受理回执第 3 页"},
        note=Words(
            "承办人自己，或能监察该处的人。", "Whoever carries the card, or inspects its place."
        ),
    ),
    Call(
        "POST",
        "/appeals/{id:str}/decide",
        "decideAppeal",
        TAG,
        Words("裁定申诉", "Decide an appeal"),
        decided,
        Appeal,
        Role.INSPECT,
        body=Deciding,
        example={"decision": "revoke", "opinion": "回执属实，撤牌"},
    ),
)
