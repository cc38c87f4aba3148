"""Keeping the sample hall alive."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from monitor.sample import Life, Lived, fill, live, schema
from monitor.sample.life import Act
from rules.instants import SECOND
from tests.support.databases import KINDS, fresh_database
from tests.support.halls import EVENING, WORKDAY, rows, shanghai

TABLES = (schema.cases, schema.steps, schema.pauses, schema.extensions)


def live_on(engine, now=WORKDAY, beats=40, pace=0.3, every=2 * SECOND):
    life, arrived, acts = Life(seed=5, pace=pace), 0, Counter()
    for beat in range(1, beats + 1):
        life, lived = live(engine, now + beat * every, life)
        arrived += lived.arrived
        acts.update(lived.acts)
    return life, arrived, acts


def make(folder, now=WORKDAY):
    engine = create_engine(f"sqlite:///{folder / 'hall.db'}", poolclass=NullPool)
    fill(engine, 500, 1, now)
    return engine


@pytest.fixture
def hall(tmp_path):
    return make(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_can_happen_happens(kind, tmp_path):
    with fresh_database(kind, tmp_path) as database:
        fill(database.engine, 500, 1, WORKDAY)

        _, arrived, acts = live_on(database.engine)

        assert arrived == len(rows(database.engine, schema.cases)) - 500
        assert arrived > 150
        assert all(acts[act] > 0 for act in Act)


def test_the_same_life_takes_the_same_course(tmp_path):
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        engine = make(tmp_path / name)
        live_on(engine, beats=20)
        found.append([rows(engine, table) for table in TABLES])

    assert found[0] == found[1]


def test_what_changes_is_stamped_with_the_moment_of_the_beat(hall):
    before = {case["id"]: case for case in rows(hall, schema.cases)}
    now = WORKDAY + 7

    life, _ = live(hall, WORKDAY + 1, Life(seed=5, pace=0.2))
    live(hall, now + 30 * SECOND, life)

    changed = [case for case in rows(hall, schema.cases) if case != before.get(case["id"])]
    stamps = {shanghai(WORKDAY + 1), shanghai(now + 30 * SECOND)}
    assert changed
    assert {case["cd_time"] for case in changed} <= stamps


def test_no_moment_is_ever_out_of_order(hall):
    live_on(hall)
    end = shanghai(WORKDAY + 80 * SECOND)

    for case in rows(hall, schema.cases):
        assert case["apply_date"] <= case["accept_date"] <= case["cd_time"] <= end
        assert case["finish_date"] is None or case["accept_date"] < case["finish_date"] <= end
    for pause in rows(hall, schema.pauses):
        assert pause["end_time"] is None or pause["special_time"] < pause["end_time"] <= end
    last: dict[str, object] = {}
    ordered = sorted(rows(hall, schema.steps), key=lambda step: step["event_start_time"])
    for step in ordered:
        assert last.get(step["project_no"]) in (None, step["event_start_time"])
        last[step["project_no"]] = step["event_end_time"]


def test_an_open_case_has_one_open_step_and_a_paused_one_an_open_pause(hall):
    live_on(hall)

    cases = rows(hall, schema.cases)
    steps = Counter(s["project_no"] for s in rows(hall, schema.steps) if s["event_state"] == "1")
    pauses = Counter(p["project_no"] for p in rows(hall, schema.pauses) if p["end_time"] is None)
    assert steps == {c["project_no"]: 1 for c in cases if c["project_state"] != "3"}
    assert pauses == {c["project_no"]: 1 for c in cases if c["project_state"] == "2"}


def test_hotline_cases_pass_their_limit_within_a_minute_or_two_and_are_closed(tmp_path):
    hall = make(tmp_path, EVENING)

    live_on(hall, EVENING, beats=80, pace=0.5, every=3 * SECOND)

    calls = [c for c in rows(hall, schema.cases) if c["id"] > 500 and c["finish_date"]]
    used = [
        (c["finish_date"] - c["accept_date"]) / timedelta(seconds=c["promise_second"])
        for c in calls
    ]
    assert {c["project_type"] for c in calls} == {"9"}
    assert min(used) < 0.5
    assert any(0.5 < part < 1 for part in used)
    assert any(1 < part < 1.5 for part in used)
    assert max(used) > 1.5


def test_at_night_only_the_hotline_lives(tmp_path):
    hall = make(tmp_path, EVENING)

    live_on(hall, EVENING, beats=20)

    now = shanghai(EVENING)
    assert {c["project_type"] for c in rows(hall, schema.cases) if c["cd_time"] > now} == {"9"}


@pytest.mark.parametrize("earlier", [0, SECOND])
def test_a_beat_that_is_not_after_the_last_does_nothing(hall, earlier):
    life, _ = live(hall, WORKDAY + SECOND, Life(seed=5, pace=0.01))
    before = rows(hall, schema.cases)

    again = live(hall, WORKDAY + SECOND - earlier, life)

    assert again == (life, Lived(0, {}))
    assert rows(hall, schema.cases) == before


def test_rows_dated_after_the_beat_are_left_alone(hall):
    with hall.begin() as connection:
        later = shanghai(WORKDAY) + timedelta(days=1)
        connection.execute(schema.cases.update().values(cd_time=later))
    before = rows(hall, schema.cases)

    live_on(hall, beats=10)

    assert rows(hall, schema.cases)[: len(before)] == before
