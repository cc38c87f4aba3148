from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import CatalogueSettings
from monitor.catalogue.mapping import ItemMapping
from monitor.sources import Reason, Reject
from rules.cases import Fact
from rules.catalogue import EVER
from rules.catalogue_changes import Entry
from tests.support.catalogue import UNITS

ZONE = ZoneInfo("Asia/Shanghai")


def read(
    *rows: dict[str, Any], values: dict[str, dict[str, str]] | None = None
) -> tuple[list[Entry], list[Reject]]:
    """Read rows whose columns are called as the facts are."""
    names = dict.fromkeys(name for row in rows for name in row)
    settings = CatalogueSettings(
        file="items.csv", columns={name: name for name in names}, values=values or {}
    )
    mapping = ItemMapping(settings, ZONE)
    return mapping.read([[row.get(column) for column in mapping.columns] for row in rows])


def facts(**row: Any) -> dict[str, Fact]:
    """Give the facts of one item, whose row must be understood."""
    (entry,), rejects = read({"code": "A", **row})
    assert rejects == []
    return dict(entry.facts)


def rejected(*rows: dict[str, Any], **given: Any) -> list[tuple[str, Reason]]:
    entries, rejects = read(*rows, **given)
    assert entries == []
    return [(one.key, one.reason) for one in rejects]


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        *UNITS.items(),
        (1, "working days"),
        (5.0, "months"),
        (None, "working days"),
    ],
)
def test_the_codes_of_units_in_the_wild_are_mapped(code: object, unit: str) -> None:
    row = {"code": "A", "promised_days": 5, "promised_unit": code}
    ((entry,), _) = read(row, values={"promised_unit": UNITS})
    assert entry.facts["promised_unit"] == unit


@pytest.mark.parametrize(("name", "unit"), [("工作日", "working days"), ("天", "calendar days")])
def test_units_by_their_names_need_no_mapping(name: str, unit: str) -> None:
    assert facts(promised_days=5, promised_unit=name)["promised_unit"] == unit


def test_a_unit_of_something_else_is_plain_text() -> None:
    assert facts(fee_unit="元/次")["fee_unit"] == "元/次"


@pytest.mark.parametrize(
    ("written", "days", "unit"),
    [
        ("20个工作日", 20, "working days"),
        ("60日", 60, "calendar days"),
        ("1.5 小时", 1.5, "hours"),
        ("2个月", 2, "months"),
    ],
)
def test_an_amount_in_words_tells_its_unit(written: str, days: float, unit: str) -> None:
    assert facts(promised_days=written) == {"promised_days": days, "promised_unit": unit}


@pytest.mark.parametrize(
    ("name", "written", "read_as"),
    [
        ("promised_days", "5", 5),
        ("correction_days", "5.5", 5.5),
        ("document_count", "7", 7),
        ("fee_standard", "12.50", 12.5),
        ("window", "007", "007"),
        ("promised_days", "", None),
    ],
)
def test_numbers_as_text_are_numbers_where_the_name_says_so(
    name: str, written: str, read_as: Fact
) -> None:
    assert facts(**{name: written})[name] == read_as


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"code": None}, Reason.NULL_KEY),
        ({"code": "A", "promised_days": "马上"}, Reason.BAD_NUMBER),
        ({"code": "A", "promised_days": 5, "promised_unit": "X"}, Reason.UNKNOWN_CODE),
        ({"code": "A", "valid_from": "soon"}, Reason.BAD_TIME),
        ({"code": "A", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}, Reason.BAD_TIME),
        ({"code": b"\xff\xfe\xff"}, Reason.INVALID_UTF8),
    ],
)
def test_a_row_that_cannot_be_understood_is_rejected(row: dict[str, Any], reason: Reason) -> None:
    assert [one for _, one in rejected({"code": None, **row})] == [reason]


def test_a_reject_says_where_what_and_what_was_expected() -> None:
    _, (reject,) = read({"code": "A", "promised_days": "马上"})
    assert reject.key == "A"
    assert (
        reject.detail == "catalogue.promised_days (column promised_days): '马上'; expected a number"
    )


def test_the_other_rows_go_on() -> None:
    entries, rejects = read(
        {"code": "A", "promised_days": 5},
        {"code": "B", "promised_days": "马上"},
        {"code": "C", "promised_days": "3"},
    )
    assert [one.code for one in entries] == ["A", "C"]
    assert [one.key for one in rejects] == ["B"]


def test_rows_that_say_the_same_are_one() -> None:
    entries, rejects = read({"code": "A", "name": "x"}, {"code": "A ", "name": "x"})
    assert (len(entries), rejects) == (1, [])


def test_rows_of_one_item_that_differ_are_rejected() -> None:
    assert rejected({"code": "A", "name": "x"}, {"code": "A", "name": "y"}) == [
        ("A", Reason.DUPLICATE_KEY)
    ]


def test_editions_with_dates_are_kept_apart() -> None:
    entries, _ = read(
        {"code": "A", "valid_from": "2026-01-01", "name": "x"},
        {"code": "A", "valid_from": None, "name": "w"},
    )
    assert {(one.valid_from, one.facts["name"]) for one in entries} == {
        (date(2026, 1, 1), "x"),
        (EVER, "w"),
    }


def test_one_edition_in_fault_leaves_out_the_item() -> None:
    rows = (
        {"code": "A", "valid_from": "2026-01-01", "promised_days": "5"},
        {"code": "A", "valid_from": "2026-06-01", "promised_days": "马上"},
    )
    assert rejected(*rows) == [("A", Reason.BAD_NUMBER)]
