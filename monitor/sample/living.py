"""Keeping the sample hall alive: one beat reads what is open, decides, and writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Row, exists, func, select, update

from monitor.sample import life, people, wrongs
from monitor.sample.life import Act, Arrival, Move, Open
from monitor.sample.people import APPLICANTS, DEPARTMENTS, ITEMS, PLACES, STEPS, WINDOWS
from monitor.sample.schema import cases, extensions, pauses, steps
from monitor.sample.workdays import Workdays, is_open, local
from rules.instants import SECOND

_SHORT_AT_ONCE = 1_000
_OPEN, _PAUSED, _CLOSED = "1", "2", "3"


@dataclass(frozen=True, slots=True)
class Life:
    """Where life has got to: with the same seed, pace and moments it takes the same course.

    ``pace`` is the seconds, on average, between two cases that come in; what happens to the others
    keeps step with it. ``lived_at`` is the instant of the last beat.
    """

    seed: int
    pace: float = 20.0
    beats: int = 0
    lived_at: int | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """What one beat did: how many cases came in, and how often each thing happened to others."""

    arrived: int
    acts: dict[Act, int]


def live(engine: Engine, now: int, before: Life) -> tuple[Life, Lived]:
    """Live until the instant ``now``, in one transaction, and say what happened.

    Every row that changes is stamped with ``now`` to the microsecond; nothing dated later than
    that is touched. A beat that is not after the last one does nothing.

    Returns:
        The life to go on with, and what happened.
    """
    if before.lived_at is not None and now <= before.lived_at:
        return before, Lived(0, {})
    rng = np.random.default_rng([before.seed, before.beats])
    elapsed = 0.0 if before.lived_at is None else (now - before.lived_at) / SECOND
    beat = life.pulse(before.pace, elapsed, is_open(now), rng)
    here = local(now)
    with engine.begin() as connection:
        newest = connection.scalar(select(func.max(cases.c.id))) or 0
        moves = list(life.answers(_short(connection, here), before.seed))
        for _ in range(beat.moves):
            found = _at_counters(connection, here, newest, rng)
            if found and all(found.number != move.case.number for move in moves):
                moves.append(life.next_move(found, rng))
        for move in moves:
            _apply(connection, move, here)
        came = life.arrivals(beat, rng)
        if came:
            workdays = Workdays(now)
            rows = [
                _row(one, number, here, workdays) for number, one in enumerate(came, newest + 1)
            ]
            connection.execute(cases.insert(), rows)
            connection.execute(steps.insert(), [_first_step(row) for row in rows])
    acts = {act: sum(move.act is act for move in moves) for act in Act}
    return replace(before, beats=before.beats + 1, lived_at=now), Lived(len(came), acts)


_EXTENDED = exists().where(extensions.c.project_no == cases.c.project_no)
_READ = select(
    cases.c.id,
    cases.c.project_no,
    cases.c.task_code,
    cases.c.process_name,
    cases.c.project_state == _PAUSED,
    _EXTENDED,
    cases.c.accept_date,
)


def _short(connection: Connection, here: datetime) -> list[Open]:
    """Read the open hotline and instant cases, oldest first."""
    query = (
        _READ.where(cases.c.project_type.in_(["1", "9"]), cases.c.project_state == _OPEN)
        .where(cases.c.cd_time < here)
        .order_by(cases.c.id)
        .limit(_SHORT_AT_ONCE)
    )
    return [_open(row, here) for row in connection.execute(query)]


def _at_counters(
    connection: Connection, here: datetime, newest: int, rng: np.random.Generator
) -> Open | None:
    """Read an open case at the counters near a random number, so that any size costs the same."""
    state = _PAUSED if rng.random() < 0.1 else _OPEN
    query = (
        _READ.where(cases.c.project_type == "2", cases.c.project_state == state)
        .where(cases.c.id >= int(rng.integers(1, newest + 1, endpoint=True)))
        .where(cases.c.cd_time < here)
        .order_by(cases.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _open(row, here)


def _open(row: Row[Any], here: datetime) -> Open:
    number, project, item, step, paused, extended, accepted = tuple(row)
    age = (here - accepted).total_seconds()
    return Open(number, project, item, step, bool(paused), bool(extended), age)


def _apply(connection: Connection, move: Move, here: datetime) -> None:
    project, changed = move.case.project, {"cd_time": here}
    if move.act in (Act.STEP, Act.CLOSE):
        connection.execute(
            update(steps)
            .where(steps.c.project_no == project, steps.c.event_state == "1")
            .values(event_end_time=here, event_state="2", cd_time=here)
        )
    case: dict[str, object] = dict(changed)
    if move.act is Act.STEP:
        reached = STEPS.index(move.case.step) + 1
        case["process_name"] = STEPS[reached]
        if reached == 2 and wrongs.decided_by_the_examiner(np.array([move.case.number]))[0]:
            reached = 1
        clerk = connection.scalars(
            select(cases.c.handler_name).where(cases.c.id == move.case.number)
        ).one()
        handler = people.colleague(clerk, reached)
        connection.execute(steps.insert(), _step(project, case["process_name"], handler, here))
    elif move.act is Act.CLOSE:
        case |= {"finish_date": here, "project_state": _CLOSED, "result_type": "1"}
    elif move.act is Act.PAUSE:
        case["project_state"] = _PAUSED
        reason = people.PAUSE_REASONS[move.pause]
        row = {"special_type": move.pause, "special_reason": reason, "special_time": here}
        connection.execute(pauses.insert(), {"project_no": project, **row, **changed})
    elif move.act is Act.RESUME:
        case["project_state"] = _OPEN
        connection.execute(
            update(pauses)
            .where(pauses.c.project_no == project, pauses.c.end_time.is_(None))
            .values(end_time=here, **changed)
        )
    elif move.act is Act.EXTEND:
        row = {
            "extend_value": people.EXTENSION_DAYS,
            "extend_unit": "1",
            "extend_reason": people.EXTENSION_REASON,
            "approved_by": people.APPROVER,
            "approve_time": here,
        }
        connection.execute(extensions.insert(), {"project_no": project, **row, **changed})
    connection.execute(update(cases).where(cases.c.id == move.case.number).values(case))


def _row(arrival: Arrival, number: int, here: datetime, workdays: Workdays) -> dict[str, object]:
    """Give the row of a case that comes in at ``here``."""
    item, place = ITEMS[arrival.item], PLACES[arrival.place]
    applicant = APPLICANTS[arrival.applicant]
    if item.seconds is None:
        due = workdays.closes(np.array(workdays.today + (item.days or 0))).item()
        step = STEPS[0] if item.days else people.INSTANT_STEP
    else:
        due, step = None, people.HOTLINE_STEP
    return {
        "id": number,
        "project_no": people.case_number(place, item.department, f"{here:%Y%m%d}", number),
        "project_name": f"{applicant}：{item.name}",
        "task_code": item.code,
        "task_name": item.name,
        "area_code": place.area,
        "dept_code": item.department,
        "org_name": place.name + DEPARTMENTS[item.department],
        "window_no": WINDOWS[arrival.window],
        "handler_name": place.handlers[arrival.handler],
        "applicant_name": applicant,
        "project_type": item.kind,
        "project_state": _OPEN,
        "process_name": step,
        "apply_date": here,
        "accept_date": here,
        "promise_date": due,
        "anticipate_day": item.statutory_days,
        "promise_day": item.days,
        "promise_second": item.seconds,
        "fee_standard": item.fee,
        "fee_paid": people.WRONG_FEE if arrival.charged else item.fee,
        "cd_time": here,
    }


def _first_step(row: dict[str, object]) -> dict[str, object]:
    return _step(row["project_no"], row["process_name"], row["handler_name"], row["cd_time"])


def _step(project: object, name: object, handler: object, here: object) -> dict[str, object]:
    return {
        "project_no": project,
        "event_name": name,
        "process_name": handler,
        "event_start_time": here,
        "event_end_time": here,
        "event_state": "1",
        "cd_time": here,
    }
