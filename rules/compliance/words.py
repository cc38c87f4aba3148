"""What people call facts and results, where a sentence names them."""

from __future__ import annotations

from collections.abc import Mapping

from rules.cases import Fact
from rules.compliance.check import Text
from rules.history import place_of

_FACTS = {
    "submitted_at": Text("申请时间", "the moment of submission"),
    "accepted_at": Text("受理时间", "the moment of acceptance"),
    "decided_at": Text("决定时间", "the moment of the decision"),
    "closed_at": Text("办结时间", "the moment of closing"),
    "delivered_at": Text("送达时间", "the moment of delivery"),
    "correction_at": Text("补正告知时间", "the notice of what is missing"),
    "corrected_at": Text("补正完成时间", "the completion of the material"),
    "refused_at": Text("不予受理时间", "the refusal of acceptance"),
    "reopened_at": Text("重新打开时间", "the reopening"),
    "asked_at": Text("提出时间", "the moment of asking"),
    "answered_at": Text("答复时间", "the answer"),
    "ticket_at": Text("取号时间", "the ticket"),
    "called_at": Text("叫号时间", "the call of the ticket"),
    "rating": Text("满意度评价", "the rating"),
    "rated_at": Text("评价时间", "the rating"),
    "called_back_at": Text("回访时间", "the call-back"),
    "applicant_called_at": Text("电话告知时间", "the call to the applicant"),
    "fee_paid_at": Text("缴费时间", "the payment"),
    "reported_at": Text("报送时间", "the report"),
    "reported_up_at": Text("上报时间", "the report to the upper level"),
    "upper_answered_at": Text("上级批复时间", "the upper level's answer"),
    "recorded_at": Text("录入时间", "the moment of entry"),
    "promised_due": Text("承诺办结时间", "the promised due moment"),
    "statutory_due": Text("法定办结时间", "the statutory due moment"),
    "step.started_at": Text("环节开始时间", "the beginning of a step"),
    "step.ended_at": Text("环节结束时间", "the end of a step"),
    "pause.started_at": Text("特别程序开始时间", "the beginning of a special procedure"),
    "pause.ended_at": Text("特别程序结束时间", "the end of a special procedure"),
    "extension.started_at": Text("延期批准时间", "the grant of an extension"),
    "vanished_at": Text("从审批库中消失", "gone from its source"),
    "no": Text("办件编号", "the case number"),
    "title": Text("办件名称", "the title"),
    "item_code": Text("事项编码", "the item code"),
    "item_name": Text("事项名称", "the item name"),
    "kind": Text("办件类型", "the kind of case"),
    "status": Text("办件状态", "the status"),
    "department": Text("办理部门", "the department"),
    "region": Text("区划", "the region"),
    "window": Text("窗口", "the window"),
    "handler": Text("承办人", "the handler"),
    "applicant": Text("申请人", "the applicant"),
    "step": Text("当前环节", "the present step"),
    "promised_days": Text("承诺时限", "the promised limit"),
    "statutory_days": Text("法定时限", "the statutory limit"),
    "fee_standard": Text("收费标准", "the standard fee"),
    "fee_paid": Text("实收金额", "the fee charged"),
    "result": Text("办理结果", "the result"),
    "result_reason": Text("结果的理由", "the reason of the result"),
}

_RESULTS = {
    "granted": Text("准予许可", "granted"),
    "refused": Text("不予许可", "refused"),
    "not-accepted": Text("不予受理", "not accepted"),
    "returned": Text("退件", "returned"),
    "voided": Text("作废", "voided"),
    "withdrawn": Text("撤回", "withdrawn"),
    "yes": Text("可以", "yes"),
    "no": Text("不可以", "no"),
}

_KINDS = {
    "instant": Text("即办件", "instant"),
    "promise": Text("承诺件", "promise"),
    "joint": Text("联办件", "joint"),
    "reported-up": Text("上报件", "reported up"),
    "controlled": Text("控制件", "controlled"),
}

_PARTS = {
    "pauses": Text("特别程序", "special procedure"),
    "steps": Text("环节", "step"),
    "extensions": Text("延期", "extension"),
}

_FACTS_OF_PARTS = {
    "started_at": Text("开始时间", "the beginning"),
    "ended_at": Text("结束时间", "the end"),
    "amount": Text("时长", "the length"),
    "unit": Text("时长单位", "the unit"),
}

LISTED = "、"
"""What stands between the names of a list in evidence."""

_KNOWN: Mapping[str, Mapping[str, Text]] = {
    "fact": _FACTS,
    "facts": _FACTS,
    "result": _RESULTS,
    "upper": _RESULTS,
    "refusal": _RESULTS,
    "answer": _RESULTS,
    "kind": _KINDS,
}


def called(name: str, value: Fact, language: str) -> Fact:
    """Give what people call a value of the evidence: the names of facts, the usual results.

    What nobody has a word for, and other evidence, stays as it is.
    """
    known = _KNOWN.get(name)
    if known is None or not isinstance(value, str):
        return value
    words = [
        known[one].of(language) if one in known else _of_part(one, language)
        for one in value.split(LISTED)
    ]
    return (LISTED if language.startswith("zh") else ", ").join(words)


def _of_part(name: str, language: str) -> str:
    """Give what people call a fact of a part by its name in a change: ``pauses[88213].ended_at``.

    Other names stay as they are.
    """
    kind, key, fact = place_of(name)
    if not kind:
        return name
    part, zh = _PARTS[kind].of(language), language.startswith("zh")
    if not fact:
        return f"{part} {key}" if zh else f"the {part} {key}"
    called_fact = _FACTS_OF_PARTS[fact].of(language) if fact in _FACTS_OF_PARTS else fact
    return f"{part} {key} 的{called_fact}" if zh else f"{called_fact} of {part} {key}"
