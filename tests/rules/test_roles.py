"""Whom roles mean: places and levels, deputies and leave, addresses, and who is told instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.cases import Facts
from rules.directory import Department, Directory, Person, Region, Team, Window
from rules.roles import ROLE, Resolver, Why
from rules.rosters import Roster, Shift
from rules.standing_in import Delegation, Leave

NOW = 1_000
CASE: Facts = {"region": "county", "department": "ZJ", "window": "w3", "handler": "李阳"}
REACH = {"sms": ("mobile",), "chat": ("wecom", "dingtalk"), "room": ()}


def person(ident: str, name: str, **given: object) -> Person:
    return Person(ident, name, contacts={"mobile": "1", "wecom": ident}, **given)  # type: ignore[arg-type]


PEOPLE = (
    person("li", "李阳", region="county", posts=("handler",)),
    person("lead", "陈波", department="ZJ", region="county", posts=("department-lead",)),
    person("other", "冯宁", department="ZJ", region="next", posts=("department-lead",)),
    person("bureau", "谢东", department="ZJ", region="city", posts=("department-lead", "expert")),
    person("fire", "田禾", department="SL", region="county", posts=("department-lead",)),
    person("window", "周宁", window="w3", posts=("window-lead",)),
    person("qian", "钱程", region="county", posts=("inspector",)),
    person("wang", "王敏", region="city", posts=("inspector",)),
    person("luo", "罗维", region="province", posts=("inspector", "leader")),
)
HALL = Directory(
    {one.id: one for one in PEOPLE},
    {"team": Team("team", "效能科", ("wang", "qian", "gone"))},
    {"ZJ": Department("ZJ", "住建局", parent="SL"), "SL": Department("SL", "水利局")},
    {
        "county": Region("county", "县", "city"),
        "next": Region("next", "邻县", "city"),
        "city": Region("city", "市", "province"),
        "province": Region("province", "自治区"),
    },
    {"w3": Window("w3", "三号窗口")},
    {"night": Roster("night", "夜班", None, (Shift("luo", 0, 2_000),))},
)


def found(
    role: str, hall: Directory = HALL, case: Facts = CASE, via: tuple[str, ...] = ("sms",)
) -> list[str]:
    resolved = Resolver(hall, NOW, REACH).resolve(role, case, via)
    return [one.person.id for one in resolved.people]


def gap(role: str, hall: Directory, case: Facts = CASE) -> str | None:
    resolved = Resolver(hall, NOW, REACH).resolve(role, case, ("sms",))
    return resolved.gap.subject if resolved.gap else None


def without(*gone: str) -> Directory:
    return replace(HALL, people={k: v for k, v in HALL.people.items() if k not in gone})


@pytest.mark.parametrize(
    ("role", "ids"),
    [
        ("handler", ["li"]),
        ("person:luo", ["luo"]),
        ("team:team", ["wang", "qian"]),
        ("duty:night", ["luo"]),
        ("window-lead", ["window"]),
        ("department-lead", ["lead"]),
        ("department-lead@department.parent", ["fire"]),
        ("expert@department", ["bureau"]),
        ("inspector", ["qian"]),
        ("inspector@region", ["qian"]),
        ("inspector@region.parent", ["wang"]),
        ("inspector@region.parent.parent", ["luo"]),
        ("inspector@region.up", ["wang"]),
        ("leader@region.up", ["luo"]),
        ("inspector@region.parent.parent.parent", []),
    ],
)
def test_a_role_means_the_people_of_a_post_in_a_place(role: str, ids: list[str]) -> None:
    assert ROLE.fullmatch(role)
    assert found(role) == ids


@pytest.mark.parametrize(
    ("role", "other"),
    [
        ("handler", {"handler": "钱程"}),
        ("window-lead", {"window": "w4"}),
        ("department-lead", {"department": "SL"}),
        ("inspector", {"region": "city"}),
    ],
)
def test_a_role_is_sought_anew_for_a_case_of_another_place(role: str, other: Facts) -> None:
    resolver = Resolver(HALL, NOW, REACH)
    first = resolver.resolve(role, CASE, ("sms",))
    second = resolver.resolve(role, {**CASE, **other}, ("sms",))
    assert [one.person.id for one in first.people] == found(role)
    assert [one.person.id for one in second.people] == found(role, case={**CASE, **other})
    assert first.people != second.people


@pytest.mark.parametrize("role", ["", "inspector@street", "inspector@region.down", "a b", "team:"])
def test_what_is_no_role_is_not_read_as_one(role: str) -> None:
    assert ROLE.fullmatch(role) is None


def test_the_nearest_level_above_with_somebody_is_no_gap() -> None:
    assert found("inspector@region.up", without("wang")) == ["luo"]
    assert gap("inspector@region.up", without("wang")) is None


def test_a_handler_of_that_name_in_another_region_is_not_meant_where_one_is_here() -> None:
    twin = person("twin", "李阳", region="next")
    hall = replace(HALL, people={"twin": twin, **HALL.people})
    assert found("handler", hall) == ["li"]
    assert found("handler", hall, {**CASE, "region": "next"}) == ["twin"]


def test_a_namesake_in_another_region_is_never_notified() -> None:
    """The handler is missing from the directory: a gap, and whoever is over them is notified."""
    hall = replace(HALL, people={"twin": person("twin", "李娜", region="next"), **HALL.people})
    facts = {**CASE, "handler": "李娜"}
    assert found("handler", hall, facts) == ["window"]
    assert gap("handler", hall, facts) == "post:handler@county/ZJ"
    resolved = Resolver(hall, NOW, REACH).resolve("handler", facts, ("sms",))
    assert resolved.gap is not None
    assert not resolved.gap.known
    assert Resolver(hall, NOW, REACH).accused(facts) == frozenset()


def test_a_handler_named_by_id_is_meant_wherever_they_belong() -> None:
    assert found("handler", case={**CASE, "handler": "li", "region": "city"}) == ["li"]


def test_of_a_case_without_a_region_everybody_of_the_name_may_be_the_handler() -> None:
    assert found("handler", case={**CASE, "region": None}) == ["li"]


@pytest.mark.parametrize(
    ("role", "gone", "instead", "subject"),
    [
        ("inspector", ("qian",), ["wang"], "post:inspector@county"),
        ("inspector", ("qian", "wang"), ["luo"], "post:inspector@county"),
        ("inspector@region.parent", ("wang",), ["luo"], "post:inspector@city"),
        ("department-lead", ("lead",), ["bureau"], "post:department-lead@county/ZJ"),
        ("department-lead", ("lead", "bureau"), ["fire"], "post:department-lead@county/ZJ"),
        ("handler", ("li",), ["window"], "post:handler@county/ZJ"),
        ("handler", ("li", "window"), ["lead"], "post:handler@county/ZJ"),
        ("leader@region.parent.parent", ("luo",), [], "post:leader@province"),
        ("person:qian", ("qian",), [], "person:qian"),
        ("team:team", ("wang", "qian"), [], "team:team"),
        ("duty:night", ("luo",), [], "duty:night"),
        ("window-lead", ("window",), [], "post:window-lead@county/w3"),
    ],
)
def test_where_nobody_can_be_reached_the_next_level_is_told_and_it_is_a_gap(
    role: str, gone: tuple[str, ...], instead: list[str], subject: str
) -> None:
    hall = without(*gone)
    assert found(role, hall) == instead
    assert gap(role, hall) == subject
    resolved = Resolver(hall, NOW, REACH).resolve(role, CASE, ("sms",))
    assert {one.why for one in resolved.people} <= {Why.CLIMBED}


def test_what_has_no_handler_is_told_to_whoever_is_over_him_and_lacks_nobody() -> None:
    unit = {"region": "county", "department": "ZJ", "handler": None}
    assert found("handler", case=unit) == ["lead"]
    assert gap("handler", HALL, unit) is None
    assert found("handler", case={}) == []


def test_somebody_without_an_address_of_a_channel_is_not_reached_by_it() -> None:
    mute = replace(HALL.people["qian"], contacts={"wecom": "qian"})
    hall = replace(HALL, people={**HALL.people, "qian": mute})
    assert found("inspector", hall) == ["wang"]
    [reached] = (
        Resolver(hall, NOW, REACH).resolve("inspector", CASE, ("sms", "chat", "gone")).people
    )
    assert (reached.person.id, reached.channels) == ("qian", ("chat",))
    assert found("inspector", hall, via=("room",)) == ["qian"]
    assert found("inspector", hall, via=("gone",)) == []


def test_a_gap_tells_whether_there_are_such_people_at_all() -> None:
    resolver = Resolver(replace(HALL, leaves=(Leave("qian", 0),)), NOW, REACH)
    away = resolver.resolve("inspector", CASE, ("sms",)).gap
    nobody = Resolver(without("qian"), NOW, REACH).resolve("inspector", CASE, ("sms",)).gap
    assert away is not None
    assert nobody is not None
    assert (away.known, nobody.known) == (True, False)
    assert dict(away.facts) == {"region": "county", "department": "ZJ", "window": "w3"}


def test_whoever_is_away_is_stood_in_for_and_the_deputy_for_him_in_turn() -> None:
    hall = replace(
        HALL,
        leaves=(Leave("qian", 0, 5_000), Leave("lead", 500, 1_500)),
        delegations=(Delegation("qian", "lead"), Delegation("lead", "fire")),
    )
    [one] = Resolver(hall, NOW, REACH).resolve("inspector", CASE, ("sms",)).people
    assert (one.person.id, one.why) == ("fire", Why.ROLE)
    assert one.instead_of is not None
    assert (one.instead_of.id, one.away_until) == ("qian", 5_000)
    [back] = Resolver(hall, 1_500, REACH).resolve("inspector", CASE, ("sms",)).people
    assert back.person.id == "lead"


def test_a_delegation_with_dates_holds_in_its_time_and_no_other() -> None:
    hall = replace(HALL, delegations=(Delegation("qian", "lead", 900, 1_100),))
    assert found("inspector", hall) == ["lead"]
    [later] = Resolver(hall, 1_100, REACH).resolve("inspector", CASE, ("sms",)).people
    assert later.person.id == "qian"


def test_a_delegation_without_dates_waits_until_he_is_away_or_cannot_be_reached() -> None:
    hall = replace(HALL, delegations=(Delegation("qian", "lead"),))
    assert found("inspector", hall) == ["qian"]
    mute = replace(HALL.people["qian"], contacts={})
    assert found("inspector", replace(hall, people={**HALL.people, "qian": mute})) == ["lead"]


def test_deputies_in_a_loop_lead_to_nobody_and_the_next_level_is_told() -> None:
    hall = replace(
        HALL,
        leaves=(Leave("qian", 0), Leave("lead", 0)),
        delegations=(Delegation("qian", "lead"), Delegation("lead", "qian")),
    )
    assert found("inspector", hall) == ["wang"]


def test_a_second_deputy_is_told_where_the_first_is_away_too() -> None:
    hall = replace(
        HALL,
        leaves=(Leave("qian", 0), Leave("lead", 0)),
        delegations=(Delegation("qian", "lead"), Delegation("qian", "fire")),
    )
    assert found("inspector", hall) == ["fire"]


def test_one_person_who_stands_in_for_two_members_of_a_team_is_told_once() -> None:
    hall = replace(
        HALL,
        leaves=(Leave("qian", 0), Leave("wang", 0)),
        delegations=(Delegation("qian", "luo"), Delegation("wang", "luo")),
    )
    assert found("team:team", hall) == ["luo"]


def test_regions_and_departments_above_themselves_end() -> None:
    loop = {"a": Region("a", "甲", "b"), "b": Region("b", "乙", "a")}
    leads = {"x": Department("x", "x", parent="y"), "y": Department("y", "y", parent="x")}
    hall = Directory(regions=loop, departments=leads)
    assert list(hall.above("a")) == ["b"]
    assert list(hall.leads("x")) == ["y"]


def test_a_region_sees_itself_and_all_below_it() -> None:
    assert set(HALL.below("city")) == {"city", "county", "next"}
    assert HALL.below("county") == ("county",)
