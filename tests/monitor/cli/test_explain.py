"""``duban explain``: a case of twenty working days with a pause, on a terminal and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.store import alerts, cases, sources
from monitor.store.store import Store
from rules import explanations
from rules.cases import Part, PartKind
from rules.explanation import DisagreementError
from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain, settings_file
from tests.support.moments import at
from tests.support.stores import case_id, new_alert, read_case

LATE = ("--at", "2026-11-03T09:00")


@pytest.fixture
def hall(store: Store) -> Store:
    """One case, accepted on 22 September, paused for three days, with an open alert."""
    pause = Part(
        PartKind.PAUSE,
        "88213",
        at("2026-09-28 08:50"),
        at("2026-09-30 17:10"),
        {"kind": "专家评审"},
    )
    facts = {"applicant": "云岭建设置业有限公司", "step": "技术审查", "handler": "h1"}
    put(store, "C-1", pause, no="DP-0173", title="消防设计审查", **facts)
    with store.write() as connection:
        alerts.open_alerts(connection, [new_alert(case_id(connection, "C-1"))])
    return store


def put(store: Store, key: str, *parts: Part, source: str = "hall", **facts: Any) -> None:
    case = read_case(key, *parts, **{"accepted_at": at("2026-09-22 15:20"), **facts})
    with store.write() as connection:
        sources.ensure(connection, [source], 0)
        cases.put(connection, source, [case], 0)


def test_days_are_drawn_as_a_calendar_of_weeks(hall: Store, config: Path) -> None:
    shown = plain(duban_on_terminal("explain", "DP-0173", *LATE, "-c", config))
    lines = shown.splitlines()
    assert "│9/21      │9/22    起│23     计1│24     计2│25      休│26      休│27      休│" in lines
    assert "│9/28    停│29      停│30      停│10/1    休│2       休│3       休│4       休│" in lines
    assert "│专家评审  │专家评审  │专家评审  │国庆节    │国庆节    │国庆节    │国庆节    │" in lines
    assert "到期17:30" in shown
    assert "│11/2   超1│3      超2│4      超3│5         │6         │7         │8         │" in lines
    assert max(map(len, lines)) <= 80


def test_the_heading_names_the_item_and_not_the_applicant(hall: Store, config: Path) -> None:
    """Halls write the applicant into the title; it is not said whole anywhere."""
    put(
        hall,
        "C-9",
        no="DP-9",
        title="赵六：社会保险登记",
        applicant="赵六",
        item_name="社会保险登记",
    )
    told = duban("explain", "DP-9", *LATE, "-c", config).out
    assert told.splitlines()[0] == "社会保险登记"
    assert "赵六" not in told


def test_the_end_of_a_limit_is_called_what_it_is(hall: Store, config: Path) -> None:
    put(hall, "C-8", no="DP-8", closed_at=at("2026-10-09 10:40"))
    assert "办结10:40" in duban("explain", "DP-8", *LATE, "-c", config).out
    config.write_text(config.read_text("utf-8").replace("closed_at", "delivered_at"), "utf-8")
    put(hall, "C-7", no="DP-7", delivered_at=at("2026-10-09 10:40"))
    assert "送达10:40" in duban("explain", "DP-7", *LATE, "-c", config).out


def test_the_verdict_the_grounds_and_the_levels_are_told(hall: Store, config: Path) -> None:
    told = duban("explain", "DP-0173", *LATE, "-c", config)
    assert told.code == 0
    assert "超期 2 个工作日" in told.out
    assert "应于 10月30日（周五）17:30 前办结，至今未办结。" in told.out
    assert "4. 暂停 3 个工作日。 9月28日 08:50 至 9月30日 17:10 专家评审" in told.out
    assert "红牌  11月4日（周三）17:30   → 下一步  超期 3 个工作日" in told.out
    assert "黄牌  承诺办结时限" in told.out  # the open alert
    assert "DP-0173  云岭**置业有限公司  环节 技术审查  承办 李阳" in told.out


def test_it_speaks_english(hall: Store, config: Path) -> None:
    told = duban("explain", "DP-0173", *LATE, "-c", config, env=ENGLISH)
    assert "2 working days overdue" in told.out
    assert "Due Fri 30 Oct 17:30 and still open." in told.out
    assert "Paused for 3 working days." in told.out


def test_json_has_every_day_and_the_grounds_in_both_languages(hall: Store, config: Path) -> None:
    told = json.loads(duban("explain", "C-1", *LATE, "-c", config, "--json").out)
    (limit,) = told["limits"]
    assert limit["due_at"] == "2026-10-30T17:30:00+08:00"
    assert limit["state"] == "overdue"
    assert [day["kind"] for day in limit["days"][:3]] == ["start", "counted", "counted"]
    assert limit["pauses"][0]["key"] == "88213"
    assert limit["grounds"]["zh_CN"][0]["head"] == "从次日起算。"
    assert limit["grounds"]["en"][0]["head"] == "Counted from the next day."
    assert limit["verdict"]["en"] == "2 working days overdue"
    assert [alert["level"] for alert in told["alerts"]] == ["yellow"]


def test_an_earlier_moment_shows_the_case_as_it_was_known_then(hall: Store, config: Path) -> None:
    told = json.loads(
        duban("explain", "C-1", "--at", "2026-09-29T09:00", "-c", config, "--json").out
    )
    assert told["limits"][0]["state"] == "paused"
    assert told["limits"][0]["days"][-1]["date"] == "2026-09-29"


@pytest.fixture
def rewritten(hall: Store) -> Store:
    """The same case, whose acceptance was moved on 3 November, when it also went a step on."""
    facts = {"applicant": "云岭建设置业有限公司", "step": "决定", "handler": "h1"}
    facts |= {"no": "DP-0173", "title": "消防设计审查"}
    case = read_case("C-1", digest="d2", accepted_at=at("2026-10-12 09:00"), **facts)
    with hall.write() as connection:
        cases.put(connection, "hall", [case], at("2026-11-03 10:00"))
    return hall


def test_facts_that_the_source_has_changed_are_told(rewritten: Store, config: Path) -> None:
    told = duban("explain", "DP-0173", "-c", config)
    section = told.out[told.out.index("审批库改过的事实") :]
    assert section.splitlines()[1].split() == [
        *("11-03", "10:00", "!", "受理时间"),
        *("2026-09-22", "15:20", "→", "2026-10-12", "09:00"),
    ]
    assert "特别程序 88213  " in section
    assert "! 亮牌之后" in section
    assert "另有 1 处" in section  # the step
    told = duban("explain", "DP-0173", "-c", config, env=ENGLISH)
    assert "Facts that the source has changed" in told.out
    assert "kind of special procedure 88213  专家评审 → none" in told.out


def test_json_has_every_change(rewritten: Store, config: Path) -> None:
    told = json.loads(duban("explain", "DP-0173", "-c", config, "--json").out)["changes"]
    assert {(one["name"], one["kind"], one["progress"]) for one in told} == {
        ("accepted_at", "corrected", False),
        ("step", "corrected", True),
        ("pauses[88213]", "part removed", False),
        ("pauses[88213].ended_at", "removed", False),
        ("pauses[88213].kind", "removed", False),
    }
    [accepted] = [one for one in told if one["name"] == "accepted_at"]
    assert accepted["before"] == "2026-09-22T15:20:00+08:00"
    assert accepted["seen_at"] == "2026-11-03T10:00:00+08:00"


def test_changes_that_were_not_seen_yet_are_not_told(rewritten: Store, config: Path) -> None:
    early = ("--at", "2026-11-03T09:59")
    told = json.loads(duban("explain", "DP-0173", *early, "-c", config, "--json").out)
    assert told["changes"] == []
    assert "改过的事实" not in duban("explain", "DP-0173", *early, "-c", config).out


def test_an_unknown_case_is_refused(hall: Store, config: Path) -> None:
    told = duban("explain", "nothing", "-c", config)
    assert (told.code, "没有办件 nothing" in told.err) == (1, True)
    assert "duban rejects" in told.err


def test_several_cases_of_one_number_are_listed(hall: Store, config: Path) -> None:
    put(hall, "C-9", source="annex", no="DP-0173", title="何凯旋：许可", item_name="许可")
    told = duban("explain", "DP-0173", "-c", config)
    assert told.code == 1
    assert "hall  C-1" in told.err
    assert "annex  C-9  许可" in told.err
    assert "何凯旋" not in told.err
    assert duban("explain", "DP-0173", "--source", "annex", "-c", config).code == 0


def test_a_limit_that_is_not_for_the_case_is_refused(hall: Store, config: Path) -> None:
    told = duban("explain", "C-1", "--limit", "other", "-c", config)
    assert told.code == 2
    assert "promise" in told.err


def test_limits_are_those_whose_condition_holds(hall: Store, config: Path) -> None:
    other = (
        '[[limit]]\nid = "hotline"\ntitle = "热线"\nfrom = "accepted_at"\nuntil = "closed_at"\n'
        'allow = "60 seconds"\nlevels = { red = "over" }\n'
    )
    settings_file(config.parent, f"{other}when = \"case.kind == 'hotline'\"\n")
    shown = json.loads(duban("explain", "C-1", "-c", config, "--json").out)["limits"]
    assert [one["limit"]["id"] for one in shown] == ["promise"]
    settings_file(config.parent, f"{other}when = \"case.kind != 'hotline'\"\n")
    shown = json.loads(duban("explain", "C-1", "-c", config, "--json").out)["limits"]
    assert [one["limit"]["id"] for one in shown] == ["promise", "hotline"]


def test_a_disagreement_is_told_loudly(
    hall: Store, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disagree(*_: object) -> None:
        raise DisagreementError("C-1, limit promise: the engine says otherwise")

    monkeypatch.setattr(explanations, "explain", disagree)
    told = duban("explain", "C-1", "-c", config)
    assert told.code == 1
    assert "不一致" in told.err
    assert "the engine says otherwise" in told.err
    told = duban("explain", "C-1", "-c", config, "--json")
    assert told.code == 1
    assert "error" in json.loads(told.out)["limits"][0]


def test_a_provisional_due_day_is_marked(store: Store, config: Path) -> None:
    put(store, "C-2", accepted_at=at("2026-12-18 10:00"))
    told = duban("explain", "C-2", "--at", "2026-12-21T09:00", "-c", config).out
    assert "到期17:30?" in told
    assert "? 暂定" in told
    assert "暂定，不亮" in told  # the gravest level


def test_a_limit_on_trial_says_so(hall: Store, config: Path) -> None:
    text = config.read_text("utf-8").replace(
        'until = "closed_at"', 'until = "closed_at"\nshadow = true'
    )
    config.write_text(text, "utf-8")
    told = duban("explain", "C-1", *LATE, "-c", config)
    assert "试行，不通知" in told.out


def test_long_dull_stretches_are_folded(hall: Store, config: Path) -> None:
    shown = duban("explain", "C-1", "--at", "2027-03-03T09:00", "-c", config).out
    assert "│… 16 周   │超6       │超84      │" in shown
    assert "│3/1   超85│2     超86│3     超87│" in shown


def test_personal_facts_are_told_by_no_command(hall: Store, config: Path) -> None:
    told = {"title": "何凯旋：许可", "legal_person": "何凯旋", "id_no": "450305199001011234"}
    put(hall, "C-6", no="DP-6", **told)
    changed = read_case(
        "C-6", digest="d2", accepted_at=at("2026-09-22 15:20"), no="DP-6", legal_person="吴德海"
    )
    with hall.write() as connection:
        cases.put(connection, "hall", [changed], at("2026-11-03 10:00"))
        cases.put(
            connection,
            "hall",
            [read_case("C-6", digest="d3", accepted_at=at("2026-09-22 15:20"), no="DP-6", **told)],
            at("2026-11-03 10:01"),
        )
        opened = new_alert(case_id(connection, "C-6"), rule="own", evidence=told)
        alerts.open_alerts(connection, [opened])
    for command in (
        ("explain", "DP-6"),
        ("explain", "--alert", "2"),
        ("alerts", "--all"),
        ("cases", "--all"),
    ):
        for form in ((), ("--json",)):
            answer = duban(*command, *form, "-c", config)
            assert answer.code == 0, command
            for value in ("何凯旋", "吴德海", "450305199001011234"):
                assert value not in answer.out, command
