"""Making a survey over a few cases that are written down, each reading worked out one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from config import china
from config.checks import CheckSettings
from rules.cases import Fact
from rules.compliance import Setting
from rules.compliance.sentences import sentence
from rules.directory import Department, Directory, Region
from rules.instants import NONE, SECOND, is_moment
from rules.surveys import SURVEY_BY_ID, Found, SurveyRule
from rules.surveys.readings import (
    Carded,
    Columns,
    Counts,
    Pauses,
    Reading,
    Rows,
    Scope,
    SetAside,
    Sharing,
    Unmatched,
    Vanished,
    Within,
)
from rules.worktime import working_time
from tests.support.moments import SHANGHAI, at

NOW = "2026-10-15 12:00"
DIRECTORY = Directory(
    departments={"ZJ": Department("ZJ", "住建局"), "ZR": Department("ZR", "资源局")},
    regions={"R1": Region("R1", "东浦区"), "R2": Region("R2", "临江区")},
)
Row = dict[str, Any]
"""A case: its facts and, with instants for moments, ``cards``, ``pauses`` and ``clocks``."""

_OWN: Row = {"source": "hall", "region": "R1", "department": "ZJ", "handler": "李阳"}


def hall(*rows: Mapping[str, Any]) -> list[Row]:
    """Number cases and fill in where they are from; moments are written as Shanghai time."""
    return [
        {"key": f"K{number}", "no": f"N{number}", **_OWN, **_read(row), "id": number}
        for number, row in enumerate(rows, 1)
    ]


def look(survey: str, rows: Sequence[Row], now: str = NOW, **settings: Setting) -> list[Found]:
    """Give what a survey finds, settings checked as those of the file are."""
    tuned = CheckSettings.model_validate({"use": survey, "settings": settings})
    rule = tuned.rule(("warning", "yellow", "red"), "zh_CN")
    assert isinstance(rule, SurveyRule)
    instant = at(now)
    occasion = rule.occasion(instant, instant, working_time(china()), DIRECTORY)
    asked = rule.survey.asks(occasion).items()
    columns = {name: read(reading, rows, occasion.scope) for name, reading in asked}
    return list(rule.survey.judge(occasion, columns))


def cases(survey: str, rows: Sequence[Row], now: str = NOW, **settings: Setting) -> list[str]:
    """Give the numbers of the cases in which a survey finds something."""
    numbers = {row["id"]: row["no"] for row in rows}
    found = look(survey, rows, now, **settings)
    return [numbers[one.case] for one in found if one.case is not None]


def subjects(survey: str, rows: Sequence[Row], now: str = NOW, **settings: Setting) -> list[str]:
    """Give the subjects about which a survey finds something."""
    return [one.subject for one in look(survey, rows, now, **settings)]


def said(survey: str, rows: Sequence[Row], now: str = NOW, **settings: Setting) -> tuple[str, str]:
    """Give the one finding of a survey in Chinese and in English."""
    [found] = look(survey, rows, now, **settings)
    told = SURVEY_BY_ID[survey]
    return (
        sentence(told, found.evidence, SHANGHAI, "zh_CN"),
        sentence(told, found.evidence, SHANGHAI, "en"),
    )


def read(reading: Reading, rows: Sequence[Row], scope: Scope) -> Columns:
    """Give what a reading asks for, in the order of the rows."""
    chosen = [row for row in rows if _in_scope(row, scope)]
    match reading:
        case Rows():
            there = [row for row in _within(chosen, reading.within) if _has(row, reading.there)]
            return _columns(there, reading.names, reading.within)
        case Sharing():
            return _sharing(reading, chosen)
        case Counts():
            counted = Counter(
                tuple(_value(row, name, reading.within) for name in reading.by)
                for row in _within(chosen, reading.within)
            )
            made = [
                {**dict(zip(reading.by, by, strict=True)), "count": n} for by, n in counted.items()
            ]
            return _made(made, (*reading.by, "count"))
        case Pauses():
            pauses = [
                {"id": row["id"], "started_at": start, "ended_at": end}
                for row in _within(chosen, reading.within)
                for start, end in row.get("pauses", ())
            ]
            return _made(pauses, ("id", "started_at", "ended_at"))
        case Carded():
            units = Counter(
                (row["region"], row["department"])
                for row in chosen
                if any(
                    reading.since <= opened < reading.until
                    and (not reading.levels or level in reading.levels)
                    for opened, level in row.get("cards", ())
                )
            )
            made = [{"region": r, "department": d, "count": n} for (r, d), n in units.items()]
            return _made(made, ("region", "department", "count"))
        case Vanished():
            gone = [
                {**row, "carded_at": row["cards"][0][0], "card": "承诺办结时限"}
                for row in chosen
                if row.get("cards") and (row.get("vanished_at") or 0) >= reading.since
            ]
            return _made(gone, ("id", "key", "no", "vanished_at", "carded_at", "card"))
        case Unmatched():
            known = {row[name] for row in rows for name in ("no", "key")}
            wanted = [
                row
                for row in _within(chosen, reading.within)
                if row.get(reading.fact) and row[reading.fact] not in known
            ]
            return _columns(wanted, reading.names, reading.within)
        case SetAside():
            made = [
                {**row, "seen_at": row["first_seen_at"]}
                for row in chosen
                if row.get("set_aside") and row.get(reading.fact)
            ]
            return _made(made, ("source", "key", "seen_at", reading.fact))


def _sharing(reading: Sharing, rows: Sequence[Row]) -> Columns:
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in _within(rows, reading.within):
        by = tuple(_value(row, name, reading.within) for name in reading.by)
        if None not in by:
            groups.setdefault(by, []).append(row)
    shared = [
        row
        for group in groups.values()
        if len(group) >= reading.least
        and (
            not reading.differing
            or any(len({row.get(name) or "" for row in group}) > 1 for name in reading.differing)
        )
        for row in group
    ]
    return _columns(shared, reading.names, reading.within)


def _within(rows: Iterable[Row], within: Within) -> list[Row]:
    chosen = []
    for row in rows:
        if row.get("set_aside"):
            continue
        moment = _value(row, "seen_at" if within.or_seen else within.moment, within)
        if moment is None or row.get("vanished_at") is not None:
            continue
        if moment >= within.since and (within.until is None or moment < within.until):
            chosen.append(row)
    return chosen


def _value(row: Row, name: str, within: Within) -> Any:
    first, either, other = name.partition("|")
    if either:
        value = _value(row, first, within)
        return _value(row, other, within) if value is None else value
    kind, colon, rest = name.partition(":")
    if colon and kind == "second":
        moment = _value(row, rest, within)
        return None if moment is None else moment // SECOND
    if colon:
        clocks = row.get("clocks", {})
        if rest:
            return clocks.get(rest, {}).get(kind)
        by_closing = [one for one in clocks.values() if one.get("until") == "closed_at"]
        dues = [clock["due_at"] for clock in by_closing or clocks.values()]
        return min((due for due in dues if due is not None), default=None)
    if name == "seen_at":
        moment = row.get(within.moment)
        return row.get("first_seen_at") if moment is None else moment
    return row.get(name)


def _columns(rows: Sequence[Row], names: Sequence[str], within: Within) -> Columns:
    return _made([{name: _value(row, name, within) for name in names} for row in rows], names)


def _made(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Columns:
    return {name: _column(name, [row.get(name) for row in rows]) for name in names}


def _column(name: str, values: list[Any]) -> np.ndarray[Any, Any]:
    kind = name.partition(":")[0]
    if is_moment(kind) or kind in ("id", "count", "second"):
        return np.array([NONE if value is None else value for value in values], np.int64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _has(row: Row, names: Sequence[str]) -> bool:
    return all(row.get(name) is not None for name in names)


def _in_scope(row: Row, scope: Scope) -> bool:
    chosen = (
        (scope.sources, "source"),
        (scope.regions, "region"),
        (scope.departments, "department"),
        (scope.items, "item_code"),
    )
    return all(not values or row.get(name) in values for values, name in chosen)


def _read(facts: Mapping[str, Any]) -> dict[str, Fact]:
    def moment(value: Any) -> Any:
        return at(value) if isinstance(value, str) else value

    read = {name: moment(value) if is_moment(name) else value for name, value in facts.items()}
    for name in ("pauses", "cards"):
        if name in read:
            read[name] = [tuple(map(_pair, one)) for one in facts[name]]
    return read


def _pair(value: Any) -> Any:
    return at(value) if isinstance(value, str) and value[:1].isdigit() else value
