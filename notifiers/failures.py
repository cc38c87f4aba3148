"""Why a delivery failed, in Chinese, as far as our own channels say it; vendors' words stay."""

from __future__ import annotations

import re

_PATTERNS = (
    (r"(?P<name>.+) has no mobile number", "{name} 没有手机号码"),
    (r"no usable email address: (?P<why>.+)", "没有可用的邮箱地址：{why}"),
    (r"no usable (?P<vendor>\S+) address \(the userid\)", "没有可用的 {vendor} 账号（userid）"),
    (r"no approved template for (?P<kind>\S+) messages", "没有已获批准的 {kind} 类短信模板"),
    (r"(?P<host>\S+): no answer: (?P<why>.+)", "{host} 没有应答：{why}"),
    (r"(?P<host>\S+): the address is not a valid URL", "{host}：地址不是有效的网址"),
    (r"the gateway did not accept it: (?P<why>.+)", "短信网关未接受：{why}"),
    (r"the form of the gateway is faulty: (?P<why>.+)", "短信网关的表单有误：{why}"),
    (r"the card is longer than (?P<size>\d+) bytes", "卡片超过 {size} 字节"),
    (r"the layout of the card is not JSON: (?P<why>.+)", "卡片模板不是 JSON：{why}"),
    (r"cannot print: (?P<why>.+)", "无法打印到终端：{why}"),
    (r"unlicenseduser: the person has no licence", "unlicenseduser：该人员没有授权"),
    (
        r"an address did not take it; Apprise does not say why",
        "有地址未接受，Apprise 未说明原因",
    ),
)


def in_words(error: str, language: str) -> str:
    """Return why a delivery failed in a language; what no channel of ours says stays as it is."""
    if language == "en":
        return error
    for pattern, text in _PATTERNS:
        found = re.fullmatch(pattern, error, re.DOTALL)
        if found:
            return text.format(**found.groupdict())
    return error
