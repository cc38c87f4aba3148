from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from config import china
from rules.amounts import parse_amount
from rules.cases import Case, Part, PartKind
from rules.checks import Check
from rules.comparison import Difference, compare
from rules.compliance import Builtin, Hits, Text, View
from rules.directory import Directory, Person
from rules.escalation import NoticeKind
from rules.findings import Outcome, Reason
from rules.instants import instant
from rules.limits import Allowance, Level, Limit, parse_threshold
from rules.policies import Policy, Step
from rules.replay import AlertEvent, NoticeEvent, replay
from rules.rulebook import RuleBook
from rules.worktime import working_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china()


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


def limit(days: str = "10 working days", *, shadow: bool = False) -> Limit:
    levels = (
        Level("warning", 0, parse_threshold("2 working days left")),
        Level("yellow", 1, parse_threshold("over")),
        Level("red", 2, parse_threshold("3 working days over")),
    )
    return Limit(
        "promise",
        "承诺时限",
        "accepted_at",
        "closed_at",
        Allowance(parse_amount(days)),
        levels,
        "cn",
        shadow=shadow,
    )


def book(*limits: Limit) -> RuleBook:
    li = Person("li", "李阳", posts=("handler",))
    wang = Person("wang", "王敏", region="1", posts=("inspector",))
    steps = (
        Step(("handler",), ("console",), parse_amount("0s")),
        Step(("inspector",), ("mail",), parse_amount("1 working day")),
    )
    return RuleBook(
        ("warning", "yellow", "red"),
        {"cn": CHINA},
        limits or (limit(),),
        policies=(Policy("all", steps, "cn"),),
        directory=Directory({"li": li, "wang": wang}),
    )


def case(*parts: Part, **facts: str) -> Case:
    moments = {name: at(value) for name, value in facts.items()}
    return Case("hall", "A1", {"handler": "李阳", "region": "1", **moments}, parts)


def events(*cases: Case, under: RuleBook | None = None, start: str = "2026-09-01") -> list[object]:
    used = under or book()
    work = {"cn": working_time(CHINA)}
    return list(replay(used, work, cases, at(start), at("2026-12-01")))


def alerts(found: list[object]) -> list[tuple[int, Outcome, str, Reason]]:
    return [(e.at, e.outcome, e.level, e.reason) for e in found if isinstance(e, AlertEvent)]


def test_a_case_is_moved_from_due_moment_to_due_moment():
    found = events(case(accepted_at="2026-09-22T15:20", closed_at="2026-10-20T16:12"))

    assert alerts(found) == [
        (at("2026-10-12T09:00"), Outcome.OPENED, "warning", Reason.DUE),
        (at("2026-10-13T17:30"), Outcome.RAISED, "yellow", Reason.DUE),
        (at("2026-10-16T17:30"), Outcome.RAISED, "red", Reason.DUE),
        (at("2026-10-20T16:12"), Outcome.RESOLVED, "red", Reason.CLOSED),
    ]


def test_a_pause_has_not_happened_before_it_began():
    pause = Part(PartKind.PAUSE, "p", at("2026-10-12T10:00"), at("2026-10-20T10:00"))

    found = events(case(pause, accepted_at="2026-09-22T15:20", closed_at="2026-10-23T10:00"))

    assert alerts(found) == [
        (at("2026-10-12T09:00"), Outcome.OPENED, "warning", Reason.DUE),
        (at("2026-10-12T10:00"), Outcome.RESOLVED, "warning", Reason.PAUSED),
        (at("2026-10-21T09:00"), Outcome.OPENED, "warning", Reason.DUE),
        (at("2026-10-22T17:30"), Outcome.RAISED, "yellow", Reason.DUE),
        (at("2026-10-23T10:00"), Outcome.RESOLVED, "yellow", Reason.CLOSED),
    ]


def test_what_stands_at_the_beginning_is_opened_then():
    found = events(case(accepted_at="2026-09-22T15:20"), start="2026-10-14T08:00")

    assert alerts(found)[0] == (at("2026-10-14T08:00"), Outcome.OPENED, "yellow", Reason.DUE)


def test_people_are_told_as_the_ladder_says_and_told_when_it_is_over():
    found = events(case(accepted_at="2026-09-22T15:20", closed_at="2026-10-15T09:00"))

    told = [(e.at, e.kind, e.person) for e in found if isinstance(e, NoticeEvent)]
    assert told == [
        (at("2026-10-12T09:00"), NoticeKind.WARNING, "li"),
        (at("2026-10-13T09:00"), NoticeKind.WARNING, "wang"),
        (at("2026-10-13T17:30"), NoticeKind.OVERDUE, "li"),
        (at("2026-10-13T17:30"), NoticeKind.OVERDUE, "wang"),
        (at("2026-10-14T17:30"), NoticeKind.ESCALATION, "wang"),
        (at("2026-10-15T09:00"), NoticeKind.RESOLVED, "li"),
        (at("2026-10-15T09:00"), NoticeKind.RESOLVED, "wang"),
    ]


def test_a_shadow_limit_is_recorded_and_tells_nobody():
    found = events(case(accepted_at="2026-09-22T15:20"), under=book(limit(shadow=True)))

    assert [e for e in found if isinstance(e, NoticeEvent)] == []
    assert len(alerts(found)) == 3


def test_an_end_is_not_part_of_the_replay():
    found = replay(
        book(),
        {"cn": working_time(CHINA)},
        [case(accepted_at="2026-09-22T15:20")],
        at("2026-09-01"),
        at("2026-10-12T09:00"),
    )

    assert found == []


def test_comparing_tells_which_cards_appear_disappear_and_move():
    late = case(accepted_at="2026-09-22T15:20", closed_at="2026-10-16T10:00")

    shorter = compare(events(late), events(late, under=book(limit("9 working days"))))
    longer = compare(events(late), events(late, under=book(limit("20 working days"))))

    assert [(c.difference, c.level) for c in shorter] == [
        (Difference.APPEARS, "red"),
        (Difference.MOVES, "warning"),
        (Difference.MOVES, "yellow"),
    ]
    assert {c.difference for c in longer} == {Difference.DISAPPEARS}
    assert compare(events(late), events(late)) == []


def test_a_card_is_told_to_those_who_carry_it():
    def lagging(view: View) -> Hits:
        found = np.arange(view.batch.size)
        return Hits(found, carriers={"region": ["2"] * len(found)})

    text = Text("", "")
    lags = Builtin("lags", text, "", "red", (), text, lagging)
    check = Check("lags", "分支拖延", "", "red", 2, builtin=lags)
    given = book()
    sun = Person("sun", "孙立", region="2", posts=("inspector",))
    people = {**given.directory.people, "sun": sun}
    under = replace(given, limits=(), checks=(check,), directory=Directory(people))

    found = events(case(accepted_at="2026-09-22T15:20"), under=under)

    told = [(e.rule, e.person) for e in found if isinstance(e, NoticeEvent)]
    # At once with the handler, who is never told alone, and on the rung of its own.
    assert told == [("lags", "li"), ("lags", "sun"), ("lags", "sun")]
