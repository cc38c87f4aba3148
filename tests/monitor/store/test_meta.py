from __future__ import annotations

from monitor.store import meta
from monitor.store.store import Store


def test_a_value_is_kept_in_place_of_the_one_before(store: Store) -> None:
    with store.write() as connection:
        assert meta.get(connection, "sweep") is None
        meta.put(connection, "sweep", {"done": 1})
        meta.put(connection, "sweep", {"done": 2, "字": [None]})
        meta.put(connection, "other", "x")
    with store.read() as connection:
        assert meta.get(connection, "sweep") == {"done": 2, "字": [None]}
