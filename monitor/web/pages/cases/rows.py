"""A case as a row of the list: in words for the page, and as values for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config import Words
from monitor.addresses import case_path
from monitor.pipeline import silencing
from monitor.pipeline.wording import case_fields, margin_text
from monitor.store import case_list
from monitor.store.case_choice import OK, PAUSED
from monitor.store.case_list import CaseRow, Handling
from monitor.web.downloads import Column, Value
from monitor.web.looking import Look
from monitor.web.pages.case.words import handler
from monitor.web.pages.cases.asked import lamp_name
from rules.findings import ClockState
from rules.instants import moment
from rules.orders import STATE_NAMES, OrderState
from rules.punctuality import Punctuality

COLUMNS = (
    Column("lamp", Words("灯", "Lamp"), 8),
    Column("no", Words("办件号", "Case number"), 26),
    Column("item_name", Words("事项", "Item"), 36),
    Column("item_code", Words("事项编码", "Item code"), 16),
    Column("region", Words("区划", "Region"), 12),
    Column("department", Words("部门", "Department"), 22),
    Column("step", Words("当前环节", "Step"), 12),
    Column("handler", Words("承办人", "Handler"), 10),
    Column("applicant", Words("申请人", "Applicant"), 18),
    Column("state", Words("状态", "State"), 12),
    Column("margin", Words("剩余或超期", "Left or overdue"), 18),
    Column("cards_of", Words("亮牌项目", "Cards for"), 30),
    Column("due_at", Words("到期时间", "Due at"), 17),
    Column("accepted_at", Words("受理时间", "Accepted at"), 17),
    Column("closed_at", Words("办结时间", "Closed at"), 17),
    Column("cards", Words("亮牌处理", "Cards"), 12),
    Column("order", Words("督办单", "Order"), 18),
    Column("source", Words("审批库", "Source"), 14),
)
"""What files hold of a case; names of people are masked."""

_STATES = {
    ClockState.NOT_STARTED: Words("未起算", "Not started"),
    ClockState.RUNNING: Words("在办", "Open"),
    ClockState.PAUSED: Words("暂停计时", "Paused"),
    ClockState.OVERDUE: Words("在办", "Open"),
    # The end of a limit, such as that of acceptance, is not that of the case.
    ClockState.MET: Words("在办", "Open"),
    ClockState.MISSED: Words("在办", "Open"),
    ClockState.UNKNOWN: Words("时限不明", "Limit not known"),
}
_ENDS = {
    Punctuality.ON_TIME: Words("按期办结", "Closed on time"),
    Punctuality.LATE: Words("超期办结", "Closed late"),
    Punctuality.IN_DOUBT: Words("办结存疑", "Closing in doubt"),
}
_CLOSED = Words("已办结", "Closed")
_GONE = Words("审批库已无", "Gone from its source")
_OPEN = Words("在办", "Open")


@dataclass(frozen=True, slots=True)
class Line:
    """A case as the page shows it; ``tone`` is the level of its lamp.

    ``why`` is what the lamp burns for where that is not the limit whose ``margin`` is told.
    ``history``: an alert stands about what was over before supervision began.
    """

    lamp: str
    lamp_name: str
    path: str
    no: str
    item: str
    region: str
    department: str
    step: str
    handler: str
    state: str
    running: bool
    margin: str
    why: str
    tone: str
    due: str
    closed: str
    acknowledged: bool | None
    order: str
    history: bool
    silent: bool

    @property
    def plain(self) -> bool:
        """Whether its state says more than what is done about its card."""
        return self.acknowledged is None or not self.running


class Rows:
    """Puts cases into words, for one look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._margins: dict[tuple[Any, ...], str] = {}

    def lines(self, rows: Sequence[CaseRow]) -> list[Line]:
        """Give cases as the page shows them."""
        done = self._handling(rows)
        ids = [row.case.id for row in rows if row.case.id is not None]
        history = case_list.with_history(self._look.connection, ids)
        silent = self._silent(done)
        return [
            self._line(
                row,
                done.get(row.case.id or 0),
                history=row.case.id in history,
                silent=row.case.id in silent,
            )
            for row in rows
        ]

    def values(self, rows: Sequence[CaseRow]) -> Iterator[Sequence[Value]]:
        """Give cases as files hold them: see :data:`COLUMNS`."""
        done = self._handling(rows)
        for row in rows:
            yield self._values(row, done.get(row.case.id or 0))

    def _handling(self, rows: Iterable[CaseRow]) -> Mapping[int, Handling]:
        ids = [row.case.id for row in rows if row.level is not None and row.case.id is not None]
        return case_list.handling(self._look.connection, ids) if ids else {}

    def _silent(self, done: Mapping[int, Handling]) -> set[int]:
        """Return the cases of which a silence keeps people from being notified."""
        look = self._look
        alerts = [ident for one in done.values() for ident in one.alerts]
        held = silencing.in_silence(look.connection, look.rules, alerts, look.now)
        return {case for case, one in done.items() if not held.keys().isdisjoint(one.alerts)}

    def _line(self, row: CaseRow, done: Handling | None, *, history: bool, silent: bool) -> Line:
        look, facts = self._look, row.case.facts
        fields = case_fields(look.rules, row.case)
        lamp = _lamp(row)
        return Line(
            lamp=lamp,
            lamp_name=_CLOSED.text(look.language)
            if lamp == "closed"
            else lamp_name(lamp, look.language),
            path=case_path(_text(facts.get("no")), row.case.key),
            no=fields["no"],
            item=fields["item"],
            region=fields["region"],
            department=fields["department"],
            step=fields["step"],
            handler=handler(look, facts.get("handler")),
            state=self._state(row),
            running=row.state in (ClockState.RUNNING, ClockState.OVERDUE),
            margin=self._margin(row),
            why=self._why(row, done),
            tone=row.level or "",
            due=self._short(row.due_at),
            closed=self._short(_closed_at(row)),
            acknowledged=done.acknowledged if done else None,
            order=self._order(done),
            history=history,
            silent=silent,
        )

    def _values(self, row: CaseRow, done: Handling | None) -> Sequence[Value]:
        look, facts = self._look, row.case.facts
        fields = case_fields(look.rules, row.case)
        cards = None
        if done is not None:
            cards = look.say("已签收", "acknowledged")
            if not done.acknowledged:
                cards = look.say("未签收", "not acknowledged")
        lamp = _lamp(row)
        return (
            None if lamp == "closed" else lamp_name(lamp, look.language),
            fields["no"],
            fields["item"],
            _text(facts.get("item_code")),
            fields["region"],
            fields["department"],
            fields["step"],
            handler(look, facts.get("handler")),
            fields["applicant_masked"],
            self._state(row),
            self._margin(row) or None,
            self._titles(done) or None,
            self._moment(row.due_at),
            self._moment(facts.get("accepted_at")),
            self._moment(_closed_at(row)),
            cards,
            done.order_no if done else None,
            row.case.source,
        )

    def _state(self, row: CaseRow) -> str:
        if row.vanished_at is not None:
            found = _GONE
        elif _closed_at(row) is not None:
            found = _ENDS[Punctuality(row.punctuality)] if row.punctuality else _CLOSED
        else:
            found = _STATES[ClockState(row.state)] if row.state else _OPEN
        return found.text(self._look.language)

    def _margin(self, row: CaseRow) -> str:
        """Say how much is left of the limit that is due first, or by how much it has passed."""
        due = row.due_at
        if due is None:
            return ""
        rule, clock = _first_due(row)
        names = ("unit", "calendar", "provisional")
        key = (rule, due, *(clock.get(name) for name in names))
        if key not in self._margins:
            self._margins[key] = self._told(rule, due, clock)
        return self._margins[key]

    def _told(self, rule: str, due: int, clock: Mapping[str, Any]) -> str:
        look = self._look
        text = margin_text(look.rules, rule, due, look.now, look.language, clock)
        if not text:
            text = look.say("已到期", "due now")
        elif look.now >= due:
            text = look.say(f"已{text}", text)
        return text + (look.say("（暂定）", " (provisional)") if clock.get("provisional") else "")

    def _why(self, row: CaseRow, done: Handling | None) -> str:
        """Name the gravest cards, where none of them is that of the limit that is due first."""
        if done is None or _first_due(row)[0] in done.gravest:
            return ""
        return self._titles(done)

    def _titles(self, done: Handling | None) -> str:
        return self._look.say("、", ", ").join(done.gravest.values()) if done else ""

    def _order(self, done: Handling | None) -> str:
        if done is None or done.order_no is None:
            return ""
        state = STATE_NAMES[OrderState(done.order_state or "")]
        return self._look.say(f"督办单{state.zh}", f"order {state.en}")

    def _short(self, at: object) -> str:
        local = self._moment(at)
        if local is None:
            return ""
        year = moment(self._look.now, self._look.rules.zone).year
        return f"{local:%m-%d %H:%M}" if local.year == year else f"{local:%Y-%m-%d %H:%M}"

    def _moment(self, at: object) -> datetime | None:
        return moment(at, self._look.rules.zone) if isinstance(at, int) else None


def _lamp(row: CaseRow) -> str:
    if row.level is not None:
        return row.level
    if _closed_at(row) is not None or row.vanished_at is not None:
        return "closed"
    return PAUSED if row.state == ClockState.PAUSED else OK


def _first_due(row: CaseRow) -> tuple[str, Mapping[str, Any]]:
    """Give the limit whose due moment is that of the case, and how it stands."""
    clocks = row.clocks or {}
    return next(
        (
            (rule, one)
            for rule, one in clocks.items()
            # A case that could not be checked has the error in the place of its clocks.
            if isinstance(one, dict) and one["due_at"] == row.due_at
        ),
        ("", {}),
    )


def _closed_at(row: CaseRow) -> object:
    return row.case.facts.get("closed_at")


def _text(fact: object) -> str | None:
    return None if fact is None else str(fact)
