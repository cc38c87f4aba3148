"""Inquire: what the data of a case show as the cause of its being late (查明原因)."""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import Connection

from monitor.pipeline.in_force import InForce
from monitor.store import case_list
from monitor.store.alert_list import Alert
from monitor.store.loads import load_of
from notifiers.causes import sentences
from notifiers.words import mask_name
from rules.causes import Inquiry
from rules.causes_finding import inquire
from rules.explanation import Explanation
from rules.explanations import explain_all
from rules.subjects import Place, place_name

log = structlog.get_logger(__name__)


def inquire_into(connection: Connection, rules: InForce, alert: Alert, now: int) -> Inquiry | None:
    """Find where the time went of the case that a card about a limit is held against.

    ``None`` for a card of a check, which says itself what it found, and for one about no case.
    """
    if alert.case_id is None or alert.rule not in rules.limits:
        return None
    row = case_list.by_id(connection, alert.case_id)
    if row is None:
        return None
    case = rules.book.catalogue.enrich(row.case, now)
    try:
        explained = [(limit.id, one) for limit, one in explain_all(rules.book, case, now)]
        told = [(rule, one) for rule, one in explained if isinstance(one, Explanation)]
        main = [one for rule, one in told if rule == alert.rule]
        # Of a limit that each step has, the one that is late by the due moment of the card.
        main.sort(key=lambda one: one.due_at != alert.due_at)
        if not main:
            return None
        others = [one for _, one in told]
        pauses = rules.settings.orders.applicant_pauses
        work = rules.work(alert.rule, main[0].limit.calendar)
        found = inquire(main[0], work, others, pauses, alert.department)
    except ValueError:  # a condition that does not fit this case: the order is issued all the same
        log.exception("inquiry_failed", alert=alert.id, rule=alert.rule)
        return None
    if found is None or found.longest is None or not found.longest.handler:
        return found
    load = load_of(connection, found.longest.handler, alert.region, now)
    return replace(found, in_hand=load.open, late_in_hand=load.late)


def said(rules: InForce, inquiry: Inquiry, *, masked: bool, language: str = "") -> list[str]:
    """Say what an inquiry found; handlers are ``masked`` where the text may go to a group.

    The language is that of the settings unless another is given.
    """
    directory = rules.book.directory

    def person(name: str) -> str:
        known = directory.people.get(name)
        called = known.name if known else name
        return mask_name(called) if masked else called

    def department(ident: str) -> str:
        return place_name(Place("", ident), directory)

    return sentences(inquiry, rules.zone, language or rules.language, person, department)
