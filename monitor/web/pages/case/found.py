"""Which case an address means, with its cards, and whether whoever asks may see and answer it.

A case is seen by those in whose places it is, by those whose places carry one of its cards, and by
the person who carries one.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from monitor.access import Role
from monitor.acts import appeal_rights, case_rights, order_rights
from monitor.addresses import case_path, named
from monitor.store import alert_list, case_list
from monitor.store.alert_list import Alert, Filter
from monitor.store.case_list import CaseRow
from monitor.web.looking import Doing, Look, NoRightError, UnknownError

_MOST = 200  # cards of one case
_LONGEST_ID = 18  # digits


class SeveralError(Exception):
    """A number that several cases have; ``rows`` are those that whoever asks may see."""

    def __init__(self, rows: list[CaseRow]) -> None:
        super().__init__()
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Found:
    """A case with all its cards, the newest first, and its address: a path, and what follows ``?``.

    ``source`` is named where the address names it.
    """

    row: CaseRow
    alerts: tuple[Alert, ...]
    path: str
    source: str | None

    @property
    def standing(self) -> list[Alert]:
        """The cards that stand and count, the gravest first and of those the oldest."""
        cards = [one for one in self.alerts if one.state == "open" and not one.shadow]
        return sorted(cards, key=lambda one: (-one.rank, one.level_since_at, one.id))

    def href(self, of: str = "", /, **query: str | None) -> str:
        """Give the address of the case, or of something of it."""
        said = {"source": self.source, **query}
        asked = urlencode({name: value for name, value in said.items() if value})
        return self.path + (f"/{of}" if of else "") + (f"?{asked}" if asked else "")

    def card(self, ident: str | None) -> Alert:
        """Give the card of an id.

        Raises:
            UnknownError: the case has none of it.
        """
        for one in self.alerts:
            if str(one.id) == ident:
                return one
        raise UnknownError


def found(at: Look | Doing) -> Found:
    """Give the case that the address names.

    Raises:
        UnknownError: there is none, or none that whoever asks sees.
        SeveralError: several that he sees are called so.
    """
    called, source = named(at.path["no"]), at.one("source")
    rows = [
        row
        for row in case_list.find(at.connection, called)
        if source is None or row.case.source == source
    ]
    seen = [(row, cards) for row in rows if _may_see(at, row, cards := _cards(at, row))]
    if not seen:  # of a case elsewhere nobody hears that it exists
        raise UnknownError
    if len(seen) > 1:
        raise SeveralError([row for row, _ in seen])
    [(row, cards)] = seen
    return Found(row, tuple(cards), case_path(called, called), source)


def of_alert(at: Look | Doing, ident: str) -> Found:
    """Return the case that an alert is about.

    Raises:
        UnknownError: there is no such alert, or it is about no case.
        NoRightError: whoever asks does not see the case.
    """
    known = ident.isascii() and ident.isdigit() and len(ident) <= _LONGEST_ID
    rows = alert_list.of_ids(at.connection, [int(ident)]) if known else []
    case_id = rows[0].alert.case_id if rows else None
    case = None if case_id is None else case_list.by_id(at.connection, case_id)
    if case is None:
        raise UnknownError
    cards = _cards(at, case)
    if not _may_see(at, case, cards):
        raise NoRightError
    called = str(case.case.facts.get("no") or case.case.key)
    return Found(case, tuple(cards), case_path(called, called), case.case.source)


def may_answer(at: Look | Doing, alert: Alert) -> bool:
    """Tell whether somebody may answer for a card or contest it: he inspects or carries it."""
    return appeal_rights.may_answer(at.visitor, at.rules.book.directory, alert)


def may_revoke(at: Look | Doing, alert: Alert) -> bool:
    """Tell whether somebody may take a card back: he issues in its place and does not carry it."""
    visitor = at.visitor
    issues = visitor.may(Role.ISSUE) and visitor.scope.holds(alert.region, alert.department)
    return issues and not carries(at, alert)


def may_look_behind(at: Look | Doing, row: CaseRow) -> bool:
    """Tell whether somebody may see who the applicant is."""
    facts, visitor = row.case.facts, at.visitor
    place = (_text(facts.get("region")), _text(facts.get("department")))
    return visitor.may(Role.INSPECT) and visitor.scope.holds(*place)


def carries(at: Look | Doing, alert: Alert) -> bool:
    """Tell whether somebody carries a card."""
    directory = at.rules.book.directory
    return order_rights.carries(at.visitor, directory, alert.handler, alert.region)


def _cards(at: Look | Doing, row: CaseRow) -> list[Alert]:
    chosen = Filter(open=None, case_id=row.case.id, shadow=None)
    return [one.alert for one in alert_list.listing(at.connection, chosen, _MOST)]


def _may_see(at: Look | Doing, row: CaseRow, cards: list[Alert]) -> bool:
    return case_rights.may_see(at.visitor, at.rules.book.directory, row, cards)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
