"""Builders of items and of the settings of a catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

from config import CatalogueSettings
from rules.cases import Fact
from rules.catalogue import EVER, Item
from rules.catalogue_changes import Entry

HEADERS = {
    "code": "事项编码",
    "name": "事项名称",
    "promised_days": "承诺时限",
    "promised_unit": "承诺时限单位",
    "statutory_days": "法定时限",
    "fee_standard": "收费标准",
}
"""The headers of a list as halls write them."""

UNITS = {
    "1": "working days",
    "2": "calendar days",
    "3": "hours",
    "4": "minutes",
    "5": "months",
    "G": "working days",
    "Z": "calendar days",
}
"""The codes of units that are seen in the wild."""


def item(code: str = "A", since: date = EVER, until: date | None = None, **facts: Fact) -> Item:
    """Give an edition of an item; ten days are promised unless the facts say otherwise."""
    return Item(code, since, until, facts or {"promised_days": 10})


def entry(
    code: str = "A", since: date | None = None, until: date | None = None, **facts: Fact
) -> Entry:
    """Give what a list says of an item; ten days are promised unless the facts say otherwise."""
    return Entry(code, facts or {"promised_days": 10}, since, until)


def of_file(**given: Any) -> CatalogueSettings:
    """Give the settings of a catalogue in a file with Chinese headers."""
    plain: dict[str, Any] = {
        "file": "items.csv",
        "columns": HEADERS,
        "values": {"promised_unit": UNITS},
    }
    return CatalogueSettings(**{**plain, **given})


def of_table(**given: Any) -> CatalogueSettings:
    """Give the settings of a catalogue in the table ``up_task`` of a source."""
    plain: dict[str, Any] = {
        "source": "hall",
        "table": "up_task",
        "columns": {
            "code": "task_code",
            "name": "task_name",
            "promised_days": "promise_day",
            "promised_unit": "promise_type",
        },
        "values": {"promised_unit": UNITS},
    }
    return CatalogueSettings(**{**plain, **given})
