"""What a digest of several notices says: the gravest of them, how many of each, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from config import Words
from monitor.pipeline import wording
from monitor.pipeline.in_force import InForce
from monitor.store import alert_cases, merging, silences, sources
from monitor.store.merging import Member, NewDigest
from notifiers import words
from rules.carriers import carried
from rules.escalation import NoticeKind
from rules.going_live import Origin
from rules.grouping import Grouping
from rules.instants import MINUTE, moment

MOST_ITEMS = 50
"""How many of a digest are told one by one: more than any channel shows."""

_STALE = 10 * MINUTE  # what waited longer is told as it stands now: "2 days left" was then
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


def digests(
    connection: Connection,
    rules: InForce,
    channel: str,
    groups: Sequence[tuple[str, Sequence[Member]]],
    now: int,
    *,
    room: bool,
    one_case: bool = False,
) -> list[NewDigest]:
    """Make the digest of each group, which has a receiver; a ``room`` is one, "", of many people.

    With ``one_case`` the notices of each group are about one case, and the digest says so.
    """
    shown = [latest(members)[:MOST_ITEMS] for _, members in groups]
    items = _items(connection, rules, [one for few in shown for one in few], now)
    held = {one.silence_id for _, members in groups for one in members}
    notes = _Silences.of(connection, rules, [one for one in held if one is not None], channel)
    made = []
    for (receiver, members), few in zip(groups, shown, strict=True):
        told = [items[one.id] for one in few]
        note = notes.about(members, None if room else receiver)
        context = _context(rules, members, told, note, now, room=room and not one_case)
        if one_case:
            context = _of_one_case(context)
        made.append(
            NewDigest(
                # A delivery is merged once, so that this is the key of one digest for ever.
                f"duban-digest-{min(one.id for one in members)}",
                channel,
                receiver,
                members[0].address if one_case else None if room else receiver,
                min(one.turn for one in members),
                context,
                tuple(one.id for one in members),
            )
        )
    return made


def _of_one_case(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a digest about one case: those of the gravest name it."""
    gravest = context["items"][0]
    return {
        **context,
        "digest": {**context["digest"], "event": "case"},
        "items": [{**item, "one_case": True} for item in context["items"]],
        **{name: gravest.get(name) or {} for name in ("case", "alert", "links")},
    }


def _items(
    connection: Connection, rules: InForce, shown: Sequence[Member], now: int
) -> dict[int, Mapping[str, Any]]:
    """Give what is told of each delivery: the context of its notice, or how it stands by now."""
    contexts = merging.contexts(connection, {one.notice_id for one in shown})
    found: dict[int, Mapping[str, Any]] = {
        one.id: {**contexts[one.notice_id], "kind": one.kind} for one in shown
    }
    stale: dict[int, list[int]] = {}
    for one in shown:
        if one.alert_id is not None and one.created_at < now - _STALE:
            stale.setdefault(one.alert_id, []).append(one.id)
    if not stale:
        return found
    read_at = {state.id: state.last_ok_at for state in sources.states(connection)}
    for about in alert_cases.of_alerts(connection, stale):
        alert, case = about.alert, about.case
        if case is not None:
            case = carried(rules.book.catalogue.enrich(case, now), alert.carrier)
        fields = wording.context(rules, alert, case, None, read_at.get(alert.source or ""), now)
        for ident in stale[alert.id]:
            item = found[ident]
            found[ident] = {**item, **fields, "route": item.get("route", {})}
    return found


class _Silences:
    """The silences that held something back: why, by whom, and what came to nothing meanwhile."""

    def __init__(self, named: Mapping[int, str], gone: Mapping[tuple[int, str], int]) -> None:
        self._named = named
        self._gone = gone

    @classmethod
    def of(
        cls, connection: Connection, rules: InForce, ids: Sequence[int], channel: str
    ) -> _Silences:
        """Read them."""
        if not ids:
            return cls({}, {})
        people = rules.book.directory.people
        named = {}
        for ident, row in silences.of_ids(connection, ids).items():
            by = people[row.by].name if row.by in people else row.by
            named[ident] = Words(f"{row.reason}（{by}）", f"{row.reason} ({by})").text(
                rules.language
            )
        return cls(named, silences.superseded(connection, ids, channel))

    def about(self, members: Sequence[Member], address: str | None) -> dict[str, Any]:
        """Give what a digest says of them; the address ``None`` stands for everybody."""
        ids = list(dict.fromkeys(one.silence_id for one in members if one.silence_id is not None))
        if not ids:
            return {}
        gone = sum(
            count
            for (ident, whom), count in self._gone.items()
            if ident in ids and address in (None, whom)
        )
        return {"silence": "; ".join(self._named[ident] for ident in ids), "superseded": gone}


def _context(
    rules: InForce,
    members: Sequence[Member],
    items: Sequence[Mapping[str, Any]],
    silence: Mapping[str, Any],
    now: int,
    *,
    room: bool,
) -> dict[str, Any]:
    """Give the fields of a digest, as plain JSON values; ``items`` are the gravest it brings."""
    chosen = latest(members)
    return {
        "digest": {"event": _event(members), **silence},
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
    if all(one.origin == Origin.BACKLOG for one in members):
        return "backlog"  # it stood already when supervision began
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
