"""Checks across settings: what refers to something else, and what contradicts itself.

They read the tree of values rather than the settings made of it, so that they report what they find
even where another part of the file is refused. Values of a wrong type are passed over: they have
their fault already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from config.calendars import CalendarSettings, build, china, shipped
from config.codes import Words
from config.daemon import Daemon
from config.facts import (
    lengths_of,
    mapped_facts,
    mapped_parts,
    moments_of,
    standard_facts,
    told_to_checks,
    untold_needs,
)
from config.faults import Fault, fault
from config.places import Tree, as_list, items
from config.registry import Registry
from config.translation import show
from rules.calendars import Calendar
from rules.courses import DUE, STEP
from rules.expressions import Expression

_LISTS = (
    *("source", "calendar", "limit", "check", "policy", "channel", "directory", "digest"),
    "maintenance",
    *("region", "department", "window", "person", "team", "roster"),
)


def reference_faults(tree: Tree, registry: Registry) -> Iterator[Fault]:
    """Give the faults of ids used twice, references to nothing and faulty expressions.

    ``registry`` has the checks that can be used.
    """
    ids = {name: known_ids(tree, name) for name in _LISTS}
    yield from _doubles(tree)
    yield from _push_secrets(tree)
    yield from _calendars(tree, ids)
    yield from _levels(tree, registry)
    yield from _facts(tree, registry)
    yield from _catalogue(tree, ids)
    yield from _surveys(tree, ids)
    yield from _chains(tree)
    yield from _sign_in(tree)
    yield from loops(tree, "calendar", "base")


def _sign_in(tree: Tree) -> Iterator[Fault]:
    daemon = tree.get("daemon")
    if not isinstance(daemon, dict) or daemon.get("passwords") is not False:
        return
    if not daemon.get("user_header") and not tree.get("oidc"):
        yield fault("CFG-406", "daemon.passwords", "false")


def calendar_faults(tree: Tree) -> Iterator[Fault]:
    """Give the faults of own calendars that contradict themselves."""
    built: dict[str, Calendar] = {"cn": china()}
    for settings in shipped():
        built[settings.id] = build(settings, built)
    waiting = dict(items(tree, "calendar"))
    progress = True
    while progress:
        progress = False
        for path, item in list(waiting.items()):
            try:
                settings = CalendarSettings.model_validate(item)
                built[settings.id] = build(settings, built)
            except ValidationError:
                pass  # it has its faults already
            except KeyError:
                continue  # its base comes later, or not at all
            except ValueError as error:
                yield fault("CFG-402", path, str(error))
            del waiting[path]
            progress = True


def _doubles(tree: Tree) -> Iterator[Fault]:
    for name in _LISTS:
        # Limits and checks both name alerts, so that their ids are of one kind.
        seen = known_ids(tree, "limit") if name == "check" else set()
        for path, item in items(tree, name):
            ident = item.get("id")
            if isinstance(ident, str):
                if ident in seen:
                    yield fault("CFG-301", f"{path}.id", show(ident))
                seen.add(ident)
    daemon = tree.get("daemon")
    levels = texts(daemon.get("levels")) if isinstance(daemon, dict) else ()
    for index, level in enumerate(levels):
        if level in levels[:index]:
            yield fault("CFG-301", f"daemon.levels[{index}]", show(level))


def _push_secrets(tree: Tree) -> Iterator[Fault]:
    # A push is signed over its body alone: with one secret it would be taken for either source.
    seen: dict[str, object] = {}
    for path, item in items(tree, "source"):
        secret = item.get("push_secret")
        if isinstance(secret, str):
            if secret in seen:
                yield fault("CFG-405", f"{path}.push_secret", show(seen[secret]))
            seen[secret] = item.get("id")


def _calendars(tree: Tree, ids: Mapping[str, set[str]]) -> Iterator[Fault]:
    known = ids["calendar"] | {"cn"} | {calendar.id for calendar in shipped()}
    daemon = tree.get("daemon")
    if isinstance(daemon, dict):
        yield from refer("CFG-302", "daemon.calendar", daemon.get("calendar"), known)
    for name in ("limit", "policy", "region"):
        for path, item in items(tree, name):
            yield from refer("CFG-302", f"{path}.calendar", item.get("calendar"), known)
    for path, item in items(tree, "calendar"):
        yield from refer("CFG-302", f"{path}.base", item.get("base"), known | {"none"})


def _levels(tree: Tree, registry: Registry) -> Iterator[Fault]:
    daemon = tree.get("daemon")
    written = daemon.get("levels") if isinstance(daemon, dict) else None
    levels = texts(written) if written is not None else Daemon().levels
    for path, item in items(tree, "limit"):
        for level in item.get("levels", ()) if isinstance(item.get("levels"), dict) else ():
            yield from refer("CFG-303", f"{path}.levels.{level}", level, levels)
    for path, item in items(tree, "check"):
        use = item.get("use")
        builtin = registry.get(use) if isinstance(use, str) else None
        level = item.get("level", builtin.level if builtin else None)
        yield from refer("CFG-303", f"{path}.level", level, levels)
    for path, item in items(tree, "policy"):
        for index, level in enumerate(as_list(item.get("levels"))):
            yield from refer("CFG-303", f"{path}.levels[{index}]", level, levels)


def _facts(tree: Tree, registry: Registry) -> Iterator[Fault]:
    """Check the facts that limits count by and the expressions over them."""
    mapped = mapped_facts(tree)
    known_facts = mapped | standard_facts(tree)
    for path, item in items(tree, "limit") if mapped else ():
        # Without its moments a limit never starts, never starts anew or never ends.
        for key, moment in moments_of(item):
            yield from refer("CFG-312", f"{path}.{key}", moment, mapped)
        if str(item.get("from")).startswith(STEP):
            yield from refer("CFG-312", f"{path}.from", "steps", mapped_parts(tree))
        # A length that no source has is possible: a preset speaks of several standard facts that
        # may tell it.
        for key, fact in lengths_of(item):
            yield from refer("CFG-312", f"{path}.{key}", fact, known_facts)
    for path, item in items(tree, "check"):
        for need in untold_needs(item, tree, registry) if mapped else ():
            yield from refer("CFG-312", f"{path}.use", need, told_to_checks(tree))
    for name in ("limit", "check", "policy"):
        for path, item in items(tree, name):
            when = item.get("when")
            if isinstance(when, str) and when:
                try:
                    Expression(when, known_facts if mapped else None)
                except ValueError as error:
                    yield fault("CFG-209", f"{path}.when", str(error))


def _surveys(tree: Tree, ids: Mapping[str, set[str]]) -> Iterator[Fault]:
    for path, item in items(tree, "check"):
        settings = item.get("settings")
        limit = settings.get("limit") if isinstance(settings, dict) else None
        if limit:
            yield from refer("CFG-320", f"{path}.settings.limit", limit, ids["limit"])


def _catalogue(tree: Tree, ids: Mapping[str, set[str]]) -> Iterator[Fault]:
    catalogue = tree.get("catalogue")
    if isinstance(catalogue, dict):
        yield from refer("CFG-314", "catalogue.source", catalogue.get("source"), ids["source"])


def loops(tree: Tree, name: str, key: str) -> Iterator[Fault]:
    """Give the faults of items of a list that are above themselves by what ``key`` names."""
    above = {
        item["id"]: item[key]
        for _, item in items(tree, name)
        if isinstance(item.get("id"), str) and isinstance(item.get(key), str)
    }
    for path, item in items(tree, name):
        chain = [item["id"]] if isinstance(item.get("id"), str) else [""]
        while chain[-1] in above and chain.count(chain[-1]) == 1:
            chain.append(above[chain[-1]])
        if len(chain) > 1 and chain[-1] == chain[0]:
            yield fault("CFG-307", f"{path}.{key}", " → ".join(chain))


def _chains(tree: Tree) -> Iterator[Fault]:
    """Check the limits that start when another one is due."""
    after = {item.get("id"): other for _, item in items(tree, "limit") if (other := _after(item))}
    known = known_ids(tree, "limit")
    for path, item in items(tree, "limit"):
        other = _after(item)
        if other is None:
            continue
        yield from refer("CFG-313", f"{path}.from", other, known)
        chain = [item.get("id")]
        while chain[-1] in after and chain.count(chain[-1]) == 1:
            chain.append(after[chain[-1]])
        if len(chain) > 1 and chain[-1] == chain[0]:
            yield fault("CFG-313", f"{path}.from", " → ".join(map(str, chain)))


def _after(limit: Mapping[str, Any]) -> str | None:
    start = limit.get("from")
    if not isinstance(start, str) or not start.startswith(DUE):
        return None
    return start.removeprefix(DUE) or None


def refer(code: str, path: str, value: Any, known: Collection[str]) -> Iterator[Fault]:
    """Give a fault where a text is none of the known names; what is no text is passed over."""
    if isinstance(value, str) and value not in known:
        names = sorted(known)
        near = get_close_matches(value, names, n=1)
        listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
        expected = Words(listed, listed) if names else None
        yield fault(code, path, show(value), expected, near[0] if near else None)


def known_ids(tree: Tree, name: str) -> set[str]:
    """Give the ids in a list of the file; a check without one goes by the name it uses."""
    named = (item.get("id", item.get("use")) for _, item in items(tree, name))
    return {one for one in named if isinstance(one, str)}


def texts(value: Any) -> tuple[str, ...]:
    """Give the texts of a list, and nothing where it is none."""
    return tuple(one for one in as_list(value) if isinstance(one, str))
