"""When digests are due, by a walk day by day, and who reads them about what."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules.digests import DailyDigest, Scope, is_today, next_at, readers
from rules.directory import Department, Directory, Person, Region
from rules.instants import HOUR, MINUTE, instant, moment
from rules.roles import Resolver
from rules.standing_in import Delegation, Leave
from rules.worktime import working_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china()
WORK = working_time(CHINA)
BEGIN = datetime(2026, 1, 1, tzinfo=SHANGHAI)


def digest(at: int = 8 * HOUR + 30 * MINUTE, **given: object) -> DailyDigest:
    plain = {"to": ("inspector",), "via": ("mail",), "region": "", "calendar": "cn"}
    return DailyDigest("d", at, **{**plain, **given})  # type: ignore[arg-type]  # by name


@given(st.integers(0, 360 * 24 * 60), st.integers(0, 24 * 60 - 1))
def test_the_next_is_on_the_next_working_day_at_its_time(minutes: int, at: int) -> None:
    after = BEGIN + timedelta(minutes=minutes)
    day = after.replace(hour=0, minute=0)
    while True:  # the oracle: one day after another
        due = day + timedelta(minutes=at)
        if CHINA.spans(day.date()) and due > after:
            break
        day += timedelta(days=1)
    found = next_at(digest(at * MINUTE), WORK, instant(after))
    assert moment(found, SHANGHAI) == due
    assert is_today(digest(at * MINUTE), WORK, found)
    assert not is_today(digest(at * MINUTE), WORK, found - 1) or at == 0


DIRECTORY = Directory(
    people={
        one.id: one
        for one in (
            Person("luo", "罗维", region="99", posts=("inspector",)),
            Person("wang", "王敏", region="9901", posts=("inspector",)),
            Person("qian", "钱程", region="990102", posts=("inspector",)),
            Person("chen", "陈波", "ZJ", "990102", ("department-lead",)),
            Person("duty", "值班员"),
        )
    },
    regions={
        "99": Region("99", "南岭"),
        "9901": Region("9901", "云岭", "99"),
        "990102": Region("990102", "东浦", "9901"),
    },
    departments={"ZJ": Department("ZJ", "住建局")},
)


def found(one: DailyDigest, directory: Directory = DIRECTORY) -> dict[str, Scope]:
    return {reader.found.person.id: reader.scope for reader in readers(one, Resolver(directory, 0))}


def test_a_role_above_is_that_above_the_region_of_the_digest() -> None:
    above = digest(to=("inspector@region.parent",), region="990102")
    assert found(above) == {"wang": Scope("990102")}


def test_whoever_holds_a_post_reads_of_his_own_region() -> None:
    assert found(digest()) == {"luo": Scope("99"), "wang": Scope("9901"), "qian": Scope("990102")}


def test_a_limit_leaves_out_those_above_it_and_narrows_those_without_a_region() -> None:
    one = digest(region="9901", to=("inspector", "person:duty", "person:luo"))
    assert found(one) == {
        "wang": Scope("9901"),
        "qian": Scope("990102"),
        "duty": Scope("9901"),
        "luo": Scope("9901"),
    }


def test_a_post_of_a_department_reads_of_his_department() -> None:
    assert found(digest(to=("department-lead",))) == {"chen": Scope("990102", "ZJ")}


def test_whoever_is_away_is_stood_in_for() -> None:
    away = Directory(
        DIRECTORY.people,
        regions=DIRECTORY.regions,
        leaves=(Leave("qian", 0, None),),
        delegations=(Delegation("qian", "duty", None, None),),
    )
    [reader] = [one for one in readers(digest(), Resolver(away, 0)) if one.scope.region == "990102"]
    assert reader.found.person.id == "duty"
    assert reader.found.instead_of == DIRECTORY.people["qian"]
