"""Faults in settings: what was found, where, what was expected and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.codes import CODES, Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a settings file.

    ``code`` is one of :data:`config.codes.CODES`, ``path`` like ``limit[2].levels.red`` (empty: the
    whole file), ``line`` counted from 1 where it is known. What was found never holds a secret.
    """

    code: str
    path: str
    found: Words
    expected: Words
    mend: Words
    line: int | None = None

    def text(self, language: str = "zh_CN") -> str:
        """Give the fault as one line of Chinese, or of English where ``language`` is not zh."""
        found, expected, mend = (
            words.text(language) for words in (self.found, self.expected, self.mend)
        )
        title = CODES[self.code].title.text(language)
        if language.startswith("zh"):
            line = f"（第 {self.line} 行）" if self.line else ""
            place = f"{self.code} {self.path}".rstrip() + line
            return f"{place}：{title}。找到：{found}；应为：{expected}。{mend}"
        line = f" (line {self.line})" if self.line else ""
        place = f"{self.code} {self.path}".rstrip() + line
        return f"{place}: {title}. Found: {found}; expected: {expected}. {mend}"


class Faulty(ValueError):  # noqa: N818  the settings are faulty; it holds any number of faults
    """Settings that are refused, with every fault in them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.text())

    def text(self, language: str = "zh_CN") -> str:
        """Give all faults, one a line."""
        return "\n".join(fault.text(language) for fault in self.faults)


def fault(
    code: str,
    path: str,
    found: Words | str,
    expected: Words | str | None = None,
    nearest: str | None = None,
) -> Fault:
    """Make a fault with what its code expects and how its code is mended.

    ``expected`` says it more exactly than the table of codes does; ``nearest`` is a name that was
    probably meant.
    """
    known = CODES[code]
    mend = known.mend
    if nearest is not None:
        mend = Words(f"是否想写 {nearest}？{mend.zh}", f"Did you mean {nearest}? {mend.en}")
    return Fault(code, path, words(found), words(expected or known.expected), mend)


def words(text: Words | str) -> Words:
    """Give words that read the same in both languages, or the given words as they are."""
    return text if isinstance(text, Words) else Words(text, text)
