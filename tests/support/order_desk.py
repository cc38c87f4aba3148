"""Who goes in and out of the desk where orders, appeals and call-backs are tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

from monitor import access
from monitor.store import accounts, alerts, cases, orders
from monitor.store.orders import OrderRow
from rules.carriers import carrier
from rules.instants import MINUTE
from tests.support.desks import DUE, Desk
from tests.support.stores import case_id, new_alert, read_case

PEOPLE = {
    "city": ("issue", ["990100"], "wang"),
    "district": ("inspect", ["990102"], "qian"),
    "handler": ("view", ["990102"], "li"),
    "lead": ("view", None, "chen"),
    "elsewhere": ("issue", ["990200"], None),
    "looker": ("view", ["990102"], None),
    "root": ("system", None, None),
}
"""Role, regions and person of each: the city issues, 东浦区 is supervised."""


@dataclass
class Hall:
    """The desk, with the browser of whoever has it in hand."""

    desk: Desk
    logins: dict[str, str] = field(default_factory=dict)

    def become(self, who: str) -> Desk:
        """Go on as somebody, signed in anew."""
        if who not in self.logins:
            role, regions, person = PEOPLE[who]
            self.logins[who] = self.desk.enter(role, regions=regions, person=person)
            return self.desk
        with self.desk.store.write() as connection:
            account = accounts.find(connection, self.logins[who])
            assert account is not None
            secret = access.signed_in(connection, account, "test", self.desk.now)
        self.desk.browser.cookies.clear()
        self.desk.browser.cookies.set("duban_session", secret)
        return self.desk

    def order(self, no: str = "DB-2026-0001") -> OrderRow:
        """Give an order as it stands."""
        with self.desk.store.read() as connection:
            row = orders.by_no(connection, no)
        assert row is not None
        return row

    def card(self, key: str, *, region: str = "990102", handler: str | None = None) -> int:
        """Add a case with a red card, and give the card's id."""
        facts = {"region": region, "department": "ZJ", "handler": handler, "applicant": "张三丰"}
        with self.desk.store.write() as connection:
            read = read_case(
                key, **facts, item_name=f"事项{key}", applicant_phone="13812345678", accepted_at=DUE
            )
            cases.put(connection, "hall", [read], self.desk.now)
            given = {"opened_at": DUE, "level_since_at": DUE, "due_at": DUE}
            new = new_alert(
                case_id(connection, key),
                **given,
                level="red",
                rank=2,
                carrier=carrier(facts, {}),
            )
            [ident] = alerts.open_alerts(connection, [new])
            return ident

    def close(self, key: str) -> None:
        """Let the source tell that a case is closed."""
        with self.desk.store.write() as connection:
            facts = {"region": "990102", "department": "ZJ", "item_name": f"事项{key}"}
            read = read_case(key, digest="d2", **facts, accepted_at=DUE, closed_at=self.desk.now)
            cases.put(connection, "hall", [read], self.desk.now)

    def later(self, minutes: int) -> None:
        """Let time pass."""
        self.desk.now += minutes * MINUTE


def order_path(no: str = "DB-2026-0001", act: str = "") -> str:
    """Give the address of an order."""
    return f"/orders/{quote(no, safe='')}" + (f"/{act}" if act else "")
