"""What law and settings say of when a limit begins, with cases that can be counted by hand.

The calendar is the Chinese one: 2026-09-20 is a Sunday and 2026-10-10 a Saturday on which work is
done, 25 to 27 September and 1 to 7 October 2026 are days off.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules.amounts import Unit, parse_amount
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.clocks import STATES, Course
from rules.courses import course
from rules.findings import ClockState
from rules.instants import DAY, HOUR, MINUTE, iso, optional
from rules.limits import Allowance, Deemed, Level, Limit, parse_threshold
from rules.rulebook import RuleBook
from rules.worktime import working_time
from tests.support.moments import SHANGHAI, at

WORK = working_time(china())
LEVELS = (Level("yellow", 0, parse_threshold("over")),)


def limit(
    start: str = "accepted_at", allow: str | Allowance = "5 working days", **how: Any
) -> Limit:
    if isinstance(allow, str):
        allow = Allowance(parse_amount(allow))
    until = start if start.startswith("step:") else "closed_at"
    made = Limit("limit", "", start, until, allow, LEVELS, "cn")
    return replace(made, **how)


def case(*parts: Part, **moments: str | float | None) -> Case:
    """A case; texts are moments, except in facts whose name says otherwise."""
    facts: dict[str, Fact] = {
        name: at(value) if isinstance(value, str) and name.endswith("_at") else value
        for name, value in moments.items()
    }
    return Case("hall", "A1", facts, parts)


def part(sort: PartKind, begin: str, end: str | None, **facts: Fact) -> Part:
    return Part(sort, "", at(begin), at(end) if end else None, facts)


def step(name: str, begin: str, end: str | None = None, **facts: Fact) -> Part:
    return part(PartKind.STEP, begin, end, name=name, **facts)


def pause(begin: str, end: str | None, kind: str) -> Part:
    return part(PartKind.PAUSE, begin, end, kind=kind)


def reckoned(one: Limit, *cases: Case) -> Course:
    return course(one, Batch.of(cases), WORK)


def told(moment: int | np.int64) -> str | None:
    text = iso(optional(moment), SHANGHAI)
    return text and text.replace("T", " ").removesuffix(":00+08:00")


def due(one: Limit, given: Case) -> str | None:
    return told(reckoned(one, given).due[0])


def state(one: Limit, given: Case, now: str) -> ClockState:
    code = int(reckoned(one, given).state(np.array([at(now)]))[0])
    return STATES[code]


def checked(limits: tuple[Limit, ...], given: Case, now: str) -> Assessment:
    book = RuleBook(("yellow",), {"cn": china()}, limits)
    return assess(book, Batch.of([given]), np.array([at(now)]))


def applying(limits: tuple[Limit, ...], given: Case, now: str = "2026-12-01 09:00") -> list[str]:
    found = checked(limits, given, now).limits
    return [one.limit.id for one in found if one.applies[0]]


# ── steps ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("审查", "2026-09-20 17:30"),  # five working days after 14 September
        ("决定", "2026-09-29 17:30"),  # after 21 September, past the Mid-autumn Festival
        ("送达", None),
    ],
)
def test_a_limit_runs_over_the_step_of_its_name(name: str, expected: str | None) -> None:
    steps = (
        step("审查", "2026-09-14 10:00", "2026-09-21 09:00"),
        step("决定", "2026-09-21 09:00"),
    )
    assert due(limit(f"step:{name}"), case(*steps)) == expected


def test_a_limit_over_a_step_ends_with_the_step() -> None:
    ended = case(step("审查", "2026-09-14 10:00", "2026-09-16 10:00"))
    assert state(limit("step:审查"), ended, "2026-10-12 09:00") is ClockState.MET


def test_a_limit_from_a_step_may_end_with_a_moment_of_the_case() -> None:
    steps = step("审查", "2026-09-14 10:00", "2026-09-16 10:00")
    one = limit("step:审查", until="delivered_at")
    assert state(one, case(steps), "2026-09-21 09:00") is ClockState.OVERDUE
    late = case(steps, delivered_at="2026-09-21 09:00")
    assert state(one, late, "2026-09-21 09:01") is ClockState.MISSED


def test_of_a_step_that_is_taken_twice_the_later_one_counts() -> None:
    back = case(
        step("审查", "2026-09-21 10:00"), step("审查", "2026-09-14 10:00", "2026-09-18 10:00")
    )
    assert due(limit("step:审查"), back) == "2026-09-29 17:30"


def test_of_any_step_the_open_one_counts() -> None:
    steps = (
        step("审查", "2026-09-14 10:00"),
        step("勘验", "2026-09-16 10:00", "2026-09-17 10:00"),
    )
    assert due(limit("step:*"), case(*steps)) == "2026-09-20 17:30"


def test_of_any_step_the_latest_counts_where_all_are_over() -> None:
    steps = (
        step("审查", "2026-09-14 10:00", "2026-09-16 10:00"),
        step("决定", "2026-09-16 10:00", "2026-09-17 10:00"),
    )
    found = reckoned(limit("step:*"), case(*steps))
    assert told(found.until[0]) == "2026-09-17 10:00"


def test_a_step_without_a_beginning_is_passed_over() -> None:
    unknown = Part(PartKind.STEP, "", None, None, {"name": "审查"})
    assert due(limit("step:审查"), case(unknown)) is None


def test_a_step_may_carry_how_long_it_may_take() -> None:
    own = Allowance(column="step.limit_days", unit=Unit.WORKING_DAY)
    one = limit("step:*", own)
    assert due(one, case(step("审查", "2026-09-14 10:00", limit_days=2))) == "2026-09-16 17:30"
    assert due(one, case(step("审查", "2026-09-14 10:00"))) is None
    assert state(one, case(step("审查", "2026-09-14 10:00")), "2026-09-15 09:00") is (
        ClockState.UNKNOWN
    )


def test_the_steps_of_other_cases_do_not_matter() -> None:
    first = case(step("审查", "2026-09-14 10:00"))
    last = case(step("审查", "2026-09-21 10:00"))
    found = reckoned(limit("step:审查"), first, case(), last).due
    assert [told(one) for one in found] == ["2026-09-20 17:30", None, "2026-09-29 17:30"]


@given(st.integers(0, 200 * 24), st.integers(0, 60 * 24), st.integers(0, 30))
def test_a_limit_over_a_step_is_one_over_its_beginning_and_end(
    begin: int, length: int, days: int
) -> None:
    first = at("2026-01-05 09:00") + begin * HOUR
    last = first + length * HOUR
    over = limit("step:审查", f"{days} working days")
    taken = Case("hall", "A1", {}, (Part(PartKind.STEP, "", first, last, {"name": "审查"}),))
    plain = limit("accepted_at", f"{days} working days")
    moments = Case("hall", "A1", {"accepted_at": first, "closed_at": last})
    now = np.array([last + DAY])
    of_step, of_moments = reckoned(over, taken), reckoned(plain, moments)
    assert of_step.due[0] == of_moments.due[0]
    assert of_step.state(now)[0] == of_moments.state(now)[0]


# ── after another limit ──────────────────────────────────────────────────────────────────────────


DELIVERY = limit("due:limit", "10 working days", id="delivery", until="delivered_at")


def test_a_limit_starts_when_another_is_due() -> None:
    given = case(accepted_at="2026-09-14 10:00")
    found = checked((limit(), DELIVERY), given, "2026-09-15 09:00").limits[1]
    assert told(found.course.start[0]) == "2026-09-20 17:30"
    # 21 to 24, 28 to 30 September, 8 to 10 October
    assert told(found.course.due[0]) == "2026-10-10 17:30"
    assert STATES[found.state[0]] is ClockState.NOT_STARTED


def test_a_limit_after_one_that_is_not_for_the_case_does_not_start() -> None:
    given = case(accepted_at="2026-09-14 10:00", kind="hotline")
    limits = (limit(when="case.kind != 'hotline'"), DELIVERY)
    found = checked(limits, given, "2026-12-01 09:00").limits[1]
    assert STATES[found.state[0]] is ClockState.NOT_STARTED
    assert found.level[0] == -1


def test_a_limit_after_one_that_is_paused_does_not_start() -> None:
    given = case(pause("2026-09-15 09:00", None, "听证"), accepted_at="2026-09-14 10:00")
    found = checked((limit(), DELIVERY), given, "2026-12-01 09:00").limits[1]
    assert optional(found.course.start[0]) is None


# ── anew after a correction (政府信息公开条例 第三十条) ─────────────────────────────────────────


RESTARTED = limit(restarts=("补正", "corrected_at"))


@pytest.mark.parametrize(
    ("corrected", "expected"),
    [
        (None, "2026-09-20 17:30"),
        ("2026-09-16 15:00", "2026-09-22 17:30"),
        ("2026-09-20 17:30", "2026-09-28 17:30"),  # at the last moment
        ("2026-09-20 17:31", "2026-09-20 17:30"),  # the clock had run out
        ("2026-09-13 15:00", "2026-09-20 17:30"),  # before it ran
    ],
)
def test_a_moment_starts_the_clock_anew(corrected: str | None, expected: str) -> None:
    assert due(RESTARTED, case(accepted_at="2026-09-14 10:00", corrected_at=corrected)) == expected


def test_the_end_of_a_pause_of_the_kind_starts_the_clock_anew() -> None:
    notice = pause("2026-09-16 10:00", "2026-10-09 15:00", "补正")
    # Without the new start four days would be left: 9 October would not count either way.
    assert due(RESTARTED, case(notice, accepted_at="2026-09-14 10:00")) == "2026-10-15 17:30"


def test_a_pause_of_another_kind_only_stops_the_clock() -> None:
    hearing = pause("2026-09-16 10:00", "2026-10-09 15:00", "听证")
    assert due(RESTARTED, case(hearing, accepted_at="2026-09-14 10:00")) == "2026-10-14 17:30"


def test_the_clock_stands_still_while_the_correction_is_awaited() -> None:
    notice = case(pause("2026-09-16 10:00", None, "补正"), accepted_at="2026-09-14 10:00")
    assert state(RESTARTED, notice, "2026-10-20 09:00") is ClockState.PAUSED


def test_a_notice_given_after_the_due_moment_starts_nothing_anew() -> None:
    late = pause("2026-09-21 09:00", "2026-09-22 09:00", "补正")
    assert due(RESTARTED, case(late, accepted_at="2026-09-14 10:00")) == "2026-09-20 17:30"


def test_each_correction_in_time_starts_the_clock_anew() -> None:
    notices = (
        pause("2026-09-21 10:00", "2026-09-22 10:00", "补正"),
        pause("2026-09-16 10:00", "2026-09-17 10:00", "补正"),
    )
    assert due(RESTARTED, case(*notices, accepted_at="2026-09-14 10:00")) == "2026-09-30 17:30"


def test_what_comes_after_the_end_of_a_case_starts_nothing_anew() -> None:
    closed = case(
        accepted_at="2026-09-14 10:00",
        closed_at="2026-09-16 10:00",
        corrected_at="2026-09-17 10:00",
    )
    assert due(RESTARTED, closed) == "2026-09-20 17:30"


@given(st.integers(0, 60 * 24 * 60), st.integers(1, 30))
def test_starting_anew_after_the_due_moment_changes_nothing(minutes: int, days: int) -> None:
    facts: dict[str, Fact] = {"accepted_at": at("2026-09-14 10:00")}
    plain = int(reckoned(limit(), Case("hall", "A1", facts)).due[0])
    begin = plain + 1 + minutes * MINUTE
    notice = Part(PartKind.PAUSE, "", begin, begin + days * DAY, {"kind": "补正"})
    late = Case("hall", "A1", {**facts, "corrected_at": begin}, (notice,))
    assert reckoned(RESTARTED, late).due[0] == plain


@given(st.integers(0, 6 * 24 * 60), st.integers(0, 60 * 24 * 60), st.integers(0, 40))
def test_a_clock_started_anew_runs_as_if_it_had_started_then(
    until_asked: int, until_mended: int, days: int
) -> None:
    start = at("2026-09-14 10:00")
    asked = start + 1 + until_asked * MINUTE
    mended = asked + until_mended * MINUTE
    notice = Part(PartKind.PAUSE, "", asked, mended, {"kind": "补正"})
    one = limit(allow=f"{days + 5} working days")  # the notice comes within five working days
    anew = reckoned(
        replace(one, restarts=("补正",)), Case("hall", "A1", {"accepted_at": start}, (notice,))
    )
    plain = reckoned(one, Case("hall", "A1", {"accepted_at": mended}))
    assert (anew.start[0], anew.due[0]) == (mended, plain.due[0])


# ── by law, when nobody answers (行政许可法 第三十二条) ─────────────────────────────────────────


DEEMED = limit(
    allow="20 working days",
    deemed=Deemed("submitted_at", parse_amount("5 working days"), ("correction_at", "refused_at")),
)


@pytest.mark.parametrize(
    ("answers", "started"),
    [
        ({}, "2026-09-14 10:00"),  # from the day on which the material was received
        ({"accepted_at": "2026-09-18 10:00"}, "2026-09-18 10:00"),
        ({"correction_at": "2026-09-20 17:30"}, None),
        ({"refused_at": "2026-09-15 09:00"}, None),
        ({"accepted_at": "2026-09-20 17:31"}, "2026-09-14 10:00"),  # too late to undo it
        ({"correction_at": "2026-09-21 09:00"}, "2026-09-14 10:00"),
    ],
)
def test_silence_for_five_working_days_counts_as_acceptance(
    answers: dict[str, str], started: str | None
) -> None:
    given = case(submitted_at="2026-09-14 10:00", **answers)
    assert told(reckoned(DEEMED, given).start[0]) == started


def test_silence_counts_only_once_the_days_are_over() -> None:
    silent = case(submitted_at="2026-09-14 10:00")
    assert state(DEEMED, silent, "2026-09-20 17:29") is ClockState.NOT_STARTED
    assert state(DEEMED, silent, "2026-09-20 17:30") is ClockState.RUNNING
    # After 14 September five days to the 20th, four to the 24th, three to the 30th, three to
    # 10 October, and five.
    assert due(DEEMED, silent) == "2026-10-16 17:30"


def test_a_case_that_was_never_received_is_not_accepted_by_silence() -> None:
    assert due(DEEMED, case()) is None


@given(st.integers(0, 200 * 24), st.floats(0, 200), st.integers(1, 30))
def test_no_level_is_reached_before_silence_counts(hours: int, percent: float, days: int) -> None:
    one = replace(DEEMED, allow=Allowance(parse_amount(f"{days} working days")))
    given = Case("hall", "A1", {"submitted_at": at("2026-01-05 09:00") + hours * HOUR})
    answer = reckoned(limit("submitted_at"), given).due[0]
    for threshold in (f"{percent:.2f} %", "3 working days left", "over"):
        assert reckoned(one, given).reached(parse_threshold(threshold))[0] >= answer


@given(st.integers(0, 200 * 24), st.integers(1, 30))
def test_what_counts_as_begun_runs_as_if_it_had_been(hours: int, days: int) -> None:
    received = at("2026-01-05 09:00") + hours * HOUR
    one = replace(DEEMED, allow=Allowance(parse_amount(f"{days} working days")))
    silent = reckoned(one, Case("hall", "A1", {"submitted_at": received}))
    accepted = reckoned(one, Case("hall", "A1", {"accepted_at": received}))
    assert silent.due[0] == accepted.due[0]


# ── for a time ───────────────────────────────────────────────────────────────────────────────────


OLD = limit(id="old", valid_to=date(2026, 9, 15))
NEW = limit(id="new", allow="10 working days", valid_from=date(2026, 9, 15))


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("2026-09-14 23:59", ["old"]),
        ("2026-09-15 00:00", ["new"]),
        (None, ["old", "new"]),  # as long as it has not started
    ],
)
def test_the_edition_in_force_when_the_clock_started_is_for_the_case(
    accepted: str | None, expected: list[str]
) -> None:
    assert applying((OLD, NEW), case(accepted_at=accepted)) == expected


def test_a_clock_that_starts_anew_stays_under_its_edition() -> None:
    corrected = case(accepted_at="2026-09-14 10:00", corrected_at="2026-09-18 10:00")
    limits = tuple(replace(one, restarts=("corrected_at",)) for one in (OLD, NEW))
    assert applying(limits, corrected) == ["old"]


@given(st.integers(0, 60 * 24 * 60), st.integers(0, 60 * 24 * 60))
def test_each_case_that_has_started_has_one_edition(start: int, until_asked: int) -> None:
    accepted = at("2026-08-15 00:00") + start * MINUTE
    facts: dict[str, Fact] = {
        "accepted_at": accepted,
        "corrected_at": accepted + until_asked * MINUTE,
    }
    limits = tuple(replace(one, restarts=("corrected_at",)) for one in (OLD, NEW))
    assert len(applying(limits, Case("hall", "A1", facts))) == 1


# ── counted in what the case says ────────────────────────────────────────────────────────────────


OWN_UNIT = limit(allow=Allowance(column="days", unit_columns=("unit",)))


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("working days", "2026-09-20 17:30"),
        ("个工作日", "2026-09-20 17:30"),
        ("自然日", "2026-09-20 17:30"),  # the 19th is a Saturday: the next working day
        ("hours", "2026-09-14 15:00"),
        ("fortnights", None),
        (None, None),
    ],
)
def test_the_case_says_in_what_its_limit_is_counted(unit: str | None, expected: str | None) -> None:
    found = checked(
        (OWN_UNIT,), case(accepted_at="2026-09-14 10:00", days=5, unit=unit), "2026-09-14 11:00"
    )
    assert [told(one.course.due[0]) for one in found.limits if one.applies[0]] == [expected]


# ── on trial ─────────────────────────────────────────────────────────────────────────────────────


def test_a_limit_on_trial_finds_what_a_live_one_would() -> None:
    given = case(accepted_at="2026-09-14 10:00")
    live, trial = (
        checked((limit(shadow=shadow),), given, "2026-09-21 09:00").findings()
        for shadow in (False, True)
    )
    assert live == trial
    assert [finding.level for finding in live[0]] == ["yellow"]


def test_the_rule_book_knows_what_is_on_trial() -> None:
    book = RuleBook(("yellow",), {"cn": china()}, (limit(), limit(id="trial", shadow=True)))
    assert book.shadows == {"trial"}
