"""Silences on the desk: the list, setting one within a scope, ending one."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, select

from monitor.store import deliveries, silences, tables
from monitor.store.silences import NewSilence
from monitor.web.pages.silences.setting import ends
from rules.instants import HOUR
from rules.silences import Matching
from tests.support.desks import NOW, Desk, filled_desk, folder_url
from tests.support.settings import loaded
from tests.support.stores import case_id, new_delivery, notice
from tests.support.stories_settings import PROMISE, STATUTORY, file_channel, settings_text


def stored(hall: Desk) -> list[dict[str, object]]:
    with hall.store.read() as connection:
        rows = connection.execute(select(tables.silences).order_by(tables.silences.c.id))
        return [dict(row) for row in rows.mappings()]


def put(hall: Desk, reason: str = "割接", *, planned: str | None = None, **matching: str) -> int:
    with hall.store.write() as connection:
        new = NewSilence("wang", reason, Matching(**matching), NOW, NOW + HOUR, planned)
        return silences.add(connection, new, NOW)


def alert_of(connection: Connection, key: str) -> int:
    query = select(tables.alerts.c.id).where(tables.alerts.c.case_id == case_id(connection, key))
    return connection.execute(query).scalar_one()


def test_a_silence_is_set_for_two_hours_and_recorded(hall: Desk) -> None:
    who = hall.enter("inspect")
    answer = hall.do("/silences", region="990102", reason="割接", until="2h")
    assert "适用于现有 1 张牌" in answer.text
    [row] = stored(hall)
    assert row["matching"] == {"region": "990102"}
    assert row["until_at"] == NOW + 2 * HOUR
    assert row["by"] == who
    with hall.store.read() as connection:
        acts = connection.execute(select(tables.audit_log.c.act, tables.audit_log.c.who)).all()
    assert ("silence", who) in [tuple(act) for act in acts]


def test_rules_of_the_same_title_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    url = folder_url(tmp_path)
    channels = file_channel(tmp_path / "out.jsonl")
    twin = PROMISE.replace('"promise"', '"promise-due"', 1)
    limits = PROMISE + twin + STATUTORY
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=channels, limits=limits)
    with filled_desk(url, loaded(tmp_path, text)) as desk:
        desk.enter("inspect")
        shown = desk.look("/silences").text
    options = re.findall(r'<option value="(promise\S*|statutory)">([^<]*)</option>', shown)
    assert dict(options) == {
        "promise": "承诺办结时限 (promise)",
        "promise-due": "承诺办结时限 (promise-due)",
        "statutory": "法定办结时限",
    }


def test_until_close_of_business_is_that_of_today(hall: Desk) -> None:
    hall.enter("inspect")
    assert "今天下班前（10月14日（周三）17:30）" in hall.look("/silences").text
    hall.do("/silences", rule="promise", reason="割接", until="close-1")
    assert stored(hall)[0]["until_at"] == NOW + 2 * HOUR


def test_after_hours_one_end_alone_is_that_of_the_next_working_day(hall: Desk) -> None:
    evening = hall.now + 6 * HOUR  # a Wednesday, 21:30

    found = ends(hall.rules, evening, evening, "zh_CN")

    assert [one.text.partition("（")[0] for one in found] == [
        "2 小时",
        "下个工作日下班前",
        "第 2 个工作日下班前",
        "第 5 个工作日下班前",
    ]


def test_an_own_end_goes_before_those_to_choose(hall: Desk) -> None:
    hall.enter("inspect")
    hall.do("/silences", rule="promise", reason="割接", until="2h", until_at="2026-10-14T15:31")
    assert stored(hall)[0]["until_at"] == NOW + HOUR // 60


def test_a_silence_for_everything_is_refused_and_the_form_kept(hall: Desk) -> None:
    hall.enter("inspect")
    answer = hall.do("/silences", reason="都别吵", until="2h")
    assert answer.status_code == 422
    assert "没有说静默什么" in answer.text
    assert 'value="都别吵"' in answer.text
    assert stored(hall) == []


def test_a_time_that_is_none_is_refused(hall: Desk) -> None:
    hall.enter("inspect")
    answer = hall.do("/silences", rule="promise", reason="x", until_at="周五")
    assert answer.status_code == 422
    assert "不是日期或时间" in answer.text


def test_who_sees_one_region_silences_no_more_than_that(hall: Desk) -> None:
    hall.enter("inspect", regions=["990102"])
    answer = hall.do("/silences", rule="promise", reason="x", until="2h")
    assert answer.status_code == 422
    assert "选一个区划" in answer.text
    assert hall.do("/silences", region="990100", reason="x", until="2h").status_code == 403
    assert hall.do("/silences", case="NO-D-2", reason="x", until="2h").status_code == 403
    assert hall.do("/silences", case="NO-D-9", reason="x", until="2h").status_code == 422
    assert stored(hall) == []
    hall.do("/silences", case="NO-D-1", reason="x", until="2h")
    hall.do("/silences", region="990102", level="red", reason="x", until="2h")
    assert [row["matching"] for row in stored(hall)] == [
        {"case": "NO-D-1"},
        {"region": "990102", "level": "red"},
    ]


def test_conditions_that_have_frozen_the_daemon_are_refused(hall: Desk) -> None:
    hall.enter("inspect", regions=["990102"])
    costly = r"[1,1].all(x,[1,1].all(y,case.item_name.matches('\\pL{200}')||true))"
    for when in (costly, f"now > timestamp('2026-10-15T00:00:00Z') && {costly}"):
        answer = hall.do("/silences", region="990102", reason="x", until="2h", when=when)
        assert answer.status_code == 422
        assert "条件有误" in answer.text
    assert stored(hall) == []


def test_a_long_silence_takes_a_higher_role(hall: Desk) -> None:
    form = {"region": "990102", "reason": "x", "until_at": "2026-10-22"}
    hall.enter("inspect", regions=["990102"])
    answer = hall.do("/silences", **form)
    assert answer.status_code == 422
    assert "静默至多 7 天" in answer.text
    assert stored(hall) == []
    hall.enter("manage", regions=["990102"])
    hall.do("/silences", **form)
    assert len(stored(hall)) == 1


def test_the_form_is_filled_in_from_the_address(hall: Desk) -> None:
    hall.enter("inspect")
    text = hall.look("/silences", case="NO-D-1").text
    assert 'name="case" value="NO-D-1"' in text
    assert '<details class="panel open" open>' in text


def test_the_list_has_the_standing_ones_and_those_that_ended_apart(hall: Desk) -> None:
    hall.enter("inspect")
    put(hall, "还在的", region="990102")
    ended = put(hall, "过去的", region="990102")
    hall.do(f"/silences/{ended}/end")
    active, over = hall.look("/silences").text, hall.look("/silences", state="ended").text
    assert "还在的" in active
    assert "过去的" not in active
    assert "过去的" in over
    assert "还在的" not in over


def test_ending_what_has_ended_is_refused(hall: Desk) -> None:
    hall.enter("inspect")
    ident = put(hall, region="990102")
    hall.do(f"/silences/{ident}/end")
    assert hall.do(f"/silences/{ident}/end").status_code == 422


def test_a_silence_of_elsewhere_is_neither_seen_nor_ended(hall: Desk) -> None:
    ident, everywhere = put(hall, "市里的", region="990103"), put(hall, "到处的", rule="promise")
    hall.enter("inspect", regions=["990102"])
    text = hall.look("/silences").text
    assert "市里的" not in text
    assert "到处的" in text
    assert f"/silences/{everywhere}/end" not in text
    assert hall.do(f"/silences/{ident}/end").status_code == 403
    assert hall.do(f"/silences/{everywhere}/end").status_code == 422


def test_what_a_silence_holds_is_a_link_to_as_many_deliveries(hall: Desk) -> None:
    ident = put(hall, rule="promise")
    with hall.store.write() as connection:
        for number, key in enumerate(("D-1", "D-2")):
            held = new_delivery(f"H-{number}", silence_id=ident)
            deliveries.add_notices(
                connection, [notice(held, alert_id=alert_of(connection, key))], NOW
            )
    hall.enter("inspect")
    link = f"/deliveries?silence={ident}&amp;result=silenced"
    assert f'<a href="{link}">2</a>' in hall.look("/silences").text
    hall.enter("inspect", regions=["990102"])
    assert f'<a href="{link}">1</a>' in hall.look("/silences").text
    assert hall.look("/deliveries", silence=str(ident)).text.count("<tr data-row>") == 1


def test_a_maintenance_window_is_listed_as_that(hall: Desk) -> None:
    put(hall, "机房停电", planned="power", source="hall")
    hall.enter("view")
    text = hall.look("/silences").text
    assert "维护窗口 power" in text
    assert "设静默" not in text


def test_the_list_is_given_as_data(hall: Desk) -> None:
    put(hall, "割接", region="990102")
    hall.enter("view")
    [row] = hall.look("/silences.json").json()["rows"]
    assert row["reason"] == "割接"
    assert row["held"] == 0


def test_without_silences_the_page_says_that_all_is_told(hall: Desk) -> None:
    hall.enter("view")
    assert "没有静默：每张牌都照常发消息" in hall.look("/silences").text
