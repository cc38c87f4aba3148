"""The gravest cards: what each is about, by how much it is late, and who has answered for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.addresses import case_path
from monitor.pipeline import silencing
from monitor.pipeline.wording import level_name, margin_text
from monitor.store import alert_cases, board
from monitor.store.alert_list import Alert
from monitor.web.looking import Look
from monitor.web.pages.board.scope import Narrow
from notifiers import words
from rules.amounts import Amount, Unit
from rules.cases import Case
from rules.instants import HOUR, moment
from rules.orders import OrderState
from rules.subjects import called, name_of

SHOWN = 8
"""So many cases are shown."""

_ORDERS = {
    OrderState.ISSUED: ("督办单待签收", "order to be acknowledged"),
    OrderState.ACKNOWLEDGED: ("督办单已签收", "order acknowledged"),
    OrderState.REPLIED: ("整改反馈待审核", "reply to be reviewed"),
    OrderState.SENT_BACK: ("反馈已退回", "reply sent back"),
    OrderState.ACCEPTED: ("反馈已通过，待销号", "reply accepted"),
    OrderState.DISCHARGED: ("督办单已销号", "order discharged"),
    OrderState.WITHDRAWN: ("督办单已撤回", "order withdrawn"),
}

_IGNORED = ("督办单 {} 未签收，已逾期", "order not acknowledged for {}, past its time")


@dataclass(frozen=True, slots=True)
class Urgent:
    """One of the gravest cards; ``pressing`` says that its state is a fault of its own.

    ``silent`` says until when a silence keeps people from being notified, "" where none does.
    """

    level: str
    level_name: str
    item: str
    place: str
    tail: str
    margin: str
    state: str
    pressing: bool
    silent: str
    href: str | None


def urgent(look: Look, narrow: Narrow) -> tuple[Urgent, ...]:
    """Give the gravest cards that a visitor sees and asks for, the longest overdue first."""
    seen = narrow.within(look.visitor.scope)
    chosen = board.most_urgent(look.connection, seen, narrow.lamps, SHOWN)
    found = {
        one.alert.id: one
        for one in alert_cases.of_alerts(look.connection, [one.id for one in chosen])
    }
    silent = silencing.in_silence(look.connection, look.rules, found, look.now)
    until = {
        ident: words.when(one.until_at, look.rules.zone, look.language, look.now)
        for ident, one in silent.items()
    }
    return tuple(
        _urgent(look, found[one.id].alert, found[one.id].case, one, until.get(one.id, ""))
        for one in chosen
        if one.id in found
    )


def _urgent(
    look: Look, alert: Alert, case: Case | None, chosen: board.Urgent, silent: str
) -> Urgent:
    facts: Mapping[str, object] = case.facts if case else {}
    directory = look.rules.book.directory
    number = str(facts.get("no") or (case.key if case else ""))
    if case is not None:
        # Not the title: halls write the applicant's name into it.
        item = str(facts.get("item_name") or facts.get("item_code") or number)
    else:
        item = name_of(str(alert.subject), directory, look.rules.zone, look.language)
    margin = ""
    if alert.due_at is not None:
        margin = margin_text(
            look.rules, alert.rule, alert.due_at, look.now, look.language, alert.evidence
        )
        margin = margin or look.say("已到期", "due now")
    places = (
        called(directory.regions, alert.region or ""),
        called(directory.departments, alert.department or ""),
    )
    state, pressing = _state(look, alert, chosen)
    return Urgent(
        alert.level,
        level_name(alert.level, look.language),
        item,
        " · ".join(filter(None, places)),
        words.tail(number) if number else "",
        margin or alert.title,
        state,
        pressing,
        silent,
        case_path(str(facts.get("no") or ""), case.key) if case else None,
    )


def _state(look: Look, alert: Alert, chosen: board.Urgent) -> tuple[str, bool]:
    """Say what happens with a card next, and whether that is a fault of its own."""
    following, at = alert.evidence.get("next_level"), alert.evidence.get("next_level_at")
    if following and isinstance(at, int) and at >= look.now and _same_day(look, at):
        name, hour = (
            level_name(str(following), look.language),
            f"{moment(at, look.rules.zone):%H:%M}",
        )
        return look.say(f"今日 {hour} 转{name}", f"{name} at {hour} today"), True
    if chosen.order_state is not None and chosen.order_since is not None:
        state = OrderState(chosen.order_state)
        if state is OrderState.ISSUED and (chosen.acknowledge_due or look.now) < look.now:
            hours = Amount((look.now - chosen.order_since) // HOUR, Unit.HOUR)
            return look.say(*_IGNORED).format(words.length(hours, look.language)), True
        return look.say(*_ORDERS[state]), False
    if alert.acked_at is not None:
        who = _called(look, alert.acked_by)
        return look.say(f"{who} 已签收", f"acknowledged by {who}"), False
    return look.say("未签收", "not acknowledged"), False


def _called(look: Look, person: str | None) -> str:
    """Give what somebody is called; his id where the directory does not know him."""
    found = look.rules.book.directory.people.get(person or "")
    return found.name if found else person or ""


def _same_day(look: Look, at: int) -> bool:
    zone = look.rules.zone
    return moment(at, zone).date() == moment(look.now, zone).date()
