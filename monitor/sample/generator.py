"""The sample hall's rows: the same seed and moment give the same rows, in bounded memory.

Rows come in chunks of NumPy columns, so that ten million cases need no more memory than ten
thousand. Everything is placed relative to ``now``, and nothing lies after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table

from monitor.sample import people, schema, wrongs
from monitor.sample.fates import FATES, Courses, Fate, courses, fates, patience
from monitor.sample.people import APPLICANTS, DEPARTMENTS, ITEMS, PLACES, STEPS, WINDOWS
from monitor.sample.workdays import Moments, Workdays, local

Column = NDArray[Any]
Columns = dict[str, Column]
Chunk = Mapping[Table, Columns]

CHUNK: Final = 10_000
_NEVER = np.datetime64("NaT", "us")
_BY_KIND = {kind: [n for n, i in enumerate(ITEMS) if i.kind == kind] for kind in "129"}
_RESULTS = "1" * 18 + "23"
_RATED = 0.25  # of the closed cases
_RATINGS = "1" * 30 + "2" * 12 + "33345"
_BUSY = np.array([0.16, 0.2, 0.17, 0.15, 0.08, 0.1, 0.08, 0.06])  # shares of the places


def chunks(count: int, seed: int, now: int) -> Iterator[Chunk]:
    """Give the rows of ``count`` cases as they stand at the instant ``now``.

    Yields:
        For each up to 10,000 cases the columns of every table but the catalogue: objects, numbers
        and local moments (``datetime64[us]``, ``NaT``: none).
    """
    workdays = Workdays(now)
    for first in range(0, count, CHUNK):
        numbers = np.arange(first + 1, min(first + CHUNK, count) + 1)
        yield _chunk(numbers, np.random.default_rng([seed, first]), workdays, now)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What was drawn for ``n`` cases: fates, places in ``ITEMS`` and ``PLACES``, and moments."""

    fate: NDArray[np.int64]
    item: NDArray[np.int64]
    place: NDArray[np.int64]
    came: Moments
    accepted: Moments
    promised: Moments
    closed: Moments
    paused: Moments
    resumed: Moments
    extended: Moments
    delivered: Moments


def _chunk(
    numbers: NDArray[np.int64], rng: np.random.Generator, workdays: Workdays, now: int
) -> Chunk:
    here = np.datetime64(local(now), "us")
    fate = fates(numbers)
    item = _draw_items(fate, rng)
    course = courses(fate, _pick([i.days or 0 for i in ITEMS], item, np.int64), rng, workdays)
    drawn = _draw_moments(numbers, fate, item, course, rng, workdays, here)
    cases = _cases(numbers, drawn, rng, here)
    steps, current, stepped = _steps(drawn, course, cases, rng, workdays)
    cases["process_name"] = current
    moments = [drawn.accepted, drawn.closed, drawn.paused, drawn.resumed, drawn.extended]
    moments += [cases[name] for name in ("satisfaction_date", "revisit_date")]
    last = np.fmax.reduce([*moments, drawn.delivered, stepped])
    chunk = {
        schema.cases: (cases, last),
        schema.steps: (steps, np.fmax(steps["event_start_time"], steps["event_end_time"])),
        schema.pauses: _pauses(drawn, cases, rng),
        schema.extensions: _extensions(drawn, cases, rng),
    }
    for columns, changed in chunk.values():
        lag = rng.integers(0, 1_000_000, len(changed)).astype("timedelta64[us]")
        columns["cd_time"] = np.minimum(changed + lag, here)
    return {table: columns for table, (columns, _) in chunk.items()}


def _draw_items(fate: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    kind = np.full(len(fate), "2")
    kind[fate == FATES.index(Fate.INSTANT)] = "1"
    kind[_is_hotline(fate)] = "9"
    item = np.zeros(len(fate), np.int64)
    for code, choices in _BY_KIND.items():
        item[kind == code] = rng.choice(choices, np.count_nonzero(kind == code))
    return item


def _draw_moments(
    numbers: NDArray[np.int64],
    fate: NDArray[np.int64],
    item: NDArray[np.int64],
    course: Courses,
    rng: np.random.Generator,
    workdays: Workdays,
    here: np.datetime64,
) -> _Drawn:
    n = len(fate)
    accepted, closed = workdays.moments(course.accepted), workdays.moments(course.closed)
    promised = workdays.closes(course.due_day)
    came = accepted - _seconds(60 + rng.exponential(1800.0, n))
    delivered = closed + _seconds(rng.uniform(60, 200_000, n))
    settled = fate == FATES.index(Fate.CLOSED)
    late, night = (
        settled & one(numbers) for one in (wrongs.accepted_late, wrongs.accepted_at_night)
    )
    came[late] -= np.timedelta64(14, "D")
    accepted[night] = accepted[night].astype("datetime64[D]") - np.timedelta64(140, "m")
    came[night] = accepted[night] - np.timedelta64(10, "m")
    promised[night] = workdays.closes(course.due_day[night] - 1)

    hotline = _is_hotline(fate)
    limit = _pick([i.seconds or 0 for i in ITEMS], item, np.float64)
    fresh = fate == FATES.index(Fate.HOTLINE_OPEN)
    week = rng.uniform(300, 7 * 86_400, n)
    ago = np.where(fresh, limit * rng.uniform(0, 0.3, n), week)
    called = (here - _seconds(ago)).astype("datetime64[s]").astype("datetime64[us]")
    answered = called + _seconds(limit * patience(rng.random(n)))
    answered[fresh] = _NEVER
    came[hotline] = accepted[hotline] = called[hotline]
    closed[hotline] = answered[hotline]
    promised[hotline] = _NEVER
    delivered[hotline | ~(delivered <= here)] = _NEVER
    return _Drawn(
        fate,
        item,
        rng.choice(len(PLACES), n, p=_BUSY),
        came,
        accepted,
        promised,
        closed,
        workdays.moments(course.paused),
        workdays.moments(course.resumed),
        workdays.moments(course.extended),
        delivered,
    )


def _cases(
    numbers: NDArray[np.int64], drawn: _Drawn, rng: np.random.Generator, here: np.datetime64
) -> Columns:
    n, item, place = len(numbers), drawn.item, drawn.place
    names = _pick([i.name for i in ITEMS], item)
    departments = _pick([i.department for i in ITEMS], item)
    applicants = _pick(APPLICANTS, rng.integers(0, len(APPLICANTS), n))
    handlers = np.array([p.handlers for p in PLACES], dtype=object)
    days = np.datetime_as_string(drawn.accepted, unit="D").tolist()
    fee = _pick([i.fee for i in ITEMS], item, np.float64)
    result = rng.integers(0, len(_RESULTS), n)
    wronged = wrongs.charged(numbers) & (fee == 0) & ~_is_hotline(drawn.fate)
    result[_is_hotline(drawn.fate)] = 0
    refused = np.isin(result, [place for place, code in enumerate(_RESULTS) if code != "1"])
    unreasoned = rng.random(n) < 1 / wrongs.NO_REASON_EVERY
    is_open = np.isnat(drawn.closed)
    stands = ~np.isnat(drawn.paused) & np.isnat(drawn.resumed)
    organisations = _pick(list(DEPARTMENTS.values()), _DEPARTMENT_OF[item])
    numbered = [
        people.case_number(PLACES[p], department, day.replace("-", ""), number)
        for p, department, day, number in zip(
            place.tolist(), departments, days, numbers.tolist(), strict=True
        )
    ]
    refused &= ~is_open
    unpaid = refused & ~wrongs.charged_though_refused(numbers)
    return {
        "id": numbers,
        "project_no": _objects(numbered),
        "project_name": applicants + "：" + names,
        "task_code": _pick([i.code for i in ITEMS], item),
        "task_name": names,
        "area_code": _pick([p.area for p in PLACES], place),
        "dept_code": departments,
        "org_name": _pick([p.name for p in PLACES], place) + organisations,
        "window_no": _pick(WINDOWS, rng.integers(0, len(WINDOWS), n)),
        "handler_name": handlers[place, numbers % handlers.shape[1]],
        "applicant_name": applicants,
        "project_type": _pick([i.kind for i in ITEMS], item),
        "project_state": _pick("123", np.select([~is_open, stands], [2, 1], 0)),
        "apply_date": drawn.came,
        "accept_date": drawn.accepted,
        "promise_date": drawn.promised,
        "anticipate_day": _pick([i.statutory_days for i in ITEMS], item),
        "promise_day": _pick([i.days for i in ITEMS], item),
        "promise_second": _pick([i.seconds for i in ITEMS], item),
        "finish_date": drawn.closed,
        "result_type": _pick([*_RESULTS, None], np.where(is_open, len(_RESULTS), result)),
        "result_reason": _pick([None, people.REFUSAL_REASON, ""], refused * (1 + unreasoned)),
        "deliver_date": drawn.delivered,
        **_ratings(drawn, rng, here),
        "fee_standard": fee,
        "fee_paid": np.where(unpaid, 0.0, np.where(wronged, people.WRONG_FEE, fee)),
    }


def _ratings(drawn: _Drawn, rng: np.random.Generator, here: np.datetime64) -> Columns:
    """Give what the applicants of some closed cases say of them, and the calls about it."""
    n = len(drawn.fate)
    rated = drawn.closed + _seconds(rng.uniform(600, 260_000, n))
    rated[~((rng.random(n) < _RATED) & (rated <= here))] = _NEVER
    rating = rng.integers(0, len(_RATINGS), n)
    is_bad = np.isin(rating, [place for place, code in enumerate(_RATINGS) if code in "45"])
    called = rated + _seconds(rng.uniform(3_600, 100_000, n))
    forgotten = rng.random(n) < 1 / wrongs.NO_CALL_BACK_EVERY
    called[~is_bad | forgotten | ~(called <= here)] = _NEVER
    unrated = np.isnat(rated)
    return {
        "satisfaction": _pick([*_RATINGS, None], np.where(unrated, len(_RATINGS), rating)),
        "satisfaction_date": rated,
        "revisit_date": called,
    }


def _steps(
    drawn: _Drawn, course: Courses, cases: Columns, rng: np.random.Generator, workdays: Workdays
) -> tuple[Columns, Column, Moments]:
    """Give the rows of the steps, the step each case is in, and the moment it entered it."""
    n = len(drawn.fate)
    end = np.fmin(np.fmin(course.closed, course.paused), workdays.now)
    span = end - course.accepted
    examined = workdays.moments(course.accepted + 0.02 * span)
    decided = workdays.moments(course.accepted + rng.uniform(0.4, 0.9, n) * span)
    is_open, single = np.isnat(drawn.closed), np.isin(drawn.item, _BY_KIND["1"] + _BY_KIND["9"])
    waiting = is_open & ((rng.random(n) < 0.7) | ~np.isnat(drawn.paused))

    starts = [drawn.accepted, examined, decided]
    ends = [
        np.where(single, drawn.closed, examined),
        np.where(waiting, _NEVER, decided),
        drawn.closed,
    ]
    there = [np.ones(n, np.bool_), ~single, ~single & ~waiting]
    kinds = np.select([_is_hotline(drawn.fate), single], [2, 1], 0)
    first = _pick([STEPS[0], people.INSTANT_STEP, people.HOTLINE_STEP], kinds)
    names = [first, np.full(n, STEPS[1], object), np.full(n, STEPS[2], object)]

    def gather(columns: Sequence[Column]) -> Column:
        return np.concatenate([c[t] for c, t in zip(columns, there, strict=True)])

    started, ended = gather(starts), gather(ends)
    running = np.isnat(ended)
    rows: Columns = {
        "project_no": gather([cases["project_no"]] * 3),
        "event_name": gather(names),
        "process_name": gather(_handlers(cases)),
        "event_start_time": started,
        "event_end_time": np.where(running, started, ended),
        "event_state": _pick("12", (~running).astype(np.int64)),
    }
    current, entered = names[0], starts[0]
    for name, start, reached in zip(names[1:], starts[1:], there[1:], strict=True):
        current, entered = np.where(reached, name, current), np.where(reached, start, entered)
    return rows, current, entered


def _handlers(cases: Columns) -> list[Column]:
    """Give who handles the first, second and third step of each case: three people, mostly."""
    names = np.unique(cases["handler_name"].astype(str))
    place = np.searchsorted(names, cases["handler_name"].astype(str))
    first, second, third = (
        _pick([people.colleague(name, steps) for name in names.tolist()], place)
        for steps in range(3)
    )
    third = np.where(wrongs.decided_by_the_examiner(cases["id"]), second, third)
    return [first, second, third]


def _pauses(drawn: _Drawn, cases: Columns, rng: np.random.Generator) -> tuple[Columns, Moments]:
    had = ~np.isnat(drawn.paused)
    kind = rng.integers(0, len(people.PAUSE_REASONS), np.count_nonzero(had))
    unreasoned = rng.random(len(kind)) < 1 / wrongs.NO_REASON_EVERY
    reasons = [*people.PAUSE_REASONS.values(), ""]
    rows: Columns = {
        "project_no": cases["project_no"][had],
        "special_type": _pick(list(people.PAUSE_REASONS), kind),
        "special_reason": _pick(reasons, np.where(unreasoned, len(reasons) - 1, kind)),
        "special_time": drawn.paused[had],
        "end_time": drawn.resumed[had],
    }
    return rows, np.fmax(drawn.paused, drawn.resumed)[had]


def _extensions(drawn: _Drawn, cases: Columns, rng: np.random.Generator) -> tuple[Columns, Moments]:
    had = ~np.isnat(drawn.extended)
    size = np.count_nonzero(had)
    unapproved = rng.random(size) < 1 / wrongs.NO_APPROVAL_EVERY
    rows: Columns = {
        "project_no": cases["project_no"][had],
        "extend_value": np.full(size, people.EXTENSION_DAYS),
        "extend_unit": np.full(size, "1", object),
        "extend_reason": np.full(size, people.EXTENSION_REASON, object),
        "approved_by": _pick([people.APPROVER, ""], 1 * unapproved),
        "approve_time": drawn.extended[had],
    }
    return rows, drawn.extended[had]


def _is_hotline(fate: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.isin(fate, [FATES.index(Fate.HOTLINE), FATES.index(Fate.HOTLINE_OPEN)])


def _seconds(amount: NDArray[np.float64]) -> NDArray[np.timedelta64]:
    return amount.astype("timedelta64[s]")


def _objects(values: Sequence[object]) -> Column:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def _pick(values: Sequence[object], places: NDArray[np.int64], dtype: type[Any] = object) -> Column:
    return _objects(list(values)).astype(dtype)[places]


_DEPARTMENT_OF = np.array([list(DEPARTMENTS).index(i.department) for i in ITEMS])
