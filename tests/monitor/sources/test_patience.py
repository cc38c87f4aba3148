"""A server that is frozen: its connections stand, and it answers nothing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from monitor.sources import SourceDown
from monitor.sources.server import Server
from tests.support.freezing import freezing
from tests.support.servers import server_url


def test_a_frozen_server_is_given_up_soon_after_the_time_out() -> None:
    url = make_url(server_url("postgresql")).set(database="postgres")
    with freezing(url.host or "127.0.0.1", url.port or 5432) as (port, frozen):
        near = url.set(drivername="postgresql+psycopg", host="127.0.0.1", port=port)
        server = Server(near, 2, ZoneInfo("Asia/Shanghai"))
        with server.reading() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        frozen.set()
        with pytest.raises(OperationalError) as told, server.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        assert isinstance(server.translate(told.value), SourceDown)
        frozen.clear()
        with server.reading() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        server.close()
