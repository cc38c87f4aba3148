"""The ladder of a card: the rungs that were climbed, when, whom they told, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.pipeline.escalating import climber_of
from monitor.store import ladders
from monitor.store.alert_list import Alert
from monitor.store.case_notices import Told
from monitor.store.climbs import DueStep
from monitor.web.looking import Look
from monitor.web.pages.case.words import person, role, short
from notifiers import words
from rules.carriers import carried
from rules.cases import Case
from rules.choosing import Chooser
from rules.escalation import Climber
from rules.policies import Policy, Step, Unless
from rules.rungs import Rungs


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung: when it is due, whom it tells; ``state`` is "done", "next", "ahead" or "off"."""

    when: str
    tells: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Climbing:
    """The ladder of a card; ``held`` says why it stands still, "" where it does not."""

    policy: str
    level: str
    rungs: tuple[Rung, ...]
    held: str
    next_at: int | None
    next_tells: str


def ladder(look: Look, case: Case, alert: Alert, told: Sequence[Told]) -> Climbing | None:
    """Give the ladder that a card climbs; ``None`` where no policy is for it."""
    climber = climber_of(DueStep(alert, carried(case, alert.carrier)))
    policy = _policy(look, alert, climber)
    if policy is None:
        return None
    region = climber.case.facts.get("region")
    work = look.rules.calendars[look.rules.book.calendar_of_policy(policy, region)]
    rungs = Rungs(climber.since_at, climber.ahead_at, climber.holds, work)
    held = _held(look, climber)
    made: list[tuple[Step, Rung, int | None]] = []
    for index, step in enumerate(policy.steps):
        times = climber.climbed[index] if index < len(climber.climbed) else 0
        if times:
            made.append((step, _done(look, step, _heard(alert, told, index)), None))
            continue
        at = rungs.due(step, 0)
        at = None if at is None else rungs.told(step, max(at, look.now))
        off = _off(look, climber, step, at, held)
        made.append((step, _ahead(look, step, off or short(look.rules, at, look.now), off), at))
    moments = [at for _, rung, at in made if rung.state == "ahead" and at is not None]
    first = min(moments, default=None)
    shown = tuple(
        Rung(one.when, one.tells, "next" if at == first and at is not None else one.state, one.text)
        if one.state == "ahead"
        else one
        for _, one, at in made
    )
    tells = next((rung.tells for rung in shown if rung.state == "next"), "")
    return Climbing(policy.id, alert.level, shown, held, first, tells)


def _policy(look: Look, alert: Alert, climber: Climber) -> Policy | None:
    """Give the ladder that a card has begun on, or would begin on."""
    if alert.ladder is not None:
        known = look.rules.ladders.get(alert.ladder)
        return known or ladders.load(look.connection, [alert.ladder]).get(alert.ladder)
    book = look.rules.book
    try:
        return Chooser(book.policies, book.levels, look.now).choose(climber)
    except ValueError:  # a condition that does not fit this case
        return None


def _held(look: Look, climber: Climber) -> str:
    open_ = next((one for one in climber.holds if one.until_at is None), None)
    if climber.resolved:
        return look.say("牌已解除，不再升级。", "The card is over; nobody else is told.")
    if open_ is None:
        return ""
    if open_.why == "appeal":
        return look.say(
            "更正申请待裁定，升级停止计时。", "An appeal is pending; the ladder is held."
        )
    return look.say("升级停止计时。", "The ladder is held.")


def _off(look: Look, climber: Climber, step: Step, at: int | None, held: str) -> str:
    """Say why a rung is not climbed as things stand; "" where it is."""
    if climber.answered and step.unless is not Unless.RESOLVED:
        return look.say("已反馈，不再升级", "answered")
    if climber.acknowledged_at is not None and step.unless is Unless.ACKNOWLEDGED:
        return look.say("已签收，暂不升级", "acknowledged")
    if held:
        return look.say("停止", "held")
    return look.say("不适用", "not due") if at is None else ""


def _heard(alert: Alert, told: Sequence[Told], index: int) -> list[Told]:
    level_since = max(alert.opened_at, alert.level_since_at, alert.level_seen_at or 0)
    return [
        one
        for one in told
        if one.alert_id == alert.id and one.step == index and one.at >= level_since
    ]


def _done(look: Look, step: Step, heard: Sequence[Told]) -> Rung:
    people = dict.fromkeys(person(look, one.person) for one in reversed(heard) if one.person)
    tells = look.say("、", ", ").join(people) or _roles(look, step)
    at = short(look.rules, min((one.at for one in heard), default=None), look.now)
    return Rung(_when(look, step), tells, "done", at)


def _ahead(look: Look, step: Step, text: str, off: str) -> Rung:
    return Rung(_when(look, step), _roles(look, step), "off" if off else "ahead", text)


def _roles(look: Look, step: Step) -> str:
    roles = dict.fromkeys(role(look, one) for one in step.tell)
    text = look.say("、", ", ").join(roles)
    return look.say(f"督办单 → {text}", f"order → {text}") if step.order else text


def _when(look: Look, step: Step) -> str:
    if step.before is not None:
        amount = words.amount(step.before, look.language)
        return look.say(f"到期前 {amount}", f"{amount} before due")
    if step.after is None or step.after.value == 0:
        return look.say("亮牌即发", "at once")
    amount = words.amount(step.after, look.language)
    return look.say(f"亮牌后 {amount}", f"after {amount}")
