"""Reasons, documents and facts that are not there."""

from __future__ import annotations

from functools import partial
from random import Random

from bench.planted.drafts import Draft
from bench.planted.items import BY_CODE, DOCUMENTS
from bench.planted.lawful import licence
from bench.planted.variants import breaks, closed, keeps

_OPEN = partial(licence, kind="promise", state="open", plain=True)


@breaks("result-without-reason", group="result")
def no_reason_given(draw: Random, case: Draft) -> None:
    case.facts["result"] = draw.choice(("refused", "not-accepted", "returned", "voided"))
    case.facts["result_reason"] = None


@breaks("result-without-reason", group="result")
def a_reason_that_says_nothing(draw: Random, case: Draft) -> None:
    case.facts["result"] = draw.choice(("refused", "not-accepted", "returned", "voided"))
    case.facts["result_reason"] = draw.choice(("无", "/", "-", "—", ".", "", " ", "　", " 无 "))


@keeps("result-without-reason", group="result")
def granted_without_a_reason(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "granted", "result_reason": None}


@keeps("result-without-reason", group="result")
def refused_with_a_reason(draw: Random, case: Draft) -> None:
    case.facts |= {"result": "refused", "result_reason": "无经营场所"}


@breaks("documents-missing", group="documents counted")
def a_document_is_counted_as_missing(draw: Random, case: Draft) -> None:
    case.facts["documents_missing"] = draw.randint(1, 4)


@keeps("documents-missing", partial(licence, kind="promise", state="submitted", plain=True))
def not_accepted_for_want_of_it(draw: Random, case: Draft) -> None:
    case.facts["documents_missing"] = 1


@breaks("item-documents-missing", group="documents")
def one_document_short(draw: Random, case: Draft) -> None:
    required = _required(case)
    required.remove(draw.choice(required))
    case.facts["documents"] = "、".join([*required, "授权委托书"])


@breaks("item-documents-missing", group="documents")
def no_document_at_all(draw: Random, case: Draft) -> None:
    case.facts["documents"] = draw.choice((None, "", "、", "申请表格"))


@keeps("item-documents-missing", group="documents")
def listed_in_another_way(draw: Random, case: Draft) -> None:
    case.facts["documents"] = " ; ".join(["授权委托书", *reversed(DOCUMENTS)]) + ";"


def _required(case: Draft) -> list[str]:
    return str(BY_CODE[case.facts["item_code"]]["documents"]).split("、")


@breaks("record-incomplete", group="record")
def closed_with_a_gap(draw: Random, case: Draft) -> None:
    case.facts[draw.choice(("department", "handler", "applicant"))] = None


@breaks("record-incomplete")
def closed_without_an_item(draw: Random, case: Draft) -> None:
    case.facts["item_code"] = None
    case.facts["kind"] = "promise"


@keeps("record-incomplete", _OPEN)
def open_with_a_gap(draw: Random, case: Draft) -> None:
    case.facts["handler"] = case.facts["applicant"] = None


@keeps("record-incomplete", closed(lasts=4))
def closed_with_all_of_it(draw: Random, case: Draft) -> None:
    case.facts |= {"window": None, "title": None}
