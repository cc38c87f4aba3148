"""The cards of a case as its page shows them, with what whoever looks may do about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.pipeline.order_wording import unit_name
from monitor.pipeline.wording import found_text, level_name, titled
from monitor.store import appeals
from monitor.store.alert_list import Alert
from monitor.store.case_notices import Told
from monitor.web.looking import Look
from monitor.web.pages.case.found import Found, may_answer, may_revoke
from monitor.web.pages.case.words import handler, person, short
from monitor.web.pages.deliveries.words import RESULTS
from notifiers.failures import in_words
from rules.findings import Reason
from rules.going_live import Origin

_KINDS = {
    "warning": ("预警通知", "Due soon"),
    "overdue": ("{}通知", "{}"),
    "escalation": ("升级：{}", "Escalation: {}"),
    "resolved": ("解除通知", "Over"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A card in words: by which rule and law it stands, since when, whose it is, who answered."""

    id: int
    level: str
    name: str
    title: str
    rule: str
    law: str
    found: str
    since: str
    whose: str
    answer: str
    state: str
    standing: bool
    trial: bool
    origin: str
    appeal: str
    appeal_id: int | None
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery in words; ``good`` is ``None`` where nothing came of it yet."""

    id: int
    at: str
    what: str
    level: str | None
    to: str
    channel: str
    result: str
    why: str
    good: bool | None


def cards(look: Look, found: Found) -> list[Card]:
    """Give the cards of a case: those that stand, the gravest first, then the others."""
    standing = found.standing
    rest = [one for one in found.alerts if one not in standing]
    return [_card(look, one) for one in [*standing, *rest]]


def lines(look: Look, found: Found, told: Sequence[Told]) -> list[Line]:
    """Give deliveries in words; where the case has several cards, each names the one it is of."""
    titles = {one.id: one.title for one in found.alerts}
    several = len(set(titles.values())) > 1
    return [_line(look, one, titles[one.alert_id] if several else "") for one in told]


def _card(look: Look, alert: Alert) -> Card:
    standing = alert.state == "open"
    pending = appeals.pending_of(look.connection, alert.id)
    acts = []
    if may_answer(look, alert):
        if standing and alert.acked_at is None:
            acts.append("ack")
        if alert.state != "revoked" and pending is None and not alert.shadow:
            acts.append("appeal")
    if may_revoke(look, alert) and alert.state != "revoked" and pending is None:
        acts += [] if alert.shadow else ["revoke"]
    appeal = ""
    if pending is not None:
        due = short(look.rules, pending.appeal.decide_due, look.now)
        appeal = look.say(f"更正申请待裁定，限 {due}", f"Appeal pending, to be decided by {due}")
    part = str(alert.evidence.get("step") or "")
    whose = (unit_name(look.rules, alert.region, alert.department), handler(look, alert.handler))
    return Card(
        alert.id,
        alert.level,
        level_name(alert.level, look.language),
        titled(alert.title, part) if part and part not in alert.title else alert.title,
        alert.rule,
        alert.law,
        found_text(look.rules, alert, in_full=True),
        short(look.rules, alert.level_since_at, look.now),
        " ".join(filter(None, whose)),
        _answer(look, alert),
        _state(look, alert),
        standing,
        alert.shadow,
        _origin(look, alert),
        appeal,
        pending.id if pending is not None else None,
        tuple(acts),
    )


def _origin(look: Look, alert: Alert) -> str:
    """Say how an alert lies to the beginning of supervision."""
    if alert.origin == Origin.HISTORY:
        return look.say("监察前已了结，不通知", "over before supervision, nobody is told")
    if alert.origin == Origin.BACKLOG:
        return look.say("监察启动时已存在", "stood when supervision began")
    return ""


def _answer(look: Look, alert: Alert) -> str:
    if alert.acked_at is None:
        return look.say("未签收", "not acknowledged") if alert.state == "open" else ""
    who, at = person(look, alert.acked_by), short(look.rules, alert.acked_at, look.now)
    said = f"{look.say('：', ': ')}{alert.ack_note}" if alert.ack_note else ""
    return look.say(f"{who} {at} 签收{said}", f"acknowledged by {who} {at}{said}")


def _state(look: Look, alert: Alert) -> str:
    if alert.state == "revoked":
        why = alert.revoke_why or ""
        return look.say(f"已撤牌：{why}", f"taken back: {why}")
    if alert.state == "open":
        return ""
    at = short(look.rules, alert.resolved_at, look.now)
    if alert.resolution == Reason.SETTLED:
        return look.say(f"{at} 结案", f"settled {at}")
    return look.say(f"{at} 解除", f"over {at}")


def _line(look: Look, one: Told, card: str) -> Line:
    zh, en = _KINDS.get(one.kind, (one.kind, one.kind))
    level = level_name(one.level, look.language) if one.level else ""
    state = RESULTS[one.state].text(look.language) if one.state in RESULTS else one.state
    at = one.sent_at or one.tried_at
    if one.state == "pending":
        state = look.say(
            f"将于 {short(look.rules, one.not_before, look.now)} 发出",
            f"goes {short(look.rules, one.not_before, look.now)}",
        )
    elif at is not None:
        state += f" {short(look.rules, at, look.now)}"
    tried = look.say(f"（第 {one.attempts} 次）", f" (attempt {one.attempts})")
    return Line(
        one.id,
        short(look.rules, one.at, look.now),
        look.say("：", ": ").join(filter(None, (look.say(zh, en).format(level), card))),
        one.level,
        person(look, one.person) or look.say("渠道自己的群", "the channel's room"),
        one.channel,
        state + (tried if one.attempts > 1 else ""),
        in_words(one.last_error or "", look.language),
        {"sent": True, "failed": False}.get(one.state),
    )
