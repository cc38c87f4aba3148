"""Filling the hall of a desk with cases that stand as a test wants them, and reading its board."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from monitor import access
from monitor.store import accounts, alerts, cases
from monitor.store.accounts import Token
from rules.carriers import carrier
from tests.support.desks import NOW, Desk
from tests.support.stores import case_id, checked, new_alert, read_case

RANKS = {"warning": 0, "yellow": 1, "red": 2}


def put(
    hall: Desk,
    key: str,
    *,
    region: str = "990102",
    department: str = "ZJ",
    level: str | None = None,
    due: int | None = None,
    state: str = "running",
    closed: int | None = None,
    clocks: Any = None,
    punctuality: str | None = None,
) -> None:
    """Store a case that stands so, with a card of its level opened at the instant of the hall."""
    facts = {"region": region, "department": department, "item_name": f"事项{key}"}
    with hall.store.write() as connection:
        read = read_case(key, **facts, closed_at=closed)
        cases.put(connection, "hall", [read], hall.now)
        ident = case_id(connection, key)
        rank = RANKS[level] if level else None
        stands = {"state": state, "due_at": due, "clocks": clocks, "punctuality": punctuality}
        found = checked(ident, level=level, rank=rank, **stands)
        cases.record_checks(connection, [found])
        if level is not None:
            card = {"level": level, "rank": rank, "due_at": due, "opened_at": hall.now}
            alerts.open_alerts(connection, [new_alert(ident, **card, carrier=carrier(facts, {}))])


def stand(hall: Desk) -> None:
    """Let the cases of the hall stand as their cards say: D-1 is red, D-2 yellow."""
    with hall.store.write() as connection:
        found = [
            checked(case_id(connection, key), level=level, rank=RANKS[level], state="overdue")
            for key, level in (("D-1", "red"), ("D-2", "yellow"))
        ]
        cases.record_checks(connection, found)


def board_key(hall: Desk, regions: list[str] | None = None) -> str:
    """Give the key of a wall board for some regions."""
    key, hashed = access.new_key()
    token = Token(0, "board", "大屏", "view", regions, None, "root", NOW, None, None, None)
    with hall.store.write() as connection:
        accounts.add_token(connection, token, hashed)
    return key


def links(text: str) -> dict[str, int]:
    """Give the lists of cases that a page leads to, each with the number that leads there."""
    found = re.findall(r'<a href="(/cases\?[^"]*)">([\d,]+)</a>', text)
    return {unescape(href): int(number.replace(",", "")) for href, number in found}


def charted(text: str, name: str) -> dict[str, Any]:
    """Give what a chart of a page draws."""
    part = text.split(f'data-chart="{name}"')[1]
    return dict(json.loads(part.split('<script type="application/json">')[1].split("</script>")[0]))


def behind(hall: Desk, href: str) -> int:
    """Count the cases of the list at an address."""
    path, _, query = href.partition("?")
    answer = hall.browser.get(f"{path}.json?{query}")
    assert answer.status_code == 200, answer.text
    return len(answer.json()["rows"])
