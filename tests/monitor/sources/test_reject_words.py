"""What is wrong with a row, in Chinese as well as in English."""

from __future__ import annotations

import pytest

from monitor.sources.moments import EXPECTED
from monitor.sources.reject_words import in_words
from monitor.sources.rows import Reason, Unreadable


@pytest.mark.parametrize(
    ("detail", "zh"),
    [
        (
            "cases.kind (column project_type): '7'; expected one of 1, 2",
            "cases.kind（列 project_type）：'7'；应为下列之一：1, 2",
        ),
        (
            "cases.fee_paid (column fee (yuan)): 'x; expected y'; expected a number",
            "cases.fee_paid（列 fee (yuan)）：'x; expected y'；应为数",
        ),
        (
            "pauses.key: b'\\xff'; expected text in UTF-8",
            "pauses.key：b'\\xff'；应为 UTF-8 文本",
        ),
        (
            "cases.key (column no): None; expected a key",
            "cases.key（列 no）：None；应为主键",
        ),
        (
            "two rows have this key and differ in closed_at, kind; expected one row a case",
            "两行主键相同，closed_at, kind 不同；应为每件一行",
        ),
        (
            "items.valid_to (column till): '2026-01-01'; expected a valid_to after 2026-03-01",
            "items.valid_to（列 till）：'2026-01-01'；应为晚于 2026-03-01 的 valid_to",
        ),
        ("of another package altogether", "of another package altogether"),
        ("f (column c): 1; expected magic", "f（列 c）：1；应为 magic"),
    ],
)
def test_a_detail_is_said_in_chinese(detail: str, zh: str) -> None:
    assert in_words(detail) == (zh, detail)


def test_a_time_is_shown_as_it_should_be() -> None:
    fault = Unreadable(Reason.BAD_TIME, "gestern", EXPECTED)
    told = in_words(f"cases.accepted_at (column a): {fault}").zh
    assert told.startswith("cases.accepted_at（列 a）：'gestern'；应为时间，如 2026-10-16")
    assert "expected" not in told
