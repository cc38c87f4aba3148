"""The daily digest: on working days alone, to everybody of what is his, and also of nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from monitor.store import tables
from tests.support.stories import Story
from tests.support.stories_settings import HANDLER_ONLY, SYSTEM

DIGEST = """
[[digest]]
id = "morning"
at = "08:30"
to = ["inspector", "person:on-duty"]
via = ["out"]
"""
ACCEPTED = "2026-09-22 15:20"


def begin(story: Story, more: str = "") -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY + DIGEST + more)
    story.at("2026-09-22 15:30")
    story.messages.clear()  # that of the day itself, which went late


def digests(story: Story) -> list[dict[str, Any]]:
    """Give the digests that went out so far."""
    return [one for one in story.messages if one["kind"] == "digest"]


def told(story: Story, who: str) -> dict[str, Any]:
    """Give what the last digest told somebody."""
    context: dict[str, Any] = [one for one in digests(story) if one["recipient"] == who][-1][
        "context"
    ]
    return context


def test_it_goes_to_everybody_named_on_working_days_at_its_time(story: Story) -> None:
    begin(story)
    story.at("2026-09-23 08:29")
    assert digests(story) == []
    story.at("2026-09-23 08:30")
    assert {one["recipient"] for one in digests(story)} == {"钱程", "王敏", "罗维", "值班员"}
    story.at("2026-09-23 12:00")
    assert len(digests(story)) == 4


def test_it_rests_on_holidays_and_goes_on_make_up_days(story: Story) -> None:
    begin(story)
    days = []
    for day in [*range(1, 13)]:
        before = len(digests(story))
        story.at(f"2026-10-{day:02} 08:30")
        if len(digests(story)) > before:
            days.append(day)
    assert days == [8, 9, 10, 12]  # 1 to 7 October are off, Saturday the 10th is made up for


def test_one_that_was_missed_goes_later_on_the_same_day_or_not_at_all(story: Story) -> None:
    begin(story)
    story.at("2026-09-23 11:00")
    assert len(digests(story)) == 4
    story.at("2026-09-26 10:00")  # a Saturday; those of Thursday and Friday were missed
    assert len(digests(story)) == 4
    story.at("2026-09-28 08:30")
    assert len(digests(story)) == 8


def test_nothing_to_report_is_reported_with_when_the_source_was_read(story: Story) -> None:
    begin(story)
    story.hall.accept("A1", at="2026-09-22 16:00", days=10)
    story.at("2026-09-23 08:30")
    context = told(story, "钱程")
    assert context["nothing"] is True
    assert (context["count"], context["items"]) == (0, [])
    assert context["source"]["as_of"] == "9月23日（周三）08:30"
    assert context["digest"]["open"] == 1
    [message] = [one for one in digests(story) if one["recipient"] == "钱程"]
    assert "无红牌、黄牌" in message["subject"]


def test_it_tells_what_stands_what_is_due_and_how_it_went(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=10)  # due on Tuesday 13 October at 17:30
    story.hall.accept("A2", at=ACCEPTED, days=10)
    story.hall.accept("A3", at=ACCEPTED, days=11)
    story.hall.accept("A4", at=ACCEPTED, days=9, region="990100")  # due on Monday, of the city
    begin(story)
    story.at("2026-10-12 08:30")
    assert told(story, "钱程")["counts"] == {}
    story.at("2026-10-12 17:30")
    story.at("2026-10-13 08:30")
    context = told(story, "钱程")
    assert context["counts"] == {"warning": 2}
    assert context["digest"]["due_today"] == 2
    assert context["digest"]["unacknowledged"] == {"warning": 2}
    assert [one["case"]["no"] for one in context["items"]] == ["A1", "A2"]
    assert told(story, "王敏")["counts"] == {"warning": 2, "yellow": 1}
    assert told(story, "王敏")["items"][0]["case"]["no"] == "A4"
    assert told(story, "王敏")["digest"]["scope"] == "云岭市"
    story.at("2026-10-13 17:30")
    story.acknowledge("A1")
    story.hall.close("A2", at="2026-10-13 17:00")
    story.hall.close("A3", at="2026-10-14 08:00")
    story.at("2026-10-14 08:30")
    context = told(story, "钱程")
    assert context["counts"] == {"yellow": 1}
    assert context["digest"]["before"] == {"warning": 2, "yellow": 0, "red": 0}
    assert context["digest"]["unacknowledged"] == {}
    assert context["digest"]["on_time"] == 100.0
    assert "on_time_before" not in context["digest"]


def test_it_can_be_limited_to_a_region_and_goes_by_departments(story: Story) -> None:
    more = """
[[digest]]
id = "leads"
at = "08:30"
to = ["department-lead"]
via = ["out"]
region = "990102"
"""
    story.hall.accept("A1", at=ACCEPTED, days=10)
    story.hall.accept("A2", at=ACCEPTED, days=10, department="ZR")
    story.hall.accept("A3", at=ACCEPTED, days=10, region="990100")
    begin(story, more)
    story.at("2026-10-12 09:00")
    story.at("2026-10-13 08:30")
    context = told(story, "陈波")
    assert context["digest"]["scope"] == "东浦区住房和城乡建设局"
    assert [one["case"]["no"] for one in context["items"]] == ["A1"]
    assert context["route"]["reason"] == "东浦区住房和城乡建设局的每日快报发给你"


def test_another_time_takes_effect_and_a_digest_taken_out_goes_no_more(story: Story) -> None:
    begin(story)
    story.reload(policies=SYSTEM + HANDLER_ONLY + DIGEST.replace("08:30", "10:00"))
    story.at("2026-09-23 09:59")
    assert digests(story) == []
    story.at("2026-09-23 10:00")
    assert len(digests(story)) == 4
    story.restart(policies=SYSTEM + HANDLER_ONLY)
    story.at("2026-09-24 10:00")
    assert len(digests(story)) == 4
    with story.store.read() as connection:
        assert connection.execute(select(tables.digests)).all() == []
