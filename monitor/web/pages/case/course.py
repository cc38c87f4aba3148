"""What happened to a case, from its ticket to its delivery, as its source and people tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.addresses import order_path
from monitor.pipeline.wording import level_name
from monitor.store import appeals, climbs, orders
from monitor.store.alert_events import ACKNOWLEDGED, Event
from monitor.store.alert_list import Alert
from monitor.store.case_notices import Told
from monitor.store.orders import OrderRow
from monitor.web.looking import Look
from monitor.web.pages.case.changes import Altered
from monitor.web.pages.case.words import handler, person, short
from monitor.web.pages.orders.words import event_name
from rules.appeals import STATE_NAMES, AppealState
from rules.cases import Case, Part, PartKind
from rules.compliance.words import called
from rules.findings import Outcome
from rules.instants import is_moment

_MOMENTS = {
    "ticket_at": ("取号", "Ticket drawn"),
    "called_at": ("叫号", "Ticket called"),
    "submitted_at": ("收件", "Submitted"),
    "accepted_at": ("受理", "Accepted"),
    "correction_at": ("告知补正", "Told what is missing"),
    "corrected_at": ("补正完成", "Material completed"),
    "refused_at": ("不予受理", "Not accepted"),
    "reopened_at": ("重新打开", "Reopened"),
    "decided_at": ("作出决定", "Decided"),
    "closed_at": ("办结", "Closed"),
    "delivered_at": ("送达", "Delivered"),
    "fee_paid_at": ("缴费", "Fee paid"),
    "rated_at": ("评价", "Rated"),
    "called_back_at": ("回访", "Called back"),
    "applicant_called_at": ("电话告知申请人", "Applicant called"),
    "reported_up_at": ("上报", "Reported up"),
    "upper_answered_at": ("上级批复", "Upper level answered"),
}
_ENDS = {
    "closed": ("已办结", "closed"),
    "paused": ("暂停计时", "clock stopped"),
    "moved": ("到期时刻变动", "the due moment moved"),
    "rule": ("规则或日历变动", "a rule or calendar changed"),
    "vanished": ("办件从审批库中消失", "gone from its source"),
    "passed": ("统计期已过", "its time is over"),
    "settled": ("已结案", "settled"),
}
_PASSED_OVER = ("recorded_at",)  # when a source wrote what another moment tells


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: when, by whom, what, a note, what was said; its sign, if any."""

    at: int
    when: str
    by: str
    name: str
    note: str = ""
    quote: str = ""
    lamp: str = ""
    href: str = ""
    trial: bool = False


@dataclass(frozen=True, slots=True)
class _Teller:
    look: Look
    source: str

    def one(self, at: int, zh: str, en: str, note: str = "", lamp: str = "") -> Happening:
        """Give something that the source tells."""
        when = short(self.look.rules, at, self.look.now)
        by = self.look.say("审批库", "source")
        return Happening(at, when, by, self.look.say(zh, en), note, lamp=lamp)


def course(
    look: Look,
    case: Case,
    alerts: Sequence[Alert],
    events: Iterable[Event],
    told: Sequence[Told],
    issued: Iterable[OrderRow],
    altered: Iterable[Altered],
    *,
    to_seconds: bool,
) -> list[Happening]:
    """Give all that happened up to now, the newest first; moments ``to_seconds`` if asked for."""
    teller = _Teller(look, case.source)
    known = {one.id: one for one in alerts}
    all_ = [
        *_moments(teller, case),
        *(one for part in case.parts for one in _part(teller, part)),
        *(one for event in events for one in _card(look, event, known[event.alert_id], told)),
        *_rungs(look, told),
        *(one for row in issued for one in _order(look, row)),
        *(_altered(look, one) for one in altered),
    ]
    past = [one for one in all_ if one.at <= look.now]
    if to_seconds:
        past = [
            replace(one, when=short(look.rules, one.at, look.now, to_seconds=True)) for one in past
        ]
    return sorted(past, key=lambda one: one.at, reverse=True)


def _moments(teller: _Teller, case: Case) -> Iterator[Happening]:
    for name, at in case.facts.items():
        due = name.endswith("_due") or name in _PASSED_OVER
        if due or not is_moment(name) or not isinstance(at, int):
            continue
        if name in _MOMENTS:
            zh, en = _MOMENTS[name]
        else:
            zh = en = str(called("fact", name, teller.look.language))
        note = ""
        if name == "closed_at" and case.facts.get("result") is not None:
            note = str(called("result", case.facts["result"], teller.look.language))
        yield teller.one(at, zh, en, note, "closed" if name == "closed_at" else "")


def _part(teller: _Teller, part: Part) -> Iterator[Happening]:
    look, facts, begin, end = teller.look, part.facts, part.started_at, part.ended_at
    if begin is None:
        return
    kind = str(facts.get("kind") or look.say("特别程序", "special procedure"))
    reason = str(facts.get("reason") or "")
    if part.kind is PartKind.PAUSE:
        yield teller.one(begin, f"暂停计时：{kind}", f"Clock stopped: {kind}", reason, "paused")
        if end is not None:
            yield teller.one(end, f"恢复计时：{kind}结束", f"Clock goes on: {kind} is over")
    elif part.kind is PartKind.STEP:
        name = str(facts.get("name") or look.say("环节", "step"))
        who = handler(look, facts.get("handler"))
        until = "" if end is None else short(look.rules, end, look.now)
        done = look.say(f"{until} 完成", f"done {until}") if until else ""
        note = look.say("，", ", ").join(filter(None, (who, done)))
        yield teller.one(begin, f"环节：{name}", f"Step: {name}", note)
    else:
        amount = f"{facts.get('amount'):g}" if isinstance(facts.get("amount"), int | float) else ""
        unit = str(facts.get("unit") or "")
        zh = {"working days": "个工作日", "calendar days": "日", "hours": "小时"}.get(unit, unit)
        yield teller.one(begin, f"延期 {amount} {zh}", f"Extended by {amount} {unit}", reason)


def _card(look: Look, event: Event, alert: Alert, told: Sequence[Told]) -> Iterator[Happening]:
    say, detail = look.say, event.detail if isinstance(event.detail, dict) else {}
    level = level_name(event.level, look.language)
    note, quoted = alert.title, str(detail.get("note") or "")
    by = person(look, str(detail.get("by") or "")) or say("系统", "system")
    lamp = ""
    match event.event:
        case Outcome.OPENED:
            name = level if event.level == "warning" else say(f"亮{level}", level)
            note, lamp = _heard(look, event, alert, told), event.level
        case Outcome.RAISED:
            name = say(f"升为{level}", f"Raised to {level.lower()}")
            note, lamp = _heard(look, event, alert, told), event.level
        case Outcome.LOWERED:
            name, lamp = say(f"降为{level}", f"Lowered to {level.lower()}"), event.level
        case Outcome.RESOLVED:
            why = say(*_ENDS[event.reason]) if event.reason in _ENDS else event.reason
            name = say(f"{level}解除：{why}", f"{level} over: {why}")
        case _ if event.event == ACKNOWLEDGED:
            name = say(f"签收{level}", f"{level} acknowledged")
        case appeals.REVOKED:
            name = say(f"撤牌（{level}）", f"{level} taken back")
        case appeals.FILED:
            name, lamp = say("申请更正，升级停止计时", "Correction asked for; ladder held"), ""
        case appeals.DECIDED:
            state = STATE_NAMES[AppealState(str(detail.get("state") or "pending"))]
            name = say("申请裁定：", "Appeal: ") + state.of(look.language)
        case climbs.LAPSED:
            name = say("签收后没有进展，恢复升级", "Nothing followed the acknowledgement")
        case climbs.HELD:
            name = say("升级停止计时", "Ladder held")
        case climbs.RELEASED:
            name = say("升级恢复计时", "Ladder goes on")
        case _:
            name = event.event
    when = short(look.rules, event.at, look.now)
    yield Happening(event.at, when, by, name, note, quoted, lamp, trial=alert.shadow)


def _heard(look: Look, event: Event, alert: Alert, told: Sequence[Told]) -> str:
    """Say by which limit a card stands, and who was told of it on the first rung."""
    people = [
        person(look, one.person)
        for one in reversed(told)
        if one.alert_id == alert.id and one.level == event.level and one.step == 0 and one.person
    ]
    if not people:
        return alert.title
    names = look.say("、", ", ").join(dict.fromkeys(people))
    return look.say(f"{alert.title}。通知 {names}", f"{alert.title}. Told: {names}")


def _rungs(look: Look, told: Sequence[Told]) -> Iterator[Happening]:
    """Give the rungs beyond the first on which somebody was told."""
    groups: dict[tuple[int, int, int], list[str]] = {}
    for one in reversed(told):
        if one.step and one.person:
            groups.setdefault((one.at, one.alert_id, one.step), []).append(person(look, one.person))
    for (at, _, step), people in groups.items():
        names = look.say("、", ", ").join(dict.fromkeys(people))
        yield Happening(
            at,
            short(look.rules, at, look.now),
            look.say("系统", "system"),
            look.say(f"升级到第 {step + 1} 级", f"Escalated to step {step + 1}"),
            look.say(f"通知 {names}", f"Told: {names}"),
        )


def _order(look: Look, row: OrderRow) -> Iterator[Happening]:
    for event in orders.events(look.connection, row.id):
        name = event_name(event, look.language)
        if event.event == "issued":
            due = short(look.rules, row.order.reply_due, look.now)
            note = look.say(f"反馈截止 {due}", f"reply by {due}")
        else:
            note = ""
        yield Happening(
            event.at,
            short(look.rules, event.at, look.now),
            person(look, event.by),
            look.say(f"督办单 {row.order.no}：{name}", f"Order {row.order.no}: {name}"),
            note,
            event.note,
            href=order_path(row.order.no),
        )


def _altered(look: Look, one: Altered) -> Happening:
    name = look.say(f"审批库改了{one.name}", f"The source changed {one.name}")
    note = f"{one.before} → {one.after}"
    by = look.say("审批库", "source")
    return Happening(one.at, one.seen, by, name, note, trial=False)
