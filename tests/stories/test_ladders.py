"""Ladders: who climbs them, by which hours, what holds them, and on which one a card ends."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor.acts import absences
from monitor.acts.actor import Actor
from monitor.store import climbs, tables
from tests.support.stories import Event, Story, local
from tests.support.stories_settings import DIRECTORY, SYSTEM

# Accepted on 22 September 2026 with 10 working days: due on Tuesday 13 October at 17:30.
WARNED, DUE, RED = "2026-10-12 09:00", "2026-10-13 17:30", "2026-10-16 17:30"

THREE_LEVELS = """
[[policy]]
id = "three-levels"
levels = ["yellow", "red"]
steps = [
  { after = "0m", tell = ["inspector"], via = ["out"] },
  { after = "1 working day", tell = ["inspector@region.parent"], via = ["out"] },
  { after = "2 working days", tell = ["inspector@region.parent.parent"], via = ["out"] },
]
"""


def begin(story: Story, no: str = "A1", at: str = "2026-09-22 15:20") -> None:
    story.hall.accept(no, at=at, days=10)
    story.at("2026-09-22 15:30" if at < "2026-09-22 15:30" else at)


def told(story: Story, no: str = "A1") -> list[tuple[str, str]]:
    return [(one.at, one.who) for one in story.told(no)]


def pass_by(story: Story, *moments: str) -> None:
    for moment in moments:
        story.at(moment)


def reason(story: Story, who: str) -> str:
    """Give why somebody was told last."""
    found = [m for m in story.messages if m["recipient"] == who]
    return str(found[-1]["context"]["route"]["reason"])


def test_three_levels_are_climbed_over_a_weekend_and_the_holiday_with_its_make_up_days(
    story: Story,
) -> None:
    story.reload(policies=SYSTEM + THREE_LEVELS)
    # Due on Wednesday 30 September, the eve of the holiday from the 1st to the 7th.
    story.hall.accept("A1", at="2026-09-16 10:00", days=10)
    pass_by(story, "2026-09-16 10:01", "2026-09-30 17:30", "2026-10-03 12:00", "2026-10-07 23:59")
    assert told(story)[-1] == ("2026-09-30 17:30", "钱程")
    # Work opens on Thursday the 8th; the 10th is a Saturday of work, the 11th a free Sunday.
    pass_by(story, "2026-10-08 17:29", "2026-10-08 17:30", "2026-10-09 17:30", "2026-10-10 17:30")
    assert [one for one in told(story) if one[0] > "2026-09-30 17:30"] == [
        ("2026-10-08 17:30", "王敏"),
        ("2026-10-09 17:30", "罗维"),
        # Red after three working days: everybody who heard at yellow hears again.
        ("2026-10-10 17:30", "钱程"),
        ("2026-10-10 17:30", "王敏"),
        ("2026-10-10 17:30", "罗维"),
    ]


def test_nobody_is_woken_unless_the_rung_says_so(story: Story) -> None:
    night = """
[[policy]]
id = "night"
levels = ["warning"]
steps = [
  { after = "0m", tell = ["clerk"], via = ["out"] },
  { after = "10h", tell = ["inspector"], via = ["out"] },
  { after = "11h", tell = ["inspector@region.parent"], via = ["out"], at_any_hour = true },
]
"""
    story.reload(policies=SYSTEM + night)
    begin(story)
    pass_by(story, WARNED, "2026-10-12 19:00", "2026-10-12 20:00", "2026-10-13 08:59")
    assert told(story) == [(WARNED, "李阳"), ("2026-10-12 20:00", "王敏")]
    story.at("2026-10-13 09:00")
    assert told(story)[2:] == [("2026-10-13 09:00", "钱程")]


def test_a_lead_is_told_a_working_day_before_it_is_due_and_again_if_that_moves(
    story: Story,
) -> None:
    before = """
[[policy]]
id = "before"
levels = ["warning"]
steps = [
  { after = "0m", tell = ["clerk"], via = ["out"] },
  { before = "4 working hours", tell = ["department-lead"], via = ["out"] },
]
"""
    story.reload(policies=SYSTEM + before)
    begin(story)
    pass_by(story, WARNED, "2026-10-13 13:29")
    assert told(story) == [(WARNED, "李阳")]
    story.hall.correct("A1", at="2026-10-13 13:29", days="11")
    pass_by(story, "2026-10-13 13:30", "2026-10-14 13:29")
    assert told(story)[1:] == []
    story.at("2026-10-14 13:30")
    assert told(story)[1:] == [("2026-10-14 13:30", "陈波")]


def test_a_rung_is_climbed_again_until_its_cap(story: Story) -> None:
    again = """
[[policy]]
id = "again"
levels = ["yellow"]
with_milder = false
[[policy.steps]]
after = "0m"
tell = ["clerk"]
via = ["out"]
repeat = { every = "4 working hours", times = 2 }
"""
    story.reload(policies=SYSTEM + again)
    begin(story)
    pass_by(
        story, DUE, "2026-10-14 14:30", "2026-10-15 09:59", "2026-10-15 10:00", "2026-10-16 12:00"
    )
    assert told(story) == [
        (DUE, "李阳"),
        ("2026-10-14 14:30", "李阳"),
        ("2026-10-15 10:00", "李阳"),
    ]
    assert reason(story, "李阳") == "你是clerk；第 3 次通知"


def test_what_was_acknowledged_and_forgotten_climbs_on_and_says_so(story: Story) -> None:
    story.reload(policies=SYSTEM + THREE_LEVELS)
    begin(story)
    pass_by(story, DUE, "2026-10-14 09:30")
    assert story.acknowledge("A1", by="钱程")
    pass_by(story, "2026-10-14 17:30", "2026-10-15 17:30", "2026-10-16 09:29")
    assert told(story) == [(DUE, "钱程")]
    story.at("2026-10-16 09:30")
    assert told(story)[1:] == [("2026-10-16 09:30", "王敏")]
    assert reason(story, "王敏") == (
        "你是升级路线第 2 级：上级监察员；钱程 10月14日（周三）09:30签收后没有下文"
    )
    assert Event("ack_lapsed", "yellow", "unanswered") in story.history("A1")
    assert story.acknowledge("A1", by="王敏")


def test_an_answer_or_a_hold_stops_the_climb_and_its_release_lets_it_go_on(story: Story) -> None:
    story.reload(policies=SYSTEM + THREE_LEVELS)
    begin(story)
    story.at(DUE)
    with story.store.write() as connection:
        ident = connection.execute(select(tables.alerts.c.id)).scalar_one()
        assert climbs.hold(connection, ident, "appeal", "李阳", story.now)
        assert not climbs.hold(connection, ident, "appeal", "李阳", story.now)
    story.at("2026-10-14 16:00")
    assert told(story) == [(DUE, "钱程")]
    with story.store.write() as connection:
        assert climbs.release(connection, ident, "钱程", story.now)
        assert not climbs.release(connection, ident, "钱程", story.now)
    pass_by(story, "2026-10-14 17:30", "2026-10-15 17:29")
    assert told(story)[1:] == []
    story.at("2026-10-15 17:30")
    assert told(story)[1:] == [("2026-10-15 17:30", "王敏")]


ON_DUTY = """
[[roster]]
id = "week"
name = "效能值班"
people = ["qian"]
since = 2026-10-12
hand_over = "09:00"
days = ["mon"]
shifts = [{ person = "wang", from = 2026-10-12T09:00:00, until = 2026-10-12T12:00:00 }]
"""
DUTY = """
[[policy]]
id = "duty"
when = "case.no != ''"
steps = [
  { after = "0m", tell = ["duty:week"], via = ["out"] },
  { after = "1 working day", tell = ["inspector@region.parent"], via = ["out"] },
]
"""


def test_whoever_is_on_duty_is_told_and_nobody_on_duty_is_one_alert_until_somebody_is(
    story: Story,
) -> None:
    story.reload(directory=DIRECTORY + ON_DUTY, policies=SYSTEM + DUTY)
    # The first is warned of at 9 on Friday the 9th, when nobody is on duty yet.
    for no, at in (
        ("A1", "2026-09-21 10:00"),
        ("A2", "2026-09-21 10:00"),
        ("A3", "2026-09-22 15:20"),
    ):
        story.hall.accept(no, at=at, days=10)
    pass_by(story, "2026-09-22 15:30", "2026-10-10 09:00")
    assert told(story, "A1") == told(story, "A2") == [("2026-10-10 09:00", "王敏")]
    assert story.system("nobody-reachable") == [Event("alert_opened", "red", "nobody-reachable")]
    story.at("2026-10-12 09:00")
    assert told(story, "A3") == [("2026-10-12 09:00", "王敏")]
    assert story.system("nobody-reachable")[1:] == [Event("alert_resolved", "red", "found")]
    assert [one.kind for one in story.told() if one.who == "值班员"] == ["system", "resolved"]


def test_a_deputy_is_told_and_when_he_is_away_the_next_level_is(story: Story) -> None:
    away = """
leave = [{ person = "qian", from = 2026-10-12, until = 2026-10-14, note = "年休假" }]
deputy = [{ person = "qian", deputy = "chen" }]
"""
    story.reload(directory=away + DIRECTORY, policies=SYSTEM + THREE_LEVELS)
    begin(story, "A1")
    begin(story, "A2", at="2026-09-23 15:20")
    story.at(DUE)
    assert told(story) == [(DUE, "陈波")]
    assert reason(story, "陈波") == "你代理钱程（至 10月14日（周三））；监察员"
    with story.store.write() as connection:
        absences.enter(
            connection,
            story.pipeline.rules.book.directory,
            Actor("陈波", "cli:test"),
            "chen",
            None,
            None,
            local("2026-10-16 09:00"),
            "培训",
            story.now,
        )
    story.at("2026-10-14 17:30")
    assert told(story, "A2") == [("2026-10-14 17:30", "王敏")]
    assert reason(story, "王敏").startswith("监察员无人可达，改为通知你")
    assert story.system("nobody-reachable") == [Event("alert_opened", "red", "nobody-reachable")]
    story.at("2026-10-15 09:00")  # he is back
    assert story.system("nobody-reachable")[-1] == Event("alert_resolved", "red", "found")


def test_a_card_ends_on_the_ladder_it_began_on_and_another_begins_on_the_new_one(
    story: Story,
) -> None:
    story.reload(policies=SYSTEM + THREE_LEVELS)
    begin(story)
    story.at(DUE)
    changed = THREE_LEVELS.replace('"1 working day"', '"2 working hours"')
    story.reload(
        policies=SYSTEM + changed.replace('["inspector@region.parent"]', '["department-lead"]')
    )
    story.hall.accept("A2", at="2026-09-22 16:00", days=10)
    pass_by(story, "2026-10-13 17:31", "2026-10-14 11:00", "2026-10-14 17:30")
    assert told(story) == [(DUE, "钱程"), ("2026-10-14 17:30", "王敏")]
    assert told(story, "A2") == [("2026-10-13 17:31", "钱程"), ("2026-10-14 11:00", "陈波")]
    story.restart(policies=SYSTEM)
    story.at("2026-10-15 17:30")
    assert told(story)[2:] == [("2026-10-15 17:30", "罗维")]
    with story.store.read() as connection:
        assert len(connection.execute(select(tables.ladders)).all()) == 2


@pytest.mark.parametrize("catch_up", ["latest", "each", "digest"])
def test_three_days_of_downtime_are_caught_up_with_as_the_policy_says(
    story: Story, catch_up: str
) -> None:
    policy = """
[[policy]]
id = "ladder"
with_milder = false
steps = [
  { after = "0m", tell = ["clerk"], via = ["out"] },
  { after = "4 working hours", tell = ["department-lead", "clerk"], via = ["out"] },
  { after = "1 working day", tell = ["inspector"], via = ["out"] },
  { after = "2 working days", tell = ["inspector@region.up", "department-lead"], via = ["out"] },
]
"""
    story.restart(daemon=f'catch_up = "{catch_up}"', policies=SYSTEM + policy)
    begin(story)
    story.at(DUE)
    story.restart()
    story.at("2026-10-16 03:00")
    assert told(story)[1:] == []  # at night nobody is told of what was missed either
    story.at("2026-10-16 09:00")
    expected = {
        "latest": ["王敏", "陈波"],
        "each": ["陈波", "李阳", "钱程", "王敏", "陈波"],
        "digest": ["陈波", "李阳", "钱程", "王敏"],
    }
    assert [who for _, who in told(story)[1:]] == expected[catch_up]
    assert reason(story, "王敏").endswith("；补发：此前错过 2 级")
