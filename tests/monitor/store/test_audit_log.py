from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.store import audit_log
from monitor.store.audit_log import Act
from monitor.store.store import Store
from tests.support.stores import NOW

ACT = Act("王敏", "cli:wang@hall", "acknowledge", "alert:17", None, {"acked_by": "王敏"}, "已核实")


def test_acts_of_an_object_are_given_in_order_and_no_others(store: Store) -> None:
    more = Act("duban", "daemon:hall", "order.open", "order:DB-1", note="")
    again = Act("李阳", "web:10.0.0.9", "reply", "alert:17", {"cause": None}, {"cause": "系统"})
    with store.write() as connection:
        audit_log.record(connection, ACT, NOW)
        audit_log.record_many(connection, [more, again], NOW + 1)
    with store.read() as connection:
        found = audit_log.of_object(connection, "alert:17")
    assert [(one.at, one.act) for one in found] == [(NOW, ACT), (NOW + 1, again)]


def test_an_act_whose_transaction_fails_is_not_on_record(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:  # noqa: PT012  # it has to be within
        audit_log.record(connection, ACT, NOW)
        raise ZeroDivisionError
    with store.read() as connection:
        assert audit_log.of_object(connection, "alert:17") == []


@pytest.mark.parametrize("change", ["UPDATE audit_log SET who = 'x'", "DELETE FROM audit_log"])
def test_the_database_refuses_to_change_what_is_on_record(store: Store, change: str) -> None:
    with store.write() as connection:
        audit_log.record(connection, ACT, NOW)
    with pytest.raises(DBAPIError, match="audit_log is only ever added to"), store.write() as other:
        other.execute(text(change))
