from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.batches import Batch
from rules.cases import Case, Fact
from rules.catalogue import EVER, Catalogue, Item
from rules.instants import DAY, instant
from tests.support.catalogue import item

ZONE = ZoneInfo("Asia/Shanghai")
CHANGE = date(2026, 10, 1)
BEFORE = item(until=CHANGE, promised_days=10, kind="promise")
AFTER = item(since=CHANGE, promised_days=5, kind="promise")
BOTH = Catalogue([AFTER, BEFORE], ZONE)


def at(text: str, zone: ZoneInfo = ZONE) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=zone))


NOW = at("2026-11-24 09:00")


def case(**facts: Fact) -> Case:
    return Case("hall", "1", {"item_code": "A", **facts})


def promised(one: Case, catalogue: Catalogue = BOTH, now: int = NOW) -> Fact:
    return catalogue.enrich(one, now).facts.get("item_promised_days")


@pytest.mark.parametrize(
    ("accepted", "days"),
    [
        ("2020-01-01 00:00", 10),
        ("2026-09-30 23:59:59", 10),
        ("2026-10-01 00:00", 5),
        ("2027-01-01 00:00", 5),
    ],
)
def test_a_case_has_the_edition_in_force_when_it_was_accepted(accepted: str, days: int) -> None:
    assert promised(case(accepted_at=at(accepted))) == days


def test_the_day_begins_at_midnight_of_the_zone() -> None:
    tokyo = Catalogue([BEFORE, AFTER], ZoneInfo("Asia/Tokyo"))
    assert promised(case(accepted_at=at("2026-09-30 23:30")), tokyo) == 5


@pytest.mark.parametrize(
    ("facts", "now", "days"),
    [
        ({"submitted_at": at("2026-09-30 12:00")}, NOW, 10),
        ({"submitted_at": at("2026-09-30 12:00"), "accepted_at": None}, NOW, 10),
        ({"submitted_at": at("2026-09-30 12:00"), "accepted_at": at("2026-10-02 09:00")}, NOW, 5),
        ({}, at("2026-09-30 12:00"), 10),
        ({}, NOW, 5),
    ],
    ids=["submitted", "not accepted yet", "accepted later", "neither, then", "neither, now"],
)
def test_without_an_acceptance_the_submission_counts_and_then_now(
    facts: dict[str, Fact], now: int, days: int
) -> None:
    assert promised(case(**facts), now=now) == days


def test_what_the_case_says_itself_stands() -> None:
    assert promised(case(item_promised_days=3)) == 3


def test_a_fact_that_the_case_leaves_empty_is_the_items() -> None:
    named = Catalogue([item(name="施工许可")], ZONE)
    assert named.enrich(case(item_name=None), NOW).facts["item_name"] == "施工许可"
    assert named.enrich(case(item_name="旧名"), NOW).facts["item_name"] == "旧名"


def test_everything_else_of_the_case_stays() -> None:
    one = Case("hall", "1", {"item_code": "A", "no": "X"}, (), 7)
    rich = BOTH.enrich(one, NOW)
    assert (rich.source, rich.key, rich.parts, rich.id) == ("hall", "1", (), 7)
    assert rich.facts["no"] == "X"
    assert one.facts == {"item_code": "A", "no": "X"}


def test_the_case_tells_which_edition_it_has() -> None:
    assert BOTH.enrich(case(), NOW).facts["item_edition"] == "2026-10-01"


@pytest.mark.parametrize("facts", [{"item_code": "B"}, {"item_code": None}, {}])
def test_a_case_of_no_known_item_is_given_back_as_it_is(facts: dict[str, Fact]) -> None:
    one = Case("hall", "1", facts)
    assert BOTH.enrich(one, NOW) is one


def test_a_case_accepted_when_the_item_was_not_in_force_is_given_back_as_it_is() -> None:
    late = Catalogue([AFTER], ZONE)
    one = case(accepted_at=at("2026-09-30 12:00"))
    assert late.enrich(one, NOW) is one


def test_unknown_counts_the_cases_that_get_nothing_by_code() -> None:
    late = Catalogue([AFTER], ZONE)
    cases = [
        case(),
        case(accepted_at=at("2026-09-30 12:00")),
        case(item_code="B"),
        case(item_code="B"),
        Case("hall", "2", {}),
    ]
    assert late.unknown(cases, NOW) == {"A": 1, "B": 2}


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def editions(draw: st.DrawFn) -> list[Item]:
    """Editions of one item in turn, some with a gap behind them."""
    begins = sorted(draw(st.sets(days, min_size=1, max_size=6)))
    found = []
    for number, (begin, following) in enumerate(zip(begins, [*begins[1:], None], strict=True)):
        end = following
        if draw(st.booleans()):
            latest = following or begin + timedelta(400)
            end = begin + timedelta(draw(st.integers(1, (latest - begin).days)))
        found.append(Item("A", begin, end, {"promised_days": number}))
    return found


@given(editions(), days, st.integers(0, DAY - 1), st.randoms())
def test_one_edition_is_in_force_or_none_whatever_the_order(
    several: list[Item], day: date, into_day: int, random: object
) -> None:
    """Against the slow way: look at each edition's dates."""
    holding = [
        one
        for one in several
        if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    ]
    random.shuffle(several)  # type: ignore[attr-defined]
    catalogue = Catalogue(several, ZONE)
    assert [catalogue.edition("A", day)] == (holding or [None])
    accepted = at(f"{day} 00:00") + into_day
    assert promised(case(accepted_at=accepted), catalogue) == (
        holding[0].facts["promised_days"] if holding else None
    )


def test_an_edition_since_ever_is_in_force_for_the_oldest_case() -> None:
    assert promised(case(accepted_at=at("1949-10-01 00:00")), Catalogue([item(since=EVER)])) == 10


def test_a_batch_is_given_what_each_of_its_cases_is_given() -> None:
    numbered = item(code="7", promised_days=7, closes_at=NOW)
    catalogue = Catalogue([AFTER, BEFORE, numbered], ZONE)
    cases = [
        case(accepted_at=at("2026-09-30 12:00")),
        case(accepted_at=None, submitted_at=at("2026-10-02 09:00"), item_promised_days=3),
        case(item_promised_days=None),
        Case("hall", "1", {"item_code": 7}),
        Case("hall", "1", {"item_code": "B", "item_kind": "own"}),
        Case("hall", "1", {}),
    ]
    enriched = catalogue.enrich_batch(Batch.of(cases), NOW)
    names = ("item_promised_days", "item_kind", "item_edition", "item_closes_at", "accepted_at")
    for index, one in enumerate(cases):
        facts, expected = enriched.case(index).facts, catalogue.enrich(one, NOW).facts
        assert [facts.get(name) for name in names] == [expected.get(name) for name in names]


# ── one code, limits by region ───────────────────────────────────────────────────────────────────

PARENTS = {"R11": "R1", "R12": "R1", "R1": "R", "R2": "R", "R": None}
REGIONAL = Catalogue(
    [
        item(promised_days=10),
        item(code="A@R1", promised_days=8),
        item(code="A@R12", since=CHANGE, promised_days=3),
        item(code="B@R2", promised_days=2),
    ],
    ZONE,
    parents=PARENTS,
)


@pytest.mark.parametrize(
    ("region", "days"),
    [("R1", 8), ("R11", 8), ("R12", 3), ("R2", 10), ("R", 10), ("X", 10), (None, 10)],
)
def test_the_item_of_the_region_goes_before_that_of_the_region_above_and_of_all(
    region: str | None, days: int
) -> None:
    assert promised(case(region=region), REGIONAL) == days


def test_before_the_edition_of_the_region_the_one_of_the_region_above_holds() -> None:
    old = case(region="R12", accepted_at=at("2026-09-30 12:00"))
    assert promised(old, REGIONAL) == 8


@pytest.mark.parametrize(("region", "days"), [("R2", 2), ("R1", None), (None, None)])
def test_what_only_some_regions_have_is_unknown_elsewhere(
    region: str | None, days: int | None
) -> None:
    one = Case("hall", "1", {"item_code": "B", "region": region})
    assert promised(one, REGIONAL) == days
    assert REGIONAL.unknown([one], NOW) == ({} if days else {"B": 1})


def test_regions_that_are_above_each_other_end_the_search() -> None:
    assert promised(case(region="X"), REGIONAL.within({"X": "Y", "Y": "X"})) == 10


def test_the_directory_says_which_region_is_above_which() -> None:
    assert promised(case(region="R2"), REGIONAL.within({"R2": "R1"})) == 8


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([*PARENTS, "X", None]))))
def test_a_batch_of_many_regions_is_given_what_each_case_is_given(
    several: list[tuple[str, str | None]],
) -> None:
    cases = [
        Case("hall", str(i), {"item_code": code, "region": region, "accepted_at": at(day)})
        for i, (code, region) in enumerate(several)
        for day in ("2026-09-30 12:00", "2026-10-01 12:00")
    ]
    enriched = REGIONAL.enrich_batch(Batch.of(cases), NOW)
    found = [enriched.case(i).facts.get("item_promised_days") for i in range(len(cases))]
    assert found == [promised(one, REGIONAL) for one in cases]
