"""One supervision order (督办单): its face, how it stands, what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor.acts import order_rights
from monitor.acts.order_doubts import doubts
from monitor.pipeline import inquiring
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import REMINDER, cause_name, person_name, unit_name
from monitor.store import orders
from monitor.store.orders import OrderRow
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages import actors
from monitor.web.pages.orders.cards import cards
from monitor.web.pages.orders.words import ACTS, Filled, due_text, event_name, found, owed, path
from notifiers import words
from rules.causes import Inquiry
from rules.instants import moment
from rules.orders import ENDED, STATE_NAMES, Order, OrderState
from rules.orders_acts import SIDES, OrderEvent, possible
from rules.orders_deadlines import Side

_BY_ACT = {act: name for name, act in ACTS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the course: ``stage`` is "done", "now" or "ahead"; ``text`` says when."""

    name: str
    stage: str
    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened, in words; ``facts`` are further labels and texts."""

    name: str
    at: str
    by: str
    note: str
    facts: tuple[tuple[str, str], ...]


def show(look: Look) -> Shown:
    """Show an order; where a form about it was refused, that form with what was filled in."""
    row = found(look)
    directory = look.rules.book.directory
    who = look.visitor.person or look.visitor.id
    # What the supervised side owes is no next step of whoever issued the order.
    issued = who == row.parties.issuer
    open_acts = [
        act
        for act in order_rights.open_to(look.visitor, directory, row, look.now)
        if not (issued and SIDES[act] is Side.SUPERVISED)
    ]
    possible_acts = [
        act
        for act in possible(row.order, look.now)
        if order_rights.may_do(look.visitor, directory, row.parties, act)
        and not (issued and SIDES[act] is Side.SUPERVISED)
    ]
    tomorrow = moment(look.now, look.rules.zone).date() + timedelta(days=1)
    causes = look.rules.settings.orders.cause_names()
    return Shown(
        "order.html",
        {
            **face(look, row),
            "steps": steps(look, row.order),
            "standing": standing(look, row),
            "events": [
                happened(look, one) for one in reversed(orders.events(look.connection, row.id))
            ],
            "doubts": doubts(look.connection, look.rules, row),
            "acts": [_BY_ACT[act] for act in open_acts],
            "own": len(possible_acts) > len(open_acts),
            "causes": [(code, text.of(look.language)) for code, text in causes.items()],
            "tomorrow": tomorrow.isoformat(),
            "today": (tomorrow - timedelta(days=1)).isoformat(),
            "filled": Filled.of(look.form),
            "act": look.one("act") or "",
            "blank": Filled(),
        },
    )


def show_print(look: Look) -> Shown:
    """Show an order as an official paper, for A4."""
    row = found(look)
    issued = moment(row.order.issued_at, look.rules.zone)
    date = words.date(issued.date(), look.language, with_year=True)
    events = [happened(look, one) for one in orders.events(look.connection, row.id)]
    return Shown("order_print.html", {**face(look, row), "date": date, "events": events})


def face(look: Look, row: OrderRow) -> dict[str, object]:
    """Give what stands on the face of an order."""
    rules, order, parties = look.rules, row.order, row.parties
    said, pointed = cause_found(rules, row, look.language)
    return {
        "order": order,
        "parties": parties,
        "base": path(order.no),
        "state": STATE_NAMES[order.state].of(look.language),
        "kind": order.state.value.replace(" ", "-"),
        "issuing_unit": unit_name(rules, parties.issuing_region, None),
        "issuer": person_name(rules, parties.issuer or ""),
        "unit": unit_name(rules, parties.region, parties.department),
        "person": person_name(rules, parties.handler or ""),
        "cards": cards(look, row.alerts),
        "sentences": said,
        "pointed": pointed,
        "cause": cause_name(rules, order.cause),
        "channels": parties.via,
        "when": lambda at: _when(look, at),
    }


def cause_found(rules: InForce, row: OrderRow, language: str) -> tuple[list[str], str]:
    """Give what the data show as the cause, in sentences, and to whom most of it points."""
    if row.parties.found is None:
        return [], ""
    inquiry = Inquiry.from_json(row.parties.found)
    pointed = rules.settings.orders.cause_names().get(inquiry.cause or "")
    return (
        inquiring.said(rules, inquiry, masked=False, language=language),
        pointed.of(language) if pointed else "",
    )


def standing(look: Look, row: OrderRow) -> dict[str, object]:
    """Say how an order stands: for how long yet, who is to do what by when, and whether late."""
    order, parties = row.order, row.parties
    due = owed(order)
    if due is None:
        ended = _when(look, order.ended_at)
        name = STATE_NAMES[order.state].of(look.language)
        return {"left": name, "text": ended, "late": False, "over": True}
    unit = unit_name(look.rules, parties.region, parties.department)
    issuing = unit_name(look.rules, parties.issuing_region, None) or look.say("签发单位", "issuer")
    at, late = _when(look, due), due <= look.now
    if order.asked_at is not None:
        wished = _when(look, order.wished_due)
        text = look.say(
            f"{unit}申请把反馈期限延至 {wished}，{issuing}应于 {at} 前答复。",
            f"{unit} asks to reply by {wished}; {issuing} answers by {at}.",
        )
    else:
        what = {
            OrderState.ISSUED: look.say(
                f"{unit}应于 {at} 前签收，{_when(look, order.reply_due)} 前反馈。",
                f"{unit} acknowledges by {at} and replies by {_when(look, order.reply_due)}.",
            ),
            OrderState.REPLIED: look.say(
                f"{issuing}应于 {at} 前审核反馈：通过，或退回重报。",
                f"{issuing} reviews the reply by {at}: accepts it, or sends it back.",
            ),
            OrderState.ACCEPTED: look.say(
                f"{issuing}应于 {at} 前核实办结并销号。",
                f"{issuing} sees that it is done and discharges the order by {at}.",
            ),
        }
        text = what.get(order.state) or look.say(
            f"{unit}应于 {at} 前反馈原因、说明和办结时间。",
            f"{unit} replies by {at}: the cause, an account, and by when it will be done.",
        )
    left = due_text(look.rules, due, look.now, look.language)
    return {"left": left, "text": text, "late": late, "over": False}


def steps(look: Look, order: Order) -> list[Step]:
    """Give the course 签发, 签收, 反馈, 审核, 销号, with when each was done or is due."""
    accepted = order.state in (OrderState.ACCEPTED, OrderState.DISCHARGED)
    replied = accepted or order.state is OrderState.REPLIED
    withdrawn = order.state is OrderState.WITHDRAWN
    last = order.ended_at if order.state in ENDED else None
    course = (
        (look.say("签发", "Issued"), order.issued_at, None),
        (look.say("签收", "Acknowledged"), order.acknowledged_at, order.acknowledge_due),
        (look.say("反馈", "Replied"), order.replied_at if replied else None, order.reply_due),
        (look.say("审核", "Reviewed"), order.accepted_at if accepted else None, order.review_due),
        (
            look.say("撤回", "Withdrawn") if withdrawn else look.say("销号", "Discharged"),
            last,
            order.close_due,
        ),
    )
    made: list[Step] = []
    waits = not withdrawn
    for name, at, due in course:
        if at is not None:
            made.append(Step(name, "done", _when(look, at)))
            continue
        text = "" if due is None or withdrawn else look.say("限 ", "by ") + _when(look, due)
        late = waits and due is not None and due <= look.now
        made.append(Step(name, "now" if waits else "ahead", text, late))
        waits = False
    return made


def happened(look: Look, event: OrderEvent) -> Happened:
    """Give something that happened, in words."""
    detail, facts = event.detail, []
    if detail.get("cause"):
        facts.append((look.say("原因", "Cause"), cause_name(look.rules, str(detail["cause"]))))
    for name, label in (
        ("finish_due", look.say("办结时间", "Done by")),
        ("reply_due", look.say("反馈期限", "Reply by")),
    ):
        at = detail.get(name)
        if isinstance(at, int):
            facts.append((label, _when(look, at)))
    by = "" if event.event == REMINDER else doer(look, event.by)
    return Happened(
        event_name(event, look.language), _when(look, event.at), by, event.note, tuple(facts)
    )


def doer(look: Look, who: str) -> str:
    """Give what people call whoever did something: a person, or a policy that issued an order."""
    kind, _, policy = who.partition(":")
    if kind == "policy" and policy:
        return look.say(f"升级路线 {policy} 自动签发", f"by policy {policy}")
    return actors.who(look, who)


def _when(look: Look, at: int | None) -> str:
    if at is None:
        return ""
    return words.when(at, look.rules.zone, look.language, look.now)


ROUTES: tuple[Route, ...] = (
    Page("/orders/{no:str}", show),
    Page("/orders/{no:str}/print", show_print, live=False),
)
