"""Tables of the manual that the code already knows: fault codes, presets and built-in checks.

They stand in the pages between ``<!-- NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from config.codes import CODES
from config.presets import names, preset
from rules.compliance import BY_ID
from rules.surveys import SURVEYS

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")
_PLACE = re.compile(r"(<!-- (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Give every page that has such tables as it should be."""
    made = {}
    for language in LANGUAGES:
        for path in sorted((HERE / language).glob("*.md")):
            text = path.read_text("utf-8")
            new = _PLACE.sub(lambda place, speak=language: _filled(place, speak), text)
            if _PLACE.search(text):
                made[path] = new
    return made


def _filled(place: re.Match[str], language: str) -> str:
    return f"{place[1]}\n{_TABLES[place['name']](language)}\n{place[3]}"


def _faults(language: str) -> str:
    heads = ("编码", "哪里不对", "怎么改") if language == "zh" else ("code", "fault", "mend")
    rows = (
        (f"`{code}`", known.title.text(language), known.mend.text(language))
        for code, known in CODES.items()
    )
    return _table(heads, rows)


def _checks(language: str) -> str:
    zh = language == "zh"
    if zh:
        heads: tuple[str, ...] = ("检查", "发现什么", "需要", "级别", "依据")
    else:
        heads = ("check", "finds", "needs", "level", "law")
    rows = []
    for one in BY_ID.values():
        tuned = "".join(f"<br>`{name} = {_toml(value)}`" for name, value in one.settings.items())
        title = one.title.zh if zh else one.title.en
        needs = ", ".join(f"`{need}`".replace("|", "` / `") for need in one.needs)
        rows.append((f"`{one.id}`", title + tuned, needs, f"`{one.level}`", one.law))
    return _table(heads, rows)


def _presets(language: str) -> str:
    if language == "zh":
        heads = ("时限", "名称与依据", "从 → 到", "多长")
    else:
        heads = ("limit", "title and law", "from → until", "how long")
    parts = []
    for name in names():
        limits = preset(name).get("limit", ())
        if limits:
            parts.append(f"### {name}\n\n{_table(heads, map(_limit, limits))}")
    return "\n".join(parts)


def _limit(limit: dict[str, Any]) -> tuple[str, ...]:
    allow = limit.get("allow", {"due": limit.get("due")})
    ways = " / ".join(map(_way, allow if isinstance(allow, list) else [allow]))
    deemed = limit.get("deemed")
    start = f"`{limit['from']}`" + (f" / `{deemed['from']}`" if deemed else "")
    course = f"{start} → `{limit['until']}`" if "until" in limit else start
    title = "<br>".join(part for part in (limit["title"], limit.get("law")) if part)
    return f"`{limit['id']}`", title, course, ways


def _way(allow: Any) -> str:
    """Write an allowance: a column with its unit, or how long it is."""
    if not isinstance(allow, dict):
        return str(allow)
    units = allow.get("unit", ())
    units = units if isinstance(units, list) else [units] if units else []
    names = [f"`{one['column']}`" if isinstance(one, dict) else str(one) for one in units]
    due = allow.get("due") or {}
    return " ".join([f"`{allow.get('column') or due.get('column')}`", *names[:1]])


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return f"[{', '.join(map(_toml, value))}]" if isinstance(value, tuple) else f"{value:g}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _surveys(language: str) -> str:
    if language == "zh":
        heads: tuple[str, ...] = ("普查", "查出什么", "需要", "每隔", "级别", "依据")
    else:
        heads = ("survey", "finds", "needs", "every", "level", "law")
    rows = []
    for one in SURVEYS:
        tuned = "".join(f"<br>`{name} = {_toml(value)}`" for name, value in one.settings.items())
        named = [one.settings[name] for name in one.naming]
        facts = [
            fact for value in named for fact in (value if isinstance(value, tuple) else [value])
        ]
        needs = ", ".join(
            f"`{need}`".replace("|", "` / `")
            for need in dict.fromkeys((*one.needs, *map(str, facts)))
        )
        hours = f"{one.every / 3600:g} h" if one.every >= 3600 else f"{one.every / 60:g} min"
        title = one.title.of(language) + tuned
        rows.append((f"`{one.id}`", title, needs, hours, f"`{one.level}`", one.law))
    return _table(heads, rows)


_TABLES: dict[str, Callable[[str], str]] = {
    "surveys": _surveys,
    "faults": _faults,
    "checks": _checks,
    "presets": _presets,
}
