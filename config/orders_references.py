"""Checks of the settings of orders: the channels and levels that they name."""

from __future__ import annotations

from collections.abc import Iterator

from config.daemon import Daemon
from config.faults import Fault
from config.places import Tree, as_list
from config.references import known_ids, refer, texts


def order_faults(tree: Tree) -> Iterator[Fault]:
    """Give the faults of channels and levels that are named and not known."""
    daemon = tree.get("daemon")
    written = daemon.get("levels") if isinstance(daemon, dict) else None
    levels = texts(written) if written is not None else Daemon().levels
    channels = known_ids(tree, "channel")
    for section, key, code, known in (
        ("orders", "via", "CFG-304", channels),
        ("orders", "issue_levels", "CFG-303", levels),
        ("call_backs", "levels", "CFG-303", levels),
    ):
        table = tree.get(section)
        for index, name in enumerate(as_list(table.get(key)) if isinstance(table, dict) else ()):
            yield from refer(code, f"{section}.{key}[{index}]", name, known)
