"""Explanations as JSON."""

from __future__ import annotations

import json

from rules.explanation_data import to_json
from tests.rules.test_explanation import REVIEW, ZONE, explained, extension, pause


def test_an_explanation_is_plain_json_with_moments_in_the_readers_zone() -> None:
    data = json.loads(json.dumps(to_json(explained(REVIEW), ZONE)))
    assert data["due_at"] == "2026-10-16T17:30:00+08:00"
    assert data["limit"]["version"] == "1"
    assert data["limit"]["law"] == "行政许可法 第四十二条"
    assert data["margin"] == {"amount": "2 working days", "passed": True}
    assert data["next_level"]["at"] == "2026-10-21T17:30:00+08:00"
    assert data["pauses"][0]["key"] == "88213"
    assert data["pauses"][0]["days"] == 3
    assert data["days"][6] == {
        "date": "2026-09-28",
        "kind": "paused",
        "number": None,
        "holiday": None,
        "makeup": False,
        "pauses": ["88213"],
        "counted_seconds": None,
        "total_seconds": None,
        "start_at": None,
        "due_at": None,
        "until_at": None,
        "levels": [],
    }


def test_what_is_not_known_is_null() -> None:
    data = to_json(explained(pause("09-28 08:50", None), extension("09-24 09:00", 3)), ZONE)
    assert data["due_at"] is data["margin"] is data["next_level"] is None
    assert data["extensions"][0]["amount"] == "3 working days"
