"""Setting a silence (静默), and ending it before its time."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, silences
from monitor.store.audit_log import Act
from monitor.store.silences import NewSilence, SilenceRow
from rules.expressions import Expression
from rules.refusals import RefusedError
from rules.silences import Matching

_LONGEST = 500  # characters of a condition
_MACROS = re.compile(r"\b(?:all|exists|exists_one|map|filter)\s*\(")
_MACROS_AT_MOST = 2


def add(
    connection: Connection,
    actor: Actor,
    matching: Matching,
    reason: str,
    from_at: int,
    until_at: int,
    facts: Iterable[str] | None,
    now: int,
) -> int:
    """Set a silence from one instant until another and give its id.

    ``facts`` are those that cases can have; ``None`` where that is not known.

    Raises:
        RefusedError: it is for everything, gives no reason, ends too early, or its condition is
            faulty.
    """
    if not matching.kept():
        raise RefusedError(
            "没有说静默什么：至少写一项条件，如 --region、--rule 或 --when",
            "it does not say what it is for: name one condition at least, such as --region, --rule "
            "or --when",
        )
    if not reason.strip():
        raise RefusedError("没有写事由", "it gives no reason")
    if until_at <= max(from_at, now):
        raise RefusedError("结束须晚于开始和现在", "it must end later than it begins and than now")
    if matching.when:
        if len(matching.when) > _LONGEST or len(_MACROS.findall(matching.when)) > _MACROS_AT_MOST:
            # It is looked at for every message: lists within lists would hold up all of them.
            raise RefusedError(
                f"条件太复杂：至多 {_LONGEST} 个字符，"
                f"all、exists、map、filter 至多 {_MACROS_AT_MOST} 处",
                f"the condition is too complex: {_LONGEST} characters and {_MACROS_AT_MOST} of "
                "all, exists, map and filter at most",
            )
        try:
            Expression(matching.when, facts)
        except ValueError as error:
            raise RefusedError(f"条件有误：{error}", f"the condition is faulty: {error}") from None
    new = NewSilence(actor.who, reason, matching, from_at, until_at)
    ident = silences.add(connection, new, now)
    after = {"matching": matching.kept(), "from_at": from_at, "until_at": until_at}
    act = Act(actor.who, actor.origin, "silence", f"silence:{ident}", None, after, reason)
    audit_log.record(connection, act, now)
    return ident


def end(connection: Connection, actor: Actor, ident: int, now: int) -> SilenceRow:
    """End a silence at ``now`` and give it as it was; what it held is then summed up.

    Raises:
        RefusedError: there is none of this id, or it has ended already.
    """
    found = silences.of_ids(connection, [ident]).get(ident)
    if found is None:
        raise RefusedError(
            f"没有编号为 {ident} 的静默；编号见 duban silence list --all",
            f"no silence has the id {ident}; for the ids see: duban silence list --all",
        )
    if not silences.end(connection, ident, actor.who, now):
        raise RefusedError(f"静默 {ident} 已经结束", f"silence {ident} has ended already")
    before, after = {"until_at": found.until_at}, {"until_at": now}
    act = Act(actor.who, actor.origin, "silence.end", f"silence:{ident}", before, after)
    audit_log.record(connection, act, now)
    return found
