"""One alert on its ladder: what each round tells, and where it goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import china
from rules.amounts import parse_amount
from rules.cases import Case
from rules.choosing import Chooser
from rules.climbing import climb
from rules.directory import Directory, Person
from rules.escalation import CatchUp, Climb, Climber, NoticeKind, Told, ahead_of
from rules.instants import SECOND
from rules.policies import OrderTerms, Policy, Repeat, Step, Unless
from rules.roles import Resolver, Why
from rules.rungs import Hold
from rules.worktime import working_time
from tests.support.moments import at

WORK = working_time(china())
SINCE = at("2026-10-13 10:00")
CASE = Case("hall", "A1", {"region": "1", "department": "ZJ", "handler": "李阳"})
PEOPLE = (
    Person("li", "李阳", region="1", posts=("handler",)),
    Person("clerk", "何远", region="1", posts=("clerk",)),
    Person("chen", "陈波", department="ZJ", posts=("department-lead",)),
    Person("qian", "钱程", region="1", posts=("inspector",)),
    Person("luo", "罗维", posts=("leader",)),
)
HALL = Directory({one.id: one for one in PEOPLE})


def step(tell: str, after: str = "0m", **given: object) -> Step:
    return Step((tell,), ("out",), parse_amount(after), **given)  # type: ignore[arg-type]


def ladder(*steps: Step, **given: object) -> Policy:
    return Policy("p", steps, "cn", **given)  # type: ignore[arg-type]


THREE = ladder(
    step("clerk"), step("department-lead", "4 working hours"), step("inspector", "1 working day")
)


def climber(**given: object) -> Climber:
    plain = Climber(1, "promise", "yellow", 1, SINCE, CASE)
    return replace(plain, **given)  # type: ignore[arg-type]


def go(
    one: Climber,
    policy: Policy,
    now: str,
    *,
    hall: Directory = HALL,
    catch_up: CatchUp = CatchUp.EACH,
    gentler: tuple[Policy, ...] = (),
) -> Climb:
    return climb(one, policy, WORK, Resolver(hall, at(now)), at(now), catch_up, gentler)


def on(one: Climber, result: Climb) -> Climber:
    """Give the alert as the store has it after a round."""
    holds = one.holds if result.lapsed is None else (*one.holds, result.lapsed)
    acknowledged = None if result.lapsed else one.acknowledged_at
    return replace(
        one,
        climbed=result.climbed,
        told=result.told,
        holds=holds,
        acknowledged_at=acknowledged,
    )


def course(one: Climber, policy: Policy, until: str, **given: object) -> list[tuple[int, str]]:
    """Give when whom is told until an instant, each round at the moment the one before names."""
    told = []
    now: int | None = SINCE
    while now is not None and now <= at(until):
        resolver = Resolver(HALL, now)
        result = climb(one, policy, WORK, resolver, now, **given)  # type: ignore[arg-type]
        told += [(now, notice.person.id) for notice in result.notices]
        assert result.next_step_at is None or result.next_step_at > now
        one, now = on(one, result), result.next_step_at
    return told


def whom(result: Climb) -> list[str]:
    return [notice.person.id for notice in result.notices]


def test_rungs_are_climbed_each_at_its_moment() -> None:
    assert course(climber(), THREE, "2026-10-20 10:00") == [
        (SINCE, "clerk"),
        (at("2026-10-13 15:30"), "chen"),
        (at("2026-10-14 10:00"), "qian"),
    ]


def test_a_rung_is_climbed_again_until_its_cap_beside_those_that_follow() -> None:
    again = Repeat(parse_amount("1 working day"), 3)
    policy = ladder(step("clerk", repeat=again), step("inspector", "12 working hours"))
    assert [(when, who) for when, who in course(climber(), policy, "2026-11-01 10:00")] == [
        (SINCE, "clerk"),
        (at("2026-10-14 10:00"), "clerk"),
        (at("2026-10-14 16:30"), "qian"),
        (at("2026-10-15 10:00"), "clerk"),
        (at("2026-10-16 10:00"), "clerk"),
    ]


def test_a_rung_before_the_due_moment_is_climbed_while_the_warning_stands() -> None:
    before = Step(("department-lead",), ("out",), before=parse_amount("1 working day"))
    warning = climber(level="warning", rank=0, ahead_at=at("2026-10-16 17:30"))
    told = course(warning, ladder(step("clerk"), before), "2026-10-20 10:00")
    assert told == [(SINCE, "clerk"), (at("2026-10-15 17:30"), "chen")]


def test_what_is_ahead_is_the_due_moment_and_once_that_has_passed_the_next_level() -> None:
    assert ahead_of(20, {"next_level_at": 30}, 10) == 20
    assert ahead_of(10, {"next_level_at": 30}, 10) == 30
    assert ahead_of(10, {"next_level_at": 5}, 10) is None
    assert ahead_of(None, {}, 10) is None


def test_nobody_is_told_at_night_or_on_a_holiday_unless_the_rung_says_so() -> None:
    night = climber(since_at=at("2026-09-30 23:00"))
    waits = go(night, ladder(step("clerk")), "2026-09-30 23:00")
    assert (whom(waits), waits.next_step_at) == ([], at("2026-10-08 09:00"))
    wakes = go(night, ladder(step("clerk", at_any_hour=True)), "2026-09-30 23:00")
    assert whom(wakes) == ["clerk"]


def test_what_is_caught_up_with_at_night_waits_until_work_opens() -> None:
    late = go(climber(), THREE, "2026-10-14 03:00")
    assert (whom(late), late.next_step_at) == ([], at("2026-10-14 09:00"))


def test_what_falls_due_as_work_closes_is_told_still() -> None:
    closing = climber(since_at=at("2026-10-13 17:30") + SECOND)
    found = climb(
        closing, THREE, WORK, Resolver(HALL, closing.since_at), closing.since_at, CatchUp.EACH
    )
    assert whom(found) == ["clerk"]


@pytest.mark.parametrize(
    ("catch_up", "people", "missed"),
    [
        (CatchUp.EACH, ["clerk", "chen", "qian", "clerk"], 3),
        (CatchUp.LATEST, ["clerk"], 3),
        (CatchUp.DIGEST, ["clerk", "chen", "qian"], 3),
    ],
)
def test_what_was_missed_is_told_as_the_catch_up_policy_says(
    catch_up: CatchUp, people: list[str], missed: int
) -> None:
    policy = ladder(*THREE.steps, step("clerk", "2 working days"), with_milder=False)
    result = go(climber(), policy, "2026-10-19 10:00", catch_up=catch_up)
    assert whom(result) == people
    assert {notice.missed for notice in result.notices} == {missed}
    assert result.climbed == (1, 1, 1, 1)
    assert result.next_step_at is None


def test_a_digest_of_what_was_missed_tells_each_of_the_last_rung_that_is_his() -> None:
    policy = ladder(*THREE.steps, step("clerk", "2 working days"))
    result = go(climber(), policy, "2026-10-19 10:00", catch_up=CatchUp.DIGEST)
    assert {notice.person.id: notice.step for notice in result.notices} == {
        "clerk": 3,
        "chen": 1,
        "qian": 2,
    }


def test_rungs_that_wait_for_one_opening_are_none_missed() -> None:
    policy = ladder(step("clerk"), step("inspector", "2h"))
    night = climber(since_at=at("2026-10-13 20:00"))
    result = go(night, policy, "2026-10-14 09:00", catch_up=CatchUp.LATEST)
    assert (whom(result), {one.missed for one in result.notices}) == (["clerk", "qian"], {0})


def test_an_acknowledgement_holds_the_climb_and_lapses_to_the_next_rung() -> None:
    first = on(climber(), go(climber(), THREE, "2026-10-13 10:00"))
    acked = replace(first, acknowledged_at=at("2026-10-13 11:00"), acknowledged_by="何远")
    held = go(acked, THREE, "2026-10-14 16:00")
    assert (whom(held), held.next_step_at) == ([], at("2026-10-15 11:00"))
    lapsed = go(acked, THREE, "2026-10-15 11:00")
    assert whom(lapsed) == ["chen"]
    assert lapsed.lapsed == Hold(
        at("2026-10-13 11:00"), at("2026-10-15 11:00"), "acknowledged", "何远"
    )
    assert lapsed.notices[0].lapsed == lapsed.lapsed
    # The inspector's working day had an hour of it run; the rest follows.
    assert lapsed.next_step_at == at("2026-10-16 10:00")
    last = go(on(acked, lapsed), THREE, "2026-10-16 10:00")
    assert (whom(last), last.lapsed, last.next_step_at) == (["qian"], None, None)


def test_an_acknowledgement_that_lapses_behind_the_last_rung_tells_that_again() -> None:
    policy = ladder(step("clerk"), step("inspector", "1h"))
    climbed = climber(climbed=(1, 1), told=(Told("clerk", ("out",), 1), Told("qian", ("out",), 1)))
    acked = replace(climbed, acknowledged_at=at("2026-10-13 14:00"))
    result = go(acked, policy, "2026-10-15 14:00")
    assert (whom(result), result.climbed) == (["qian"], (1, 2))
    assert result.notices[0].times == 1


def test_an_acknowledgement_that_lapses_at_night_does_so_when_work_opens() -> None:
    acked = climber(climbed=(1, 0, 0), acknowledged_at=at("2026-10-13 22:00"))
    assert go(acked, THREE, "2026-10-13 22:00").next_step_at == at("2026-10-16 09:00")


def test_an_answer_holds_the_climb_for_good_but_for_what_asks_for_the_end() -> None:
    policy = ladder(
        step("clerk"),
        step("department-lead", "1h", unless=Unless.ANSWERED),
        step("inspector", "2h", unless=Unless.RESOLVED),
    )
    acked = climber(climbed=(1,), acknowledged_at=at("2026-10-13 10:30"))
    assert course(replace(acked), policy, "2026-10-13 13:00") == [
        (at("2026-10-13 11:00"), "chen"),
        (at("2026-10-13 12:00"), "qian"),
    ]
    answered = replace(acked, answered=True)
    assert course(answered, policy, "2026-12-01 10:00") == [(at("2026-10-13 12:00"), "qian")]


def test_a_climb_that_is_held_stands_still_and_goes_on_later_by_as_much() -> None:
    first = on(climber(), go(climber(), THREE, "2026-10-13 10:00"))
    begun = at("2026-10-13 11:00")
    held = go(replace(first, holds=(Hold(begun, None, "appeal"),)), THREE, "2026-10-14 16:00")
    assert (whom(held), held.next_step_at) == ([], None)
    ended = replace(first, holds=(Hold(begun, at("2026-10-15 11:00"), "appeal"),))
    assert go(ended, THREE, "2026-10-15 11:00").next_step_at == at("2026-10-15 15:30")


def test_a_rung_on_which_nobody_is_found_is_passed_at_once() -> None:
    policy = ladder(step("person:gone"), step("team:gone", "1h"), step("inspector", "2h"))
    result = go(climber(), policy, "2026-10-13 10:00")
    assert (whom(result), result.climbed) == (["qian"], (1, 1, 1))
    assert [gap.subject for gap in result.gaps] == ["person:gone", "team:gone"]


def test_a_card_is_never_told_to_the_one_it_accuses_alone() -> None:
    result = go(climber(), ladder(step("handler"), step("inspector", "1h")), "2026-10-13 10:00")
    assert [(one.person.id, one.why) for one in result.notices] == [
        ("li", Why.ROLE),
        ("qian", Why.NOT_ALONE),
    ]


def test_where_the_ladder_has_nobody_over_him_his_lead_hears_as_well() -> None:
    assert whom(go(climber(), ladder(step("handler")), "2026-10-13 10:00")) == ["li", "chen"]


def test_a_warning_may_be_told_to_the_handler_alone_and_so_may_what_others_have_heard() -> None:
    warning = climber(level="warning", rank=0)
    assert whom(go(warning, ladder(step("handler")), "2026-10-13 10:00")) == ["li"]
    heard = climber(told=(Told("qian", ("out",), 1),))
    assert whom(go(heard, ladder(step("handler")), "2026-10-13 10:00")) == ["li"]


WARNING = ladder(step("clerk"), step("leader", "1h"), levels=("warning",))
YELLOW = ladder(step("department-lead"), levels=("yellow",))
RED = ladder(step("inspector"), step("clerk", "1h"), levels=("red",))


def test_who_was_told_at_a_milder_level_hears_of_the_graver_one() -> None:
    told = (Told("clerk", ("sms",), 0), Told("chen", ("out",), 1), Told("luo", ("out",), 2))
    red = climber(level="red", rank=2, told=told)
    result = go(red, RED, "2026-10-13 10:00", gentler=(WARNING,))
    assert [(one.person.id, one.via, one.why) for one in result.notices] == [
        ("qian", ("out",), Why.ROLE),
        ("clerk", ("sms",), Why.MILDER),
        ("chen", ("out",), Why.MILDER),
    ]
    assert {one.person: one.rank for one in result.told}["clerk"] == 2


def test_a_card_that_opens_red_is_told_to_the_lists_of_the_milder_levels_as_well() -> None:
    red = climber(level="red", rank=2)
    gentler = Chooser((WARNING, YELLOW, RED), ("warning", "yellow", "red"), SINCE).milder(red)
    assert gentler == (WARNING, YELLOW)
    result = go(red, RED, "2026-10-13 10:00", gentler=gentler)
    # The leader is on a later rung of the warning: that is no longer his to hear.
    assert whom(result) == ["qian", "clerk", "chen"]
    assert whom(go(red, replace(RED, with_milder=False), "2026-10-13 10:00", gentler=gentler)) == [
        "qian"
    ]


def test_policies_whose_conditions_go_by_the_level_have_milder_ones_too() -> None:
    mild = ladder(step("clerk"), when="alert.level != 'red'")
    grave = ladder(step("inspector"), when="alert.level == 'red'")
    chooser = Chooser((mild, grave), ("warning", "yellow", "red"), SINCE)
    assert chooser.milder(climber(level="red", rank=2)) == (mild,)


def test_the_end_is_told_to_all_who_heard_within_office_hours() -> None:
    told = (Told("clerk", ("out",), 1), Told("gone", ("out",), 1))
    over = climber(climbed=(1,), resolved=True, told=told)
    waits = go(over, THREE, "2026-10-13 20:00")
    assert (whom(waits), waits.next_step_at) == ([], at("2026-10-14 09:00"))
    ended = go(over, THREE, "2026-10-14 09:00")
    assert [(one.person.id, one.kind) for one in ended.notices] == [("clerk", NoticeKind.RESOLVED)]
    assert ended.next_step_at is None


def test_a_rung_with_an_order_asks_for_it_once() -> None:
    terms = OrderTerms(parse_amount("5 working days"), advice="查明原因")
    again = Repeat(parse_amount("1h"), 1)
    policy = ladder(step("inspector", order=terms, repeat=again))
    first = go(climber(), policy, "2026-10-13 10:00")
    assert [(one.step, one.terms, [p.id for p in one.people]) for one in first.orders] == [
        (0, terms, ["qian"])
    ]
    second = go(on(climber(), first), policy, "2026-10-13 11:00")
    assert (whom(second), second.orders) == (["qian"], ())


def test_kinds_tell_warnings_first_rungs_escalations_and_the_system_apart() -> None:
    def kinds(one: Climber) -> list[NoticeKind]:
        result = go(one, THREE, "2026-10-13 15:30")
        return [notice.kind for notice in result.notices]

    assert kinds(climber()) == [NoticeKind.OVERDUE, NoticeKind.ESCALATION]
    assert kinds(climber(level="warning", rank=0)) == [NoticeKind.WARNING] * 2
    assert kinds(climber(subject="source:x", about="system")) == [NoticeKind.SYSTEM] * 2
    assert kinds(climber(subject="unit:1/ZJ", about="unit")) == kinds(climber())


def test_the_first_policy_that_is_for_an_alert_is_chosen() -> None:
    policies = (
        ladder(step("clerk"), levels=("red",)),
        ladder(step("clerk"), when="alert.about == 'unit'"),
        ladder(step("clerk"), when="case.region == '1' && alert.rule == 'promise'"),
    )
    chooser = Chooser(policies, ("warning", "yellow", "red"), SINCE)
    assert chooser.choose(climber()) is policies[2]
    assert chooser.choose(climber(subject="unit:1/ZJ", about="unit")) is policies[1]
    assert chooser.choose(climber(rule="other")) is None


def test_a_condition_that_was_worked_out_holds_for_the_same_facts_alone() -> None:
    policies = (ladder(step("clerk"), when="case.fee == 1"), ladder(step("clerk"), when="true"))
    chooser = Chooser(policies, (), SINCE)
    cases = [Case("hall", "A1", {"fee": fee}) for fee in (1, 2, 1, None, 1)]
    chosen = [chooser.choose(climber(case=case)) for case in cases]
    assert [policies.index(one) for one in chosen if one] == [0, 1, 0, 1, 0]
    # What is equal is not the same to a condition: true is no number.
    assert chooser.choose(climber(case=Case("hall", "A1", {"fee": True}))) is policies[1]


def test_an_alert_that_no_policy_is_for_goes_nowhere() -> None:
    assert climb(climber(), None, WORK, Resolver(HALL, SINCE), SINCE).next_step_at is None
