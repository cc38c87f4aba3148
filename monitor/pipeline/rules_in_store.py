"""Which rules are in force, as the store knows it: those of the daemon that put some in force last.

Daemons that share a store must go by the same rules, or they resolve each other's alerts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from monitor.pipeline.in_force import InForce
from monitor.store import meta
from monitor.store.store import Store

_KEY = "rules_in_force"


@dataclass(frozen=True, slots=True)
class PutInForce:
    """The fingerprint of the rules that a daemon has put in force, and which daemon that was."""

    fingerprint: str
    who: str


def put(connection: Connection, rules: InForce, who: str) -> None:
    """Note that a daemon has put rules in force, at its start or a reload."""
    meta.put(connection, _KEY, asdict(PutInForce(rules.settings.fingerprint(), who)))


def differs(store: Store, rules: InForce) -> PutInForce | None:
    """Return what another daemon has put in force since, where those are other rules."""
    with store.read() as connection:
        told = meta.get(connection, _KEY)
    last = PutInForce(**told) if told else None
    return last if last and last.fingerprint != rules.settings.fingerprint() else None
