"""The directory and the policies as they are written: what the rules make of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rules.amounts import Amount, Unit
from rules.policies import OrderTerms, Repeat, Unless
from rules.rosters import Shift
from rules.standing_in import Delegation, Leave
from tests.support.moments import SHANGHAI, at
from tests.support.settings import loaded

PEOPLE = """
leave = [
  { person = "li", from = 2026-10-01, until = 2026-10-08, note = "年休假" },
  { person = "li", from = "2026-12-01 13:30" },
]
deputy = [
  { person = "li", deputy = "chen" },
  { person = "chen", deputy = "li", from = "2026-11-01T00:00Z", until = 2026-11-02T12:00:00 },
]
window = [{ id = "w3", name = "三号窗口", department = "tax" }]
department = [{ id = "tax", name = "税务局", parent = "city" }, { id = "city", name = "市局" }]
[[person]]
id = "li"
name = "李阳"
window = "w3"
posts = ["inspector"]
email = "li@example.gov.cn"
contacts = { dingtalk = "dd-1", mobile = "139" }
[[person]]
id = "chen"
name = "陈波"
[[roster]]
id = "night"
name = "夜班"
people = ["li", "chen"]
since = 2026-10-05
hand_over = ["17:30", "08:30"]
days = ["fri", "mon"]
shifts = [
  { person = "chen", from = 2026-10-08, until = 2026-10-08 },
  { person = "li", from = "2026-10-01 09:00", until = "2026-10-02 09:00" },
]
"""


def test_the_directory_is_read_with_its_windows_leave_deputies_and_rosters(tmp_path: Path) -> None:
    directory = loaded(tmp_path, PEOPLE).rulebook().directory
    assert directory.people["li"].contacts == {
        "dingtalk": "dd-1",
        "mobile": "139",
        "email": "li@example.gov.cn",
    }
    assert directory.people["li"].window == "w3"
    assert directory.windows["w3"].department == "tax"
    assert directory.departments["tax"].parent == "city"
    assert directory.leaves == (
        # A last day is included.
        Leave("li", at("2026-10-01 00:00"), at("2026-10-09 00:00"), "年休假"),
        Leave("li", at("2026-12-01 13:30")),
    )
    assert directory.delegations == (
        Delegation("li", "chen"),
        Delegation("chen", "li", at("2026-11-01 08:00"), at("2026-11-02 12:00")),
    )
    night = directory.rosters["night"]
    assert night.turns is not None
    assert (night.turns.times, night.turns.days) == ((30_600, 63_000), (0, 4))
    assert (night.turns.since, night.turns.zone) == (date(2026, 10, 5), SHANGHAI)
    assert night.shifts == (
        Shift("li", at("2026-10-01 09:00"), at("2026-10-02 09:00")),
        Shift("chen", at("2026-10-08 00:00"), at("2026-10-09 00:00")),
    )


POLICY = """
[[channel]]
id = "log"
kind = "console"
[[policy]]
id = "county"
acknowledged_for = "1 working day"
with_milder = false
[[policy.steps]]
before = "1 working day"
tell = ["duty:night", "handler", "inspector@region.parent.up"]
via = ["log"]
unless = "answered"
at_any_hour = true
repeat = { every = "2 working hours", times = 3 }
order = { reply_within = "5 working days", advice = "查明原因" }
"""


def test_a_step_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    (policy,) = loaded(tmp_path, PEOPLE + POLICY).rulebook().policies
    (step,) = policy.steps
    assert policy.acknowledged_for == Amount(1, Unit.WORKING_DAY)
    assert (policy.with_milder, step.unless, step.at_any_hour) == (False, Unless.ANSWERED, True)
    assert (step.after, step.before) == (None, Amount(1, Unit.WORKING_DAY))
    assert step.repeat == Repeat(Amount(2, Unit.WORKING_HOUR), 3)
    assert step.order == OrderTerms(Amount(5, Unit.WORKING_DAY), None, "查明原因")


LISTED = """
[[directory]]
id = "staff"
kind = "person"
file = "staff.csv"
columns = { id = "no", name = "name" }
[[directory]]
id = "shifts"
kind = "shift"
file = "shifts.csv"
columns = { roster = "r", person = "p", from = "f", until = "u" }
"""


def test_what_lists_may_tell_is_not_missed_when_the_file_is_loaded(tmp_path: Path) -> None:
    told = POLICY.replace('"handler"', '"person:q1", "clerk"')
    settings = loaded(tmp_path, PEOPLE.replace("[[roster]]", LISTED + "[[roster]]", 1) + told)
    assert settings.directory[0].file == tmp_path.resolve() / "staff.csv"
    assert settings.directory[1].kind == "shift"


def test_people_bear_on_no_finding(tmp_path: Path) -> None:
    assert loaded(tmp_path, PEOPLE).fingerprint() == loaded(tmp_path, "").fingerprint()
