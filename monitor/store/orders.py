"""Supervision orders (督办单) as they are issued, change and are due to be looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, func, select, update

from monitor.store import tables
from monitor.store.statements import among, insert
from rules.orders import ENDED, Order, OrderState
from rules.orders_acts import OrderEvent

_ENDED = [state.value for state in ENDED]
_OWN = tuple(Order.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who issues an order and who is supervised by it, and what it is about.

    ``issuer`` answers for the order in the region ``issuing_region``; ``region``, ``department``
    and ``handler`` say who is supervised. ``found`` is an inquiry as JSON
    (:meth:`rules.causes.Inquiry.to_json`), ``via`` are the ids of channels.
    """

    issuer: str | None
    issuing_region: str | None
    region: str | None
    department: str | None
    handler: str | None
    about: str
    advice: str = ""
    found: Mapping[str, Any] | None = None
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order of the store: its row's id, how it stands, its parties, and its cards' ids."""

    id: int
    order: Order
    parties: Parties
    alerts: tuple[int, ...]
    next_at: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which orders to list; ``None`` leaves a choice open.

    ``late_by`` asks for those on which something is overdue at that instant.
    """

    open: bool | None = True
    state: OrderState | None = None
    region: str | None = None
    department: str | None = None
    issuing_region: str | None = None
    late_by: int | None = None


def draw(connection: Connection, pattern: str, **fields: object) -> str:
    """Draw the next number of a series and give it: ``pattern`` with ``{n}`` and the fields.

    It counts within all else that the pattern says: ``DB-{year}-{n}`` begins anew each year, and
    with ``{region}`` in it each region has a series of its own. The row of the series is this
    transaction's until it ends, so that numbers have no gaps: one that is drawn and rolled back is
    drawn again.
    """
    c = tables.number_series.c
    series = pattern.format(n=0, **fields)
    statement = insert(connection, tables.number_series).values(series=series, last=1)
    number = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["series"], set_={"last": c.last + 1}
        ).returning(c.last)
    ).scalar_one()
    return pattern.format(n=number, **fields)


def note_answered(connection: Connection, alert_ids: Collection[int], now: int) -> None:
    """Note of cards that the order for them was replied to."""
    connection.execute(
        update(tables.alerts)
        .where(among(connection, tables.alerts.c.id, alert_ids))
        .values(answered_at=now)
    )


def add(
    connection: Connection,
    order: Order,
    parties: Parties,
    alert_ids: Sequence[int],
    event: OrderEvent,
    next_at: int,
) -> OrderRow:
    """Store a new order with its cards and its first event.

    Raises:
        sqlalchemy.exc.IntegrityError: its number is taken.
    """
    values = {**_values(order), **asdict(parties), "via": list(parties.via), "next_at": next_at}
    ident: int = connection.execute(
        tables.orders.insert().returning(tables.orders.c.id), [values]
    ).scalar_one()
    connection.execute(
        tables.order_alerts.insert(),
        [{"order_id": ident, "alert_id": alert} for alert in alert_ids],
    )
    _add_event(connection, ident, event)
    return OrderRow(ident, order, parties, tuple(alert_ids), next_at)


def change(
    connection: Connection, ident: int, order: Order, event: OrderEvent | None, next_at: int | None
) -> None:
    """Write how an order stands now, what happened to it, and when to look at it again."""
    connection.execute(
        update(tables.orders)
        .where(tables.orders.c.id == ident)
        .values(**_values(order), next_at=next_at)
    )
    if event is not None:
        _add_event(connection, ident, event)


def put_off(connection: Connection, ident: int, until: int) -> None:
    """Look at an order again at the instant ``until``."""
    connection.execute(
        update(tables.orders).where(tables.orders.c.id == ident).values(next_at=until)
    )


def by_no(connection: Connection, no: str, *, for_change: bool = False) -> OrderRow | None:
    """Give the order with that number, with ``for_change`` as this transaction's alone."""
    query = select(tables.orders).where(tables.orders.c.no == no)
    if for_change:
        query = query.with_for_update(of=tables.orders)
    return next(iter(rows_of(connection, query)), None)


def claim_due(connection: Connection, now: int, limit: int) -> list[OrderRow]:
    """Give up to ``limit`` orders that are to be looked at, as this transaction's alone."""
    c = tables.orders.c
    query = select(tables.orders).where(c.next_at <= now).order_by(c.next_at, c.id).limit(limit)
    return rows_of(connection, query.with_for_update(skip_locked=True, of=tables.orders))


def listing(connection: Connection, chosen: Filter, limit: int) -> list[OrderRow]:
    """Give up to ``limit`` chosen orders, the newest first."""
    c = tables.orders.c
    query = select(tables.orders)
    if chosen.open is not None:
        ended = c.state.in_(_ENDED)
        query = query.where(~ended if chosen.open else ended)
    for column, value in (
        (c.state, chosen.state),
        (c.region, chosen.region),
        (c.department, chosen.department),
        (c.issuing_region, chosen.issuing_region),
    ):
        if value is not None:
            query = query.where(column == value)
    if chosen.late_by is not None:
        query = query.where(owed_by() <= chosen.late_by)
    return rows_of(connection, query.order_by(c.id.desc()).limit(limit))


def open_of(connection: Connection, alert_ids: Collection[int]) -> dict[int, OrderRow]:
    """Give for alerts, by id, the newest order that was issued for it and has not ended."""
    a = tables.order_alerts.c
    pairs = connection.execute(
        select(a.alert_id, a.order_id)
        .join(tables.orders, tables.orders.c.id == a.order_id)
        .where(among(connection, a.alert_id, alert_ids), tables.orders.c.state.not_in(_ENDED))
        .order_by(a.order_id)
    ).all()
    if not pairs:
        return {}
    ids = {pair.order_id for pair in pairs}
    rows = {
        row.id: row
        for row in rows_of(
            connection, select(tables.orders).where(among(connection, tables.orders.c.id, ids))
        )
    }
    return {pair.alert_id: rows[pair.order_id] for pair in pairs}


def open_of_case(connection: Connection, case_id: int) -> list[OrderRow]:
    """Return the orders for alerts of a case that have not ended, for this transaction alone."""
    a, o = tables.order_alerts.c, tables.orders.c
    of_case = (
        select(a.order_id)
        .join(tables.alerts, tables.alerts.c.id == a.alert_id)
        .where(tables.alerts.c.case_id == case_id)
    )
    query = select(tables.orders).where(o.id.in_(of_case), o.state.not_in(_ENDED)).order_by(o.id)
    return rows_of(connection, query.with_for_update(of=tables.orders))


def add_alerts(
    connection: Connection, row: OrderRow, alert_ids: Sequence[int], about: str, event: OrderEvent
) -> OrderRow:
    """Put more alerts under an order, which is then ``about`` all of them, and return it."""
    connection.execute(
        tables.order_alerts.insert(),
        [{"order_id": row.id, "alert_id": alert} for alert in alert_ids],
    )
    connection.execute(
        update(tables.orders).where(tables.orders.c.id == row.id).values(about=about)
    )
    _add_event(connection, row.id, event)
    alerts = (*row.alerts, *alert_ids)
    return replace(row, alerts=alerts, parties=replace(row.parties, about=about))


def events(connection: Connection, ident: int) -> list[OrderEvent]:
    """Give what happened to an order, in the order in which it did."""
    c = tables.order_events.c
    rows = connection.execute(
        select(c.at, c.event, c.by, c.note, c.detail).where(c.order_id == ident).order_by(c.id)
    )
    return [OrderEvent(row.at, row.event, row.by, row.note, row.detail or {}) for row in rows]


def counts(connection: Connection, now: int) -> tuple[dict[str, int], int]:
    """Give how many orders are open by state, and on how many something is overdue at ``now``."""
    c = tables.orders.c
    rows = connection.execute(
        select(c.state, func.count().label("number"))
        .where(c.state.not_in(_ENDED))
        .group_by(c.state)
    )
    late = connection.scalar(select(func.count()).where(c.state.not_in(_ENDED), owed_by() <= now))
    return {row.state: row.number for row in rows}, late or 0


def owed_by() -> ColumnElement[int]:
    """Give the column that says by when the next thing is owed on an order, in SQL.

    It is the earliest of :func:`rules.orders_deadlines.obligations`.
    """
    c = tables.orders.c
    return case(
        (c.state == OrderState.ISSUED.value, c.acknowledge_due),
        (c.state == OrderState.REPLIED.value, c.review_due),
        (c.state == OrderState.ACCEPTED.value, c.close_due),
        else_=func.coalesce(c.answer_due, c.reply_due),
    )


def _values(order: Order) -> dict[str, Any]:
    values = {name: getattr(order, name) for name in _OWN}
    return values | {"state": order.state.value, "reminded": dict(order.reminded)}


def _add_event(connection: Connection, ident: int, event: OrderEvent) -> None:
    row = {
        "order_id": ident,
        "at": event.at,
        "event": event.event,
        "by": event.by,
        "note": event.note,
        "detail": dict(event.detail),
    }
    connection.execute(tables.order_events.insert(), [row])


def rows_of(connection: Connection, query: Select[Any]) -> list[OrderRow]:
    """Give the orders that a query of their table gives, with their cards."""
    rows = connection.execute(query).mappings().all()
    cards: dict[int, list[int]] = {row["id"]: [] for row in rows}
    a = tables.order_alerts.c
    pairs = connection.execute(
        select(a.order_id, a.alert_id)
        .where(among(connection, a.order_id, cards))
        .order_by(a.alert_id)
    )
    for order_id, alert_id in pairs if rows else ():
        cards[order_id].append(alert_id)
    return [_row(row, cards[row["id"]]) for row in rows]


def _row(row: RowMapping, alerts: Sequence[int]) -> OrderRow:
    own = {name: row[name] for name in _OWN} | {"state": OrderState(row["state"])}
    parties = {name: row[name] for name in Parties.__dataclass_fields__}
    parties["via"] = tuple(parties["via"] or ())
    return OrderRow(row["id"], Order(**own), Parties(**parties), tuple(alerts), row["next_at"])
