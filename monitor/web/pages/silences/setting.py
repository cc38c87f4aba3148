"""Setting a silence on the desk, within what whoever sets it sees, and ending one."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.acts import silencing as acts
from monitor.pipeline import silencing
from monitor.pipeline.in_force import InForce
from monitor.store import case_list, silences
from monitor.web.looking import Doing, Done, UnknownError
from monitor.web.pages.orders.words import row_id
from notifiers import words
from rules.instants import HOUR, moment
from rules.refusals import RefusedError
from rules.silences import Matching
from rules.single import ruler

FIELDS = ("when", "region", "department", "item", "case", "rule", "level")
"""What the form asks for; the other fields of a silence are for the command line."""

_CLOSES = (1, 2, 5)  # working days, this one among them, at whose close it may end


@dataclass(frozen=True, slots=True)
class End:
    """An end to choose: its name in the form, the instant, and in words."""

    name: str
    at: int
    text: str


def ends(rules: InForce, now: int, start: int, language: str) -> list[End]:
    """Give the ends to choose among for a silence that begins at ``start``."""
    zh = language != "en"
    at = start + 2 * HOUR
    when = words.when(at, rules.zone, language, now)
    found = [End("2h", at, f"2 小时（至 {when}）" if zh else f"2 hours (until {when})")]
    closes = _closes(rules, start, max(_CLOSES))
    today = moment(now, rules.zone).date()
    days = [moment(at, rules.zone).date() for at in closes]
    following = next((number for number, day in enumerate(days, 1) if day > today), 0)
    for number in _CLOSES:
        if number > len(closes):
            break
        at = closes[number - 1]
        when = words.when(at, rules.zone, language, now)
        if days[number - 1] == today:
            text = f"今天下班前（{when}）" if zh else f"close of business today ({when})"
        elif number == following:
            text = (
                f"下个工作日下班前（{when}）" if zh else f"close of the next working day ({when})"
            )
        else:
            text = f"第 {number} 个工作日下班前（{when}）"
            text = text if zh else f"close of working day {number} ({when})"
        found.append(End(f"close-{number}", at, text))
    return found


def add(doing: Doing) -> Done:
    """Set a silence.

    Raises:
        RefusedError: what it is for, or how long, is missing or faulty.
        NoRightError: it is for more than whoever sets it sees.
    """
    start = doing.begin("from")
    begin = doing.now if start is None else start
    matching = Matching(**{name: doing.one(name) or "" for name in FIELDS})
    if not matching.kept():
        raise RefusedError(
            "没有说静默什么：至少填一项，如区划、规则或办件号",
            "it does not say what it is for: fill in one field at least, such as the region, the "
            "rule or the number of a case",
        )
    if matching.case and not case_list.find(doing.connection, matching.case):
        raise RefusedError(
            f"没有办件号为 {matching.case} 的办件", f"there is no case {matching.case}"
        )
    acts.within(doing.connection, doing.visitor.scope, matching)
    reason = doing.one("reason") or ""
    until = _until(doing, begin)
    ident = acts.add(
        doing.connection, doing.rules, doing.giver, matching, reason, begin, until, doing.now
    )
    reach = silencing.reach(doing.connection, doing.rules, matching, doing.now)
    said = doing.say(
        f"静默 {ident} 已设。它适用于现有 {reach.alerts} 张牌：照常计时、照常升级，不发消息；"
        f"待发的通知 {reach.deliveries} 条扣下，到时汇总补发。",
        f"Silence {ident} is set. The {reach.alerts} cards it is for stand and climb as before; "
        f"{reach.deliveries} notices that wait are held and summed up at its end.",
    )
    return Done("/silences", said)


def end(doing: Doing) -> Done:
    """End the silence of the address now."""
    ident = row_id(doing.path["id"])
    row = silences.of_ids(doing.connection, [ident]).get(ident)
    if row is None:
        raise UnknownError
    acts.end(doing.connection, doing.giver, ident, doing.now)
    said = doing.say(
        f"静默 {ident} 已结束，扣下的通知随即汇总补发。",
        f"Silence {ident} has ended; what it held is summed up now.",
    )
    return Done("/silences", said)


def _until(doing: Doing, begin: int) -> int:
    own = doing.end("until_at")
    if own is not None:
        return own
    known = {one.name: one.at for one in ends(doing.rules, doing.now, begin, doing.language)}
    chosen = doing.one("until")
    if chosen not in known:
        raise RefusedError("没有写静默到何时", "it does not say until when")
    return known[chosen]


def _closes(rules: InForce, at: int, number: int) -> list[int]:
    """Give when the next working days close, the one under way among them."""
    one = ruler(rules.order_terms.work)
    found: list[int] = []
    day = one.day(at)
    while len(found) < number and day < one.size:
        if one.working[day] and one.closes[day] > at:
            found.append(one.closes[day])
        day += 1
    return found
