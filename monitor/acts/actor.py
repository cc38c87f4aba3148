"""Who acts."""

from __future__ import annotations

import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and from where: see :class:`monitor.store.audit_log.Act`."""

    who: str
    origin: str


def machine(who: str) -> Actor:
    """Give the daemon as the one who acts for ``who``: a policy, by its id."""
    return Actor(who, f"daemon:{socket.gethostname()}")
