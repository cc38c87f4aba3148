"""Fees of free items, none where one is due, other than the standard, and paid elsewhere."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.days import DAY, SECOND, number
from bench.planted.drafts import Draft
from bench.planted.items import BY_CODE, FREED
from bench.planted.lawful import licence
from bench.planted.variants import breaks, closed, keeps

_FREE = next(code for code, item in BY_CODE.items() if item["fee_standard"] == 0.0)
_FIFTY = next(code for code, item in BY_CODE.items() if item["fee_standard"] == 50.0)
_FREED_DAY = number(FREED)
_BEFORE = closed(item="FREED", lasts=3, ends=_FREED_DAY)
_AFTER = closed(item="FREED", lasts=3, ends=_FREED_DAY + 8)
_GRANTED = {"result": "granted", "result_reason": None, "fee_waived": None, "fee_place": "cashier"}


def _set(case: Draft, paid: float | None, own: float | None = None, **facts: object) -> None:
    receipt = {"fee_paid_at": case.facts["accepted_at"], "fee_receipt": "桂00000001"}
    case.facts |= {**_GRANTED, **receipt, "fee_paid": paid, "fee_standard": own, **facts}


@breaks("charged-though-free", closed(item=_FREE))
def charged_for_a_free_item(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((0.5, 1, 2000)))


@breaks("charged-though-free", closed(item=_FIFTY))
def charged_although_the_case_is_free(draw: Random, case: Draft) -> None:
    _set(case, 50.0, 0.0)


@breaks("charged-though-free", _AFTER)
def charged_after_the_fee_was_abolished(draw: Random, case: Draft) -> None:
    _set(case, 80.0)


@keeps("charged-though-free", _BEFORE)
def charged_before_the_fee_was_abolished(draw: Random, case: Draft) -> None:
    """Accepted on the last days of the old year: the standard of that time holds."""
    _set(case, 80.0)


@keeps("charged-though-free", closed(item=_FREE))
def charged_nothing(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((0.0, None)))


@breaks("fee-not-charged", closed(item=_FIFTY))
def closed_without_the_fee(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((None, 0.0)), draw.choice((None, 50.0)))


@breaks("fee-not-charged", closed(item=_FREE))
def closed_without_the_fee_of_its_own(draw: Random, case: Draft) -> None:
    _set(case, None, 120.0)


@keeps("fee-not-charged", closed(item=_FIFTY))
def waived(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((None, 0.0)), fee_waived="减免")


@keeps("fee-not-charged", closed(item=_FIFTY))
def refused_and_not_charged(draw: Random, case: Draft) -> None:
    _set(case, None, result="refused", result_reason="不符合条件")


@breaks("fee-not-standard", closed(item=_FIFTY))
def charged_more(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((50.02, 60.0)), fee_waived=draw.choice((None, "减免")))


@breaks("fee-not-standard", closed(item=_FIFTY))
def charged_less(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((49.98, 10.0)))


@breaks("fee-not-standard", _BEFORE)
def charged_less_than_the_standard_of_its_day(draw: Random, case: Draft) -> None:
    _set(case, 50.0)


@keeps("fee-not-standard", closed(item=_FIFTY))
def charged_less_with_a_ground(draw: Random, case: Draft) -> None:
    _set(case, 25.0, fee_waived="减半")


@keeps("fee-not-standard", closed(item=_FIFTY))
def charged_a_rounded_standard(draw: Random, case: Draft) -> None:
    _set(case, draw.choice((50.01, 49.99)))


@breaks("fee-outside-cashier", closed(item=_FIFTY))
def paid_at_the_window(draw: Random, case: Draft) -> None:
    _set(case, 50.0, fee_place=draw.choice(("window", "7", "cash")))


@keeps("fee-outside-cashier", closed(item=_FIFTY))
def paid_online(draw: Random, case: Draft) -> None:
    _set(case, 50.0, fee_place=draw.choice(("online", "cashier", None)))


@keeps("fee-outside-cashier", closed(item=_FREE))
def paid_nothing_at_the_window(draw: Random, case: Draft) -> None:
    _set(case, 0.0, fee_place="window")


@breaks("fee-before-acceptance", closed(item=_FIFTY))
def paid_before_acceptance(draw: Random, case: Draft) -> None:
    accepted = case.facts["accepted_at"]
    _set(case, 50.0, fee_paid_at=accepted - draw.choice((SECOND, DAY)))


@breaks("fee-before-acceptance", partial(licence, kind="promise", state="submitted", plain=True))
def paid_and_never_accepted(draw: Random, case: Draft) -> None:
    case.facts |= {"fee_standard": 50.0, "fee_paid": 50.0, "fee_receipt": "桂00000001"}
    case.facts["fee_paid_at"] = case.facts["submitted_at"]


@keeps("fee-before-acceptance", closed(item=_FIFTY))
def paid_at_acceptance(draw: Random, case: Draft) -> None:
    _set(case, 50.0)


@breaks("fee-without-receipt", closed(item=_FIFTY))
def paid_without_a_receipt(draw: Random, case: Draft) -> None:
    _set(case, 50.0, fee_receipt=draw.choice((None, "", " ")))


@keeps("fee-without-receipt", closed(item=_FIFTY))
def no_receipt_for_nothing(draw: Random, case: Draft) -> None:
    _set(case, None, fee_waived="减免", fee_receipt=None)
