"""What a silence is for: every field that says something must be true of a notice."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from rules.cases import Case
from rules.directory import Directory, Person, Region
from rules.silences import Matching, Reach, Silence, Telling, condition, matches, silence_of

NOW = 1_000
DIRECTORY = Directory(
    regions={
        "99": Region("99", "南岭"),
        "9901": Region("9901", "云岭", "99"),
        "990102": Region("990102", "东浦", "9901"),
    }
)
FACTS = {"no": "NO-1", "region": "990102", "department": "ZJ", "item_code": "GHXK"}
CARD = Telling(Case("hall", "K-1", FACTS), "promise", "yellow", 1, "", "hall", "li", "wecom")
SYSTEM = replace(
    CARD,
    case=Case("hall", "", {}),
    rule="source-down",
    level="red",
    rank=2,
    subject="source:hall",
)


@pytest.mark.parametrize(
    ("matching", "other"),
    [
        (Matching(region="990102"), Matching(region="990103")),
        (Matching(region="9901"), Matching(region="9902")),
        (Matching(region="99"), Matching(region="98")),
        (Matching(department="ZJ"), Matching(department="ZR")),
        (Matching(item="GHXK"), Matching(item="SGXK")),
        (Matching(case="NO-1"), Matching(case="NO-2")),
        (Matching(case="K-1"), Matching(case="K-2")),
        (Matching(rule="promise"), Matching(rule="statutory")),
        (Matching(level="yellow"), Matching(level="red")),
        (Matching(source="hall"), Matching(source="other")),
        (Matching(person="li"), Matching(person="chen")),
        (Matching(channel="wecom"), Matching(channel="sms")),
        (Matching(when="case.department == 'ZJ'"), Matching(when="case.department == 'ZR'")),
        (Matching(when="alert.rank == 1"), Matching(when="alert.about == 'system'")),
    ],
)
def test_each_field_is_for_what_it_names_and_for_nothing_else(
    matching: Matching, other: Matching
) -> None:
    assert matches(matching, CARD, DIRECTORY, NOW)
    assert not matches(other, CARD, DIRECTORY, NOW)
    both = replace(matching, **{f.name: v for f in fields(other) if (v := getattr(other, f.name))})
    assert not matches(both, CARD, DIRECTORY, NOW)
    assert Matching.of(matching.kept()) == matching


@pytest.mark.parametrize(
    ("matching", "holds"),
    [
        (Matching(when="true"), False),
        (Matching(level="red"), False),
        (Matching(person="li"), False),
        (Matching(rule="source-down"), True),
        (Matching(subject="source:hall"), True),
        (Matching(source="hall"), True),
        (Matching(channel="wecom"), True),
        (Matching(channel="sms"), False),
        (Matching(rule="source-down", when="alert.about == 'system'"), True),
        (Matching(rule="source-down", when="alert.about == 'case'"), False),
    ],
)
def test_alerts_about_the_system_are_silenced_by_name_alone(
    matching: Matching, holds: bool
) -> None:
    assert matches(matching, SYSTEM, DIRECTORY, NOW) is holds


def test_that_a_channel_refuses_is_no_news_while_it_is_silenced() -> None:
    refuses = replace(SYSTEM, rule="channel-refuses", subject="channel:sms")
    assert matches(Matching(channel="sms"), refuses, DIRECTORY, NOW)


def test_of_several_the_one_that_ends_last_holds_a_notice_back() -> None:
    every = Matching(rule="promise")
    standing = [Silence(1, every, 0, 1_500), Silence(2, every, 0, 2_000), Silence(3, every, 0, 999)]
    assert silence_of(standing, CARD, DIRECTORY, NOW) == standing[1]
    assert silence_of(standing, CARD, DIRECTORY, 2_000) is None
    assert silence_of([replace(standing[0], from_at=NOW + 1)], CARD, DIRECTORY, NOW) is None


def test_a_condition_that_does_not_fit_is_refused() -> None:
    silence = Silence(1, Matching(when="case.department > 5"), 0, 2_000)
    with pytest.raises(ValueError, match=r"case\.department > 5"):
        silence_of([silence], CARD, DIRECTORY, NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1,1].all(x, [1,1].all(y, case.title.matches('a')))", "no other list"),
        ("steps.exists(s, s.name == '初审')", "not allowed in a silence"),
        ("case.title in ['a'] && [case.no].size() == 1", "behind in"),
        ("{'a': 1}.size() == 1", "behind in"),
        (r"case.title.matches(r'\w{6}')", "weight"),
        ("case.title.matches(case.no)", "written out"),
        ("case.no == '" + "x" * 500 + "'", "at most 500"),
    ],
)
def test_what_may_be_costly_is_no_condition_of_a_silence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        condition(text)


def test_lists_behind_in_and_short_patterns_are_a_condition_of_a_silence() -> None:
    assert condition("case.kind in ['a', 'b'] || case.no.matches('^DB-[0-9]{4}')").cost.weight < 50


PEOPLE = replace(
    DIRECTORY,
    people={
        "li": Person("li", "李阳", region="990102", department="ZJ"),
        "ma": Person("ma", "马宁", region="990102", department="ZR"),
        "j01": Person("j01", "周监", region="9901"),
    },
)


@pytest.mark.parametrize(
    ("reach", "person", "held"),
    [
        (Reach(frozenset({"990102"})), "li", True),
        (Reach(frozenset({"990102"})), "j01", False),
        (Reach(frozenset({"990102"})), "nobody", False),
        (Reach(None, frozenset({"ZJ"})), "ma", False),
        (Reach(), "j01", True),
    ],
)
def test_a_silence_is_for_the_people_of_whoever_set_it(
    reach: Reach, person: str, held: bool
) -> None:
    silence = Silence(1, Matching(rule="promise"), 0, 2_000, "qian", reach)
    found = silence_of([silence], replace(CARD, person=person), PEOPLE, NOW)
    assert (found == silence) is held


@pytest.mark.parametrize("handler", ["li", "李阳"])
def test_nobody_silences_for_others_what_they_are_responsible_for(handler: str) -> None:
    own = replace(CARD, case=replace(CARD.case, facts={**FACTS, "handler": handler}))
    silence = Silence(1, Matching(rule="promise"), 0, 2_000, "li")
    assert silence_of([silence], own, PEOPLE, NOW) == silence
    assert silence_of([silence], replace(own, person="ma"), PEOPLE, NOW) is None
    assert silence_of([silence], replace(CARD, person="ma"), PEOPLE, NOW) == silence
