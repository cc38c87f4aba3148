"""Check: a case that cannot be checked, a rule that cannot be worked out."""

from __future__ import annotations

from sqlalchemy import select, update

from monitor.store import alert_list, tables
from monitor.store.alert_list import Filter
from rules.instants import HOUR
from tests.support.stories import Event, Story
from tests.support.stories_settings import PROMISE

DUE = "2026-10-13 17:30"

FREE = """
[[check]]
id = "fee"
title = "不收费事项收费"
when = "case.fee_paid > 0"
level = "red"
law = "行政许可法 第五十八条"
"""

FAULTY = """
[[check]]
id = "faulty"
title = "费用"
when = "10 / (case.statutory_days - 1) > 1"
level = "red"
"""


def test_a_case_that_cannot_be_checked_is_set_aside_for_an_hour_and_the_others_go_on(
    story: Story,
) -> None:
    for no in ("A1", "A2", "A3"):
        story.hall.accept(no, at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")
    c = tables.cases.c
    with story.store.write() as connection:
        connection.execute(
            update(tables.cases).where(c.no == "A2").values(facts={"accepted_at": [1]})
        )
    story.at(DUE)
    assert story.levels("A1") == story.levels("A3") == {"promise": "yellow"}
    with story.store.read() as connection:
        row = connection.execute(select(c.state, c.next_check_at).where(c.no == "A2")).one()
    assert (row.state, row.next_check_at) == ("unknown", story.now + HOUR)
    with story.store.write() as connection:
        facts = connection.scalar(select(c.facts).where(c.no == "A1"))
        connection.execute(update(tables.cases).where(c.no == "A2").values(facts=facts))
    story.after(minutes=60)
    assert story.levels("A2") == {"promise": "yellow"}


def test_a_compliance_check_opens_an_alert_with_its_law_and_resolves_it_when_mended(
    story: Story,
) -> None:
    story.reload(limits=PROMISE + FREE)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, fee=50.0)
    story.at("2026-09-22 15:30")
    assert story.levels("A1") == {"fee": "red"}
    story.hall.correct("A1", at="2026-09-22 16:00", fee=0.0)
    story.at("2026-09-22 16:01")
    assert story.history("A1", "fee") == [
        Event("alert_opened", "red", "found"),
        Event("alert_resolved", "red", "moved"),
    ]
    with story.store.read() as connection:
        assert connection.scalar(select(tables.alerts.c.law)) == "行政许可法 第五十八条"


def test_a_rule_that_cannot_be_worked_out_for_a_case_does_not_hold_up_the_other_rules(
    story: Story,
) -> None:
    story.reload(limits=PROMISE + FAULTY + FREE)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, law_days=1, fee=50.0)  # 10 / 0
    story.at(DUE)
    assert story.levels("A1") == {"promise": "yellow", "fee": "red"}


def test_how_a_case_stands_is_kept_with_its_due_moment_and_the_next_level(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    clock = story.clock("A1")
    assert (clock["state"], clock["level"], clock["next_level"]) == ("overdue", "yellow", "red")
    assert story.due("A1") == DUE


def test_a_case_without_a_limit_is_known_to_have_none_and_raises_nothing(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=None)
    story.at(DUE)
    assert story.clock("A1")["state"] == "unknown"
    assert story.levels("A1") == {}


def test_quiet_cases_are_not_due(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")
    c = tables.cases.c
    with story.store.read() as connection:
        assert (connection.scalar(select(c.next_check_at)) or 0) > story.now + 24 * HOUR
    story.at("2026-09-23 15:31")
    assert story.pipeline.check_due() == 0


def test_a_card_goes_with_its_case_to_another_department(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, handler="李阳")
    story.at(DUE)
    with story.store.read() as connection:
        [before] = alert_list.listing(connection, Filter(), 10)
    assert before.alert.carrier == {"region": "990102", "department": "ZJ", "handler": "李阳"}
    story.hall.correct("A1", at="2026-10-13 17:40", department="fire", handler="王敏")
    story.at("2026-10-13 17:41")
    with story.store.read() as connection:
        [after] = alert_list.listing(connection, Filter(department="fire"), 10)
        assert alert_list.listing(connection, Filter(department="ZJ"), 10) == []
    assert after.alert.carrier == {"region": "990102", "department": "fire", "handler": "王敏"}
