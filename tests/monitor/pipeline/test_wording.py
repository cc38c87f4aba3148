"""Wording: the fields of a notice, in Chinese and in English."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.sinks import http_sink, wecom_vendor
from tests.support.stories import Story
from tests.support.stories_settings import HANDLER_ONLY, PROMISE, SOURCE, SYSTEM

DUE = "2026-10-13 17:30"


def fields(story: Story, when: str, section: str) -> dict[str, Any]:
    """Give a section of the context of the last message of a pass at a time."""
    story.hall.accept("DP-2026-0173", at="2026-09-22 15:20", days=10)
    story.at(when)
    found: dict[str, Any] = story.messages[-1]["context"][section]
    return found


@pytest.mark.parametrize(
    ("language", "when", "expected"),
    [
        ("zh_CN", "2026-10-12 10:00", {"left_text": "剩 2 个工作日"}),
        ("en", "2026-10-12 10:00", {"left_text": "2 working days left"}),
        ("zh_CN", "2026-10-14 09:00", {"over_text": "超期 1 个工作日"}),
        ("en", "2026-10-14 09:00", {"over_text": "1 working day overdue"}),
    ],
)
def test_what_is_left_or_over_is_told_in_the_unit_of_the_limit(
    story: Story, language: str, when: str, expected: dict[str, str]
) -> None:
    story.restart(daemon=f'language = "{language}"')
    clock = fields(story, when, "clock")
    assert {name: clock[name] for name in expected} == expected


def test_what_is_over_is_told_in_the_unit_that_the_case_names(story: Story) -> None:
    story.restart(
        sources=SOURCE.replace('statutory_days = "law_days"', 'promised_unit = "item"'),
        limits=PROMISE.replace('unit = "working days"', 'unit = { column = "promised_unit" }'),
    )
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, item="calendar days")
    story.at("2026-10-12 10:00")
    clock = story.messages[-1]["context"]["clock"]
    assert clock["due_at"] == "2026-10-08T17:30:00+08:00"
    assert clock["over_text"] == "超期 4 日"


def test_nothing_is_over_at_the_due_moment_itself(story: Story) -> None:
    clock = fields(story, DUE, "clock")
    assert "over_text" not in clock
    assert clock["due_at"] == "2026-10-13T17:30:00+08:00"
    assert clock["due_text"] == "10月13日（周二）17:30"
    assert clock["limit_text"] == "承诺办结时限"


def test_the_next_level_is_announced_with_its_moment(story: Story) -> None:
    clock = fields(story, DUE, "clock")
    assert clock["next_level_name"] == "红牌"
    assert clock["next_level_text"] == "10月16日（周五）17:30 仍未办结转红牌"


def test_a_case_is_named_by_its_item_and_place_and_people_are_masked(story: Story) -> None:
    case = fields(story, DUE, "case")
    assert case["no"] == "DP-2026-0173"
    assert case["tail"] == "0173"
    assert case["item"] == "施工许可"
    assert case["region"] == "东浦区"
    assert case["department"] == "住房和城乡建设局"
    assert case["handler_masked"] == "周*"


def test_a_title_is_not_told_for_it_often_names_the_applicant(story: Story) -> None:
    story.reload(sources=SOURCE.replace('item_name = "item"', 'title = "item"'))
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, item="王小明：施工许可")
    story.at(DUE)
    assert story.messages
    assert "王小明" not in json.dumps(story.messages, ensure_ascii=False)


def test_a_link_leads_to_the_case_in_the_pages_of_the_hall(story: Story) -> None:
    story.restart(daemon='case_url = "https://oa.example.gov.cn/case?no={no}"')
    story.hall.accept("A/1 号", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    links = story.messages[-1]["context"]["links"]
    assert links == {"case": "https://oa.example.gov.cn/case?no=A%2F1%20%E5%8F%B7"}


def test_without_an_address_there_is_no_link(story: Story) -> None:
    assert fields(story, DUE, "links") == {}


def test_a_reader_is_told_why_it_is_him(story: Story) -> None:
    route = fields(story, DUE, "route")
    assert (route["step"], route["reason"]) == (0, "你是clerk")
    story.at("2026-10-14 14:30")
    reason = story.messages[-1]["context"]["route"]["reason"]
    assert reason == "你是升级路线第 2 级：承办部门负责人"


def test_the_end_is_told_with_its_ground_and_that_one_was_told_before(story: Story) -> None:
    fields(story, DUE, "alert")
    story.hall.close("DP-2026-0173", at="2026-10-14 09:00")
    story.at("2026-10-14 09:01")
    context = story.messages[-1]["context"]
    assert context["alert"]["reason"] == "closed"
    assert context["route"]["reason"] == "此前已通知你，不再升级"


def test_a_message_says_how_fresh_its_data_are(story: Story) -> None:
    assert fields(story, DUE, "source") == {"id": "hall", "as_of": "10月13日（周二）17:30"}


def test_a_due_moment_that_the_calendar_may_still_move_is_called_provisional(
    story: Story,
) -> None:
    story.hall.accept("A1", at="2026-12-10 10:00", days=20)
    story.at("2027-01-07 09:00")
    assert story.messages[-1]["context"]["clock"]["due_text"] == "1月8日（周五）17:30（暂定）"


def test_messages_lead_to_the_pages_of_the_desk(story: Story) -> None:
    story.restart(daemon='desk_url = "https://jc.example.gov.cn/"')
    links = fields(story, "2026-10-14 09:00", "links")
    case = "https://jc.example.gov.cn/cases/DP-2026-0173"
    assert links == {"case": case, "explain": f"{case}#explain", "correction": f"{case}#correction"}


def test_the_halls_own_page_of_a_case_comes_first(story: Story) -> None:
    base = 'desk_url = "https://jc.example.gov.cn"\n'
    story.restart(daemon=base + 'case_url = "https://oa.example.gov.cn/case?no={no}"')
    links = fields(story, "2026-10-14 09:00", "links")
    assert links["case"] == "https://oa.example.gov.cn/case?no=DP-2026-0173"
    assert links["explain"].startswith("https://jc.example.gov.cn/cases/")


def test_a_message_to_a_group_has_links_that_name_no_case(story: Story) -> None:
    settings = 'desk_url = "https://jc.example.gov.cn"\n'
    hall = 'case_url = "https://oa.example.gov.cn/case?no={no}"\n'
    key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    with http_sink(wecom_vendor(key)) as sink:
        group = f'[[channel]]\nid = "out"\nkind = "wecom"\nkey = "{key}"\nbase_url = "{sink.url}"\n'
        story.reload(channels=group, daemon=settings + hall, policies=SYSTEM + HANDLER_ONLY)
        story.hall.accept("DP-ZJ-20260922-0173", at="2026-09-22 15:20", days=10)
        story.at("2026-10-13 17:30")
        [sent] = [one.json["markdown"]["content"] for one in sink.requests]
    assert "https://jc.example.gov.cn/alerts/1" in sent
    assert "20260922" not in sent
