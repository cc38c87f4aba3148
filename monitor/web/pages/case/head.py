"""The head of a case, and in a sentence how it stands, why, and what comes next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.addresses import order_path
from monitor.pipeline.wording import case_fields, found_text, level_name
from monitor.store.alert_list import Alert
from monitor.store.orders import OrderRow
from monitor.web.looking import Look
from monitor.web.pages.case.found import Found
from monitor.web.pages.case.ladder import Climbing
from monitor.web.pages.case.ruler import Count
from monitor.web.pages.case.words import handler, person
from notifiers import words
from notifiers.telling import Telling, outlook, verdict
from rules.amounts import Amount, Unit
from rules.explanation import CLOSED, DisagreementError, Explanation
from rules.explanations import Explained
from rules.findings import ClockState
from rules.instants import moment
from rules.orders import AWAITING_REPLY, STATE_NAMES

_LAMPS = {
    ClockState.PAUSED: "paused",
    ClockState.MET: "closed",
    ClockState.MISSED: "closed",
}


@dataclass(frozen=True, slots=True)
class OrderSaid:
    """An order about the case: its number, where it is, how it stands."""

    no: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """Lamp, names, and the conclusion: ``big`` in few words, sentences in pieces (text, strong)."""

    lamp: str
    lamp_name: str
    item: str
    no: str
    facts: tuple[str, ...]
    big: str
    sentence: tuple[tuple[str, bool], ...]
    orders: tuple[OrderSaid, ...]
    acknowledged: str


def main_limit(limits: Sequence[Explained], standing: Sequence[Alert]) -> Explanation | None:
    """Give the limit by which a case is judged: that of its gravest card, or the one due next.

    Of a closed case it is one that was missed, else the first of the book.
    """
    shown = [one for _, one in limits if not isinstance(one, DisagreementError)]
    counting = [one for one in shown if not one.limit.shadow] or shown
    for card in standing:
        for one in counting:
            if one.limit.id == card.rule and (card.due_at is None or card.due_at == one.due_at):
                return one
    order = (ClockState.OVERDUE, ClockState.PAUSED, ClockState.RUNNING, ClockState.MISSED)
    for state in order:
        mine = [one for one in counting if one.state is state]
        if mine:
            return min(mine, key=lambda one: one.due_at or 0)
    return next((one for one in counting if one.state is ClockState.MET), None) or next(
        iter(counting), None
    )


def head(
    look: Look,
    found: Found,
    main: Explanation | None,
    issued: Sequence[OrderRow],
    climbing: Climbing | None,
) -> Head:
    """Give the head of a case, whose conclusion is about its gravest card."""
    case, standing = found.row.case, found.standing
    fields = case_fields(look.rules, case)
    card = standing[0] if standing else None
    lamp = _lamp(found, main, card)
    names = {
        "closed": look.say("办结", "Closed"),
        "paused": look.say("暂停计时", "Paused"),
        "ok": look.say("正常", "On track"),
    }
    step, handled_by = fields["step"], handler(look, case.facts.get("handler"))
    facts = (
        fields["applicant_masked"],
        step and look.say(f"当前环节：{step}", f"Step: {step}"),
        handled_by and look.say(f"承办：{handled_by}", f"Handler: {handled_by}"),
    )
    about_limit = main is not None and (card is None or card.rule == main.limit.id)
    sentence = (*_paused(look, main), *_sentence(look, main)) if main is not None else ()
    big = _big(look, main)
    if card is not None and not about_limit:
        big = card.title
        found_on = found_text(look.rules, card, in_full=True)
        own = words.when(card.opened_at, look.rules.zone, look.language, look.now)
        since = look.say(
            f"自 {own} 起亮{level_name(card.level, look.language)}。",
            f"{level_name(card.level, look.language)} since {own}. ",
        )
        clock = ""
        if main is not None:
            stands = big_of(look, main)
            clock = look.say(f"时限：{stands}。", f"Limit: {stands}. ")
        told = look.say(f"{found_on}。", f"{found_on}. ") if found_on else ""
        sentence = ((told, False), (since, False), (clock, False))
    sentence += _following(look, climbing, card)
    if found.row.vanished_at is not None:
        at = words.when(found.row.vanished_at, look.rules.zone, look.language, look.now)
        text = look.say(f"审批库自 {at} 起已没有这件办件。", f" Gone from its source since {at}.")
        sentence += ((text, True),)
    return Head(
        lamp,
        names.get(lamp) or level_name(lamp, look.language),
        fields["item"],
        fields["no"],
        tuple(filter(None, facts)),
        big,
        tuple(piece for piece in sentence if piece[0]),
        tuple(_order(look, row) for row in issued),
        _acknowledged(look, card),
    )


def big_of(look: Look, main: Explanation) -> str:
    """Say in few words how a limit stands: ``已超期 2 个工作日``."""
    text = verdict(main, look.language)
    return f"已{text}" if text.startswith("超期") else text


def _lamp(found: Found, main: Explanation | None, card: Alert | None) -> str:
    if card is not None:
        return card.level
    if found.row.case.facts.get("closed_at") is not None:
        return "closed"
    return _LAMPS.get(main.state, "ok") if main is not None else "ok"


def _big(look: Look, main: Explanation | None) -> str:
    if main is None:
        return look.say("没有适用的时限", "No limit is for this case")
    return big_of(look, main)


def _sentence(look: Look, main: Explanation) -> tuple[tuple[str, bool], ...]:
    """Say when it is or was due and what comes next, the moments strong."""
    following = main.next_level
    name = level_name(following.name, look.language) if following else ""
    text = outlook(main, name, look.language)
    told = Telling(main, look.language)
    ats = (main.due_at, main.until_at, following.at if following else None)
    strong = [told.when(at) for at in ats if at is not None] + ([name] if name else [])
    pieces = [text]
    if strong:
        pieces = re.split("(" + "|".join(map(re.escape, strong)) + ")", text)
    said = [(piece, piece in strong) for piece in pieces if piece]
    if main.state in CLOSED and main.until_at is not None and main.unit.counts_days and main.days:
        day = moment(main.until_at, main.timezone).date()
        unit = Unit.WORKING_DAY if main.unit.working else Unit.CALENDAR_DAY
        used = words.amount(Amount(Count(main).on(day), unit), look.language)
        said.append((look.say(f"用时 {used}。", f" It took {used}."), False))
    return tuple(said)


def _paused(look: Look, main: Explanation) -> tuple[tuple[str, bool], ...]:
    """Say since when and why the clock stands still, and how much of the limit is used."""
    stop = next((use for use in reversed(main.pauses) if use.part.ended_at is None), None)
    if main.state is not ClockState.PAUSED or stop is None or stop.part.started_at is None:
        return ()
    told = Telling(main, look.language)
    kind = str(stop.part.facts.get("kind") or look.say("特别程序", "a special procedure"))
    used = ""
    if main.unit.counts_days and main.amount is not None:
        number, amount = Count(main).last, words.amount(main.amount, look.language)
        used = look.say(f"时限 {amount}，已计 {number}。", f" {number} of {amount} are used. ")
    return (
        (look.say("自 ", "Since "), False),
        (told.when(stop.part.started_at), True),
        (look.say(f" 起暂停：{kind}。", f": {kind}."), False),
        (used, False),
    )


def _following(
    look: Look, climbing: Climbing | None, card: Alert | None
) -> tuple[tuple[str, bool], ...]:
    """Say who is told next, and when."""
    if card is None or climbing is None or climbing.next_at is None or climbing.held:
        return ()
    at = words.when(climbing.next_at, look.rules.zone, look.language, look.now)
    tells = climbing.next_tells
    if card.acked_at is None:
        before = look.say("仍无人签收的，", f" Unless acknowledged, it goes up to {tells}: ")
    else:
        before = look.say("仍未解决的，", f" Unless resolved, it goes up to {tells}: ")
    return ((before, False), (at, True), (look.say(f"升级至{tells}。", "."), False))


def _order(look: Look, row: OrderRow) -> OrderSaid:
    order = row.order
    text = STATE_NAMES[order.state].of(look.language)
    if order.state in AWAITING_REPLY:
        due = words.when(order.reply_due, look.rules.zone, look.language, look.now)
        text += look.say(f"，反馈截止 {due}", f", reply by {due}")
    return OrderSaid(order.no, order_path(order.no), text)


def _acknowledged(look: Look, card: Alert | None) -> str:
    if card is None:
        return ""
    if card.acked_at is None:
        return look.say("尚未签收。", "Not acknowledged yet.")
    at = words.when(card.acked_at, look.rules.zone, look.language, look.now)
    who = person(look, card.acked_by)
    return look.say(f"{who}已于 {at} 签收。", f"{who} acknowledged it {at}.")
