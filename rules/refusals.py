"""Refusals of what people ask for: why it cannot be, in both languages, and what can be."""

from __future__ import annotations


class RefusedError(ValueError):
    """What was asked for cannot be done; nothing has changed.

    ``zh`` and ``en`` say what was found and what was expected.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def text(self, language: str) -> str:
        """Give the Chinese for ``zh…``, the English for any other language."""
        return self.zh if language.startswith("zh") else self.en
