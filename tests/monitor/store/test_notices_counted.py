"""The metric of notices counts each kind where it is made."""

from __future__ import annotations

import pytest

from monitor.metrics import Metrics
from monitor.store.deliveries import Notice, add_notices
from monitor.store.store import Store
from tests.support.stores import CrashError, new_delivery, notice


def crash_after_adding(store: Store, made: Notice) -> None:
    with store.write() as connection:
        add_notices(connection, [made], 1)
        raise CrashError


@pytest.mark.parametrize("kind", ["order", "digest", "warning"])
def test_notices_count_by_kind_once_they_are_committed(store: Store, kind: str) -> None:
    made = notice(new_delivery(kind), alert_id=None, at=1, kind=kind)
    with pytest.raises(CrashError):
        crash_after_adding(store, made)
    assert store.notices == {}
    for _ in range(2):  # the second time it is there
        with store.write() as connection:
            add_notices(connection, [made], 1)
    assert store.notices == {kind: 1}
    families = Metrics(store, [], [], ()).registry.collect()
    [family] = [one for one in families if one.name == "duban_notices"]
    values = {sample.labels["kind"]: sample.value for sample in family.samples}
    assert values[kind] == sum(values.values()) == 1
    assert {"order", "digest"} <= set(values)
