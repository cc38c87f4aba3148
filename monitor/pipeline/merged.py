"""What a digest of several notices says: the gravest of them, how many of each, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from config import Words
from monitor.pipeline.in_force import InForce
from monitor.store.merging import Member
from notifiers import words
from rules.escalation import NoticeKind
from rules.grouping import Grouping
from rules.instants import moment

MOST_ITEMS = 50
"""How many of a digest are told one by one: more than any channel shows."""

_MOST_REASONS = 3
_MOST_NAMES = 5
_OTHERS = {
    NoticeKind.RESOLVED: Words("已解除", "resolved"),
    NoticeKind.SYSTEM: Words("监察告警", "about the supervision itself"),
}


def latest(members: Sequence[Member]) -> list[Member]:
    """Give of each alert the latest notice, the most urgent first."""
    by_alert = {one.alert_id: one for one in sorted(members, key=lambda one: one.notice_id)}
    chosen = [one for one in members if one.alert_id is None or by_alert[one.alert_id] is one]
    return sorted(chosen, key=lambda one: (one.turn, one.id))


def context(
    rules: InForce,
    members: Sequence[Member],
    items: Sequence[Mapping[str, Any]],
    room: str | None,
    now: int,
) -> dict[str, Any]:
    """Give the fields of a digest, as plain JSON values.

    Args:
        rules: what is in force.
        members: all that it brings.
        items: the contexts of the first of :func:`latest`, each with its ``kind``.
        room: the channel where it is read by a group, ``None`` where by one person.
        now: the instant now.
    """
    chosen = latest(members)
    return {
        "digest": {"event": _event(members)},
        "items": list(items),
        "count": len(chosen),
        "counts": dict(Counter(_counted(one, rules.language) for one in chosen)),
        "period_text": period(rules, min(one.at for one in members), now),
        "route": {"reason": _for_room(rules, members) if room else _reason(rules, items)},
        "source": {"as_of": max((_as_of(one) for one in items), default="")},
    }


def period(rules: InForce, begin: int, end: int) -> str:
    """Write from when to when, the date of the end only where it is another."""
    text = words.when(begin, rules.zone, rules.language, end)
    if moment(begin, rules.zone).date() == moment(end, rules.zone).date():
        return f"{text}–{moment(end, rules.zone):%H:%M}"
    return f"{text} – {words.when(end, rules.zone, rules.language, end)}"


def _event(members: Sequence[Member]) -> str:
    if any(one.silence_id is not None for one in members):
        return "silence"
    held = [one for one in members if one.grouping == Grouping.HELD]
    if held and all(one.not_before <= one.created_at for one in held):
        return "missed"  # rungs that fell due while nothing ran
    return "merged"


def _counted(one: Member, language: str) -> str:
    other = next((words for kind, words in _OTHERS.items() if kind == one.kind), None)
    return other.text(language) if other else one.level or one.kind


def _reason(rules: InForce, items: Sequence[Mapping[str, Any]]) -> str:
    reasons = list(dict.fromkeys(_route(one) for one in items if _route(one)))
    joint, more = Words("；", "; "), Words(" 等", " and others")
    text = joint.text(rules.language).join(reasons[:_MOST_REASONS])
    return text + (more.text(rules.language) if len(reasons) > _MOST_REASONS else "")


def _for_room(rules: InForce, members: Sequence[Member]) -> str:
    people = rules.book.directory.people
    names = [
        people[address].name
        for address in dict.fromkeys(one.address for one in members)
        if address in people
    ]
    if not names:
        return ""
    if rules.language == "en":
        listed = ", ".join(names[:_MOST_NAMES])
        more = f" and {len(names) - _MOST_NAMES} others" if len(names) > _MOST_NAMES else ""
        return f"For {listed}{more}"
    listed = "、".join(names[:_MOST_NAMES])
    more = f"等 {len(names)} 人" if len(names) > _MOST_NAMES else ""
    return f"发给{listed}{more}"


def _route(item: Mapping[str, Any]) -> str:
    return str((item.get("route") or {}).get("reason") or "")


def _as_of(item: Mapping[str, Any]) -> str:
    return str((item.get("source") or {}).get("as_of") or "")
