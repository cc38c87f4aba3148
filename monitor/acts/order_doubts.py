"""Closings in doubt (办结存疑) under an order: what is marked where it is reviewed and discharged.

A closing is in doubt while a finding says that it was dated back: see :mod:`rules.punctuality`. The
order over it is discharged only by somebody who confirms that closing, with the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.pipeline import wording
from monitor.pipeline.in_force import InForce
from monitor.store import alert_list, case_list
from monitor.store.orders import OrderRow
from rules.punctuality import Punctuality
from rules.refusals import RefusedError

_MOST = 100  # cards of a case that are looked at


@dataclass(frozen=True, slots=True)
class Doubt:
    """A case under an order whose closing is in doubt: its number, and what was found, in words."""

    case_id: int
    no: str
    found: str


def doubts(connection: Connection, rules: InForce, row: OrderRow) -> list[Doubt]:
    """Return the closings in doubt under an order."""
    cards = alert_list.of_ids(connection, row.alerts)
    ids = list(dict.fromkeys(one.alert.case_id for one in cards if one.alert.case_id is not None))
    return [
        Doubt(
            one.case.id or 0,
            str(one.case.facts.get("no") or one.case.key),
            _found(connection, rules, one.case.id or 0),
        )
        for one in case_list.of_ids(connection, ids)
        if one.punctuality == Punctuality.IN_DOUBT
    ]


def require_certain(
    connection: Connection, rules: InForce, row: OrderRow, *, confirmed: bool
) -> list[Doubt]:
    """Go on only if no closing under an order is in doubt, or they are confirmed; return them.

    Raises:
        RefusedError: one is in doubt, and nobody confirms it.
    """
    found = doubts(connection, rules, row)
    if found and not confirmed:
        zh = "；".join(f"办件 {one.no} 的办结时间存疑：{one.found}" for one in found)
        en = "; ".join(f"the closing of case {one.no} is in doubt: {one.found}" for one in found)
        raise RefusedError(
            f"{zh}。核实属实的，须确认办结时间（命令行 --confirm-closing，页面勾选），依据写进意见",
            f"{en}. Whoever has verified it confirms the closing (--confirm-closing, or the box on "
            "the page) and gives the ground in the opinion",
        )
    return found


def _found(connection: Connection, rules: InForce, case_id: int) -> str:
    chosen = alert_list.Filter(case_id=case_id)
    said = (
        wording.found_text(rules, one.alert, in_full=True) or one.alert.title
        for one in alert_list.listing(connection, chosen, _MOST)
        if one.alert.rule in rules.book.doubting
    )
    return "；".join(said) if rules.language.startswith("zh") else "; ".join(said)
