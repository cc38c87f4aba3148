"""Failures that repeat: told with a traceback once, then counted, and told when they are over."""

from __future__ import annotations

from structlog.testing import capture_logs

from monitor.outages import Outages


def fail(outages: Outages, times: int, every: float, error: Exception, begin: float = 0) -> float:
    for number in range(times):
        outages.failed("check", error, begin + number * every)
    return begin + times * every


def test_a_night_of_failures_is_a_traceback_and_a_dozen_lines() -> None:
    outages = Outages()
    with capture_logs() as logged:
        end = fail(outages, 8 * 720, 5, OSError("database or disk is full"))
        outages.ended("check", end)
    assert [one["event"] for one in logged[:2]] == ["step_failed", "step_still_fails"]
    assert isinstance(logged[0]["exc_info"], OSError)
    assert len(logged) < 15
    assert logged[-1] == {
        "event": "step_recovered",
        "log_level": "info",
        "step": "check",
        "rounds": 8 * 720,
        "seconds": 28_800,
    }


def test_another_failure_meanwhile_is_told_with_its_own_traceback() -> None:
    outages = Outages()
    with capture_logs() as logged:
        fail(outages, 2, 5, OSError("away"))
        fail(outages, 2, 5, ValueError("odd"), 10)
        fail(outages, 2, 5, OSError("away"), 20)
    assert [type(one["exc_info"]) for one in logged] == [OSError, ValueError]


def test_a_failure_after_the_end_is_told_anew() -> None:
    outages = Outages()
    with capture_logs() as logged:
        fail(outages, 1, 5, OSError("away"))
        outages.ended("check", 5)
        outages.ended("check", 10)
        fail(outages, 1, 5, OSError("away"), 15)
    events = [one["event"] for one in logged]
    assert events == ["step_failed", "step_recovered", "step_failed"]


def test_only_what_fails_for_long_is_said_to_last() -> None:
    outages = Outages()
    with capture_logs():
        fail(outages, 5, 5, OSError("away"))
        outages.failed("seal", OSError("away"), 100)
    assert outages.lasting(["check", "seal", "order"], 30, 110) == {"check": 110}
