"""Checks across settings of notices: digests and maintenance windows that refer to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from config.calendars import shipped
from config.faults import Fault, fault
from config.places import Tree, as_list, items
from config.references import known_ids, refer, texts
from config.translation import show

_NAMED = {
    "person": ("CFG-309", "person"),
    "team": ("CFG-310", "team"),
    "duty": ("CFG-340", "roster"),
}


def notice_faults(tree: Tree) -> Iterator[Fault]:
    """Give the faults of daily digests and maintenance windows in what they refer to.

    People that a list of the directory may tell are not known here.
    """
    listed = bool(as_list(tree.get("directory")))
    calendars = known_ids(tree, "calendar") | {"cn"} | {one.id for one in shipped()}
    channels = known_ids(tree, "channel")
    posts = {post for _, item in items(tree, "person") for post in texts(item.get("posts"))}
    for path, item in items(tree, "digest"):
        for index, role in enumerate(texts(item.get("to"))):
            if "." in role.partition("@")[2] and not item.get("region"):
                yield fault("CFG-345", f"{path}.to[{index}]", show(role))
        yield from refer("CFG-302", f"{path}.calendar", item.get("calendar"), calendars)
        for index, channel in enumerate(as_list(item.get("via"))):
            yield from refer("CFG-304", f"{path}.via[{index}]", channel, channels)
        if listed:
            continue
        yield from refer("CFG-306", f"{path}.region", item.get("region"), known_ids(tree, "region"))
        for index, role in enumerate(texts(item.get("to"))):
            where = f"{path}.to[{index}]"
            kind, _, ident = role.partition(":")
            if ident and kind in _NAMED:
                code, known = _NAMED[kind]
                yield from refer(code, where, ident, known_ids(tree, known))
            elif posts:
                yield from refer("CFG-311", where, role.partition("@")[0], posts)
    for path, item in items(tree, "maintenance"):
        yield from refer("CFG-314", f"{path}.source", item.get("source"), known_ids(tree, "source"))
        yield from refer("CFG-304", f"{path}.channel", item.get("channel"), channels)
