"""The markdown of chat vendors: harmless values, and messages cut to a size by whole lines.

None of their dialects can escape a character, so what could begin a tag, a mention, a link or an
emphasis is put in its full-width form, which reads the same.
"""

from __future__ import annotations

import re
from itertools import pairwise

from notifiers.words import cut_bytes

_FULL_WIDTH = str.maketrans("<>[]*`#@~|", "＜＞［］＊｀＃＠～｜")


def escape(text: str) -> str:
    """Make text harmless: no tags, mentions, links, emphasis, code, tables or headings."""
    return text.translate(_FULL_WIDTH).replace("://", "：//")


def tight(text: str) -> str:
    """Strip every line and drop the empty ones, for vendors that show each line as it is."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def spaced(text: str) -> str:
    """Keep one empty line between paragraphs and break the lines within them by two spaces."""
    lines = [line.strip() for line in text.strip().splitlines()]
    made: list[str] = []
    for line, following in pairwise([*lines, ""]):
        if line or (made and made[-1]):
            made.append(line + "  " if line and following else line)
    return "\n".join(made)


def fit(text: str, size: int) -> str:
    """Shorten markdown to ``size`` bytes by whole lines, so that no tag, link or mention breaks.

    Lines go from the end, but the last one, which says who is meant, stays as long as it can.
    """
    first, *lines = text.split("\n")
    last = lines.pop() if lines else ""
    ending = [last] if last else []
    while len(short := "\n".join([first, *lines, *ending]).encode()) > size and lines:
        lines.pop()
    if len(short) <= size:
        return short.decode()
    bare = re.sub(r"<[^>]*>", "", first)
    room = size - len(last.encode()) - 1
    return f"{cut_bytes(bare, room)}\n{last}" if room > len(first) // 2 else cut_bytes(bare, size)
