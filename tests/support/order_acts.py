"""What people do with orders, appeals and call-backs in a story."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from monitor.acts import appeals as appeal_acts
from monitor.acts import orders as order_acts
from monitor.acts.actor import Actor
from monitor.acts.orders import Issue
from monitor.store import orders, tables
from monitor.store.appeals import AppealRow
from monitor.store.orders import OrderRow
from rules.appeals import Decision
from rules.instants import moment
from rules.orders_acts import Deed, OrderAct
from tests.support.stories import Story, local
from tests.support.stories_settings import SHANGHAI


def actor(who: str) -> Actor:
    return Actor(who, "cli:test@hall")


def card(story: Story, no: str, rule: str = "promise") -> int:
    """Give the id of the newest card of a case."""
    a, c = tables.alerts.c, tables.cases.c
    query = select(a.id).join(tables.cases).where(c.no == no, a.rule == rule).order_by(a.id.desc())
    with story.store.read() as connection:
        return connection.scalars(query).first() or 0


def card_state(story: Story, no: str) -> tuple[str, str | None]:
    """Give how the newest card of a case stands, and why it was taken back."""
    a = tables.alerts.c
    query = select(a.state, a.revoke_why).where(a.id == card(story, no))
    with story.store.read() as connection:
        state, why = connection.execute(query).one()
        return state, why


def issue(story: Story, no: str, by: str = "qian", **given: Any) -> OrderRow:
    """Issue an order for the card of a case."""
    with story.store.write() as connection:
        asked = Issue((card(story, no),), **given)
        return order_acts.issue(connection, story.pipeline.rules, actor(by), asked, story.now)


def do(story: Story, no: str, act: OrderAct, by: str, **given: Any) -> OrderRow:
    """Do something to an order; moments are local times."""
    moments = {k: local(v) for k, v in given.items() if k.endswith("_due")}
    deed = Deed(act, by, **{**given, **moments})
    with story.store.write() as connection:
        return order_acts.act_on(connection, story.pipeline.rules, actor(by), no, deed, story.now)


def order(story: Story, no: str = "DB-2026-0001") -> OrderRow:
    """Give an order as it stands."""
    with story.store.read() as connection:
        found = orders.by_no(connection, no)
    assert found is not None
    return found


def due(at: int | None) -> str:
    """Write an instant as a local time."""
    return "" if at is None else f"{moment(at, SHANGHAI):%Y-%m-%d %H:%M}"


def appeal(story: Story, no: str, by: str = "李阳", reason: str = "专家评审未录入") -> AppealRow:
    """Appeal against the card of a case."""
    with story.store.write() as connection:
        return appeal_acts.file_appeal(
            connection,
            story.pipeline.rules,
            actor(by),
            card(story, no),
            reason,
            "专家评审通知书",
            story.now,
        )


def decide(
    story: Story, ident: int, decision: Decision, by: str = "qian", opinion: str = "情况属实"
) -> AppealRow:
    """Decide an appeal."""
    with story.store.write() as connection:
        return appeal_acts.decide_appeal(
            connection, story.pipeline.rules, actor(by), ident, decision, opinion, story.now
        )
