"""The directory on the desk: who is in it, what is his, and when he is away."""

from __future__ import annotations

import re

import pytest

from monitor.pipeline.peopling import load_directory
from monitor.store import audit_log, people
from monitor.store.people import Absence
from monitor.web.pages.people.words import masked
from tests.support.desks import Desk


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/people/([\w-]+)">[^<]+</a><span class="under mono">', page)


def entered(hall: Desk) -> list[Absence]:
    with hall.store.read() as connection:
        return people.absences(connection)


def take_up(hall: Desk) -> None:
    """Let what was entered hold, as the daemon does within half a minute."""
    with hall.store.read() as connection:
        hall.rules = hall.rules.with_directory(load_directory(connection, hall.rules.settings))


def test_everybody_sees_the_people_of_his_places_and_himself(hall: Desk) -> None:
    hall.enter("view", regions=["990102"], person="luo")
    assert names(hall.look("/people").text) == ["li", "qian", "luo"]
    assert hall.look("/people/wang").status_code == 403
    assert hall.look("/people/luo").status_code == 200
    hall.enter("view")
    assert len(names(hall.look("/people").text)) == 6


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "钱程"}, ["qian"]),
        ({"q": "LI"}, ["li"]),
        ({"region": "990102"}, ["li", "qian"]),
        ({"region": "990100"}, ["li", "qian", "wang"]),
        ({"dept": "ZJ"}, ["chen"]),
        ({"q": "nobody"}, []),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    hall: Desk, query: dict[str, str], found: list[str]
) -> None:
    hall.enter("view")
    page = hall.look("/people", **query).text
    assert names(page) == found
    assert ("没有符合条件的人" in page) is not found


def test_his_cases_and_cards_are_counted_as_their_list_counts_them(hall: Desk) -> None:
    hall.enter("view")
    page = hall.look("/people/qian").text
    links = re.findall(r'<dd><a href="(/cases\?[^"]+)">([\d,]+)</a>', page)
    assert [number for _, number in links] == ["0", "0"]
    assert all("handler=qian%2C" in link for link, _ in links)
    assert "lamp=red%2Cyellow%2Cwarning" in links[1][0]


def test_he_sees_on_which_ladders_he_is(hall: Desk) -> None:
    hall.enter("view")
    page = hall.look("/people/qian").text
    assert "监察员" in page
    told = {p.id for p in hall.rules.book.policies for s in p.steps if "inspector" in s.tell}
    assert told
    assert all(f">{policy}<" in page for policy in told)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("chenbo@example.gov.cn", "c***@example.gov.cn"),
        ("zhangwei", "z***"),
        ("8123456", "****3456"),
    ],
)
def test_contacts_are_masked(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_one_enters_and_ends_his_own_leave_with_a_deputy(hall: Desk) -> None:
    hall.enter("view", regions=["990102"], person="qian")
    form = {"from": "2026-10-14", "until": "2026-10-16", "deputy": "wang", "note": "年假"}
    answer = hall.do("/people/qian/absences", **form)
    assert answer.url.path == "/people/qian"
    assert [(one.person, one.deputy) for one in entered(hall)] == [
        ("qian", None),
        ("qian", "wang"),
    ]
    assert "10月14日（周三）至10月16日（周五）" in answer.text  # the last day included
    assert "代理：王敏" in answer.text
    take_up(hall)
    assert names(hall.look("/people", away="1").text) == ["qian"]
    for one in entered(hall):
        hall.do(f"/people/qian/absences/{one.id}/end")
    assert entered(hall) == []
    with hall.store.read() as connection:
        acts = [one.act.act for one in audit_log.of_object(connection, "person:qian")]
    assert acts == ["leave", "delegate", "leave.end", "delegate.end"]


def test_the_note_of_a_leave_is_for_who_manages_people_and_for_the_person(hall: Desk) -> None:
    hall.enter("manage")
    hall.do("/people/qian/absences", until="2026-10-16", note="住院手术")
    for role, person, told in (
        ("view", None, False),
        ("issue", None, False),
        ("manage", None, True),
        ("view", "qian", True),
    ):
        hall.enter(role, person=person)
        assert ("住院手术" in hall.look("/people/qian").text) is told, role
        assert ("住院手术" in hall.look("/api/v1/absences").text) is told, role


def test_a_deputy_alone_leaves_him_at_work(hall: Desk) -> None:
    hall.enter("manage")
    hall.do("/people/qian/absences", deputy="wang", at_work="1", until="2026-10-16")
    assert [one.deputy for one in entered(hall)] == ["wang"]


def test_nobody_enters_the_leave_of_another_but_who_manages_people_there(hall: Desk) -> None:
    for role, regions, status in (
        ("issue", None, 403),
        ("manage", ["990102"], 200),
        ("system", ["990000"], 200),
    ):
        hall.enter(role, regions=regions)
        answer = hall.do("/people/qian/absences", until="2026-10-16")
        assert answer.status_code == status, role
        hall.enter(role, regions=regions)
    hall.enter("manage", regions=["990102"])
    assert hall.do("/people/wang/absences", until="2026-10-16").status_code == 403
    assert {one.person for one in entered(hall)} == {"qian"}


def test_nobody_ends_an_entry_through_the_page_of_another(hall: Desk) -> None:
    hall.enter("manage")
    hall.do("/people/wang/absences", until="2026-10-16")
    [one] = entered(hall)
    hall.enter("view", person="qian")
    assert hall.do(f"/people/qian/absences/{one.id}/end").status_code == 404
    assert entered(hall) == [one]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"from": "2026-10-16", "until": "2026-10-14"}, "结束须晚于开始"),
        ({"until": "2026-10-01"}, "结束须晚于开始"),
        ({"until": "soon"}, "不是日期或时间"),
        ({"at_work": "1"}, "没有选代理人"),
        ({"deputy": "nobody"}, "名录里没有 nobody"),
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(hall: Desk, form: dict[str, str], why: str) -> None:
    hall.enter("manage")
    answer = hall.do("/people/qian/absences", **form)
    assert answer.status_code == 422
    assert why in answer.text
    assert entered(hall) == []


def test_who_would_be_told_is_worked_out_as_messages_are(hall: Desk) -> None:
    hall.enter("manage")
    policy = next(p for p in hall.rules.book.policies for s in p.steps if "inspector" in s.tell)
    query = {"region": "990102", "department": "ZJ", "policy": policy.id}
    assert "/people/qian" in hall.look("/people/who", **query).text
    hall.do("/people/qian/absences", deputy="luo", until="2026-10-16")
    take_up(hall)
    page = hall.look("/people/who", **query).text
    assert "/people/luo" in page
    assert "代理钱程" in page


def test_who_would_be_told_elsewhere_is_not_told(hall: Desk) -> None:
    hall.enter("manage", regions=["990102"])
    assert hall.look("/people/who", region="990100").status_code == 403
