"""A case gets late: the lamps that light, who hears of each, and what quiets them."""

from __future__ import annotations

from sqlalchemy import select

from monitor.store import tables
from tests.support.stories import Event, Story, local
from tests.support.stories_settings import LADDER, SYSTEM

# Accepted on 22 September 2026 with 10 working days: due on Tuesday 13 October at 17:30.
WARNED, DUE, RED = "2026-10-12 09:00", "2026-10-13 17:30", "2026-10-16 17:30"


def begin(story: Story, no: str = "A1") -> None:
    story.hall.accept(no, at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")


def test_nothing_is_said_before_the_first_threshold(story: Story) -> None:
    begin(story)
    story.at("2026-10-12 08:59")
    assert story.due("A1") == DUE
    assert story.levels("A1") == {}
    assert story.told("A1") == []


def test_a_case_goes_from_warning_over_yellow_and_red_to_its_close(story: Story) -> None:
    begin(story)
    for when in (WARNED, "2026-10-13 17:29", DUE, "2026-10-14 14:30", "2026-10-14 17:30"):
        story.at(when)
    assert story.levels("A1") == {"promise": "yellow"}
    story.at("2026-10-15 17:30")
    story.at(RED)
    assert story.levels("A1") == {"promise": "red"}
    assert story.acknowledge("A1", by="李阳")
    story.at("2026-10-19 17:30")
    story.hall.close("A1", at="2026-10-20 10:00")
    story.at("2026-10-20 10:01")

    assert story.levels("A1") == {}
    assert story.history("A1") == [
        Event("alert_opened", "warning", "due"),
        Event("alert_raised", "yellow", "due"),
        Event("alert_raised", "red", "due"),
        Event("alert_acknowledged", "red", "alert_acknowledged"),
        Event("alert_resolved", "red", "closed"),
    ]
    assert story.told("A1") == [
        (WARNED, "李阳", "warning", "warning"),
        (DUE, "李阳", "overdue", "yellow"),
        ("2026-10-14 14:30", "陈波", "escalation", "yellow"),
        ("2026-10-14 17:30", "钱程", "escalation", "yellow"),
        ("2026-10-15 17:30", "王敏", "escalation", "yellow"),
        # The red list has everybody of the yellow one in it.
        (RED, "李阳", "overdue", "red"),
        (RED, "陈波", "overdue", "red"),
        (RED, "钱程", "overdue", "red"),
        (RED, "王敏", "overdue", "red"),
        ("2026-10-20 10:01", "李阳", "resolved", "red"),
        ("2026-10-20 10:01", "陈波", "resolved", "red"),
        ("2026-10-20 10:01", "钱程", "resolved", "red"),
        ("2026-10-20 10:01", "王敏", "resolved", "red"),
    ]


def test_a_case_closed_in_time_is_never_mentioned(story: Story) -> None:
    begin(story)
    story.hall.close("A1", at="2026-10-09 16:00")
    for when in ("2026-10-09 16:01", WARNED, DUE, RED):
        story.at(when)
    assert story.told("A1") == []
    assert story.clock("A1")["state"] == "met"


def test_the_end_is_told_only_to_those_who_were_told(story: Story) -> None:
    begin(story)
    story.at(WARNED)
    story.at(DUE)
    story.hall.close("A1", at="2026-10-14 09:30")
    story.at("2026-10-14 09:31")
    assert [(one.who, one.kind) for one in story.told("A1")][2:] == [("李阳", "resolved")]


def test_an_acknowledgement_stops_the_climb(story: Story) -> None:
    begin(story)
    story.at(DUE)
    assert story.acknowledge("A1")
    for when in ("2026-10-14 14:30", "2026-10-14 17:30", "2026-10-15 17:29"):
        story.at(when)
    assert [one.who for one in story.told("A1")] == ["李阳"]


def test_an_alert_can_be_acknowledged_once(story: Story) -> None:
    begin(story)
    story.at(DUE)
    assert story.acknowledge("A1")
    assert not story.acknowledge("A1", by="王敏")


def test_a_raise_to_red_asks_anew_and_climbs_again(story: Story) -> None:
    begin(story)
    story.at(DUE)
    story.acknowledge("A1")
    story.at(RED)
    story.at("2026-10-19 14:30")
    story.at("2026-10-19 17:30")
    assert story.told("A1")[1:] == [
        (RED, "李阳", "overdue", "red"),
        ("2026-10-19 14:30", "陈波", "escalation", "red"),
        ("2026-10-19 17:30", "钱程", "escalation", "red"),
    ]
    assert story.acknowledge("A1")


def test_a_county_case_climbs_from_its_inspector_to_that_of_the_city_and_of_the_region_above(
    story: Story,
) -> None:
    story.reload(policies=SYSTEM + THREE_LEVELS)
    begin(story)
    story.at(DUE)
    for when in ("2026-10-14 17:30", "2026-10-15 17:30", "2026-10-16 17:29"):
        story.at(when)
    assert [(one.at, one.who) for one in story.told("A1")] == [
        (DUE, "钱程"),
        ("2026-10-14 17:30", "王敏"),
        ("2026-10-15 17:30", "罗维"),
    ]


def test_where_the_handler_is_not_known_his_lead_is_told_in_his_place(story: Story) -> None:
    story.reload(policies=SYSTEM + LADDER.replace('"clerk"', '"handler"'))
    begin(story)
    story.at(DUE)
    assert story.told("A1") == [(DUE, "陈波", "overdue", "yellow")]
    story.at("2026-10-14 14:30")
    story.at("2026-10-14 17:30")
    assert [one.who for one in story.told("A1")] == ["陈波", "陈波", "钱程"]


def test_rungs_on_which_nobody_is_found_are_passed_to_the_next_at_once(story: Story) -> None:
    story.reload(policies=SYSTEM + LADDER.replace('"clerk"', '"handler"'))
    story.hall.accept("A1", "2026-09-22 15:20", department="无此部门")
    story.at(DUE)
    assert story.told("A1") == [(DUE, "钱程", "escalation", "yellow")]


def test_several_cases_are_told_each_for_itself(story: Story) -> None:
    for no in ("A1", "A2", "A3"):
        begin(story, no)
    story.at(DUE)
    story.hall.close("A2", at="2026-10-14 09:00")
    story.at("2026-10-14 09:01")
    assert story.levels("A1") == story.levels("A3") == {"promise": "yellow"}
    assert story.levels("A2") == {}
    assert [one.kind for one in story.told("A2")] == ["overdue", "resolved"]
    assert [one.kind for one in story.told("A1")] == ["overdue"]


def test_going_through_the_steps_again_at_the_same_time_changes_nothing(story: Story) -> None:
    begin(story)
    story.at(DUE)
    before = (story.history("A1"), story.told("A1"), story.deliveries())
    for _ in range(3):
        story.go()
    assert (story.history("A1"), story.told("A1"), story.deliveries()) == before


def test_every_message_has_a_key_of_its_own(story: Story) -> None:
    begin(story)
    for when in (WARNED, DUE, "2026-10-14 14:30", RED, "2026-10-19 14:30"):
        story.at(when)
    keys = [message["key"] for message in story.messages]
    assert len(keys) == 6
    assert len(set(keys)) == len(keys)


def test_a_case_reopened_after_its_alert_was_resolved_opens_another_alert(story: Story) -> None:
    begin(story)
    story.at(DUE)
    story.hall.close("A1", at="2026-10-14 09:00")
    story.at("2026-10-14 09:01")
    story.hall.correct("A1", at="2026-10-14 10:00", closed=None)
    story.at("2026-10-14 10:01")
    assert [one.event for one in story.history("A1")] == [
        "alert_opened",
        "alert_resolved",
        "alert_opened",
    ]
    assert [one.kind for one in story.told("A1")] == ["overdue", "resolved", "overdue"]


THREE_LEVELS = """
[[policy]]
id = "regions"
levels = ["yellow"]
steps = [
  { after = "0m", tell = ["inspector"], via = ["out"] },
  { after = "1 working day", tell = ["inspector@region.parent"], via = ["out"] },
  { after = "2 working days", tell = ["inspector@region.parent.parent"], via = ["out"] },
]
"""


def test_a_card_whose_level_stays_rests_on_the_due_moment_of_now(story: Story) -> None:
    begin(story)
    story.at(WARNED)
    story.hall.correct("A1", at="2026-10-13 09:00", days="11")
    story.at("2026-10-13 09:00")
    assert story.history("A1") == [Event("alert_opened", "warning", "due")]
    assert story.due("A1") == "2026-10-14 17:30"
    with story.store.read() as connection:
        alert = connection.execute(select(tables.alerts)).one()
    assert alert.due_at == alert.evidence["due_at"] == local("2026-10-14 17:30")
