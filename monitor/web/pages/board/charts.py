"""The charts of the board, as their script draws them and as tables of the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.web.looking import Look
from monitor.web.pages.board.figures import Bar, Figures


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars: ``kinds`` and ``names`` of what is stacked, from the axis upwards."""

    name: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "labels": [bar.label for bar in self.bars],
            "days": [bar.day for bar in self.bars],
            "links": [bar.href for bar in self.bars],
            "series": [
                {"kind": kind, "name": name, "numbers": [bar.numbers[place] for bar in self.bars]}
                for place, (kind, name) in enumerate(zip(self.kinds, self.names, strict=True))
            ],
        }


def charts(look: Look, figures: Figures) -> dict[str, Chart]:
    """Give the chart of what falls due and that of the cards that were shown."""
    return {
        "due": Chart(
            look.say("未来 10 个工作日到期", "Due in the next 10 working days"),
            ("lit", "plain"),
            (look.say("已亮灯", "with a lamp"), look.say("其余在办", "other open cases")),
            figures.due,
        ),
        "opened": Chart(
            look.say("近 20 个工作日亮牌", "Cards of the last 20 working days"),
            tuple(level for level, _ in figures.opened_levels),
            tuple(name for _, name in figures.opened_levels),
            figures.opened,
        ),
    }
