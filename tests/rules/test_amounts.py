from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.amounts import Amount, Unit, parse_amount, parse_unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("20 working days", 20, Unit.WORKING_DAY),
        ("1 working day", 1, Unit.WORKING_DAY),
        ("20 business days", 20, Unit.WORKING_DAY),
        ("20个工作日", 20, Unit.WORKING_DAY),
        ("20 工作日", 20, Unit.WORKING_DAY),
        ("60 calendar days", 60, Unit.CALENDAR_DAY),
        ("60日", 60, Unit.CALENDAR_DAY),
        ("60天", 60, Unit.CALENDAR_DAY),
        ("60个自然日", 60, Unit.CALENDAR_DAY),
        ("1d", 1, Unit.CALENDAR_DAY),
        ("2 months", 2, Unit.MONTH),
        ("2个月", 2, Unit.MONTH),
        ("36 working hours", 36, Unit.WORKING_HOUR),
        ("36工作小时", 36, Unit.WORKING_HOUR),
        ("30 working minutes", 30, Unit.WORKING_MINUTE),
        ("90 working seconds", 90, Unit.WORKING_SECOND),
        ("4 hours", 4, Unit.HOUR),
        ("4小时", 4, Unit.HOUR),
        ("2m", 2, Unit.MINUTE),
        ("15分钟", 15, Unit.MINUTE),
        ("30s", 30, Unit.SECOND),
        ("  1.5   Working   Hours ", 1.5, Unit.WORKING_HOUR),
    ],
)
def test_amounts_are_read_in_english_and_chinese(text: str, value: float, unit: Unit) -> None:
    assert parse_amount(text) == Amount(value, unit)


@pytest.mark.parametrize(
    "text", ["", "20", "working days", "-5 days", "5 moons", "5,5 days", "五日"]
)
def test_what_is_no_amount_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number and a unit"):
        parse_amount(text)


@example(1_234_567, Unit.SECOND)
@example(1e-7, Unit.WORKING_DAY)
@example(1 / 3, Unit.HOUR)
@given(st.floats(0, 1e18) | st.integers(0, 10**9), st.sampled_from(Unit))
def test_an_amount_is_read_back_as_it_was_written(value: float, unit: Unit) -> None:
    assert parse_amount(str(Amount(value, unit))) == Amount(value, unit)


def test_units_have_a_length_or_none() -> None:
    assert Amount(1.5, parse_unit("工作小时")).seconds == 5400
    with pytest.raises(ValueError, match="no fixed length"):
        _ = Amount(1, Unit.MONTH).seconds
