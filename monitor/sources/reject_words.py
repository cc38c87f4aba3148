"""What is wrong with a row that is set aside, in both languages.

The details of rejects are kept in English, in a fixed form: ``PLACE (column COLUMN): FOUND;
expected WHAT``. Here they are said in Chinese as well; one of any other form stays as it is.
"""

from __future__ import annotations

import re

from config.codes import Words
from monitor.sources.moments import EXPECTED
from monitor.sources.rows import Reason
from monitor.sources.stamps import EXPECTED as STAMP

REASONS: dict[str, Words] = {
    Reason.NULL_KEY: Words("没有主键", "no key"),
    Reason.DUPLICATE_KEY: Words("主键重复", "key twice"),
    Reason.BAD_TIME: Words("不是时间", "no time"),
    Reason.BAD_NUMBER: Words("不是数", "no number"),
    Reason.UNKNOWN_CODE: Words("不认得的代码", "unknown code"),
    Reason.INVALID_UTF8: Words("不是文本", "no text"),
    Reason.CONTRADICTION: Words("与其他行矛盾", "contradicts others"),
}
"""What the reasons of rejects are called."""

_FORM = re.compile(
    r"(?:(?P<where>[\w.]+)(?: \(column (?P<column>.*?)\))?: )?(?P<found>.*); expected (?P<what>.*)",
    re.DOTALL,
)
_WHAT = {
    EXPECTED: "时间，如 2026-10-16 17:30:00、2026-10-16T17:30:00+08:00、20261016173000，"
    "或 1970 年以来的秒数、毫秒数",
    STAMP: "按文本排序的时间，各行写法一致，如 2026-10-16 17:30:00，或数",
    "a finite number": "有限的数",
    "a number": "数",
    "a unit of time": "时间单位",
    "text in UTF-8": "UTF-8 文本",
    "a key": "主键",
    "a code": "事项编码",
    "a value": "有值",
    "keys as they are kept, each once": "不重复的主键",
    "one row a case": "每件一行",
    "one row an edition": "每个版本一行",
    "one row, or rows with a post each": "一行，或每个岗位一行",
    "an until later than its from": "until 晚于 from",
    "a chain that ends": "不成环",
    "one person on duty at a time": "同一时刻一人值班",
    "the id of a person of the directory": "名录里某人的编号",
}
_PATTERNS = (
    (re.compile(r"one of (.*)", re.DOTALL), r"下列之一：\1"),
    (re.compile(r"a valid_to after (.*)"), r"晚于 \1 的 valid_to"),
    (re.compile(r"a number up to (\d+)"), r"至多 \1 的数"),
    (re.compile(r"a number from 0 to (\d+) \((.*)\)"), r"0 到 \1 的数（\2）"),
)
_FOUND = (
    (re.compile(r"two rows have this key and differ in (.*)", re.DOTALL), r"两行主键相同，\1 不同"),
    (
        re.compile(r"two rows have this code from (\S+) on and differ"),
        r"自 \1 起生效的两行编码相同，内容不同",
    ),
    (re.compile(r"two rows have this code and differ"), "两行编码相同，内容不同"),
    (re.compile(r"two rows have this id and differ"), "两行编号相同，内容不同"),
    (re.compile(r"it ends no later than it begins"), "结束不晚于开始"),
    (re.compile(r"it overlaps the shift of (.*)"), r"与 \1 的班次重叠"),
    (re.compile(r"str of length (\d+)"), r"长度 \1 的文本"),
    (re.compile(r"bytes of length (\d+)"), r"长度 \1 的字节串"),
    (re.compile(r"nothing"), r"空"),
    (re.compile(r"deputies in a loop: (.*)"), r"代理成环：\1"),
)


def in_words(detail: str) -> Words:
    """Say the detail of a reject in Chinese and English."""
    told = _FORM.fullmatch(detail)
    if told is None:
        return Words(detail, detail)
    column = f"（列 {told['column']}）" if told["column"] else ""
    where = f"{told['where']}{column}：" if told["where"] else ""
    found = _said(told["found"], _FOUND)
    what = _WHAT.get(told["what"]) or _said(told["what"], _PATTERNS)
    return Words(f"{where}{found}；应为{_spaced(what)}", detail)


def _said(text: str, patterns: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, said in patterns:
        match = pattern.fullmatch(text)
        if match is not None:
            return match.expand(said)
    return text


def _spaced(text: str) -> str:
    """Put a space before what begins with a letter or a figure, as between Chinese and others."""
    return f" {text}" if text[:1].isascii() and text[:1].isalnum() else text
