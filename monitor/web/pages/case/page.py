"""The page of one case: how it stands, how its limits are reckoned, what happened, what is done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from litestar import Response
from litestar.response import Redirect

from monitor import explaining
from monitor.access import Role
from monitor.addresses import case_path
from monitor.pipeline import silencing
from monitor.pipeline.order_wording import unit_name
from monitor.pipeline.wording import case_fields
from monitor.store import alert_list, case_notices, fact_changes, silences
from monitor.store.alert_list import Filter
from monitor.store.orders import OrderRow
from monitor.web.looking import Form, Look, Page, Route, Show, Shown
from monitor.web.pages import actors
from monitor.web.pages.case import acts
from monitor.web.pages.case.cards import cards, lines
from monitor.web.pages.case.changes import altered
from monitor.web.pages.case.course import course
from monitor.web.pages.case.days import calendar
from monitor.web.pages.case.facts import facts
from monitor.web.pages.case.found import Found, SeveralError, found, may_look_behind, of_alert
from monitor.web.pages.case.head import big_of, head, main_limit
from monitor.web.pages.case.ladder import ladder
from monitor.web.pages.case.ruler import ruler
from monitor.web.pages.case.words import limit_name
from monitor.web.pages.orders.words import Filled
from notifiers import words
from notifiers.grounds import grounds
from rules.explanation import DisagreementError, Explanation
from rules.explanations import Explained
from rules.going_live import Origin
from rules.instants import moment

_TOLD = 8  # deliveries that the page shows
_MOST_TOLD = 500  # and that it looks at
_MINUTE = 60  # seconds
_MOST_ALERTS = 100  # as duban explain


class Silenced(NamedTuple):
    """A silence over a card of the case: until when, who set it, and why."""

    until: str
    by: str
    reason: str


def _silent(look: Look, case: Found) -> list[Silenced]:
    """Return the silences over cards of the case that stand."""
    ids = [one.id for one in case.standing]
    held = silencing.in_silence(look.connection, look.rules, ids, look.now)
    rows = silences.of_ids(look.connection, {one.id for one in held.values()})
    return [
        Silenced(
            words.when(row.until_at, look.rules.zone, look.language, look.now),
            actors.who(look, row.by),
            row.reason,
        )
        for row in rows.values()
    ]


@dataclass(frozen=True, slots=True)
class Tab:
    """A limit to choose: its address, its title, how it stands, and whether it is shown."""

    href: str
    title: str
    stands: str
    level: str | None
    here: bool
    trial: bool


def show(look: Look) -> Shown:
    """Show a case; where several are called so, which there are."""
    try:
        case = found(look)
    except SeveralError as several:
        return _choice(look, several)
    changes = fact_changes.changes_of(look.connection, case.row.case.id)
    enriched = look.rules.book.catalogue.enrich(case.row.case, look.now)
    limits = explaining.explained(look.rules.book, enriched, look.now)
    ids = [one.id for one in case.alerts]
    told = case_notices.told(look.connection, ids, _MOST_TOLD)
    issued = case_notices.orders_of(look.connection, ids)
    main = main_limit(limits, case.standing)
    chosen = _chosen(look, limits, main)
    shown = chosen[1] if chosen and isinstance(chosen[1], Explanation) else None
    falls = _falls(look, shown, limits, issued) if shown else {}
    card = case.standing[0] if case.standing else None
    # An alert about what was over before supervision climbs no ladder; one beside it may.
    climber = next((one for one in case.standing if one.origin != Origin.HISTORY), None)
    climbing = ladder(look, enriched, climber, told) if climber else None
    altered_facts = altered(look, changes)
    own = case.row.case.facts
    return Shown(
        "case.html",
        {
            "case": case,
            "head": head(look, case, main, issued, climbing if climber is card else None),
            "place": (own.get("region"), own.get("department")),
            "unit": unit_name(look.rules, _text(own.get("region")), _text(own.get("department"))),
            "region": unit_name(look.rules, _text(own.get("region")), None),
            "department": unit_name(look.rules, None, _text(own.get("department"))),
            "tabs": _tabs(look, case, limits, chosen),
            "limit": chosen[0] if chosen else None,
            "shown": shown,
            "dispute": "" if shown or not chosen else str(chosen[1]),
            "ruler": ruler(look, shown, limits) if shown else None,
            "calendar": calendar(look, shown, falls) if shown else None,
            "grounds": grounds(shown, look.language) if shown else (),
            "cards": cards(look, case),
            "card": card,
            "climbing": climbing,
            "course": course(
                look,
                case.row.case,
                case.alerts,
                case_notices.events_of(look.connection, ids),
                told,
                issued,
                altered_facts,
                to_seconds=main is not None and (main.unit.seconds or _MINUTE) < _MINUTE,
            ),
            "lines": lines(look, case, told[:_TOLD]),
            "told": case_notices.count(look.connection, ids),
            "facts": facts(look, case.row),
            "altered": altered_facts,
            "behind": may_look_behind(look, case.row) and own.get("applicant") is not None,
            "issues": look.visitor.may(Role.ISSUE),
            "silences": look.visitor.may(Role.INSPECT),
            "silent": _silent(look, case),
            "act": _act(look),
            "filled": Filled.of(look.form),
            "blank": Filled(),
        },
    )


def show_json(look: Look) -> Response[Any] | Shown:
    """Give what ``duban explain --json`` gives, without who the applicant is."""
    try:
        case = found(look)
    except SeveralError as several:
        return _choice(look, several)
    row = case.row
    enriched = look.rules.book.catalogue.enrich(row.case, look.now)
    chosen = Filter(case_id=row.case.id)
    listed = alert_list.listing(look.connection, chosen, _MOST_ALERTS)
    changes = fact_changes.changes_of(look.connection, row.case.id)
    record = explaining.record(
        look.rules,
        row,
        explaining.explained(look.rules.book, enriched, look.now),
        [one.alert for one in listed],
        changes,
    )
    text = json.dumps(record, ensure_ascii=False, indent=2)
    return Response(text, media_type="application/json; charset=utf-8")


def _section(name: str) -> Show:
    """Give what leads from the address of a section to it."""

    def lead(look: Look) -> Response[Any] | Shown:
        try:
            case = found(look)
        except SeveralError as several:
            return _choice(look, several)
        return Redirect(f"{case.href()}#{name}", status_code=302)

    return lead


def _of_alert(section: str = "") -> Show:
    """Return what leads from the address of an alert to its case: messages to groups name none."""

    def lead(look: Look) -> Response[Any]:
        case = of_alert(look, look.path["alert"])
        return Redirect(case.href() + (f"#{section}" if section else ""), status_code=302)

    return lead


def _choice(look: Look, several: SeveralError) -> Shown:
    """Show which cases an address may mean."""
    rows = [
        {
            **case_fields(look.rules, row.case),
            "href": case_path(None, row.case.key) + f"?source={row.case.source}",
            "source": row.case.source,
            "key": row.case.key,
            "level": row.level,
        }
        for row in several.rows
    ]
    return Shown("case_choice.html", {"rows": rows})


def _chosen(look: Look, limits: Sequence[Explained], main: Explanation | None) -> Explained | None:
    """Give the limit that the address asks for, else that by which the case is judged."""
    wanted = look.one("limit")
    for name, one in zip(_names(limits), limits, strict=True):
        if name == wanted:
            return one
    return next((one for one in limits if one[1] is main), None) or next(iter(limits), None)


def _names(limits: Iterable[Explained]) -> list[str]:
    """Give the name of each limit in addresses: its id, numbered where it is of each step."""
    names: list[str] = []
    for limit, _ in limits:
        same = sum(name.partition("~")[0] == limit.id for name in names)
        names.append(f"{limit.id}~{same + 1}" if same else limit.id)
    return names


def _tabs(
    look: Look, case: Found, limits: Sequence[Explained], chosen: Explained | None
) -> list[Tab]:
    made = []
    for name, one in zip(_names(limits), limits, strict=True):
        limit, shown = one
        if isinstance(shown, DisagreementError):
            stands, level = look.say("核算不一致", "in dispute"), None
        else:
            stands, level = big_of(look, shown), shown.level.name if shown.level else None
        href = case.href(limit=name) + "#explain"
        made.append(Tab(href, limit.title, stands, level, one is chosen, limit.shadow))
    return made


def _falls(
    look: Look, shown: Explanation, limits: Iterable[Explained], issued: Iterable[OrderRow]
) -> dict[date, str]:
    """Give the days on which another limit was due, and those on which orders were issued."""
    falls = {}
    for limit, other in limits:
        if isinstance(other, DisagreementError) or other is shown:
            continue
        due = [day.date for day in other.days if day.due_at is not None]
        if due and limit.until == shown.limit.until:
            name = limit_name(limit)
            falls[due[0]] = look.say(f"{name}到期", f"{name} due")
    text = look.say("督办", "order")
    return falls | {moment(row.order.issued_at, look.rules.zone).date(): text for row in issued}


def _act(look: Look) -> tuple[str, str]:
    """Give which act is opened, and of which card: as the address or a refused form says."""
    said = look.form.get("act") or look.query.get("act") or ("",)
    alert = look.form.get("alert") or look.query.get("alert") or ("",)
    return said[-1], alert[-1]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


ROUTES: tuple[Route, ...] = (
    Page("/cases/{no:str}", show),
    Page("/cases/{no:str}/explain.json", show_json, live=False),
    Page("/alerts/{alert:str}", _of_alert(), live=False),
    *(
        Page(f"/alerts/{{alert:str}}/{name}", _of_alert(name), live=False)
        for name in ("explain", "correction")
    ),
    *(
        Page(f"/cases/{{no:str}}/{name}", _section(name), live=False)
        for name in ("explain", "timeline", "correction")
    ),
    Form("/cases/{no:str}/ack", acts.do_acknowledge, show, Role.VIEW),
    Form("/cases/{no:str}/appeal", acts.do_appeal, show, Role.VIEW),
    Form("/cases/{no:str}/revoke", acts.do_revoke, show, Role.ISSUE),
    Form("/cases/{no:str}/applicant", acts.do_look_behind, show, Role.INSPECT),
)
