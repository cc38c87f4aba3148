"""Which passwords are easily guessed (NIST SP 800-63B, section 5.1.1.2): those are not taken."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from config import Words

SHORTEST = 10
"""Characters of a password, at least."""

LONGEST = 200
"""And at most: what is longer takes long to look at."""

_FEWEST = 5  # different characters
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv",
)
_NEIGHBOURS = {one + two for row in _ROWS for way in (row, row[::-1]) for one, two in pairwise(way)}
_REPEATED = re.compile(r"(.+?)\1+.{0,2}")


class WeakPasswordError(ValueError):
    """A password is not taken; ``words`` says why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def fault_of(password: str, login: str) -> WeakPasswordError | None:
    """Return why a password for an account is not taken; ``None`` where it is."""
    plain = password.casefold()
    if len(password) > LONGEST:
        return _weak(f"口令至多 {LONGEST} 个字符", f"a password has {LONGEST} characters at most")
    if len(password) < SHORTEST:
        return _weak(
            f"口令太短，至少 {SHORTEST} 个字符",
            f"the password has {len(password)} characters; expected {SHORTEST}",
        )
    if len(set(plain)) < _FEWEST or _REPEATED.fullmatch(plain):
        return _weak("口令是同样的字符反复", "the password repeats the same characters")
    if len(login) > 2 and login.casefold() in plain:
        return _weak("口令里有登录名", "the password has the login in it")
    if _in_a_row(plain) or plain in _common():
        return _weak("口令太常见", "the password is among those that are tried first")
    return None


def _weak(zh: str, en: str) -> WeakPasswordError:
    return WeakPasswordError(Words(zh, en))


def _in_a_row(plain: str) -> bool:
    """Whether nearly every character stands next to the one before, on a keyboard or in order."""
    pairs = sum(one + two in _NEIGHBOURS for one, two in pairwise(plain))
    return pairs >= len(plain) - 4


@cache
def _common() -> frozenset[str]:
    text = files("monitor").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line.casefold() for line in text.split() if line)
