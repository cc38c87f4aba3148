"""Which rows of the audit log concern the regions and departments that somebody is in charge of.

A row says what it is about as ``KIND:ID``; what of that has a place is looked up. What has none
(items, calendars, channels, the record itself) only those see who are in charge of everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import BigInteger, ColumnElement, Table, and_, case, cast, exists, func, or_, select

from monitor.store import tables
from monitor.store.scope import Scope

_object = tables.audit_log.c.object


def seen(
    scope: Scope,
    sources: Iterable[str],
    accounts: Collection[str],
    tokens: Collection[int],
    people: Collection[str],
) -> ColumnElement[bool]:
    """Return the condition on the audit log for the rows that concern a scope.

    Args:
        scope: the regions and departments; it does not hold everything.
        sources: the ids of the sources of cases.
        accounts: the ids of the accounts that have no more than the scope.
        tokens: those of the tokens.
        people: those of the people in it.
    """
    notices, deliveries, alerts = tables.notices.c, tables.deliveries.c, tables.alerts.c
    of_delivery = (
        select(deliveries.id)
        .join_from(tables.deliveries, tables.notices)
        .join(tables.alerts, alerts.id == notices.alert_id)
        .where(deliveries.id == _number("delivery"), scope.of(alerts))
    )
    orders = tables.orders.c
    call_backs = tables.call_backs.c
    of_call_back = (
        select(call_backs.id)
        .join_from(tables.call_backs, tables.cases)
        .where(call_backs.id == _number("call_back"), scope.of(tables.cases.c))
    )
    named = [
        *(f"account:{one}" for one in accounts),
        *(f"token:{one}" for one in tokens),
        *(f"person:{one}" for one in people),
    ]
    return or_(
        _object.in_(named),
        _numbered("alert", tables.alerts, scope.of(alerts)),
        exists().where(_is("order"), orders.no == _rest("order:"), scope.of(orders)),
        and_(_is("delivery"), of_delivery.exists()),
        and_(_is("call_back"), of_call_back.exists()),
        _of_silence(scope),
        *_of_case(scope, sources),
    )


def _of_silence(scope: Scope) -> ColumnElement[bool]:
    matching = tables.silences.c.matching
    bounds = [
        matching[name].as_string().in_(sorted(within))
        for name, within in (("region", scope.regions), ("department", scope.departments))
        if within is not None
    ]
    return _numbered("silence", tables.silences, and_(*bounds))


def _of_case(scope: Scope, sources: Iterable[str]) -> Iterable[ColumnElement[bool]]:
    c = tables.cases.c
    rest = _rest("case:")
    yield exists().where(_is("case"), or_(c.no == rest, c.key == rest), scope.of(c))
    for source in sources:
        start = f"case:{source}/"
        key = func.substr(_object, len(start) + 1)
        yield exists().where(
            _object.startswith(start, autoescape=True),
            c.source == source,
            c.key == key,
            scope.of(c),
        )


def _numbered(kind: str, table: Table, within: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_is(kind), table.c.id == _number(kind), within)


def _is(kind: str) -> ColumnElement[bool]:
    return _object.startswith(f"{kind}:")


def _rest(start: str) -> ColumnElement[str]:
    found: ColumnElement[str] = func.substr(_object, len(start) + 1)
    return found


def _number(kind: str) -> ColumnElement[int]:
    """Return the number behind a kind; NULL where there is none: PostgreSQL casts nothing else."""
    start = f"{kind}:"
    return case(
        (_object.regexp_match(f"^{start}[0-9]+$"), cast(_rest(start), BigInteger)), else_=None
    )
