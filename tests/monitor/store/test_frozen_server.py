"""A frozen server of the store."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import make_url

from monitor.store.store import Store
from tests.support.freezing import freezing
from tests.support.servers import server_url


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="issue 14, point 3: a frozen server of the store is given up on this side",
)
def test_a_frozen_server_of_the_store_is_given_up() -> None:
    url = make_url(server_url("postgresql")).set(database="postgres")
    with freezing(url.host or "127.0.0.1", url.port or 5432) as (port, frozen):
        near = url.set(drivername="postgresql+psycopg", host="127.0.0.1", port=port)
        with Store.open(near.render_as_string(hide_password=False)) as store:

            def ask() -> None:
                try:
                    with store.read() as connection:
                        connection.exec_driver_sql("SELECT 1")
                except Exception:  # given up, in whatever way
                    pass

            ask()
            frozen.set()
            thread = Thread(target=ask, daemon=True)
            thread.start()
            thread.join(12)
            frozen.clear()
            assert not thread.is_alive()
