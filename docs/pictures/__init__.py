"""The pictures of the manual, drawn by the engine that they explain."""

from __future__ import annotations

from pathlib import Path

from docs.pictures import calendars
from docs.pictures.path import path

_TITLES = {
    "zh": {
        "case": "10 个工作日：9月22日受理，暂停 3 日，10月16日 17:30 到期",
        "rolled": "15 日（自然日）：最后一日在国庆假期，顺延到 10月8日",
        "hours": "8 个工作小时：9月24日 15:30 起，9月28日 16:30 到期",
        "pauses": "同一次暂停的三种计法",
    },
    "en": {
        "case": "10 working days: accepted 22 Sep, paused 3 days, due 16 Oct 17:30",
        "rolled": "15 calendar days: the last is a holiday, so the limit ends on 8 Oct",
        "hours": "8 working hours: from 24 Sep 15:30, due 28 Sep 16:30",
        "pauses": "Three ways to count the same pause",
    },
}
_STORIES = {
    "case": ([calendars.CASE], True),
    "rolled": ([calendars.ROLLED], False),
    "hours": ([calendars.HOURS], False),
    "pauses": (calendars.PAUSES, False),
}


def pictures() -> dict[str, str]:
    """Give every picture by the name of its file."""
    drawn = {f"path.{language}.svg": path(language) for language in ("zh", "en")}
    for language, titles in _TITLES.items():
        for name, (stories, legend) in _STORIES.items():
            drawn[f"{name}.{language}.svg"] = calendars.picture(
                stories, language, titles[name], legend
            )
    return drawn


def write_all() -> None:
    """Write every picture beside this file."""
    for name, drawn in pictures().items():
        (Path(__file__).parent / name).write_text(drawn, encoding="utf-8")
