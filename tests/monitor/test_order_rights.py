"""Who may see a supervision order, and do what to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.access import Role, Visitor
from monitor.acts import order_rights
from monitor.store.orders import OrderRow, Parties
from monitor.store.scope import Scope
from rules.directory import Directory, Person, Region
from rules.orders import Order, OrderState
from rules.orders_acts import SIDES, OrderAct
from rules.orders_deadlines import Side

DIRECTORY = Directory(
    people={
        "li": Person("li", "李阳", region="d1"),
        "chen": Person("chen", "陈波", department="ZJ"),
        "gao": Person("gao", "高远", department="ZJ", region="d2"),
    },
    regions={"c": Region("c", "市"), "d1": Region("d1", "区", "c"), "d2": Region("d2", "县", "c")},
)
PARTIES = Parties("wang", "c", "d1", "ZJ", "李阳", "施工许可")
CITY = frozenset({"c", "d1", "d2"})
SUPERVISED = [act for act in OrderAct if SIDES[act] is Side.SUPERVISED]
ISSUING = [act for act in OrderAct if SIDES[act] is Side.ISSUER]


def visitor(
    role: Role,
    regions: frozenset[str] | None = None,
    departments: frozenset[str] | None = None,
    person: str | None = None,
    *,
    board: bool = False,
) -> Visitor:
    return Visitor("x", "某人", role, Scope(regions, departments), person, board=board)


D1, D2, ZJ, SL = (frozenset({one}) for one in ("d1", "d2", "ZJ", "SL"))


@pytest.mark.parametrize(
    ("who", "sees", "answers", "judges"),
    [
        (visitor(Role.SYSTEM), True, True, True),
        (visitor(Role.ISSUE, CITY), True, True, True),
        (visitor(Role.INSPECT, CITY), True, True, False),
        (visitor(Role.VIEW, CITY), True, False, False),
        # The supervised region judges no order of the city's, whatever its role.
        (visitor(Role.ISSUE, D1), True, True, False),
        (visitor(Role.INSPECT, D1), True, True, False),
        (visitor(Role.VIEW, D1), True, False, False),
        (visitor(Role.SYSTEM, D2), False, False, False),
        # Departments bound both sides.
        (visitor(Role.ISSUE, None, ZJ), True, True, True),
        (visitor(Role.ISSUE, CITY, SL), False, False, False),
        # Whoever carries the cards answers without a role, and never judges himself.
        (visitor(Role.VIEW, D1, None, "li"), True, True, False),
        (visitor(Role.VIEW, D2, None, "li"), True, True, False),
        (visitor(Role.SYSTEM, None, None, "li"), True, True, False),
        # So does the department that is supervised, but not that of another region.
        (visitor(Role.VIEW, None, ZJ, "chen"), True, True, False),
        (visitor(Role.VIEW, None, ZJ, "gao"), True, False, False),
        # The key of a wall board does nothing.
        (visitor(Role.SYSTEM, board=True), True, False, False),
    ],
)
def test_who_sees_answers_and_judges(who: Visitor, sees: bool, answers: bool, judges: bool) -> None:
    assert order_rights.may_see(who, DIRECTORY, PARTIES) is sees
    for act in SUPERVISED:
        assert order_rights.may_do(who, DIRECTORY, PARTIES, act) is answers, act
    for act in ISSUING:
        assert order_rights.may_do(who, DIRECTORY, PARTIES, act) is judges, act


def test_a_namesake_of_another_region_is_another_person() -> None:
    same = Person("li-2", "李阳", region="d2")
    directory = replace(DIRECTORY, people={**DIRECTORY.people, "li-2": same})
    himself, other = visitor(Role.VIEW, D1, None, "li"), visitor(Role.VIEW, D2, None, "li-2")
    assert order_rights.may_do(himself, directory, PARTIES, OrderAct.REPLY)
    assert not order_rights.may_see(other, directory, PARTIES)
    assert not order_rights.may_do(other, directory, PARTIES, OrderAct.REPLY)
    # Where nobody of the name works, roles mean all of them; an id means one in any case.
    assert order_rights.may_see(other, directory, replace(PARTIES, region="c"))
    assert order_rights.may_see(other, directory, replace(PARTIES, handler="li-2"))


@pytest.mark.parametrize(
    ("who", "region", "places", "may"),
    [
        (visitor(Role.ISSUE, CITY), "c", [("d1", "ZJ")], True),
        (visitor(Role.INSPECT, CITY), "c", [("d1", "ZJ")], False),
        (visitor(Role.ISSUE, D1), "c", [("d1", "ZJ")], False),
        (visitor(Role.ISSUE, D1), "d1", [("d1", "ZJ")], True),
        (visitor(Role.ISSUE, D1), "d1", [("d1", "ZJ"), ("d2", "ZJ")], False),
        (visitor(Role.ISSUE, D1, SL), "d1", [("d1", "ZJ")], False),
    ],
)
def test_who_issues_for_what(
    who: Visitor, region: str, places: list[tuple[str, str]], may: bool
) -> None:
    assert order_rights.may_issue(who, region, places) is may


ORDER = Order("DB-1", OrderState.REPLIED, 0, "wang", 10, 20, replied_by="zhao", review_due=30)
ROW = OrderRow(1, ORDER, PARTIES, (1,), None)


def test_nobody_is_offered_to_judge_his_own_reply() -> None:
    judge = visitor(Role.ISSUE, CITY, None, "zhao")
    assert order_rights.open_to(judge, DIRECTORY, ROW, 5) == (OrderAct.WITHDRAW,)
    other = visitor(Role.ISSUE, CITY)
    assert set(order_rights.open_to(other, DIRECTORY, ROW, 5)) == {
        *(OrderAct.ACCEPT, OrderAct.SEND_BACK, OrderAct.WITHDRAW)
    }


def test_more_time_is_decided_by_another_than_who_asked_and_only_once_asked() -> None:
    order = replace(ORDER, state=OrderState.ACKNOWLEDGED, replied_by=None)
    asked = replace(order, asked_at=1, asked_by="zhao", wished_due=40, answer_due=9)
    judge, asker = visitor(Role.ISSUE, CITY), visitor(Role.ISSUE, CITY, None, "zhao")
    before = order_rights.open_to(judge, DIRECTORY, replace(ROW, order=order), 5)
    after = order_rights.open_to(judge, DIRECTORY, replace(ROW, order=asked), 5)
    assert OrderAct.REFUSE not in before
    assert OrderAct.ASK in before
    assert OrderAct.REFUSE in after
    assert OrderAct.ASK not in after
    own = order_rights.open_to(asker, DIRECTORY, replace(ROW, order=asked), 5)
    assert not {OrderAct.EXTEND, OrderAct.REFUSE} & set(own)
    late = order_rights.open_to(judge, DIRECTORY, replace(ROW, order=order), 21)
    assert OrderAct.ASK not in late
