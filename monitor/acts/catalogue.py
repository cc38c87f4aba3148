"""Changing limits of an item from a day on, taking that back, and letting lists decide again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.pipeline.in_force import InForce
from monitor.store import audit_log, items
from monitor.store.audit_log import Act
from monitor.store.items import BY_HAND, Edition
from rules.amounts import Unit
from rules.cases import Fact
from rules.catalogue import Catalogue
from rules.catalogue_editing import amended, without
from rules.instants import moment
from rules.refusals import RefusedError


def one_item(connection: Connection, rules: InForce, code: str) -> tuple[Catalogue, list[Edition]]:
    """Give the catalogue of an item alone, and its editions as stored.

    Raises:
        RefusedError: there is no such item.
    """
    known = items.editions(connection, code)
    if not known:
        raise RefusedError(f"事项目录里没有 {code}", f"the catalogue has no item {code}")
    version = items.state(connection).version
    return Catalogue((one.item for one in known), rules.zone, version), known


def changed(
    rules: InForce,
    old: Catalogue,
    known: list[Edition],
    on: date,
    facts: Mapping[str, Fact],
    now: int,
) -> Catalogue:
    """Give the catalogue of an item with a new edition from a day on.

    Args:
        rules: what is in force.
        old: the catalogue of the item, as :func:`one_item` gives it.
        known: its editions, as that gives them.
        on: the day, today or later.
        facts: the facts that are to be others.
        now: the instant.

    Raises:
        RefusedError: the day has gone by, no edition is in force on it, a list has one that begins
            on it, nothing would change, or a fact is not possible.
    """
    code = known[0].item.code
    if on < moment(now, rules.zone).date():
        raise RefusedError(
            f"{on} 已经过去：已受理的办件不改承诺，请从今天或以后起",
            f"{on} has gone by: accepted cases keep their promise; begin today or later",
        )
    current = old.edition(code, on)
    if current is None:
        raise RefusedError(f"{on} 那天没有有效的版本", f"no edition is in force on {on}")
    for name, value in facts.items():
        _check(name, value)
    if all(current.facts.get(name) == value for name, value in facts.items()):
        raise RefusedError("没有改动任何一项", "nothing would be changed")
    same_day = next((one for one in known if one.item.valid_from == on), None)
    if same_day is not None and not same_day.by_hand and on > moment(now, rules.zone).date():
        raise RefusedError(
            f"目录来源已有一版自 {on} 起，请另选日期",
            f"a list has an edition that begins on {on}; choose another day",
        )
    return amended(old, code, on, facts)


def change(
    connection: Connection,
    rules: InForce,
    actor: Actor,
    code: str,
    on: date,
    facts: Mapping[str, Fact],
    why: str,
    now: int,
) -> int:
    """Enter a new edition of an item and give how many live cases are checked again for it.

    It stands against lists from elsewhere until :func:`release`. Cases that were accepted before
    the day keep what they were given (立法法 第一百零四条).

    Raises:
        RefusedError: see :func:`changed`, or no reason is given.
    """
    _reason(why)
    items.lock(connection)
    old, known = one_item(connection, rules, code)
    new = changed(rules, old, known, on, facts, now)
    before = old.edition(code, on)
    assert before is not None  # noqa: S101  or it was refused
    facts = {name: value for name, value in facts.items() if before.facts.get(name) != value}
    was = {name: before.facts.get(name) for name in facts}
    due = _store(connection, new, code, f"{BY_HAND}{actor.who}", now)
    after = {"valid_from": on.isoformat(), **facts}
    act = Act(actor.who, actor.origin, "catalogue.edit", f"item:{code}", was, after, why)
    audit_log.record(connection, act, now)
    return due


def taken_back(
    rules: InForce, old: Catalogue, known: list[Edition], on: date, now: int
) -> Catalogue:
    """Give the catalogue of an item without the edition of the desk that begins on a day.

    Raises:
        RefusedError: there is none, or it is in force already.
    """
    found = next((one for one in known if one.item.valid_from == on), None)
    if found is None or not found.by_hand:
        raise RefusedError(
            f"没有自 {on} 起、在灯板上录入的版本", f"no edition of the desk begins on {on}"
        )
    if on <= moment(now, rules.zone).date():
        raise RefusedError(
            f"自 {on} 起的版本已经施行，不能撤回；请另立一版改回",
            f"the edition of {on} is in force and cannot be taken back; enter another one",
        )
    return without(old, found.item.code, on)


def take_back(
    connection: Connection,
    rules: InForce,
    actor: Actor,
    code: str,
    on: date,
    why: str,
    now: int,
) -> None:
    """Take back an edition that was entered on the desk and is not in force yet.

    Raises:
        RefusedError: see :func:`taken_back`, or no reason is given.
    """
    _reason(why)
    items.lock(connection)
    old, known = one_item(connection, rules, code)
    new = taken_back(rules, old, known, on, now)
    [gone] = [one for one in known if one.item.valid_from == on]
    _store(connection, new, code, gone.origin, now)
    was = {"valid_from": on.isoformat(), **gone.item.facts}
    act = Act(actor.who, actor.origin, "catalogue.take-back", f"item:{code}", was, None, why)
    audit_log.record(connection, act, now)


def release(connection: Connection, actor: Actor, code: str, why: str, now: int) -> None:
    """Let lists from elsewhere change an item again; the list is read anew for it.

    Raises:
        RefusedError: nothing keeps them from it, or no reason is given.
    """
    _reason(why)
    items.lock(connection)
    if not items.release(connection, code):
        raise RefusedError(
            f"{code} 没有在灯板上改过", f"{code} was not changed on the desk, or is released"
        )
    state = items.state(connection)
    items.put_state(connection, replace(state, read=None, next_read_at=0))
    act = Act(actor.who, actor.origin, "catalogue.release", f"item:{code}", None, None, why)
    audit_log.record(connection, act, now)


def _store(connection: Connection, new: Catalogue, code: str, origin: str, now: int) -> int:
    items.replace(connection, new, [code], origin, now)
    state = items.state(connection)
    items.put_state(connection, replace(state, version=state.version + 1))
    return items.make_due(connection, [code], now)


def _reason(why: str) -> None:
    if not why.strip():
        raise RefusedError("没有写事由", "it gives no reason")


def _check(name: str, value: Fact) -> None:
    if name.endswith("_unit"):
        if value not in [unit.value for unit in Unit]:
            raise RefusedError(f"没有时间单位“{value}”", f"there is no unit of time {value!r}")
    elif not isinstance(value, int | float) or value < 0:
        raise RefusedError(f"{value} 不是不小于 0 的数", f"{value!r} is no number of 0 or more")
