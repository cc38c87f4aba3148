"""Cards as the pages about orders and appeals show them, each with its case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.addresses import case_path
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.pipeline.wording import found_text, level_name, margin_text
from monitor.store import alert_list, case_list
from monitor.store.alert_list import AlertRow
from monitor.store.case_list import CaseRow
from monitor.web.looking import Look
from notifiers import words
from rules.cases import Case
from rules.subjects import name_of


@dataclass(frozen=True, slots=True)
class Card:
    """A card in words: what it is about, by which rule it stands, and how late that is.

    ``link`` leads to its case, "" where it is about none; ``still_open`` says that the case is.
    """

    id: int
    level: str
    level_name: str
    title: str
    item: str
    no: str
    link: str
    tail: str
    due: str
    margin: str
    found: str
    law: str
    unit: str
    person: str
    state: str
    ended: str
    still_open: bool


def cards(look: Look, ids: Collection[int]) -> list[Card]:
    """Give the cards with these ids."""
    return in_words(look, alert_list.of_ids(look.connection, ids))


def in_words(look: Look, rows: Sequence[AlertRow]) -> list[Card]:
    """Give cards in words."""
    of = [row.alert.case_id for row in rows if row.alert.case_id is not None]
    known = {one.case.id or 0: one for one in case_list.of_ids(look.connection, of)}
    return [_card(look, row, known.get(row.alert.case_id or 0)) for row in rows]


def _card(look: Look, row: AlertRow, known: CaseRow | None) -> Card:
    rules, language, alert = look.rules, look.language, row.alert
    case = known.case if known else None
    number = row.no or row.key or ""
    closed = case is not None and case.facts.get("closed_at") is not None
    gone = known is None or known.vanished_at is not None
    margin = ""
    if alert.due_at is not None and alert.state == "open":
        margin = margin_text(rules, alert.rule, alert.due_at, look.now, language, alert.evidence)
    return Card(
        alert.id,
        alert.level,
        level_name(alert.level, language),
        alert.title,
        _item(look, row, case),
        number,
        case_path(number, number) if number else "",
        words.tail(number) if number else "",
        "" if alert.due_at is None else words.when(alert.due_at, rules.zone, language, look.now),
        margin,
        found_text(rules, alert, in_full=True),
        alert.law,
        unit_name(rules, alert.region, alert.department),
        person_name(rules, alert.handler or ""),
        alert.state,
        _ended(look, row, case),
        not closed and not gone,
    )


def _item(look: Look, row: AlertRow, case: Case | None) -> str:
    alert = row.alert
    if case is None:
        named = name_of(
            alert.subject or "", look.rules.book.directory, look.rules.zone, look.language
        )
        return named or alert.title
    # Not the title: halls write the applicant's name into it.
    return str(case.facts.get("item_name") or case.facts.get("item_code") or row.no or row.key)


def _ended(look: Look, row: AlertRow, case: Case | None) -> str:
    """Say that a card was taken back or is over; "" while it stands."""
    alert = row.alert
    if alert.state == "revoked":
        return look.say("已撤牌", "taken back")
    if alert.state == "open":
        return ""
    closed = case.facts.get("closed_at") if case else None
    if isinstance(closed, int):
        at = words.when(closed, look.rules.zone, look.language, look.now)
        return look.say(f"办件已于 {at} 办结", f"case closed {at}")
    return look.say("已解除", "over")
