"""Checks of what must be written down, handed in and told."""

from __future__ import annotations

import pytest

from rules.cases import Case
from tests.rules.compliance.looking import case, evidence, said

ACCEPTED = "2026-09-14 10:00"
CLOSED = "2026-09-18 16:00"


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (case(result="refused"), True),
        (case(result="not-accepted"), True),
        (case(result="returned"), True),
        (case(result="voided", result_reason="无"), True),
        (case(result="voided", result_reason="/"), True),
        (case(result="voided", result_reason=""), True),
        (case(result="voided", result_reason="\u3000"), True),
        (case(result="voided", result_reason=" 无 "), True),
        (case(result="refused", result_reason="材料与事实不符"), False),
        (case(result="refused", result_reason="无相应资质"), False),
        (case(result="granted"), False),
        (case(result=None), False),
        (case(), False),
    ],
)
def test_a_result_against_the_applicant_needs_a_reason(one: Case, found: bool) -> None:
    assert (evidence("result-without-reason", one) is not None) is found


@pytest.mark.parametrize("result", ["2", 2, 2.0])
def test_results_are_those_of_the_settings_as_text_or_number(result: str | float) -> None:
    one = case(result=result)
    assert evidence("result-without-reason", one, results=("2",)) is not None
    assert evidence("result-without-reason", one, results=("3",)) is None


def test_a_result_is_told_by_what_people_call_it() -> None:
    assert said("result-without-reason", case(result="refused")) == (
        "办理结果为不予许可，没有说明理由",
        "refused without a reason being given",
    )


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (case(accepted_at=ACCEPTED, documents_missing=1), True),
        (case(accepted_at=ACCEPTED, documents_missing=0), False),
        (case(accepted_at=ACCEPTED), False),
        (case(documents_missing=2), False),
    ],
)
def test_what_is_accepted_has_all_its_documents(one: Case, found: bool) -> None:
    assert (evidence("documents-missing", one) is not None) is found


def test_how_many_documents_are_missing_is_told() -> None:
    assert said("documents-missing", case(accepted_at=ACCEPTED, documents_missing=2)) == (
        "2026年9月14日受理，仍缺 2 份必备材料",
        "accepted on 14 Sep 2026 with 2 of the required documents missing",
    )


@pytest.mark.parametrize(
    ("given", "required", "missing"),
    [
        ("营业执照", "营业执照、身份证", "身份证"),
        ("身份证;营业执照", "营业执照、身份证", None),
        ("营业执照, 身份证, 合同", "营业执照|身份证", None),
        ("", "营业执照\n身份证", "营业执照、身份证"),
        (None, "营业执照", "营业执照"),
        ("营业执照", "营业执照", None),
        ("营业执照", None, None),
        (None, None, None),
        ("身份证", "、 ，", None),
        (7, 7, None),
        (7, "7、8", "8"),
    ],
)
def test_documents_are_compared_with_what_the_item_requires(
    given: str | int | None, required: str | int | None, missing: str | None
) -> None:
    one = case(accepted_at=ACCEPTED, documents=given, item_documents=required)
    found = evidence("item-documents-missing", one)
    assert (found and found["documents"]) == missing


def test_before_acceptance_documents_may_still_come() -> None:
    assert evidence("item-documents-missing", case(item_documents="营业执照")) is None


def test_the_missing_documents_are_named() -> None:
    one = case(accepted_at=ACCEPTED, documents="合同", item_documents="合同、图纸、授权书")
    assert said("item-documents-missing", one) == (
        "2026年9月14日受理，缺少事项规定的材料：图纸、授权书",
        "accepted on 14 Sep 2026 without documents that the item requires: 图纸、授权书",
    )


WHOLE = {"item_code": "I-1", "department": "ZJ", "handler": "h1", "applicant": "王某"}


@pytest.mark.parametrize(
    ("one", "settings", "missing"),
    [
        (case(closed_at=CLOSED, **WHOLE), {}, None),
        (case(closed_at=CLOSED, **{**WHOLE, "handler": None}), {}, "handler"),
        (case(closed_at=CLOSED), {}, "item_code、department、handler、applicant"),
        (case(accepted_at=ACCEPTED), {}, None),
        (case(closed_at=CLOSED), {"required": ("closed_at",)}, None),
        (case(closed_at=CLOSED), {"required": ("decided_at", "closed_at")}, "decided_at"),
        (case(closed_at=CLOSED, fee_paid=0), {"required": ("fee_paid",)}, None),
        (case(closed_at=CLOSED), {"required": ()}, None),
    ],
)
def test_a_closed_case_has_a_whole_record(
    one: Case, settings: dict[str, tuple[str, ...]], missing: str | None
) -> None:
    found = evidence("record-incomplete", one, "2026-09-30 12:00", **settings)
    assert (found and found["facts"]) == missing


def test_what_the_record_lacks_is_named_in_words() -> None:
    one = case(closed_at=CLOSED, item_code="I-1", department="ZJ")
    assert said("record-incomplete", one, required=("handler", "applicant", "phone")) == (
        "2026年9月18日办结，记录中没有：承办人、申请人、phone",
        "closed on 18 Sep 2026; the record lacks the handler, the applicant, phone",
    )
