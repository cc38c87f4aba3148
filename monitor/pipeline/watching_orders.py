"""Watch the watchers: cards that nobody has issued an order for, calls that nobody has made."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import unit_name
from monitor.pipeline.raising import raise_alert
from monitor.store import call_backs, orders_missing, system_alerts
from monitor.store.store import Store
from notifiers import words
from rules.cases import Fact
from rules.offsets import latest_start
from rules.subjects import CALL_BACKS, ORDERS

NOT_ISSUED = "order-not-issued"
NOT_CALLED = "call-back-not-made"

_RED, _YELLOW = 2, 1  # the ranks of the usual levels

_Found = dict[str | None, tuple[Words, Mapping[str, Fact]]]


def watch_orders(store: Store, rules: InForce, now: int) -> None:
    """Open and resolve one alert a region about cards without an order and calls not made.

    Each is carried by the region that should have acted: whoever should supervise and does not is
    reported himself. Where there is nothing to report and nothing stands, nothing is written.
    """
    kinds = (
        (ORDERS, NOT_ISSUED, _RED, _not_issued),
        (CALL_BACKS, NOT_CALLED, _YELLOW, _not_called),
    )
    with store.read() as connection:
        found = {rule: look(connection, rules, now) for _, rule, _, look in kinds}
        standing = {rule: system_alerts.subjects(connection, rule) for _, rule, _, _ in kinds}
    if not any(found.values()) and not any(standing.values()):
        return
    with store.write() as connection:
        for kind, rule, most, _ in kinds:
            _compare(connection, rules, kind, rule, found[rule], most, now)


def _not_issued(connection: Connection, rules: InForce, now: int) -> _Found:
    """Give for each region which cards have stood too long without an order."""
    within = rules.settings.orders.issue_within
    if within is None:
        return {}
    levels = rules.settings.orders.issue_levels or rules.book.levels[-1:]
    since = latest_start(within, now, rules.order_terms.work)
    found: _Found = {}
    for one in orders_missing.without_order(connection, levels, since):
        place = unit_name(rules, one.region, None)
        at = words.when(one.since_at, rules.zone, rules.language, now)
        lasting = words.amount(within, "zh_CN")
        title = Words(
            f"应督办未督办：{place} 有 {one.count} 张牌亮了 {lasting} 没有督办单，最早 {at}",
            f"No order issued: {one.count} alerts of {place} have stood {within} without one, "
            f"the first since {at}",
        )
        evidence = {"count": one.count, "oldest": one.oldest, "since_at": one.since_at}
        found[one.region] = title, evidence
    return found


def _not_called(connection: Connection, rules: InForce, now: int) -> _Found:
    """Give for each region which applicants should have been called."""
    if rules.settings.call_backs is None:
        return {}
    found: _Found = {}
    for region, count, first in call_backs.late_by_region(connection, now):
        place = unit_name(rules, region, None)
        at = words.when(first, rules.zone, rules.language, now)
        title = Words(
            f"应回访未回访：{place} 有 {count} 件，最早应于 {at} 前回访",
            f"Applicants not called: {count} of {place}, the first due {at}",
        )
        found[region] = title, {"count": count, "due_at": first}
    return found


def _compare(
    connection: Connection,
    rules: InForce,
    kind: str,
    rule: str,
    found: _Found,
    most: int,
    now: int,
) -> None:
    """Let one alert stand for each region that was found, and none for any other."""
    for region, (title, evidence) in found.items():
        carrier = {"region": region, "department": None, "handler": None}
        where = f"{kind}:{region or ''}"
        raise_alert(
            connection, rules, where, rule, title, evidence, now, most=most, carrier=carrier
        )
    wanted = {f"{kind}:{region or ''}" for region in found}
    for where in system_alerts.subjects(connection, rule):
        if where not in wanted:
            system_alerts.resolve_system(connection, where, rule, "done", now)
