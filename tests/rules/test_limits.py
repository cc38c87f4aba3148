from __future__ import annotations

import pytest

from rules.amounts import Amount, Unit
from rules.limits import Threshold, ThresholdKind, parse_threshold


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("over", Threshold(ThresholdKind.OVER)),
        (" over ", Threshold(ThresholdKind.OVER)),
        ("80 %", Threshold(ThresholdKind.PERCENT, percent=80)),
        ("12.5%", Threshold(ThresholdKind.PERCENT, percent=12.5)),
        ("90％", Threshold(ThresholdKind.PERCENT, percent=90)),
        (
            "2 working days left",
            Threshold(ThresholdKind.LEFT, Amount(2, Unit.WORKING_DAY)),
        ),
        ("2个工作日 left", Threshold(ThresholdKind.LEFT, Amount(2, Unit.WORKING_DAY))),
        ("4 hours left", Threshold(ThresholdKind.LEFT, Amount(4, Unit.HOUR))),
        (
            "3 working days over",
            Threshold(ThresholdKind.OVER, Amount(3, Unit.WORKING_DAY)),
        ),
    ],
)
def test_thresholds_are_read(text: str, threshold: Threshold) -> None:
    assert parse_threshold(text) == threshold


@pytest.mark.parametrize("text", ["", "soon", "80", "left", "2 left", "2 moons left", "-5 %"])
def test_what_is_no_threshold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_threshold(text)


@pytest.mark.parametrize(
    "text", ["over", "80 %", "33.333333 %", "2 working days left", "1 month over"]
)
def test_a_threshold_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_threshold(text)) == text
