"""Messages about a case that is made up, to try a channel and the texts of one's own."""

from __future__ import annotations

from typing import Any

from monitor.cli.shell import Shell
from monitor.pipeline import wording
from monitor.store.alert_list import Alert
from notifiers import Kind, words
from rules.cases import Case
from rules.directory import Person
from rules.escalation import Notice, NoticeKind
from rules.instants import DAY

_CASE = Case("test", "TEST-0000", {"no": "TEST-0000", "item_name": "测试事项 · test item"})
_COUNT = 1284
_EVENTS = {Kind.ORDER: "issued", Kind.DIGEST: "daily"}


def fields(shell: Shell, person: Person, kind: Kind, event: str = "") -> dict[str, Any]:
    """Give the fields of a message of ``kind`` to a person, as the pipeline gives them.

    ``event`` is what has happened to an order, or which kind of digest it is; "" is the usual one.
    """
    event = event or _EVENTS.get(kind, "")
    if kind is Kind.SYSTEM:
        return _system(shell, person)
    made = _about_case(shell, person, kind)
    if kind is Kind.ORDER:
        made["order"] = _order(shell, person, event)
    if kind is Kind.DIGEST:
        return _digest(shell, person, event)
    return made


def _about_case(shell: Shell, person: Person, kind: Kind) -> dict[str, Any]:
    rules, now = shell.rules, shell.now
    limit = next(iter(rules.limits.values()), None)
    levels = rules.settings.daemon.levels
    late = kind not in (Kind.WARNING, Kind.TEST)
    level = levels[0]
    if late:
        level = levels[-1] if kind is Kind.ESCALATION else levels[min(1, len(levels) - 1)]
    alert = Alert(
        id=0,
        case_id=0,
        subject=None,
        source="test",
        rule=limit.id if limit else "test",
        version="1",
        title=limit.title if limit else "test",
        law=limit.law if limit else "",
        level=level,
        rank=0,
        state="open",
        opened_at=now,
        level_since_at=now,
        due_at=now - 3 * DAY if late else now + DAY,
        evidence={},
        acked_at=None,
        acked_by=None,
        ack_note=None,
        resolved_at=now if kind is Kind.RESOLVED else None,
        resolution="closed" if kind is Kind.RESOLVED else None,
        policy=None,
        policy_version=None,
        step=0,
        next_step_at=None,
        told=None,
        shadow=False,
    )
    notice = Notice(0, NoticeKind.WARNING, 0, person, (), f"person:{person.id}")
    return wording.context(rules, alert, _CASE, notice, now, now)


def _system(shell: Shell, person: Person) -> dict[str, Any]:
    made = _about_case(shell, person, Kind.SYSTEM)
    told = shell.word("测试：读不到审批库", "test: a source that cannot be read")
    return {**made, "case": {}, "clock": {}, "alert": {"title": told, "reason": _harmless(shell)}}


def _harmless(shell: Shell) -> str:
    return shell.word("这是一条测试消息，不用处理", "this is a test; there is nothing to do")


def _order(shell: Shell, person: Person, event: str) -> dict[str, Any]:
    rules, now, language = shell.rules, shell.now, shell.rules.language

    def when(days: int) -> str:
        return words.when(now + days * DAY, rules.zone, language, now)

    return {
        "event": event,
        "no": "TEST-2026-0001",
        "state_text": shell.word("测试", "test"),
        "subject": shell.word("测试事项（尾号 0000）", "test item (…0000)"),
        "issuer": person.name,
        "issuing_unit": shell.word("测试科室", "test unit"),
        "supervised": shell.word("测试部门", "test department"),
        "advice": shell.word(
            "这是一条测试消息，不用处理", "this is a test; there is nothing to do"
        ),
        "found": shell.word("某环节用去大半时间", "one step took most of the time"),
        "issued_text": when(0),
        "ack_by_text": when(1),
        "reply_by_text": when(3),
        "by": person.name,
        "at_text": when(0),
        "note": shell.word("测试说明", "a note"),
        "cause": shell.word("其他部门", "another department"),
        "done_by_text": when(5),
    }


def _digest(shell: Shell, person: Person, event: str) -> dict[str, Any]:
    rules, now, language = shell.rules, shell.now, shell.rules.language
    kinds = (Kind.ESCALATION, Kind.OVERDUE, Kind.WARNING)
    items = [{**_about_case(shell, person, kind), "kind": kind.value} for kind in kinds]
    levels = [str(item["alert"]["level"]) for item in items]
    day = words.day(now, rules.zone, language)
    daily: dict[str, Any] = {
        "scope": "",
        "before": dict.fromkeys(levels, 2),
        "unacknowledged": {levels[0]: 1},
        "due_today": 2,
        "open": _COUNT,
        "on_time": 98.7,
        "on_time_before": 98.4,
    }
    return {
        "digest": {"event": event, **(daily if event == "daily" else {})},
        "items": items,
        "count": len(items) + 2,
        "counts": {levels[0]: 1, levels[1]: 1, levels[2]: 3},
        "period_text": day if event == "daily" else words.when(now, rules.zone, language, now),
        "source": {"as_of": words.when(now, rules.zone, language, now)},
        "route": {"reason": shell.word("有人在试用这个渠道", "somebody tries this channel")},
    }
