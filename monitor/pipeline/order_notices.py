"""Telling both sides of a supervision order what has happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import structlog
from sqlalchemy import Connection

from monitor.addresses import order_path
from monitor.pipeline import reasons, wording
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import ISSUED, JOINED, order_fields
from monitor.store import alert_list, case_list, deliveries
from monitor.store.alert_list import Alert
from monitor.store.deliveries import NewDelivery
from monitor.store.deliveries import Notice as StoredNotice
from monitor.store.orders import OrderRow
from rules.carriers import carried
from rules.cases import Case
from rules.directory import Person
from rules.escalation import Notice, NoticeKind
from rules.orders_acts import SIDES, OrderAct, OrderEvent
from rules.orders_deadlines import Side

log = structlog.get_logger(__name__)

KIND = "order"
"""The kind of these notices."""

_INSPECTOR = "inspector"


@dataclass(frozen=True, slots=True)
class _Reader:
    person: Person
    via: tuple[str, ...]
    why: str


def tell(
    connection: Connection,
    rules: InForce,
    row: OrderRow,
    event: OrderEvent,
    now: int,
    side: Side | None = None,
) -> int:
    """Record the notices of an event, and give how many deliveries they make.

    What one side does the other is told, and of an order that is issued the supervised unit;
    ``side`` names the one that is told instead.
    """
    if side is None:
        made = event.event in (ISSUED, JOINED)  # by us, not by one of the sides
        done = not made and SIDES[OrderAct(event.event)] is Side.SUPERVISED
        side = Side.ISSUER if done else Side.SUPERVISED
    alert = next(iter(alert_list.of_ids(connection, row.alerts[:1])), None)
    if alert is None:  # an order is never stored without a card
        return 0
    case = None
    if alert.alert.case_id is not None:
        known = case_list.by_id(connection, alert.alert.case_id)
        case = carried(known.case, alert.alert.carrier) if known else None
    stored = [
        _stored(rules, row, event, reader, alert.alert, case, now)
        for reader in _readers(rules, row, side, now)
        if reader.person.id != event.by  # who does something knows of it
    ]
    if not stored:
        log.warning("nobody_reachable_for_order", order=row.order.no, side=side.value)
    return deliveries.add_notices(connection, stored, now)


def _readers(rules: InForce, row: OrderRow, side: Side, now: int) -> Iterator[_Reader]:
    """Give who is told on one side of an order, each once."""
    parties, via = row.parties, row.parties.via
    resolver, chinese = rules.resolver(now), rules.language == "zh_CN"
    facts = {"region": parties.region, "department": parties.department, "handler": parties.handler}
    roles = rules.settings.orders.tell
    if side is Side.ISSUER:
        own = rules.book.directory.people.get(parties.issuer or "")
        if own is not None:
            facts, roles = {}, (f"person:{own.id}",)
        else:
            facts, roles = {"region": parties.issuing_region}, (_INSPECTOR,)
    seen: set[str] = set()
    for role in roles:
        for found in resolver.resolve(role, facts, via).people:
            if found.person.id in seen:
                continue
            seen.add(found.person.id)
            if side is Side.ISSUER:
                why = "本督办单由你签发" if chinese else "You issued this order"
            else:
                called = reasons.role_name(rules, role, rules.language)
                why = f"你是{called}" if chinese else f"You are the {called}"
            channels = resolver.channels_to(found.person, via)
            yield _Reader(found.person, channels, why)


def _stored(
    rules: InForce,
    row: OrderRow,
    event: OrderEvent,
    reader: _Reader,
    alert: Alert,
    case: Case | None,
    now: int,
) -> StoredNotice:
    # The card and its case as in every message about them; what is new is the order.
    plain = Notice(alert.id, NoticeKind.ESCALATION, None, reader.person, reader.via, KIND)
    context: dict[str, Any] = wording.context(rules, alert, case, plain, None, now)
    context["order"] = order_fields(rules, row, event, now)
    context["route"] = {"step": None, "reason": reader.why}
    if base := wording.home(rules):
        context["links"]["order"] = base + order_path(row.order.no)
    # It is not the card's: an order goes on when the card is over, or silenced.
    return StoredNotice(
        None,
        now,
        KIND,
        KIND,
        context,
        tuple(
            NewDelivery(_key(row, event, reader, channel), channel, "", now)
            for channel in reader.via
        ),
        level=alert.level,
        person=reader.person.id,
    )


def _key(row: OrderRow, event: OrderEvent, reader: _Reader, channel: str) -> str:
    says = (row.order.no, event.event, event.at, reader.person.id, channel, dict(event.detail))
    mark = blake2b(repr(says).encode(), digest_size=12).hexdigest()
    return f"duban-{row.order.no}-{mark}"
