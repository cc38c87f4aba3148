"""Surveys: what only shows across cases is found, stays, and is over, on every store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.store import alert_list, surveys, tables
from monitor.store.alert_list import Filter
from notifiers.message import Kind, Message, Recipient
from notifiers.texts import Texts
from rules.instants import MINUTE
from tests.support.stories import Event, Story, fresh_story, local
from tests.support.stories_settings import PROMISE, SOURCE

COLUMNS = ("applicant", "desk", "ticket", "called", "rated", "rating", "about")
MAPPED = """
applicant = "applicant"
window = "desk"
item_code = "item"
ticket_at = "ticket"
called_at = "called"
rated_at = "rated"
rating = "rating"
related_no = "about"
"""


def use(survey: str, every: str = "10m", **settings: Any) -> str:
    """Write a survey into the settings."""
    lines = "".join(f"{name} = {_toml(value)}\n" for name, value in settings.items())
    return f'[[check]]\nuse = "{survey}"\nevery = "{every}"\n[check.settings]\n{lines}'


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(list(value)) if isinstance(value, tuple) else repr(value)


@pytest.fixture
def hall(story: Story) -> Story:
    """The story with a hall that tells applicants, windows, tickets and ratings."""
    story.hall.database.run(*(f"ALTER TABLE cases ADD COLUMN {name} TEXT" for name in COLUMNS))
    columns = 'fee_paid = "fee"'
    story.restart(sources=SOURCE.replace(columns, columns + MAPPED))
    return story


def subjects(story: Story) -> dict[str | None, str]:
    """Give the subjects about which an alert stands, and its rule."""
    with story.store.read() as connection:
        rows = alert_list.listing(connection, Filter(), 100)
    return {row.alert.subject: row.alert.rule for row in rows if row.alert.case_id is None}


def gravest(story: Story, no: str) -> str | None:
    with story.store.read() as connection:
        query = select(tables.cases.c.level).where(tables.cases.c.no == no)
        level: str | None = connection.scalar(query)
    return level


def test_a_case_accepted_twice_is_found_and_over_once_the_first_is_closed(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("accepted-twice"))
    hall.hall.accept("A1", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("A2", at="2026-09-23 10:00", applicant="某公司", desk="住建局")
    hall.hall.accept("A3", at="2026-09-23 11:00", applicant="别家", desk="4")
    hall.at("2026-09-23 12:00")
    assert hall.levels("A1") == hall.levels("A3") == {}
    assert hall.levels("A2") == {"accepted-twice": "warning"}
    assert gravest(hall, "A2") == "warning"
    # The check of the case alone leaves the survey's alert, and counts it.
    hall.hall.correct("A2", at="2026-09-23 12:05", fee=1.0)
    hall.at("2026-09-23 12:06")
    assert hall.levels("A2") == {"accepted-twice": "warning"}
    assert gravest(hall, "A2") == "warning"
    hall.hall.correct("A2", at="2026-09-23 12:20", desk="3")
    hall.at("2026-09-23 12:30")
    assert hall.levels("A2") == {}
    assert gravest(hall, "A2") is None
    assert hall.history("A2", "accepted-twice") == [
        Event("alert_opened", "warning", "found"),
        Event("alert_resolved", "warning", "moved"),
    ]


def test_its_alert_is_over_with_the_case(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("accepted-twice"))
    hall.hall.accept("A1", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("A2", at="2026-09-23 10:00", applicant="某公司", desk="4")
    hall.at("2026-09-23 12:00")
    hall.hall.delete("A2")
    hall.at("2026-09-24 12:00")
    hall.at("2026-09-24 12:20")
    assert hall.history("A2", "accepted-twice")[-1] == Event(
        "alert_resolved", "warning", "vanished"
    )
    assert gravest(hall, "A2") is None


def test_a_gap_is_held_against_the_unit_until_the_number_turns_up(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("number-gap", least=4, share=0.5))
    for number in (1, 2, 3, 5, 6):
        hall.hall.accept(f"DP-{number:03d}", at=f"2026-09-22 10:0{number}")
    hall.at("2026-09-22 12:00")
    assert subjects(hall) == {}
    hall.at("2026-09-23 12:00")
    assert subjects(hall) == {"numbers:hall/DP-004": "number-gap"}
    with hall.store.read() as connection:
        [row] = alert_list.listing(connection, Filter(region="990102", department="ZJ"), 10)
    assert row.alert.evidence["below_no"] == "DP-003"
    assert row.alert.evidence["above_no"] == "DP-005"
    hall.hall.accept("DP-004", at="2026-09-23 12:01")
    hall.at("2026-09-23 13:00")
    assert subjects(hall) == {}
    assert hall.system("number-gap") == [
        Event("alert_opened", "warning", "found"),
        Event("alert_resolved", "warning", "moved"),
    ]


def test_the_number_of_a_row_that_was_set_aside_is_not_missing(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("number-gap", least=4, share=0.5))
    for number in (1, 2, 3, 5, 6):
        hall.hall.accept(f"DP-{number:03d}", at=f"2026-09-22 10:0{number}")
    hall.hall.accept("DP-004", at="2026-09-22 10:04", days="待补录")
    hall.at("2026-09-22 12:00")
    hall.at("2026-09-23 12:00")
    assert "number-gap" not in subjects(hall).values()
    hall.hall.delete("DP-004")
    hall.at("2026-09-24 12:00")
    hall.at("2026-09-25 12:00")
    assert subjects(hall).get("numbers:hall/DP-004") == "number-gap"


def test_a_window_is_unattended_until_somebody_is_called(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("window-unattended", "1m", minutes=30))
    hall.hall.accept("T1", at="2026-09-22 09:05", ticket="2026-09-22 09:01", desk="3")
    hall.at("2026-09-22 09:10")
    row = {"no": "T2", "region": "990102", "desk": "3", "ticket": "2026-09-22 09:20"}
    hall.hall.database.insert("cases", {**row, "changed": "2026-09-22 09:20"})
    hall.at("2026-09-22 09:49")
    assert subjects(hall) == {}
    hall.at("2026-09-22 09:50")
    assert subjects(hall) == {"window:990102/3": "window-unattended"}
    hall.hall.correct("T2", at="2026-09-22 09:58", called="2026-09-22 09:58")
    hall.at("2026-09-22 10:00")
    assert subjects(hall) == {}


def test_closings_in_one_second_are_one_card_of_whoever_closed_them(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("closed-in-one-second", cases=3, days=2))
    for number in range(4):
        hall.hall.accept(f"A{number}", at="2026-09-22 10:00", handler="李阳")
        hall.hall.close(f"A{number}", at="2026-09-22 15:00:05")
    hall.hall.accept("B1", at="2026-09-22 10:00", handler="王敏")
    hall.hall.close("B1", at="2026-09-22 15:00:05")
    hall.at("2026-09-22 16:00")
    [(subject, rule)] = subjects(hall).items()
    assert (subject or "").startswith("closings:李阳@")
    assert rule == "closed-in-one-second"
    hall.at("2026-09-24 16:00")  # the time is over that it looks at
    assert subjects(hall) == {}
    assert hall.system(rule)[-1] == Event("alert_resolved", "yellow", "passed")


def test_a_case_that_vanishes_with_a_card_is_a_card_that_stays(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("vanished-with-card"))
    hall.hall.accept("A1", at="2026-09-01 10:00", days=2)
    hall.hall.accept("A2", at="2026-09-01 10:00", days=90)
    hall.at("2026-09-08 10:00")
    assert hall.levels("A1") == {"promise": "yellow"}
    hall.hall.delete("A1", "A2")
    hall.at("2026-09-09 10:00")
    hall.at("2026-09-09 10:20")
    assert hall.levels("A1") == {"vanished-with-card": "red"}
    assert hall.levels("A2") == {}
    assert gravest(hall, "A1") == "red"
    hall.hall.accept("A1", at="2026-09-01 10:00", days=90)
    hall.hall.correct("A1", at="2026-09-09 11:00", fee=0.0)
    hall.at("2026-09-09 11:01")
    hall.at("2026-09-09 11:30")
    assert hall.levels("A1") == {}


def test_a_case_that_others_name_is_missing_until_it_is_there(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("named-but-missing", hours=1))
    hall.hall.accept("H1", at="2026-09-22 10:00", about="A7")
    hall.at("2026-09-22 10:30")
    assert hall.levels("H1") == {}
    hall.at("2026-09-22 11:01")
    assert hall.levels("H1") == {"named-but-missing": "yellow"}
    hall.hall.accept("A7", at="2026-09-22 11:05")
    hall.at("2026-09-22 11:30")
    assert hall.levels("H1") == {}


def test_units_are_judged_by_the_month_that_is_over(hall: Story) -> None:
    hall.reload(
        limits=PROMISE
        + use("average-time-high", least=2)
        + use("on-time-rate-low", least=2, target=60, limit="promise")
        + use("closing-rate-low", least=2)
        + use("early-rate-low", least=2, limit="promise", target=60)
        + use("satisfaction-low", least=2)
        + use("alarm-rate-high", least=2)
    )
    for number in range(6):
        department, day = ("ZJ", 3) if number < 4 else ("ZR", 20)
        hall.hall.accept(
            f"A{number}",
            at="2026-09-02 10:00",
            days=10,
            department=department,
            rated="2026-09-28 10:00",
            rating="5" if department == "ZR" else "1",
        )
        hall.at("2026-09-02 10:01")
        if number < 5:
            hall.hall.close(f"A{number}", at=f"2026-09-{day:02d} 15:00")
    hall.at("2026-09-20 16:00")
    assert subjects(hall) == {}
    hall.at("2026-10-01 09:00")
    late = "unit:990102/ZR@2026-09"
    with hall.store.read() as connection:
        rows = alert_list.listing(connection, Filter(department="ZR"), 100)
    found = {(row.alert.subject, row.alert.rule) for row in rows if row.alert.subject}
    assert found == {
        (late, "closing-rate-low"),
        (late, "satisfaction-low"),
        (late, "alarm-rate-high"),
    }
    hall.at("2026-11-01 09:00")
    assert subjects(hall) == {}
    assert hall.system("satisfaction-low") == [
        Event("alert_opened", "warning", "found"),
        Event("alert_resolved", "warning", "passed"),
    ]


def test_a_unit_without_any_case_is_found(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("unit-without-case", once=False))
    hall.hall.accept("A1", at="2026-07-02 10:00")
    hall.at("2026-08-03 09:00")
    assert subjects(hall) == {}
    hall.at("2026-09-01 09:00")
    assert subjects(hall) == {"unit:990102/ZJ@2026-08": "unit-without-case"}


def test_a_survey_that_is_taken_out_leaves_no_alert(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("accepted-twice") + use("closed-in-one-second", cases=2))
    hall.hall.accept("A1", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("A2", at="2026-09-23 10:00", applicant="某公司", desk="4")
    hall.hall.accept("A3", at="2026-09-23 10:00")
    hall.hall.close("A2", at="2026-09-23 11:00:01")
    hall.hall.close("A3", at="2026-09-23 11:00:01")
    hall.at("2026-09-23 12:00")
    assert gravest(hall, "A2") == "warning"
    assert len(subjects(hall)) == 1
    hall.reload(limits=PROMISE)
    hall.at("2026-09-23 12:01")
    assert gravest(hall, "A2") is None
    assert subjects(hall) == {}
    assert hall.history("A2", "accepted-twice")[-1] == Event("alert_resolved", "warning", "rule")
    with hall.store.read() as connection:
        assert surveys.states(connection) == []


def test_a_changed_survey_is_made_at_once(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("accepted-twice", "1d", days=1))
    hall.hall.accept("A1", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("A2", at="2026-09-24 10:00", applicant="某公司", desk="4")
    hall.at("2026-09-24 12:00")
    assert hall.levels("A2") == {}
    hall.reload(limits=PROMISE + use("accepted-twice", "1d", days=7))
    hall.at("2026-09-24 12:01")
    assert hall.levels("A2") == {"accepted-twice": "warning"}


def test_a_survey_that_a_killed_daemon_was_making_is_made_at_once_after_the_restart(
    tmp_path: Path,
) -> None:
    with fresh_story(tmp_path, "sqlite", limits=PROMISE + use("closed-in-one-second")) as story:
        story.at("2026-09-24 12:00")
        story.now = local("2026-09-24 12:10")
        with story.store.write() as connection:
            claimed = surveys.claim(connection, story.now, story.now + 30 * MINUTE, "killed:1")
        assert claimed is not None
        story.restart()
        story.go()
        with story.store.read() as connection:
            [state] = surveys.states(connection)
        assert (state.claimed_by, state.last_run_at) == (None, story.now)


def test_a_survey_that_fails_is_an_alert_and_leaves_its_own_as_they_are(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("closed-in-one-second", cases=2))
    for number in range(2):
        hall.hall.accept(f"A{number}", at="2026-09-22 10:00")
        hall.hall.close(f"A{number}", at="2026-09-22 15:00:05")
    hall.at("2026-09-22 16:00")
    [subject] = subjects(hall)
    with hall.store.write() as connection:  # no source tells a moment like this
        connection.execute(tables.cases.update().values(facts={"ticket_at": "soon", "no": "1"}))
    hall.reload(
        limits=PROMISE
        + use("closed-in-one-second", cases=2)
        + use("window-unattended", by="no", minutes=1)
    )
    hall.at("2026-09-22 16:01")
    standing = subjects(hall)
    assert standing.pop(subject) == "closed-in-one-second"
    if hall.store.alone:  # SQLite reads a text as the number 0
        assert standing == {}
        return
    assert set(standing.values()) == {"rule-fails"}


UNITS = """
[[policy]]
id = "units"
when = "alert.about == 'unit' && case.region == '990102'"
steps = [{ after = "0m", tell = ["inspector@region"], via = ["out"] }]
"""


def test_whoever_watches_over_a_unit_is_told_of_it_by_its_name(hall: Story) -> None:
    hall.reload(
        limits=PROMISE + use("closing-rate-low", least=1, regions=("990102",)), policies=UNITS
    )
    hall.hall.accept("A1", at="2026-09-22 10:00")
    hall.at("2026-10-09 09:00")
    [message] = [one for one in hall.messages if one["kind"] == "warning"]
    assert message["recipient"] == "钱程"
    case, alert = message["context"]["case"], message["context"]["alert"]
    assert case["item"] == "东浦区住房和城乡建设局 2026-09"
    assert (case["region"], case["department"]) == ("东浦区", "住房和城乡建设局")
    assert (case["no"], case["tail"]) == ("", "")
    assert alert["found"] == "2026-09 受理 1 件，办结 0 件，办结率 0%，目标 80%"
    said = Texts("zh_CN", None).notice(
        Message("k", Kind.WARNING, "zh_CN", Recipient("钱程"), message["context"])
    )
    assert said.about == "东浦区住房和城乡建设局 2026-09"
    assert said.subject == "[预警] 东浦区住房和城乡建设局 2026-09：办结率低于目标"


def test_messages_tell_no_more_than_the_tail_of_another_case_s_number(hall: Story) -> None:
    every = UNITS.replace("alert.about == 'unit' && ", "")
    hall.reload(limits=PROMISE + use("accepted-twice"), policies=every)
    hall.hall.accept("DP-20260922-0001", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("DP-20260922-0002", at="2026-09-22 11:00", applicant="某公司", desk="4")
    hall.at("2026-09-22 12:00")
    [message] = hall.messages
    assert "（0001）" in message["context"]["alert"]["found"]
    assert "DP-20260922-0001" not in str(message)


def test_a_card_that_was_revoked_stays_away_on_the_same_facts(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("accepted-twice"))
    hall.hall.accept("A1", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("A2", at="2026-09-23 10:00", applicant="某公司", desk="4")
    hall.at("2026-09-23 12:00")
    a = tables.alerts.c
    with hall.store.write() as connection:
        connection.execute(
            tables.alerts.update()
            .where(a.rule == "accepted-twice")
            .values(state="revoked", resolved_at=hall.now, next_step_at=None)
        )
    hall.at("2026-09-23 13:00")
    assert hall.levels("A2") == {}
    hall.hall.correct("A2", at="2026-09-23 13:05", desk="5")  # other facts
    hall.at("2026-09-23 14:00")
    assert hall.levels("A2") == {"accepted-twice": "warning"}


def test_nothing_is_judged_before_every_case_has_been_checked(hall: Story) -> None:
    hall.reload(limits=PROMISE + use("closed-in-one-second", cases=2))
    for number in range(2):
        hall.hall.accept(f"A{number}", at="2026-09-22 10:00")
        hall.hall.close(f"A{number}", at="2026-09-22 15:00:05")
    hall.now = local("2026-09-22 16:00")
    assert hall.pipeline.survey_due() == 0  # no source has been read
    assert subjects(hall) == {}
    [source] = hall.pipeline.rules.settings.source
    hall.pipeline.poll_source(source)
    hall.now += 5 * MINUTE
    assert hall.pipeline.survey_due() == 0
    hall.pipeline.poll_source(source)  # cases are judged on what was read
    hall.pipeline.check_due()
    hall.now += MINUTE
    assert hall.pipeline.survey_due() == 1


def test_a_survey_waits_after_a_start_until_every_source_was_read(hall: Story) -> None:
    hall.hall.accept("A1", at="2026-09-22 10:00", applicant="某公司", desk="3")
    hall.hall.accept("A2", at="2026-09-23 10:00", applicant="某公司", desk="4")
    hall.at("2026-09-23 12:00")
    hall.hall.correct("A2", at="2026-09-23 12:01", desk="3")
    hall.now = local("2026-09-23 12:02")
    hall.restart(limits=PROMISE + use("accepted-twice"))
    hall.pipeline.check_due()
    hall.pipeline.survey_due()
    assert hall.levels("A2") == {}
    hall.after(minutes=1)
    assert hall.levels("A2") == {}
    hall.hall.accept("A3", at="2026-09-23 12:10", applicant="某公司", desk="5")
    hall.at("2026-09-23 12:20")
    assert hall.levels("A3") == {"accepted-twice": "warning"}
