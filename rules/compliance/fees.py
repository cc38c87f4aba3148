"""Fees: what is charged, against the standard of the item, and where it is paid.

Facts besides the standard ones:

==================  ==================================================================
fee_standard        what is due for the case; without it ``item_fee_standard`` of the
                    catalogue. 0 is free, none is not known
fee_paid            what was charged; none is nothing
fee_waived          the ground on which less than the standard is due, where there is one
fee_place           where it was paid: "cashier", "online", or other values
fee_paid_at         when it was paid
fee_receipt         the number of the receipt (票据号)
result              what came of the case, as in :mod:`rules.compliance.content`
==================  ==================================================================
"""

from __future__ import annotations

import numpy as np

from rules.compliance.check import Builtin, Hits, Text, View, hits
from rules.compliance.columns import absent, among, amount
from rules.compliance.pauses import is_blank
from rules.instants import NONE

_LAW_FREE = "行政许可法 第五十八条"
_LAW_STANDARD = "行政许可法 第五十九条"
# 第五十九条 is about what may be charged; that what is due is charged in full is a duty of non-tax
# revenue. 待核: its article.
_LAW_DUE = "政府非税收入管理办法（财税〔2016〕33号）"
_STANDARD = "fee_standard|item_fee_standard"
_DUST = 1e-6


def _though_free(view: View) -> Hits:
    """Find cases that were charged although the item is free."""
    standard, paid = amount(view.batch, "fee_standard"), view.batch.numbers("fee_paid")
    return hits((standard == 0) & (paid > 0), fee_standard=standard, fee_paid=paid)


def _not_charged(view: View) -> Hits:
    """Find cases that were closed without the fee that is due."""
    batch = view.batch
    standard, paid = amount(batch, "fee_standard"), np.nan_to_num(batch.numbers("fee_paid"))
    closed = batch.moments("closed_at")
    found = (closed != NONE) & (standard > 0) & (paid == 0) & absent(batch, "fee_waived")
    found &= ~among(batch, "result", view.names("free_results"))
    return hits(found, closed_at=closed, fee_standard=standard, fee_paid=paid)


def _not_standard(view: View) -> Hits:
    """Find cases that were charged something other than the standard; less may be waived."""
    batch = view.batch
    standard, paid = amount(batch, "fee_standard"), batch.numbers("fee_paid")
    more = paid - standard
    far = np.abs(more) > view.number("tolerance") + _DUST
    found = (standard > 0) & (paid > 0) & far & ((more > 0) | absent(batch, "fee_waived"))
    return hits(found, fee_standard=standard, fee_paid=paid)


def _outside_cashier(view: View) -> Hits:
    """Find fees that were paid elsewhere than at the places for it."""
    batch = view.batch
    paid = batch.numbers("fee_paid")
    elsewhere = ~absent(batch, "fee_place") & ~among(batch, "fee_place", view.names("places"))
    return hits((paid > 0) & elsewhere, fee_paid=paid, fee_place=batch.texts("fee_place"))


def _too_early(view: View) -> Hits:
    """Find fees that were taken before the case was accepted."""
    batch = view.batch
    paid, paid_at = batch.numbers("fee_paid"), batch.moments("fee_paid_at")
    accepted = batch.moments("accepted_at")
    found = (paid > 0) & (paid_at != NONE) & ((accepted == NONE) | (paid_at < accepted))
    return hits(found, fee_paid=paid, paid_at=paid_at, accepted_at=accepted)


def _no_receipt(view: View) -> Hits:
    """Find fees for which no receipt is on record."""
    batch = view.batch
    paid = batch.numbers("fee_paid")
    return hits((paid > 0) & is_blank(batch.coded("fee_receipt")), fee_paid=paid)


CHECKS = (
    Builtin(
        "charged-though-free",
        Text("不收费事项收费", "charged although it is free"),
        _LAW_FREE,
        "red",
        ("fee_paid", _STANDARD),
        Text("本事项不收费，却收取 {fee_paid} 元", "{fee_paid} yuan were charged for a free item"),
        _though_free,
    ),
    Builtin(
        "fee-not-charged",
        Text("应收未收", "closed without the fee that is due"),
        _LAW_DUE,
        "yellow",
        ("closed_at", "fee_paid", _STANDARD),
        Text(
            "{closed_at}办结，应收 {fee_standard} 元未收",
            "closed on {closed_at} without the fee of {fee_standard} yuan",
        ),
        _not_charged,
        {"free_results": ("refused", "not-accepted", "returned", "voided")},
    ),
    Builtin(
        "fee-not-standard",
        Text("未按标准收费", "charged other than the standard"),
        _LAW_STANDARD,
        "yellow",
        ("fee_paid", _STANDARD),
        Text(
            "收取 {fee_paid} 元，标准为 {fee_standard} 元",
            "{fee_paid} yuan were charged, the standard is {fee_standard}",
        ),
        _not_standard,
        {"tolerance": 0.01},
    ),
    Builtin(
        "fee-outside-cashier",
        Text("未在统一收费处缴费", "paid outside the single cashier"),
        "五制：统一收费",
        "yellow",
        ("fee_paid", "fee_place"),
        Text(
            "{fee_paid} 元在“{fee_place}”收取，不是统一收费处",
            "{fee_paid} yuan were paid at {fee_place}, which is not the single cashier",
        ),
        _outside_cashier,
        {"places": ("cashier", "online")},
    ),
    Builtin(
        "fee-before-acceptance",
        Text("受理之前已收费", "charged before it was accepted"),
        "五制：统一收费",
        "yellow",
        ("fee_paid", "fee_paid_at", "accepted_at"),
        Text(
            "{paid_at}已收取 {fee_paid} 元，受理时间为{accepted_at}",
            "{fee_paid} yuan were charged on {paid_at}; accepted: {accepted_at}",
        ),
        _too_early,
    ),
    Builtin(
        "fee-without-receipt",
        Text("收费没有票据", "charged without a receipt"),
        "财政票据管理办法",
        "yellow",
        ("fee_paid", "fee_receipt"),
        Text(
            "收取 {fee_paid} 元，没有票据号",
            "{fee_paid} yuan were charged, no receipt is on record",
        ),
        _no_receipt,
    ),
)
"""The checks of this file."""
