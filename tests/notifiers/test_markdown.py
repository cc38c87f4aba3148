from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.markdown import fit, spaced, tight

LINES = st.lists(st.sampled_from(["", "  ", "甲", " 乙 ", "> 丙"]), max_size=12)


def test_lines_are_tight_for_vendors_that_show_each_as_it_is() -> None:
    assert tight("\n甲 \n\n  > 乙\n\n") == "甲\n> 乙"


def test_paragraphs_are_spaced_and_lines_within_them_are_broken() -> None:
    assert spaced("\n### 甲\n\n\n> 乙\n> 丙\n\n丁\n") == "### 甲\n\n> 乙  \n> 丙\n\n丁"


@given(lines=LINES)
def test_spacing_keeps_every_line_and_never_two_empty_ones(lines: list[str]) -> None:
    text = spaced("\n".join(lines))
    assert [one.strip() for one in text.split("\n") if one.strip()] == [
        one.strip() for one in lines if one.strip()
    ]
    assert "\n\n\n" not in text


@pytest.mark.parametrize("size", range(10, 120, 7))
def test_fitting_never_breaks_a_tag_or_a_character(size: int) -> None:
    whole = '<font color="warning">' + "长" * 30 + '</font>\n> <font color="info">短</font>\n<@li>'
    short = fit(whole, size)
    assert len(short.encode()) <= size
    assert short.count("<") == short.count(">") - short.count("\n> ")
    assert short.count("<font") == short.count("</font>")


def test_what_fits_stays_as_it_is() -> None:
    assert fit("甲\n\n乙\n", 100) == "甲\n\n乙"
