"""The list of appeals (申诉) as a file."""

from __future__ import annotations

from litestar import Response
from sqlalchemy import ColumnElement

from config import Words
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.store import appeal_list
from monitor.store.appeals import AppealRow
from monitor.web.downloads import LIMIT, Column, Value, download
from monitor.web.looking import Look
from monitor.web.pages.orders.cards import Card, cards
from rules.appeals import STATE_NAMES, AppealState
from rules.instants import moment

_COLUMNS = (
    Column("id", Words("申诉", "Appeal"), 8),
    Column("state", Words("状态", "State"), 10),
    Column("level", Words("灯", "Level"), 10),
    Column("rule", Words("规则", "Rule"), 24),
    Column("no", Words("办件号", "Case"), 24),
    Column("item", Words("事项", "Item"), 30),
    Column("unit", Words("承办单位", "Unit"), 26),
    Column("handler", Words("承办人", "Handler"), 10),
    Column("filed_by", Words("申诉人", "Filed by"), 10),
    Column("filed_at", Words("申诉时间", "Filed"), 17),
    Column("reason", Words("理由", "Reason"), 40),
    Column("evidence", Words("佐证材料", "Evidence"), 30),
    Column("decides", Words("裁定区划", "Decided in"), 12),
    Column("decide_by", Words("裁定期限", "Decide by"), 17),
    Column("decided_by", Words("裁定人", "Decided by"), 10),
    Column("decided_at", Words("裁定时间", "Decided"), 17),
    Column("opinion", Words("裁定意见", "Opinion"), 40),
)


def show(look: Look, bound: ColumnElement[bool], state: AppealState, kind: str) -> Response[bytes]:
    """Give the appeals of a state as a file of a kind."""
    rows = appeal_list.listing(look.connection, bound, state, offset=0, limit=LIMIT)
    found = {one.id: one for one in cards(look, {row.alert_id for row in rows})}
    told = (_values(look, row, found[row.alert_id]) for row in rows)
    return download(kind, look.say("申诉", "appeals"), _COLUMNS, told, look.language)


def _values(look: Look, row: AppealRow, card: Card) -> tuple[Value, ...]:
    appeal, rules = row.appeal, look.rules

    def at(instant: int | None) -> Value:
        return None if instant is None else moment(instant, rules.zone)

    return (
        row.id,
        STATE_NAMES[appeal.state].of(look.language),
        card.level_name,
        card.title,
        card.no,
        card.item,
        card.unit,
        card.person,
        person_name(rules, appeal.filed_by),
        at(appeal.filed_at),
        appeal.reason,
        appeal.evidence,
        unit_name(rules, appeal.region, None),
        at(appeal.decide_due),
        person_name(rules, appeal.decided_by or ""),
        at(appeal.decided_at),
        appeal.opinion,
    )
