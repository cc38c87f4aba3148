"""The rules on the desk: the list, what each says, its versions, and its cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.store import alerts, ladders, rule_versions
from rules.ladders import fingerprint
from tests.support.desks import Desk, filled_desk, folder_url
from tests.support.settings import loaded
from tests.support.stores import case_id, new_alert
from tests.support.stories_settings import PROMISE, STATUTORY, file_channel, settings_text

CHECK = """
[[check]]
use = "closed-before-accepted"
shadow = true

[[check]]
id = "own"
title = "自己的规则"
when = "case.fee_paid > 100.0"
level = "yellow"
"""


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[Desk]:
    """The desk of a hall with two limits and two checks, one of them on trial."""
    url, out = folder_url(tmp_path), file_channel(tmp_path / "o")
    limits = PROMISE.replace("levels", 'law = "行政许可法 第四十二条"\nlevels') + STATUTORY + CHECK
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=out, limits=limits)
    with filled_desk(url, loaded(tmp_path, text)) as desk:
        yield desk


def test_the_list_has_each_rule_with_its_law_levels_and_cards(rules: Desk) -> None:
    rules.enter("view")
    text = rules.look("/rules").text
    assert '<a href="/rules/promise">承诺办结时限</a>' in text
    assert "行政许可法 第四十二条" in text
    assert "剩 2 个工作日" in text
    assert '<a href="/rules/promise#cards">2</a>' in text
    assert "试行" in text
    assert 'href="/rules/ladder?kind=policy"' in text


def test_the_list_counts_the_cards_that_the_visitor_sees(rules: Desk) -> None:
    rules.enter("view", regions=["990102"])
    assert '<a href="/rules/promise#cards">1</a>' in rules.look("/rules").text


def test_the_list_is_narrowed_by_kind_and_text(rules: Desk) -> None:
    rules.enter("view")
    text = rules.look("/rules", kind="check").text
    assert "自己的规则" in text
    assert "承诺办结时限" not in text
    assert "没有符合条件的规则" in rules.look("/rules", q="没有这样的").text


def test_a_limit_says_how_it_is_counted_and_lists_its_cards(rules: Desk) -> None:
    rules.enter("view")
    text = rules.look("/rules/promise").text
    assert "按承诺时限（工作日）" in text
    assert "起算当日不计" in text
    assert ">事项D-1</a>" in text
    assert "张三" not in text


def test_a_check_says_what_it_finds_or_its_condition(rules: Desk) -> None:
    rules.enter("view")
    assert "case.fee_paid &gt; 100.0" in rules.look("/rules/own").text
    built_in = rules.look("/rules/closed-before-accepted").text
    assert "试行，不通知" in built_in
    assert "早于〔受理时间〕受理" in built_in


def test_a_policy_says_who_is_told_when(rules: Desk) -> None:
    rules.enter("view")
    text = rules.look("/rules/ladder", kind="policy").text
    assert "上级监察员" in text
    assert "满 4 个工作小时" in text


def test_an_earlier_version_is_shown_as_far_as_it_is_known(rules: Desk) -> None:
    with rules.store.write() as connection:
        old = new_alert(case_id(connection, "D-3"), rule="promise", version="0", law="旧法 第一条")
        alerts.open_alerts(connection, [old])
    rules.enter("view")
    assert 'href="/rules/promise@0"' in rules.look("/rules/promise").text
    text = rules.look("/rules/promise@0").text
    assert "这是以前的版本" in text
    assert "旧法 第一条" in text
    assert "没有留存" in text
    assert rules.look("/rules/promise@1").status_code == 200
    assert rules.look("/rules/promise@7").status_code == 404


def test_an_earlier_ladder_is_shown_as_it_was(rules: Desk) -> None:
    [policy] = [one for one in rules.rules.book.policies if one.id == "ladder"]
    old = replace(policy, version="0", steps=policy.steps[:1])
    with rules.store.write() as connection:
        ladders.keep(connection, {fingerprint(old): old}, rules.now)
    rules.enter("view")
    text = rules.look(f"/rules/ladder@{fingerprint(old)[:12]}", kind="policy").text
    assert "这是以前的版本" in text
    assert "立即" in text
    assert "上级监察员" not in text


def test_a_rule_that_the_settings_no_longer_have_is_shown_by_its_cards(rules: Desk) -> None:
    with rules.store.write() as connection:
        alerts.open_alerts(connection, [new_alert(case_id(connection, "D-3"), rule="gone")])
    rules.enter("view")
    assert '<a class="mono" href="/rules/gone">gone</a>' in rules.look("/rules").text
    assert "设置里已没有这条规则" in rules.look("/rules/gone").text
    assert rules.look("/rules/never-was").status_code == 404


def test_an_earlier_text_of_a_rule_is_shown_under_its_version(rules: Desk) -> None:
    with rules.store.write() as connection:
        rule_versions.keep(connection, rules.rules.settings.rule_texts, rules.now - 5)
        [now] = [one for one in rules.rules.settings.rule_texts if one.id == "promise"]
        later = {**now.said, "title": "改过的时限"}
        changed = replace(now, said=later)
        rule_versions.keep(connection, [changed], rules.now)
    rules.enter("view")
    page = rules.look("/rules/promise")
    assert "各版内容" in page.text
    assert 'href="/rules/promise@1.1"' in page.text
    earlier = rules.look("/rules/promise@1.1").text
    assert "改过的时限" in earlier
    assert "这是以前的版本" in earlier
