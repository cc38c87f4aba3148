"""Silences: notices are held back, counted, and summed up; the alerts stand all the while."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from monitor.access import Role
from monitor.acts import silencing
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver
from monitor.pipeline.polling import DOWN
from monitor.pipeline.silencing import REFUSED, SET
from monitor.store import audit_log, silences, tables
from monitor.store.scope import scope
from monitor.store.silences import NewSilence
from rules.silences import Matching
from tests.support.robots import robot
from tests.support.stories import Story, local
from tests.support.stories_settings import HANDLER_ONLY, LADDER, SYSTEM

WATCHERS = """
[[policy]]
id = "watchers"
when = "alert.rule.startsWith('silence-')"
steps = [{ after = "0m", tell = ["inspector"], via = ["out"], at_any_hour = true }]
"""

# Accepted on 22 September 2026 with 10 working days: warned of on Monday 12 October at 09:00.
WARNED, ACCEPTED = "2026-10-12 09:00", "2026-09-22 15:20"


def silence(story: Story, begin: str, until: str, **fields: str) -> int:
    new = NewSilence("wang", "系统迁移", Matching(**fields), local(begin), local(until))
    with story.store.write() as connection:
        return silences.add(connection, new, story.now)


def states(story: Story) -> list[str]:
    return sorted({row["state"] for row in story.deliveries()})


def metric(story: Story, name: str, **labels: Any) -> float | None:
    return story.pipeline.metrics.registry.get_sample_value(name, labels)


def accept(story: Story, *numbers: str, **facts: Any) -> None:
    for no in numbers:
        story.hall.accept(no, at=ACCEPTED, days=10, **facts)
    story.at("2026-09-22 15:30")


def test_what_a_silence_over_a_weekend_held_back_is_summed_up_at_its_end(story: Story) -> None:
    with robot(story) as one:
        for no in ("B1", "B2", "B3", "B4", "B5"):
            story.hall.accept(no, at="2026-09-17 10:00", days=12)  # due on Saturday 10 October
        story.at("2026-09-22 15:30")
        silence(story, "2026-10-08 18:00", "2026-10-12 08:00", region="990100")
        for when in ("2026-10-09 09:00", "2026-10-10 17:30", "2026-10-11 12:00"):
            story.at(when)
        assert one.taken == []
        assert story.levels("B1") == {"promise": "yellow"}
        assert states(story) == ["silenced"]
        assert metric(story, "duban_silences") == 1
        held = metric(story, "duban_deliveries_silenced", channel="out")
        assert held == len(story.deliveries())
        story.hall.close("B5", at="2026-10-11 15:00")
        story.at("2026-10-12 08:00")
        assert len(one.taken) == 1
        assert "4 条" in one.titles[0]
        assert "系统迁移" in one.texts[0]
        assert metric(story, "duban_silences") == 0
    assert states(story) == ["sent", "superseded"]


def test_only_what_a_silence_is_for_is_held_back(story: Story) -> None:
    accept(story, "A1")
    accept(story, "A2", department="ZR")
    silence(story, "2026-10-12 00:00", "2026-10-13 00:00", when="case.department == 'ZJ'")
    story.at(WARNED)
    assert story.told("A1") == []
    assert [one.kind for one in story.told("A2")] == ["warning"]
    story.at("2026-10-13 00:00")
    assert [one.kind for one in story.told("A1")] == ["warning"]


def test_what_waits_already_when_it_begins_is_held_back_too(story: Story) -> None:
    with robot(story) as one:
        accept(story, "B1", "B2", "B3", "B4", "B5")
        story.reload(policies=SYSTEM + HANDLER_ONLY + "\n[notices]\ngroup_after = 1\n")
        story.at(WARNED)
        assert len(one.taken) == 1
        silence(story, WARNED, "2026-10-12 12:00", rule="promise")
        story.at("2026-10-12 09:05")
        assert len(one.taken) == 1
        story.at("2026-10-12 12:00")
        assert len(one.taken) == 2
        assert "4 条" in one.titles[-1]


def test_the_ladder_goes_on_in_silence(story: Story) -> None:
    story.reload(policies=SYSTEM + LADDER)
    accept(story, "A1")
    story.at(WARNED)
    silence(story, "2026-10-13 12:00", "2026-10-14 15:00", case="A1")
    for when in ("2026-10-13 17:30", "2026-10-14 14:30"):
        story.at(when)
    assert [one.kind for one in story.told("A1")] == ["warning"]
    story.at("2026-10-14 15:00")
    assert {(one.who, one.kind) for one in story.told("A1")[1:]} == {
        ("李阳", "overdue"),
        ("陈波", "escalation"),
    }
    assert {row["state"] for row in story.deliveries()} == {"sent"}


def test_alerts_about_the_system_are_silenced_by_name_alone(story: Story) -> None:
    accept(story, "A1")
    silence(story, "2026-09-22 15:00", "2026-09-22 16:00", when="true")
    story.hall.database.run("ALTER TABLE cases RENAME TO away")
    story.at("2026-09-22 15:40")
    assert [one.kind for one in story.told()] == ["system"]
    story.hall.database.run("ALTER TABLE away RENAME TO cases")
    story.at("2026-09-22 15:45")
    told = len(story.told())
    silence(story, "2026-09-22 15:00", "2026-09-22 16:00", rule=DOWN)
    story.hall.database.run("ALTER TABLE cases RENAME TO away")
    story.at("2026-09-22 15:50")
    assert [event.event for event in story.system(DOWN)][-1] == "alert_opened"
    assert len(story.told()) == told


def test_a_maintenance_window_of_the_settings_is_a_silence_with_a_name(story: Story) -> None:
    window = (
        '\n[[maintenance]]\nid = "move"\nreason = "迁库"\nsource = "hall"\n'
        "from = 2026-09-22T15:35:00\nuntil = 2026-09-22T16:00:00\n"
    )
    story.reload(policies=SYSTEM + HANDLER_ONLY + window)
    accept(story, "A1")
    story.hall.database.run("ALTER TABLE cases RENAME TO away")
    story.at("2026-09-22 15:40")
    assert [event.event for event in story.system(DOWN)] == ["alert_opened"]
    assert story.told() == []
    story.hall.database.run("ALTER TABLE away RENAME TO cases")
    story.at("2026-09-22 16:00")
    assert story.told() == []  # it was over before anybody was to hear of it
    assert states(story) == ["superseded"]
    with story.store.read() as connection:
        [row] = silences.listing(connection, ended=True)
    assert (row.name, row.by, row.superseded, row.next_at) == ("move", "supervisor.toml", 1, None)


def test_a_window_that_is_taken_out_of_the_settings_ends(story: Story) -> None:
    window = (
        '\n[[maintenance]]\nid = "gateway"\nreason = "网关割接"\nchannel = "out"\n'
        "from = 2026-10-12\nuntil = 2026-10-14\n"
    )
    story.reload(policies=SYSTEM + HANDLER_ONLY + window)
    accept(story, "A1")
    story.at(WARNED)
    assert story.told("A1") == []
    story.restart(policies=SYSTEM + HANDLER_ONLY)
    story.at("2026-10-12 09:01")
    assert [one.kind for one in story.told("A1")] == ["warning"]


def test_a_silence_can_be_ended_before_its_time(story: Story) -> None:
    accept(story, "A1")
    ident = silence(story, "2026-10-12 00:00", "2026-10-20 00:00", item="", source="hall")
    story.at(WARNED)
    with story.store.write() as connection:
        assert silences.end(connection, ident, "wang", story.now)
        assert not silences.end(connection, ident, "wang", story.now)
    story.after(minutes=1)
    assert [one.kind for one in story.told("A1")] == ["warning"]


def test_a_condition_that_does_not_fit_silences_nothing(story: Story) -> None:
    accept(story, "A1")
    silence(story, "2026-10-12 00:00", "2026-10-20 00:00", when="case.department > 5")
    story.at(WARNED)
    assert [one.kind for one in story.told("A1")] == ["warning"]


def test_what_was_resolved_before_anybody_heard_is_told_to_nobody(story: Story) -> None:
    with robot(story) as one:
        accept(story, "B1", "B2", "B3", "B4", "B5", "B6")
        story.at(WARNED)
        assert len(one.taken) == 3
        story.hall.close("B1", at="2026-10-12 09:01")  # was told
        story.hall.close("B6", at="2026-10-12 09:01")  # waits for the digest
        story.at("2026-10-12 09:02")
        story.at("2026-10-12 09:05")
        assert len(one.taken) == 4
        assert "3 条" in one.titles[-1]  # B4, B5, and that B1 is over
        assert "B6" not in one.texts[-1]
        for minutes in (1, 5, 10):
            story.after(minutes=minutes)
    rows = story.deliveries()
    over = [row for row in rows if row["state"] == "superseded"]
    assert [row["receipt"]["superseded_by"] for row in over] == ["resolved"]
    with story.store.read() as connection:
        n = tables.notices.c
        ended = connection.execute(select(n.alert_id).where(n.kind == "resolved")).all()
    assert len(ended) == 1


def test_who_was_told_in_a_digest_is_told_that_it_is_over(story: Story) -> None:
    with robot(story) as one:
        accept(story, "B1", "B2", "B3", "B4", "B5", "B6")
        story.at(WARNED)
        story.at("2026-10-12 09:05")
        story.hall.close("B6", at="2026-10-12 10:00")
        story.at("2026-10-12 10:01")
        assert len(one.taken) == 5
        assert "解除" in one.texts[-1]


def set_by_district(story: Story, until: str, **fields: str) -> int:
    """Let the inspector of 东浦区 (990102) set a silence from now on."""
    rules = story.pipeline.rules
    giver = Giver(
        Actor("qian", "test"), Role.INSPECT, scope(["990102"], None, rules.book.directory)
    )
    with story.store.write() as connection:
        matching = Matching(**fields)
        args = (matching, "维护", story.now, local(until), story.now)
        return silencing.add(connection, rules, giver, *args)


def test_a_district_does_not_silence_what_goes_to_the_city(story: Story) -> None:
    story.reload(policies=SYSTEM + LADDER)
    accept(story, "A1")
    story.at(WARNED)
    set_by_district(story, "2026-10-19 09:00", region="990102")
    for when in ("2026-10-13 17:30", "2026-10-14 14:30", "2026-10-15 14:30", "2026-10-16 14:30"):
        story.at(when)
    with story.store.read() as connection:
        n, d = tables.notices.c, tables.deliveries.c
        rows = connection.execute(
            select(n.person, d.state)
            .join_from(tables.notices, tables.deliveries)
            .where(n.kind == "escalation")
        )
        heard = {row.person: row.state for row in rows}
    assert heard == {"chen": "sent", "qian": "silenced", "wang": "sent"}


def test_the_region_above_is_told_of_a_silence_until_it_ends(story: Story) -> None:
    story.reload(policies=WATCHERS + SYSTEM + LADDER)
    accept(story, "A1")
    ident = set_by_district(story, "2026-09-23 09:00", region="990102")
    story.go()
    assert [one.who for one in story.told()] == ["王敏"]
    with story.store.read() as connection:
        title = connection.scalar(select(tables.alerts.c.title).where(tables.alerts.c.rule == SET))
    assert title == "钱程 设了静默 1，至 9月23日（周三）09:00：维护"
    story.at("2026-09-23 09:00")
    assert [one.event for one in story.system(SET)] == ["alert_opened", "alert_resolved"]
    assert ident == 1


def test_a_silence_that_somebody_set_outlives_a_restart(story: Story) -> None:
    accept(story, "A1")
    silence(story, "2026-09-22 15:00", "2026-10-20 00:00", region="990102")
    story.restart()
    story.reload()
    with story.store.read() as connection:
        assert [one.id for one in silences.standing(connection)] == [1]
    story.at(WARNED)
    assert states(story) == ["silenced"]


def test_that_a_maintenance_window_was_taken_out_is_on_record(story: Story) -> None:
    window = """
[[maintenance]]
id = "move"
reason = "搬家"
from = 2026-09-22
until = 2026-10-20
channel = "out"
"""
    story.reload(policies=SYSTEM + LADDER + window)
    story.reload(policies=SYSTEM + LADDER)
    with story.store.read() as connection:
        acts = audit_log.of_object(connection, "silence:1")
    assert [(one.act.act, one.act.who) for one in acts] == [("silence.end", "supervisor.toml")]


def test_a_stored_condition_that_may_be_costly_is_ended_at_the_start_and_never_run(
    story: Story,
) -> None:
    accept(story, "A1")
    costly = r"[1,1].all(x, [1,1].all(y, case.item_name.matches('\\pL{200}') || true))"
    silence(story, "2026-09-22 15:00", "2026-10-20 00:00", when=costly)
    silence(story, "2026-09-22 15:00", "2026-10-20 00:00", when="case.no == 'A2'")
    story.restart()
    story.at(WARNED)
    with story.store.read() as connection:
        assert [one.id for one in silences.standing(connection)] == [2]
        [ended] = audit_log.of_object(connection, "silence:1")
    assert "no other list" in ended.act.note
    assert [one.kind for one in story.told("A1")] == ["warning"]
    assert [one.event for one in story.system(REFUSED)] == ["alert_opened"]
    story.restart()
    assert [one.event for one in story.system(REFUSED)] == ["alert_opened", "alert_resolved"]
