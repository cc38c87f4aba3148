"""Setting a silence (静默), and ending it before its time: who may, and for how much.

Nobody silences more than they are in charge of, nor keeps those above them from hearing of it: a
silence holds back only what is for people of the setter's own regions and departments, and the
inspectors of the region above are alerted to it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from config import Words
from monitor.access import Role
from monitor.acts.rights import Giver, NoRightError
from monitor.pipeline.in_force import InForce
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.silencing import SET, subject
from monitor.store import audit_log, case_list, silences
from monitor.store.audit_log import Act
from monitor.store.scope import Scope
from monitor.store.silences import NewSilence, SilenceRow
from notifiers import words
from rules.cases import Fact
from rules.expressions import Expression
from rules.instants import DAY, SECOND
from rules.refusals import RefusedError
from rules.silences import Matching, Reach, condition


def add(
    connection: Connection,
    rules: InForce,
    giver: Giver,
    matching: Matching,
    reason: str,
    from_at: int,
    until_at: int,
    now: int,
) -> int:
    """Set a silence from one instant until another and return its id.

    Raises:
        NoRightError: whoever sets it may not, or not for so much.
        RefusedError: it is for everything, gives no reason, ends too early or too late, or its
            condition is faulty or costly.
    """
    if giver.role < Role.INSPECT:
        raise NoRightError
    if not matching.kept():
        raise RefusedError(
            "没有说静默什么：至少写一项条件，如 --region、--rule 或 --when",
            "it does not say what it is for: name one condition at least, such as --region, --rule "
            "or --when",
        )
    within(connection, giver.scope, matching)
    if not reason.strip():
        raise RefusedError("没有写事由", "it gives no reason")
    begin = max(from_at, now)
    if until_at <= begin:
        raise RefusedError("结束须晚于开始和现在", "it must end later than it begins and than now")
    longest = round(rules.settings.daemon.longest_silence * SECOND)
    if giver.role < Role.MANAGE and until_at - begin > longest:
        days = f"{longest / DAY:g}"
        raise RefusedError(
            f"静默至多 {days} 天；更长的须由角色 manage 设",
            f"a silence lasts {days} days at most; a longer one takes the role manage",
        )
    if matching.when:
        _require_condition(rules, matching.when)
    reach = Reach(giver.scope.regions, giver.scope.departments)
    actor = giver.actor
    new = NewSilence(actor.who, reason, matching, from_at, until_at, reach=reach)
    ident = silences.add(connection, new, now)
    after = {"matching": matching.kept(), "from_at": from_at, "until_at": until_at}
    act = Act(actor.who, actor.origin, "silence", f"silence:{ident}", None, after, reason)
    audit_log.record(connection, act, now)
    above = _above(connection, rules, giver.scope, matching)
    if above is not None:
        _alert_above(connection, rules, ident, new, above, now)
    return ident


def end(connection: Connection, giver: Giver, ident: int, now: int) -> SilenceRow:
    """End a silence at ``now`` and return it as it was; what it held is then summed up.

    Raises:
        NoRightError: it is for more than whoever ends it is in charge of.
        RefusedError: there is none of this id, or it has ended already.
    """
    found = silences.of_ids(connection, [ident]).get(ident)
    if found is None:
        raise RefusedError(
            f"没有编号为 {ident} 的静默；编号见 duban silence list --all",
            f"no silence has the id {ident}; for the ids see: duban silence list --all",
        )
    if giver.role < Role.INSPECT:
        raise NoRightError
    within(connection, giver.scope, Matching.of(found.matching))
    if not silences.end(connection, ident, giver.actor.who, now):
        raise RefusedError(f"静默 {ident} 已经结束", f"silence {ident} has ended already")
    before, after = {"until_at": found.until_at}, {"until_at": now}
    act = Act(giver.actor.who, giver.actor.origin, "silence.end", f"silence:{ident}", before, after)
    audit_log.record(connection, act, now)
    return found


def may_end(connection: Connection, giver: Giver, row: SilenceRow) -> bool:
    """Whether somebody may end a silence."""
    if giver.role < Role.INSPECT:
        return False
    try:
        within(connection, giver.scope, Matching.of(row.matching))
    except (RefusedError, NoRightError):
        return False
    return True


def within(connection: Connection, scope: Scope, matching: Matching) -> None:
    """Go on only where a silence is for nothing outside a scope.

    Raises:
        RefusedError: it names no region or department, where the scope has but some.
        NoRightError: it names one outside.
    """
    if scope == Scope():
        return
    cases = case_list.find(connection, matching.case) if matching.case else []
    for row in cases:
        if not scope.holds(*(_text(row.case.facts.get(name)) for name in ("region", "department"))):
            raise NoRightError
    for chosen, known, zh, en in (
        (
            matching.region,
            scope.regions,
            "你只能静默本区划的通知：选一个区划",
            "choose a region of yours",
        ),
        (
            matching.department,
            scope.departments,
            "你只能静默本部门的通知：选部门",
            "choose your department",
        ),
    ):
        if known is None:
            continue
        if chosen and chosen not in known:
            raise NoRightError
        if not chosen and not cases:
            raise RefusedError(zh, f"you may silence no more than what you see: {en}")


def _require_condition(rules: InForce, text: str) -> None:
    settings = rules.settings
    try:
        condition(text)
        Expression(text, settings.facts() if settings.source else None)
    except ValueError as error:
        raise RefusedError(f"条件有误：{error}", f"the condition is faulty: {error}") from None


def _above(connection: Connection, rules: InForce, scope: Scope, matching: Matching) -> str | None:
    """Return the region above those of whoever sets a silence; ``None``: there is none."""
    if scope.regions is None:
        return None
    cases = case_list.find(connection, matching.case) if matching.case else []
    place = matching.region or next((_text(one.case.facts.get("region")) for one in cases), None)
    regions = rules.book.directory.regions
    while place is not None and place in scope.regions:
        known = regions.get(place)
        place = known.parent if known else None
    return place


def _alert_above(
    connection: Connection, rules: InForce, ident: int, new: NewSilence, above: str, now: int
) -> None:
    """Let the inspectors of the region above know of a silence, until it ends."""
    person = rules.book.directory.people.get(new.by)
    by = person.name if person else new.by
    until = {
        language: words.when(new.until_at, rules.zone, language, now)
        for language in ("zh_CN", "en")
    }
    title = Words(
        f"{by} 设了静默 {ident}，至 {until['zh_CN']}：{new.reason}",
        f"{by} has set silence {ident}, until {until['en']}: {new.reason}",
    )
    evidence: dict[str, Fact] = {"by": new.by, "reason": new.reason, "until_at": new.until_at}
    carrier = {"region": above, "department": None, "handler": None}
    raise_alert(
        connection, rules, subject(ident), SET, title, evidence, now, mild=True, carrier=carrier
    )


def _text(fact: object) -> str | None:
    return None if fact is None else str(fact)
