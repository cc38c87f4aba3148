"""A command that cannot do what was asked."""

from __future__ import annotations

from config import Words


class Failed(Exception):  # noqa: N818  a command that failed, as people say it
    """Why a command cannot do what was asked, and what to do about it."""

    def __init__(self, why: Words, hint: Words | None = None) -> None:
        super().__init__(why.en)
        self.why = why
        self.hint = hint
