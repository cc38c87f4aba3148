"""What the pictures share: their colours, for light and dark pages, and how SVG is written."""

from __future__ import annotations

from html import escape

FONTS = "system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif"

_LIGHT = {
    "card": "#ffffff",
    "edge": "#d0d7de",
    "ink": "#1c2430",
    "soft": "#5b6878",
    "count": "#e3ebf6",
    "blue": "#1d4e96",
    "off": "#f1f3f6",
    "stripe": "#dfe3e9",
    "over": "#fff4d1",
    "gold": "#7a5400",
    "amber": "#a8480c",
    "red": "#b3202c",
    "green": "#1a6b3c",
}
_DARK = {
    "card": "#161b22",
    "edge": "#3d444d",
    "ink": "#e6edf3",
    "soft": "#9aa7b5",
    "count": "#1c2f4d",
    "blue": "#8ab8ff",
    "off": "#20262e",
    "stripe": "#303842",
    "over": "#43360d",
    "gold": "#f0c64b",
    "amber": "#f0945a",
    "red": "#ff8087",
    "green": "#67cf92",
}
_STRIPES = (
    '<pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="off" width="8" height="8"/>'
    '<rect class="stripe" width="3" height="8"/></pattern>'
)


def document(width: int, height: int, title: str, body: list[str]) -> str:
    """Give a whole SVG file: a card of that size with ``body`` on it; ``title`` is read aloud."""
    rules = f"text{{font-family:{FONTS}}}" + _classes(_LIGHT)
    dark = _classes(_DARK)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{rules}@media (prefers-color-scheme:dark){{{dark}}}</style>",
        f"<defs>{_STRIPES}</defs>",
        box(0.5, 0.5, width - 1, height - 1, "card s-edge", radius=10),
        *body,
        "</svg>\n",
    )
    return "\n".join(lines)


def box(
    x: float, y: float, width: float, height: float, look: str, radius: float = 5, extra: str = ""
) -> str:
    """Give a rectangle; ``look`` are its classes."""
    shape = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"'
    return f'<rect class="{look}" {shape}{" " + extra if extra else ""}/>'


def text(
    x: float, y: float, words: str, look: str = "ink", size: float = 12, extra: str = ""
) -> str:
    """Give a line of text; ``bold`` and ``middle`` may be among its classes."""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}"{" " + extra if extra else ""}'
    return f'<text class="{look}" {place}>{escape(words)}</text>'


def _classes(colours: dict[str, str]) -> str:
    fills = "".join(f".{name}{{fill:{colour}}}" for name, colour in colours.items())
    strokes = "".join(f".s-{name}{{stroke:{colour}}}" for name, colour in colours.items())
    return (
        f"{fills}{strokes}.none{{fill:none}}.bold{{font-weight:700}}.middle{{text-anchor:middle}}"
    )
