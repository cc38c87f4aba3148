"""Whether this host's clock and the clock of the store's server tell the same time."""

from __future__ import annotations

import socket
from collections.abc import Callable

import structlog
from sqlalchemy import Connection, func, select

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.store import system_alerts
from monitor.store.store import Store
from rules.instants import SECOND

log = structlog.get_logger(__name__)

CLOCK = "clock-differs"

MOST = 30 * SECOND
"""How far the two may be apart before it is an alert, in microseconds."""


def watch_clock(store: Store, rules: InForce, clock: Callable[[], int]) -> int:
    """Compare the two clocks, open or resolve the alert, and return how far this one is ahead.

    Microseconds. A store that is a file has no clock of its own: 0. The alert is about this host.
    """
    if store.alone:
        return 0
    with store.read() as connection:
        ahead = _ahead(connection, clock)
    host = socket.gethostname()
    with store.write() as connection:
        if abs(ahead) <= MOST:
            system_alerts.resolve_system(connection, f"host:{host}", CLOCK, "right", clock())
            return ahead
        seconds = round(ahead / SECOND)
        log.warning("clock_differs", seconds=seconds)
        title = Words(
            f"主机 {host} 的时钟与数据库服务器相差 {seconds:+} 秒，到期时刻可能判早或判晚",
            f"The clock of {host} is {seconds:+} s from that of the database server: deadlines may "
            "be judged early or late",
        )
        raise_alert(connection, rules, f"host:{host}", CLOCK, title, {"seconds": seconds}, clock())
    return ahead


def _ahead(connection: Connection, clock: Callable[[], int]) -> int:
    query = select(func.extract("epoch", func.clock_timestamp()))
    connection.scalar(query)  # the first question may have to connect
    before = clock()
    theirs = int(connection.execute(query).scalar_one() * SECOND)
    return (before + clock()) // 2 - theirs
