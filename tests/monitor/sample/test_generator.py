"""The rows of the sample hall."""

from __future__ import annotations

import tracemalloc
from itertools import islice

import numpy as np
import pytest

from monitor.sample import chunks, schema, wrongs
from monitor.sample.fates import FATES, SHARES, Fate, fates, patience
from monitor.sample.generator import CHUNK
from tests.support.halls import (
    BEFORE_OPENING,
    EVENING,
    MAKE_UP_DAY,
    SATURDAY,
    WORKDAY,
    shanghai,
)

MOMENTS = [WORKDAY, EVENING, SATURDAY, MAKE_UP_DAY, BEFORE_OPENING]


def first(now=WORKDAY, count=2_000, seed=1):
    return next(chunks(count, seed, now))


def same(one, other):
    return all(
        np.array_equal(columns[name].astype(str), other[table][name].astype(str))
        for table, columns in one.items()
        for name in columns
    )


def test_the_same_seed_and_moment_give_the_same_rows():
    assert same(first(), first())


def test_another_seed_gives_other_rows():
    assert not same(first(), first(seed=2))


def test_a_case_does_not_depend_on_how_many_others_there_are():
    few, many = first(count=CHUNK), first(count=CHUNK + 5)

    assert same(few, many)


def test_rows_come_in_chunks_of_bounded_size():
    sizes = [len(chunk[schema.cases]["id"]) for chunk in chunks(2 * CHUNK + 7, 1, WORKDAY)]

    assert sizes == [CHUNK, CHUNK, 7]


def test_ten_million_cases_need_no_more_memory_than_a_few_chunks():
    list(islice(chunks(CHUNK, 1, WORKDAY), 1))  # what is loaded once is not counted
    peaks = []
    for count in (CHUNK, 10_000_000):
        tracemalloc.start()
        for _ in islice(chunks(count, 1, WORKDAY), 3):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 2.5 * peaks[0]


def test_every_fate_has_its_share_among_a_few_hundred_cases():
    counted = np.bincount(fates(np.arange(1, 1001)), minlength=len(FATES))

    assert sum(SHARES.values()) == pytest.approx(1)
    assert counted.min() >= 1
    assert counted / 1000 == pytest.approx([SHARES[fate] for fate in FATES], abs=0.004)


def test_patience_leaves_some_hotline_cases_to_each_level():
    taken = patience(np.random.default_rng(1).random(10_000))
    parts = [np.mean(taken < 0.5), np.mean((taken >= 0.5) & (taken < 1)), np.mean(taken > 1.5)]

    assert parts == pytest.approx([0.55, 0.18, 0.12], abs=0.02)


@pytest.mark.parametrize("now", MOMENTS)
class TestOrder:
    """Whatever the moment, the rows make sense."""

    def test_nothing_that_has_happened_lies_after_now(self, now):
        plans = {"promise_date"}
        for columns in first(now).values():
            for name, column in columns.items():
                if column.dtype.kind == "M" and name not in plans:
                    assert not np.any(column > np.datetime64(shanghai(now))), name

    def test_cases_are_applied_for_then_accepted_then_closed_then_delivered(self, now):
        cases = first(now)[schema.cases]

        assert np.all(cases["apply_date"] <= cases["accept_date"])
        assert not np.any(cases["finish_date"] <= cases["accept_date"])
        assert not np.any(cases["deliver_date"] <= cases["finish_date"])
        assert np.all(np.isnat(cases["deliver_date"]) | ~np.isnat(cases["finish_date"]))

    def test_pauses_lie_within_their_cases_and_end_after_they_begin(self, now):
        chunk = first(now)
        pauses, cases = chunk[schema.pauses], chunk[schema.cases]
        of = case_of(cases, pauses)

        assert np.all(pauses["special_time"] > cases["accept_date"][of])
        assert not np.any(pauses["end_time"] <= pauses["special_time"])
        assert not np.any(pauses["end_time"] > cases["finish_date"][of])
        open_ = np.isnat(pauses["end_time"])
        assert np.array_equal(open_, cases["project_state"][of] == "2")

    def test_steps_follow_one_another_and_only_an_open_case_has_one_open(self, now):
        chunk = first(now)
        steps, cases = chunk[schema.steps], chunk[schema.cases]
        of = case_of(cases, steps)
        open_ = steps["event_start_time"] == steps["event_end_time"]

        assert np.all(steps["event_end_time"] >= steps["event_start_time"])
        assert np.array_equal(open_, steps["event_state"] == "1")
        count = np.bincount(of[open_], minlength=len(cases["id"]))
        assert np.array_equal(count == 1, np.isnat(cases["finish_date"]))
        assert np.array_equal(steps["event_name"][open_], cases["process_name"][of[open_]])
        order = np.lexsort((steps["event_start_time"], of))
        follows = of[order][1:] == of[order][:-1]
        ends, starts = steps["event_end_time"][order][:-1], steps["event_start_time"][order][1:]
        assert np.array_equal(ends[follows], starts[follows])

    def test_a_row_is_stamped_no_earlier_than_what_it_tells(self, now):
        for columns in first(now).values():
            for name, column in columns.items():
                if column.dtype.kind == "M" and name != "promise_date":
                    assert not np.any(column > columns["cd_time"]), name

    def test_two_people_examine_and_decide_but_for_the_few_that_are_to_be_found(self, now):
        chunk = first(now)
        steps, cases = chunk[schema.steps], chunk[schema.cases]
        who = {
            name: dict(zip(steps["project_no"][mine], steps["process_name"][mine], strict=True))
            for name in ("审查", "决定")
            for mine in [steps["event_name"] == name]
        }
        same = {no for no, decider in who["决定"].items() if who["审查"][no] == decider}
        wrong = wrongs.decided_by_the_examiner(cases["id"])
        assert same == set(cases["project_no"][wrong]) & set(who["决定"])

    def test_counters_work_in_working_hours(self, now):
        cases = first(now)[schema.cases]
        counter = cases["project_type"] != "9"
        by_day = ~wrongs.accepted_at_night(cases["id"])
        for name, at_work in (("accept_date", counter & by_day), ("finish_date", counter)):
            moments = cases[name][at_work]
            clock = moments[~np.isnat(moments)]
            seconds = (clock - clock.astype("datetime64[D]")).astype("timedelta64[s]").astype(int)
            assert seconds.min() >= 9 * 3600
            assert seconds.max() <= 17.5 * 3600
            assert not np.any((seconds > 12 * 3600) & (seconds < 13.5 * 3600))


def case_of(cases, parts):
    places = {number: place for place, number in enumerate(cases["project_no"])}
    return np.array([places[number] for number in parts["project_no"]])


def test_the_hotline_comes_in_at_any_hour():
    cases = first(count=CHUNK)[schema.cases]
    calls = cases["accept_date"][cases["project_type"] == "9"]

    assert len({moment.hour for moment in calls.tolist()}) == 24


def test_open_hotline_cases_have_just_come_in():
    fate = fates(np.arange(1, 2001))
    cases = first()[schema.cases]
    fresh = fate == FATES.index(Fate.HOTLINE_OPEN)
    age = np.datetime64(shanghai(WORKDAY)) - cases["accept_date"][fresh]

    assert np.all(age <= cases["promise_second"][fresh].astype("timedelta64[s]"))


def test_some_are_charged_though_free():
    cases = first()[schema.cases]

    assert np.sum((cases["fee_standard"] == 0) & (cases["fee_paid"] > 0)) >= 3
