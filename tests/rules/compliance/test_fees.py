"""Checks of what is charged, and where."""

from __future__ import annotations

import pytest

from rules.cases import Case, Fact
from tests.rules.compliance.looking import case, evidence, said

CLOSED = "2026-09-18 16:00"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"fee_standard": 0, "fee_paid": 50}, True),
        ({"item_fee_standard": 0, "fee_paid": 50}, True),
        ({"fee_standard": 100, "item_fee_standard": 0, "fee_paid": 50}, False),
        ({"fee_standard": 0, "item_fee_standard": 100, "fee_paid": 50}, True),
        ({"fee_standard": 0, "fee_paid": 0}, False),
        ({"fee_standard": 0}, False),
        ({"fee_paid": 50}, False),
        ({}, False),
    ],
)
def test_what_is_free_is_not_charged(facts: dict[str, Fact], found: bool) -> None:
    assert (evidence("charged-though-free", case(**facts)) is not None) is found


def test_the_fee_charged_though_free_is_told() -> None:
    assert said("charged-though-free", case(fee_standard=0, fee_paid=50.5)) == (
        "本事项不收费，却收取 50.5 元",
        "50.5 yuan were charged for a free item",
    )


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (case(closed_at=CLOSED, fee_standard=100), True),
        (case(closed_at=CLOSED, fee_standard=100, fee_paid=0), True),
        (case(closed_at=CLOSED, item_fee_standard=100, result="granted"), True),
        (case(closed_at=CLOSED, fee_standard=100, fee_paid=1), False),
        (case(closed_at=CLOSED, fee_standard=0), False),
        (case(closed_at=CLOSED), False),
        (case(fee_standard=100), False),
        (case(closed_at=CLOSED, fee_standard=100, result="refused"), False),
        (case(closed_at=CLOSED, fee_standard=100, fee_waived="小微企业"), False),
    ],
)
def test_a_case_is_closed_with_the_fee_that_is_due(one: Case, found: bool) -> None:
    assert (evidence("fee-not-charged", one) is not None) is found


def test_the_fee_not_charged_is_told() -> None:
    assert said("fee-not-charged", case(closed_at=CLOSED, fee_standard=100)) == (
        "2026年9月18日办结，应收 100 元未收",
        "closed on 18 Sep 2026 without the fee of 100 yuan",
    )


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"fee_standard": 100, "fee_paid": 120}, True),
        ({"fee_standard": 100, "fee_paid": 80}, True),
        ({"fee_standard": 100, "fee_paid": 100.01}, False),
        ({"fee_standard": 0.3, "fee_paid": 0.1 + 0.2}, False),
        ({"fee_standard": 100, "fee_paid": 100.02}, True),
        ({"fee_standard": 100, "fee_paid": 80, "fee_waived": "减半"}, False),
        ({"fee_standard": 100, "fee_paid": 120, "fee_waived": "减半"}, True),
        ({"fee_standard": 100, "fee_paid": 0}, False),
        ({"fee_standard": 100}, False),
        ({"fee_standard": 0, "fee_paid": 50}, False),
        ({"fee_paid": 50}, False),
    ],
)
def test_what_is_charged_is_the_standard(facts: dict[str, Fact], found: bool) -> None:
    assert (evidence("fee-not-standard", case(**facts)) is not None) is found


def test_a_tolerance_lets_small_differences_pass() -> None:
    one = case(fee_standard=100, fee_paid=101)
    assert evidence("fee-not-standard", one, tolerance=1) is None
    assert evidence("fee-not-standard", one, tolerance=0.99) is not None


def test_a_fee_other_than_the_standard_is_told() -> None:
    assert said("fee-not-standard", case(fee_standard=100, fee_paid=120)) == (
        "收取 120 元，标准为 100 元",
        "120 yuan were charged, the standard is 100",
    )


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"fee_paid": 50, "fee_place": "窗口 3"}, True),
        ({"fee_paid": 50, "fee_place": "cashier"}, False),
        ({"fee_paid": 50, "fee_place": "online"}, False),
        ({"fee_paid": 50}, False),
        ({"fee_paid": 0, "fee_place": "窗口 3"}, False),
        ({"fee_place": "窗口 3"}, False),
    ],
)
def test_fees_are_paid_at_the_single_cashier(facts: dict[str, Fact], found: bool) -> None:
    assert (evidence("fee-outside-cashier", case(**facts)) is not None) is found


def test_where_a_fee_was_paid_is_told() -> None:
    one = case(fee_paid=50, fee_place="窗口 3")
    assert evidence("fee-outside-cashier", one, places=("窗口 3",)) is None
    assert said("fee-outside-cashier", one) == (
        "50 元在“窗口 3”收取，不是统一收费处",
        "50 yuan were paid at 窗口 3, which is not the single cashier",
    )


ACCEPTED = "2026-09-14 10:00"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"fee_paid": 50, "fee_paid_at": "2026-09-14 09:59"}, True),
        ({"fee_paid": 50, "fee_paid_at": ACCEPTED}, False),
        ({"fee_paid": 50, "fee_paid_at": ACCEPTED, "accepted_at": None}, True),
        ({"fee_paid": 50}, False),
        ({"fee_paid": 0, "fee_paid_at": "2026-09-14 09:59"}, False),
    ],
)
def test_nothing_is_charged_before_acceptance(facts: dict[str, Fact], found: bool) -> None:
    one = case(**{"accepted_at": ACCEPTED, **facts})
    assert (evidence("fee-before-acceptance", one) is not None) is found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"fee_paid": 50}, True),
        ({"fee_paid": 50, "fee_receipt": " "}, True),
        ({"fee_paid": 50, "fee_receipt": "0042"}, False),
        ({"fee_paid": 0}, False),
        ({}, False),
    ],
)
def test_every_fee_has_a_receipt(facts: dict[str, Fact], found: bool) -> None:
    assert (evidence("fee-without-receipt", case(**facts)) is not None) is found


def test_fees_too_early_and_without_receipt_are_told() -> None:
    one = case(fee_paid=50, fee_paid_at="2026-09-11 10:00", accepted_at=ACCEPTED)
    assert said("fee-before-acceptance", one) == (
        "2026年9月11日已收取 50 元，受理时间为2026年9月14日",
        "50 yuan were charged on 11 Sep 2026; accepted: 14 Sep 2026",
    )
    assert said("fee-without-receipt", one) == (
        "收取 50 元，没有票据号",
        "50 yuan were charged, no receipt is on record",
    )
