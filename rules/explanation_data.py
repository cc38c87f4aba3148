"""Explanations as plain JSON values: what a page, a file or another program is given."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from rules.days import Day
from rules.explanation import Explanation, LevelMark
from rules.instants import SECOND, iso
from rules.uses import ExtensionUse, PauseUse


def to_json(shown: Explanation, zone: ZoneInfo) -> dict[str, Any]:
    """Give an explanation as JSON values: moments as ISO 8601 in ``zone``, times in seconds.

    Dates are those of the limit's calendar.
    """
    limit, following = shown.limit, shown.next_level
    return {
        "case": {"source": shown.case.source, "key": shown.case.key},
        "limit": {
            "id": limit.id,
            "title": limit.title,
            "version": limit.version,
            "law": limit.law,
            "shadow": limit.shadow,
            "calendar": limit.calendar,
            "calendar_version": shown.calendar_version,
            "timezone": shown.timezone.key,
        },
        "now": iso(shown.now, zone),
        "state": shown.state.value,
        "level": shown.level.name if shown.level else None,
        "start_at": iso(shown.start_at, zone),
        "due_at": iso(shown.due_at, zone),
        "until_at": iso(shown.until_at, zone),
        "provisional": shown.provisional,
        "unit": shown.unit.value,
        "allowed": str(shown.allowed) if shown.allowed else None,
        "allowed_with_extensions": str(shown.amount) if shown.amount else None,
        "margin": {"amount": str(shown.margin.amount), "passed": shown.margin.passed}
        if shown.margin
        else None,
        "next_level": _level(following, zone) if following else None,
        "levels": [_level(mark, zone) for mark in shown.levels],
        "pauses": [_pause(use, zone) for use in shown.pauses],
        "extensions": [_extension(use, zone) for use in shown.extensions],
        "days": [_day(day, zone) for day in shown.days],
        "cut": shown.cut,
    }


def _day(day: Day, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "kind": day.kind.value,
        "number": day.number,
        "holiday": day.name or None,
        "makeup": day.makeup,
        "pauses": [part.key for part in day.pauses],
        "counted_seconds": None if day.counted is None else day.counted / SECOND,
        "total_seconds": None if day.total is None else day.total / SECOND,
        "start_at": iso(day.start_at, zone),
        "due_at": iso(day.due_at, zone),
        "until_at": iso(day.until_at, zone),
        "levels": list(day.levels),
    }


def _pause(use: PauseUse, zone: ZoneInfo) -> dict[str, Any]:
    part = use.part
    return {
        "key": part.key,
        "kind": part.facts.get("kind"),
        "reason": part.facts.get("reason"),
        "started_at": iso(part.started_at, zone),
        "ended_at": iso(part.ended_at, zone),
        "effect": use.effect.value,
        "days": use.days,
        "seconds": use.time / SECOND,
    }


def _extension(use: ExtensionUse, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "key": use.part.key,
        "granted_at": iso(use.part.started_at, zone),
        "amount": str(use.amount) if use.amount else None,
        "counts": use.counts,
    }


def _level(mark: LevelMark, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": mark.name,
        "threshold": str(mark.threshold),
        "at": iso(mark.at, zone),
        "reached": mark.reached,
        "withheld": mark.withheld,
    }
