"""Silences in people's words: what each is for, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.pipeline.wording import level_name
from monitor.store.silences import SilenceRow
from rules.subjects import called

FIELDS = {
    "when": Words("条件", "when"),
    "source": Words("审批库", "source"),
    "region": Words("区划", "region"),
    "department": Words("部门", "department"),
    "item": Words("事项", "item"),
    "case": Words("办件", "case"),
    "rule": Words("规则", "rule"),
    "level": Words("牌", "level"),
    "subject": Words("对象", "subject"),
    "person": Words("接收人", "person"),
    "channel": Words("渠道", "channel"),
}
"""What the fields of a silence are called."""

STATES = {
    "planned": Words("未开始", "planned"),
    "standing": Words("静默中", "standing"),
    "ended": Words("已结束", "ended"),
}
"""What the states of a silence are called."""


def state(row: SilenceRow, now: int) -> str:
    """Give how a silence stands at ``now``, one of :data:`STATES`."""
    if row.next_at is None or row.ended_at is not None:
        return "ended"
    return "planned" if row.from_at > now else "standing"


def parts(rules: InForce, matching: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Give the fields that say something, each with what it is called and whom it names."""
    directory = rules.book.directory
    named: dict[str, Callable[[str], str]] = {
        "region": lambda ident: called(directory.regions, ident),
        "department": lambda ident: called(directory.departments, ident),
        "level": lambda ident: level_name(ident, language),
        "rule": lambda ident: rules.titles.get(ident, ident),
        "person": lambda ident: (
            directory.people[ident].name if ident in directory.people else ident
        ),
    }
    return [
        (FIELDS[name].text(language), named.get(name, str)(value))
        for name, value in matching.items()
    ]
