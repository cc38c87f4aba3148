"""A console that shows what texts hold and lets none of it command the terminal.

Facts come from somebody else's database. An escape sequence in one could move the cursor, set the
title of the window or hide what follows (ECMA-48), a bidirectional override could turn a line
round (Unicode UAX #9); both are shown as a mark in their place.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_PICTURES = 0x2400  # Unicode's pictures of the C0 controls, in their order
_VISIBLE = {
    **{code: _PICTURES + code for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD),
}


def visible(text: str) -> str:
    """Return the text with a mark for each control character but line feeds and tabs."""
    return text.translate(_VISIBLE)


class SafeConsole(Console):
    """A console whose own control sequences are the only ones that it writes."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments of what is printed, with control characters made visible."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(visible(segment.text), segment.style)
