"""A region may have office hours of its own: its cases are counted by them, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assessment import assess
from rules.batches import Batch
from rules.calendars import Calendar
from rules.cases import Case
from rules.checks import Check
from rules.compliance import BY_ID
from rules.directory import Directory, Region
from rules.explanations import explain_all
from rules.instants import NONE, optional
from rules.limits import Level, parse_threshold
from rules.policies import Policy
from rules.rulebook import RuleBook
from rules.worktime import working_time
from tests.rules import drawing
from tests.rules.diary import Diary
from tests.rules.oracle import Oracle
from tests.support.moments import at, days

PARENTS = {"county": "city", "street": "county"}
REGIONS = {one: Region(one, one, PARENTS.get(one)) for one in ("city", "county", "street", "next")}
SHORT = drawing.spans("09:00-12:00")
LONG = drawing.spans("08:30-17:00")
CN = Calendar("cn", drawing.ZoneInfo("Asia/Shanghai"), (LONG,) * 5 + ((), ()))
HALF = replace(CN, id="half", week=(SHORT,) * 5 + ((), ()))
LIMIT = replace(
    drawing.make_limit(days(2)),
    levels=(Level("yellow", 0, parse_threshold("over")),),
    by_region=True,
)
BOOK = RuleBook(
    ("yellow",),
    {"cn": CN, "half": HALF},
    (LIMIT,),
    directory=Directory(regions=REGIONS),
    region_calendars={"county": "half"},
)
ACCEPTED = at("2026-09-21 10:00")


def case(region: str | None, **facts: int) -> Case:
    return Case("hall", str(region), {"region": region, "accepted_at": ACCEPTED, **facts})


def due(book: RuleBook, *cases: Case) -> list[int | None]:
    """Return the deadline of each case, by whichever result is for it."""
    results = assess(book, Batch.of(cases), np.full(len(cases), ACCEPTED)).limits
    return [
        next((optional(one.course.due[i]) for one in results if one.applies[i]), NONE)
        for i in range(len(cases))
    ]


def test_a_region_and_those_below_it_go_by_its_calendar() -> None:
    found = due(BOOK, case("county"), case("street"), case("city"), case("next"), case(None))
    noon, evening = at("2026-09-23 12:00"), at("2026-09-23 17:00")
    assert found == [noon, noon, evening, evening, evening]


def test_a_limit_that_names_its_calendar_keeps_it() -> None:
    book = replace(BOOK, limits=(replace(LIMIT, by_region=False),))
    assert due(book, case("county")) == [at("2026-09-23 17:00")]


def test_an_explanation_and_an_alert_name_the_calendar_that_counted() -> None:
    late = at("2026-09-24 10:00")
    [(limit, shown)] = explain_all(BOOK, case("street"), late)
    assert (limit.calendar, shown.due_at) == ("half", at("2026-09-23 12:00"))  # type: ignore[union-attr]
    batch = Batch.of([case("street"), case("next")])
    findings = assess(BOOK, batch, np.full(2, late)).findings()
    assert [one.evidence["calendar"] for [one] in findings] == ["half", "cn"]


def test_checks_go_by_the_calendar_of_the_region() -> None:
    """At 14:00 the county is closed."""
    check = Check("out", "", "", "yellow", 0, builtin=BY_ID["outside-office-hours"])
    book = replace(BOOK, limits=(), checks=(check,))
    cases = [case(region, accepted_at=at("2026-09-21 14:00")) for region in ("county", "next")]
    found = assess(book, Batch.of(cases), np.full(2, at("2026-09-22 10:00")))
    assert list(found.checked) == [0]


def test_policies_go_by_the_calendar_of_the_region() -> None:
    policy = Policy("all", (), "cn", by_region=True)
    assert BOOK.calendar_of_policy(policy, "street") == "half"
    assert BOOK.calendar_of_policy(replace(policy, by_region=False), "street") == "cn"
    assert BOOK.calendar_of_policy(policy, "next") == "cn"
    assert BOOK.calendar_of_policy(None, "street") == "cn"


@settings(max_examples=10)  # each compiles three calendars
@given(st.randoms(use_true_random=True))
def test_a_batch_of_several_regions_is_counted_as_the_oracle_counts_each(random: Random) -> None:
    limit = replace(drawing.limit(random), by_region=True, calendar="cn")
    calendars = {name: drawing.calendar(random) for name in ("cn", "a", "b")}
    regions = {"county": "a", "next": "b"}
    try:
        for one in calendars.values():
            working_time(one)
    except ValueError:  # a night shift that meets an extra working day
        return
    book = RuleBook(
        ("yellow",),
        calendars,
        (limit,),
        directory=Directory(regions=REGIONS),
        region_calendars=regions,
    )
    drawn = [
        (random.choice(("county", "street", "next", "city")), drawing.case(random, limit))
        for _ in range(4)
    ]
    cases = [replace(one, facts={**one.facts, "region": region}) for region, one in drawn]
    expected = []
    for region, one in drawn:
        calendar = calendars[{"street": "a", **regions}.get(region, "cn")]
        diary = Diary(calendar, date(2026, 1, 1), date(2028, 6, 30))
        expected.append(Oracle(diary, limit, one).answer.due)
    assert due(book, *cases) == expected
