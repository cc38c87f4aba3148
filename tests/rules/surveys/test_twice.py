"""Accepted twice: which second acceptance of one application is found, and which is none."""

from __future__ import annotations

import pytest

from rules.compliance import Setting
from tests.rules.surveys.looking import Row, cases, hall, look, said

FIRST: Row = {
    "applicant": "某公司",
    "item_code": "I1",
    "window": "3",
    "accepted_at": "2026-10-08 10:00",
}
SECOND: Row = {**FIRST, "window": "住建局", "accepted_at": "2026-10-10 10:00"}


@pytest.mark.parametrize(
    ("first", "second", "settings", "found"),
    [
        pytest.param({}, {}, {}, ["N2"], id="another window"),
        pytest.param({}, {"window": None}, {}, ["N2"], id="no window: the department itself"),
        pytest.param({}, {"window": "3", "department": "ZR"}, {}, ["N2"], id="another department"),
        pytest.param({}, {"window": "3"}, {}, [], id="the same window"),
        pytest.param({}, {"applicant": "别家"}, {}, [], id="another applicant"),
        pytest.param({"applicant": None}, {"applicant": None}, {}, [], id="no applicant"),
        pytest.param({}, {"item_code": "I2"}, {}, [], id="another item"),
        pytest.param({}, {"region": "R2"}, {}, [], id="another region"),
        pytest.param(
            {}, {"region": "R2"}, {"by": ("applicant", "item_code")}, ["N2"], id="regions"
        ),
        pytest.param({"closed_at": "2026-10-09 10:00"}, {}, {}, [], id="closed by then"),
        pytest.param({"closed_at": "2026-10-11 10:00"}, {}, {}, ["N2"], id="closed later"),
        pytest.param(
            {"closed_at": "2026-10-09 10:00"}, {}, {"closed_too": True}, ["N2"], id="closed too"
        ),
        pytest.param({"accepted_at": "2026-09-09 09:59"}, {}, {}, [], id="too long before"),
        pytest.param({"accepted_at": "2026-09-10 10:00"}, {}, {}, ["N2"], id="just near enough"),
        pytest.param({}, {"accepted_at": "2026-10-20 10:00"}, {}, [], id="not yet"),
        pytest.param({}, {}, {"back": 4}, [], id="too long ago to be looked at"),
        pytest.param({}, {}, {"departments": ("ZR",)}, [], id="out of scope"),
        pytest.param({"vanished_at": "2026-10-09 10:00"}, {}, {}, [], id="gone from the source"),
    ],
)
def test_two_acceptances(
    first: Row, second: Row, settings: dict[str, Setting], found: list[str]
) -> None:
    rows = hall({**FIRST, **first}, {**SECOND, **second})
    assert cases("accepted-twice", rows, **settings) == found


def test_it_is_held_against_the_last_one_elsewhere_that_was_open() -> None:
    rows = hall(
        {**FIRST, "accepted_at": "2026-10-01 10:00", "window": "1"},
        {
            **FIRST,
            "accepted_at": "2026-10-02 10:00",
            "window": "2",
            "closed_at": "2026-10-03 10:00",
        },
        {**FIRST, "accepted_at": "2026-10-09 10:00"},
        {**FIRST, "accepted_at": "2026-10-10 10:00"},
    )
    found = {one.case: one.evidence["first_no"] for one in look("accepted-twice", rows)}
    assert found == {2: "N1", 3: "N1", 4: "N1"}


@pytest.mark.parametrize("differing", ["department", "window", "region"])
def test_one_number_of_another_platform_is_taken_once(differing: str) -> None:
    rows = hall(
        {**FIRST, "external_no": "E1", "closed_at": "2026-10-09 10:00"},
        {**FIRST, "external_no": "E1", "accepted_at": "2026-10-11 10:00", differing: "X"},
        {**FIRST, "external_no": "E2", "accepted_at": "2026-10-12 10:00", differing: "X"},
    )
    assert cases("application-taken-twice", rows) == ["N2"]


def test_it_says_who_had_accepted_it_before() -> None:
    zh, en = said("accepted-twice", hall(FIRST, SECOND))
    assert zh == (
        "2026年10月8日已由东浦区住建局 · 3受理（N1），2026年10月10日又由东浦区住建局 · 住建局受理"
    )
    assert en == (
        "accepted by 东浦区住建局 · 3 on 8 Oct 2026 (N1), "
        "and again by 东浦区住建局 · 住建局 on 10 Oct 2026"
    )


def test_without_anything_that_must_differ_any_two_alike_are_found() -> None:
    first = {"accepted_at": "2026-10-10 10:00", "external_no": "E1"}
    again = {"accepted_at": "2026-10-11 10:00", "external_no": "E1"}
    rows = hall(first, again, {**again, "external_no": "E2"})
    by: dict[str, Setting] = {"by": ("external_no",), "differing": ()}
    assert cases("accepted-twice", rows, **by) == ["N2"]
