"""The versions of limits, checks and surveys with their texts, numbered as they come into force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from config.rule_texts import RuleText
from monitor.store import tables
from monitor.store.statements import insert

Key = tuple[str, str, str]
"""A rule, the version that its settings name, and the mark of its text."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of a rule as it was first put in force, at an instant."""

    rule: str
    version: str
    kind: str
    said: Mapping[str, Any]
    first_at: int


def labels(connection: Connection) -> dict[Key, str]:
    """Return the version of each text that was ever in force."""
    v = tables.rule_versions.c
    rows = connection.execute(select(v.rule, v.written, v.mark, v.version))
    return {(row.rule, row.written, row.mark): row.version for row in rows}


def lacking(connection: Connection, texts: Iterable[RuleText]) -> bool:
    """Whether one of the texts was never in force."""
    known = labels(connection)
    return any(_key(one) not in known for one in texts)


def keep(connection: Connection, texts: Iterable[RuleText], now: int) -> None:
    """Number the texts that were never in force, and keep them.

    The first text under a version of the settings has that version; a text that differs while the
    settings still name the same version has ``VERSION.1``, ``VERSION.2`` and so on.
    """
    known = labels(connection)
    taken: dict[str, set[str]] = {}
    for (rule, _, _), version in known.items():
        taken.setdefault(rule, set()).add(version)
    rows = []
    for one in texts:
        if _key(one) in known:
            continue
        used = taken.setdefault(one.id, set())
        version, number = one.written, 0
        while version in used:
            number += 1
            version = f"{one.written}.{number}"
        used.add(version)
        rows.append(
            {
                "rule": one.id,
                "version": version,
                "written": one.written,
                "mark": one.mark,
                "kind": one.kind,
                "said": dict(one.said),
                "first_at": now,
            }
        )
    if rows:
        # Another daemon may have numbered the same texts meanwhile.
        connection.execute(insert(connection, tables.rule_versions).on_conflict_do_nothing(), rows)


def kept(connection: Connection, rule: str) -> list[Kept]:
    """Return the versions of a rule, the latest first."""
    v = tables.rule_versions.c
    rows = connection.execute(
        select(v.rule, v.version, v.kind, v.said, v.first_at)
        .where(v.rule == rule)
        .order_by(v.first_at.desc(), v.version.desc())
    )
    return [Kept(*row) for row in rows]


def _key(one: RuleText) -> Key:
    return one.id, one.written, one.mark
