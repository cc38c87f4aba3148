from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from config import build_all
from monitor.deadline import answer, answer_lines

BASES = build_all([])
PLAIN = {"base": None, "timezone": "Europe/Berlin", "hours": ["09:00-17:00"]}


def ask(start: str = "2026-09-22T15:20", allow: str = "10 working days", **more: Any) -> Any:
    return answer({"start": start, "allow": allow, **more}, BASES)


def lines(*requests: object) -> list[tuple[Any, bool]]:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in requests]
    return [(json.loads(text), good) for text, good in answer_lines(texts, BASES)]


@pytest.mark.parametrize(
    ("start", "allow", "due"),
    [
        ("2026-09-18T10:00", "5 working days", "2026-09-24T17:30:00+08:00"),
        ("2026-09-18T10:00", "5个工作日", "2026-09-24T17:30:00+08:00"),
        ("2026-09-18T02:00:00Z", "5 working days", "2026-09-24T17:30:00+08:00"),
        ("2026-01-05T10:00", "60 calendar days", "2026-03-06T17:30:00+08:00"),
        ("2026-01-05T10:00", "60日", "2026-03-06T17:30:00+08:00"),
        ("2026-09-24T10:00", "6 working hours", "2026-09-24T17:30:00+08:00"),
        ("2026-09-18T10:00", "36工作小时", "2026-09-24T11:00:00+08:00"),
        ("2026-09-18T10:00", "90 working seconds", "2026-09-18T10:01:30+08:00"),
        ("2026-09-18T23:00", "4 hours", "2026-09-19T03:00:00+08:00"),
        ("2026-04-30T10:00", "2 months", "2026-06-30T17:30:00+08:00"),
        ("2025-12-31T10:00", "2 months", "2026-02-28T17:30:00+08:00"),
    ],
)
def test_a_due_moment_is_told_with_its_offset(start: str, allow: str, due: str) -> None:
    assert ask(start, allow) == {"due": due, "state": "running", "provisional": False}


def test_a_naive_start_is_in_the_zone_of_the_calendar() -> None:
    assert ask("2026-07-01T10:00", "2 hours", calendar=PLAIN)["due"] == "2026-07-01T12:00:00+02:00"


def test_an_inline_calendar_has_hours_by_day_past_midnight_and_days_of_its_own() -> None:
    calendar = {
        "base": None,
        "timezone": "UTC",
        "hours": {"mon": ["22:00-30:00"]},
        "holidays": ["2026-03-09"],
        "workdays": {"2026-03-12": ["08:00-10:00"]},
    }
    assert ask("2026-03-06T10:00", "1 working day", calendar=calendar)["due"] == (
        "2026-03-12T10:00:00+00:00"
    )
    assert ask("2026-03-06T10:00", "3 working hours", calendar=calendar)["due"] == (
        "2026-03-16T23:00:00+00:00"
    )


def test_an_inline_calendar_may_lie_over_another() -> None:
    calendar = {"base": "cn", "holidays": ["2026-09-21"]}
    assert ask("2026-09-18", "2 working days", calendar=calendar)["due"][:10] == "2026-09-22"


def test_due_dates_decades_away_are_found_on_inline_calendars_too() -> None:
    due = ask("2026-01-05T10:00", "3000 working days", calendar=PLAIN)["due"]
    assert due == "2037-07-06T17:00:00+02:00"


def test_past_what_is_published_a_due_moment_is_provisional() -> None:
    assert ask("2026-12-10", "20 working days")["provisional"] is True


def test_used_and_left_both_count_the_day_in_hand() -> None:
    found = ask(
        pauses=[["2026-09-28T08:50", "2026-09-30T17:10"]],
        now="2026-10-15T10:00",
    )
    assert found["due"] == "2026-10-16T17:30:00+08:00"
    assert found["used"] == {"value": 9, "unit": "working days", "text": "9 working days"}
    assert found["left"] == {"value": 2, "unit": "working days", "text": "2 working days"}


@pytest.mark.parametrize(
    ("now", "used", "left"),
    [
        ("2026-09-22T16:00", 0, 10),
        ("2026-09-23T08:59", 0, 10),
        ("2026-09-23T09:00", 1, 10),
        ("2026-09-23T17:30", 1, 9),
        ("2027-01-01T00:00", 10, 0),
        ("2026-09-01T00:00", 0, 10),
    ],
)
def test_used_and_left_of_days(now: str, used: int, left: int) -> None:
    found = ask(now=now)
    assert (found["used"]["value"], found["left"]["value"]) == (used, left)


def test_used_and_left_of_hours_are_exact_and_leave_pauses_out() -> None:
    found = ask(
        "2026-09-22T09:00",
        "10 working hours",
        pauses=[["2026-09-22T10:00", "2026-09-22T14:00"]],
        now="2026-09-22T14:45",
    )
    assert found["used"]["value"] == 1.75
    assert found["left"] == {"value": 8.25, "unit": "working hours", "text": "8.25 working hours"}


def test_used_and_left_by_moments_leave_the_paused_time_out() -> None:
    found = ask(
        "2026-09-22T09:00",
        "5 working days",
        pauses=[["2026-09-23T09:00", "2026-09-28T09:00"]],
        pause_count="moments",
        now="2026-09-28T10:00",
    )
    assert (found["used"]["value"], found["left"]["value"]) == (1, 5)


def test_months_are_left_in_calendar_days() -> None:
    found = ask("2026-03-10", "1 month", now="2026-04-10T10:00")
    assert (found["used"]["value"], found["used"]["unit"]) == (31, "calendar days")


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "running"),
        ({"now": "2026-10-01"}, "running"),
        ({"now": "2026-10-13T17:30"}, "overdue"),
        ({"now": "2026-09-22T15:19"}, "not started"),
        ({"pauses": [["2026-09-28", None]], "now": "2026-10-30"}, "paused"),
        ({"pauses": [["2026-10-29", None]], "now": "2026-10-30"}, "overdue"),
    ],
)
def test_the_state(more: Mapping[str, Any], state: str) -> None:
    assert ask(**more)["state"] == state


def test_an_open_pause_means_no_due_moment_unless_the_law_caps_it() -> None:
    pauses = [["2026-09-28T08:50", None]]
    assert ask(pauses=pauses) == {"due": None, "state": "paused", "provisional": False}
    capped = ask(pauses=pauses, pause_cap="3 working days")
    assert (capped["due"], capped["state"]) == ("2026-10-19T17:30:00+08:00", "paused")


def test_extensions_add_unless_granted_after_the_due_moment() -> None:
    assert ask(extensions=["5 working days"])["due"][:10] == "2026-10-20"
    late = {"allow": "5 working days", "granted_at": "2026-10-13T17:31"}
    in_time = {"allow": "5 working days", "granted_at": "2026-10-13T17:30"}
    assert ask(extensions=[late])["due"] == ask()["due"]
    assert ask(extensions=[in_time])["due"][:10] == "2026-10-20"


@pytest.mark.parametrize(
    ("how", "due"),
    [
        ({"day_end": "24:00"}, "2026-02-03T00:00:00+08:00"),
        ({"count_start_day": True}, "2026-02-02T17:30:00+08:00"),  # ends on Sunday, and rolls
        ({"roll": False, "count_start_day": True}, "2026-02-02T00:00:00+08:00"),
    ],
)
def test_each_setting_of_the_reckoning(how: Mapping[str, Any], due: str) -> None:
    assert ask("2026-01-26T10:00", "7 calendar days", **how)["due"] == due


@pytest.mark.parametrize(
    ("count", "due"),
    [
        ("touched", "2026-09-22T17:30:00+08:00"),
        ("whole", "2026-09-21T17:30:00+08:00"),
        ("moments", "2026-09-22T10:00:00+08:00"),
    ],
)
def test_how_pauses_count(count: str, due: str) -> None:
    pauses = [["2026-09-20T16:30", "2026-09-20T20:00"]]
    found = ask("2026-09-18T10:00", "2 working days", pauses=pauses, pause_count=count)
    assert found["due"] == due


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("3", "expected an object"),
        ({}, "allow: expected text"),
        ({"allow": "5日"}, "start: expected ISO 8601 text"),
        ({"start": "soon", "allow": "5日"}, "'soon' is not a moment"),
        ({"start": "1066-10-14", "allow": "5日"}, "lies outside the years"),
        ({"start": "2026-01-05", "allow": "5 moons"}, "not a unit of time"),
        ({"start": "2026-01-05", "allow": "99999999999 days"}, "more than 1e+09"),
        ({"start": "2026-01-05", "alow": "5日"}, 'did you mean "allow"?'),
        ({"start": "2026-01-05", "allow": "5日", "roll": 1}, "roll: expected true or false"),
        ({"start": "2026-01-05", "allow": "5日", "day_end": 5}, 'one of "close", "24:00"'),
        ({"start": "2026-01-05", "allow": "5日", "pauses": "x"}, "pauses: expected a list"),
        ({"start": "2026-01-05", "allow": "5日", "pauses": [[1]]}, "pauses[0]: expected [from"),
        ({"start": "2026-01-05", "allow": "5日", "extensions": ["1小时"]}, "cannot be added"),
        ({"start": "2026-01-05", "allow": "5日", "calendar": "mars"}, 'there is no "mars"'),
        ({"start": "2026-01-05", "allow": "5日", "calendar": {"base": None}}, "CFG-402"),
        (
            {"start": "2026-01-05", "allow": "5日", "calendar": {"base": None, "hours": {}}},
            "no working hours",
        ),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_others_go_on(request_: object, words: str) -> None:
    good = {"start": "2026-01-05", "allow": "5日"}
    before, bad, after = lines(good, request_, good)
    assert words in bad[0]["error"]
    assert (bad[0]["line"], bad[1]) == (2, False)
    assert before == after == (ask("2026-01-05", "5日"), True)


def test_answers_keep_the_order_of_the_lines_and_their_ids() -> None:
    units = ("5 working days", "5日", "5小时", "2 months")
    requests = [
        {"start": f"2026-0{i % 9 + 1}-05T10:00", "allow": units[i % 4], "id": i} for i in range(50)
    ]
    found = lines(*requests)
    assert [one["id"] for one, _ in found] == list(range(50))
    assert [one for one, _ in found] == [answer(request, BASES) for request in requests]


def test_lines_are_answered_before_the_last_one_has_come() -> None:
    def endless() -> Any:
        while True:
            yield '{"start": "2026-01-05", "allow": "5日"}'

    assert next(answer_lines(endless(), BASES, at_once=1))[1]


def test_empty_lines_are_passed_over_and_counted() -> None:
    assert [one["line"] for one, _ in lines("", "x", "  \n", "y")] == [2, 4]
