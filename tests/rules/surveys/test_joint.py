"""Joint approvals whose branches are cases: the whole is closed last."""

from __future__ import annotations

import pytest

from tests.rules.surveys.looking import Row, cases, hall, said

CAME = "2026-10-08 10:00"
WHOLE: Row = {"no": "J1", "joint_no": "J1", "accepted_at": CAME, "closed_at": "2026-10-12 10:00"}
BRANCH: Row = {"joint_no": "J1", "accepted_at": CAME, "closed_at": "2026-10-11 10:00"}


@pytest.mark.parametrize(
    ("whole", "branch", "found"),
    [
        pytest.param({}, {}, [], id="closed before"),
        pytest.param({}, {"closed_at": None}, ["J1"], id="still open"),
        pytest.param({}, {"closed_at": "2026-10-12 10:01"}, ["J1"], id="closed later"),
        pytest.param({}, {"closed_at": "2026-10-12 10:00"}, [], id="closed together"),
        pytest.param({"closed_at": None}, {"closed_at": None}, [], id="both open"),
        pytest.param({}, {"closed_at": None, "joint_no": "J2"}, [], id="of another one"),
        pytest.param({}, {"closed_at": None, "source": "city"}, [], id="of another source"),
        pytest.param({}, {"closed_at": None, "vanished_at": CAME}, [], id="gone"),
        pytest.param({"no": "A1", "key": "J1"}, {"closed_at": None}, ["A1"], id="named by its key"),
    ],
)
def test_the_whole_waits_for_its_branches(whole: Row, branch: Row, found: list[str]) -> None:
    rows = hall({**WHOLE, **whole}, {**BRANCH, **branch}, BRANCH)
    assert cases("joint-closed-before-branches", rows) == found


def test_it_is_told_whose_branches_were_open() -> None:
    rows = hall(
        WHOLE,
        {**BRANCH, "closed_at": None, "department": "XF"},
        {**BRANCH, "closed_at": None, "department": "RF"},
    )
    assert said("joint-closed-before-branches", rows) == (
        "2026年10月12日办结时，还有 2 个分办件没有办结：XF、RF",
        "closed on 12 Oct 2026 while 2 of its branches were open: XF、RF",
    )
