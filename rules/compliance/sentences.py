"""Putting what a check found into a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.cases import Fact
from rules.compliance.check import Text
from rules.compliance.words import called
from rules.instants import is_moment, moment

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Worded(Protocol):
    """A check or survey that tells what it found in a sentence."""

    @property
    def sentence(self) -> Text:
        """The sentence; ``{name}`` in it is a fact of the evidence."""


def sentence(check: Worded, evidence: Mapping[str, Fact], zone: ZoneInfo, language: str) -> str:
    """Say what a check found: ``9月28日起特别程序已 35 个工作日，告知的是 30 个``.

    Moments are written as dates, with the time of day where two of one day are compared.
    """
    moments = [v for name, v in evidence.items() if is_moment(name) and isinstance(v, int)]
    days = [moment(at, zone).date() for at in moments]
    exact = len(set(days)) < len(days)
    words = {name: _word(name, value, zone, language, exact) for name, value in evidence.items()}
    return check.sentence.of(language).format_map(words)


def _word(name: str, value: Fact, zone: ZoneInfo, language: str, exact: bool) -> str:
    if value is None:
        return "—"
    if is_moment(name) and isinstance(value, int):
        when = moment(value, zone)
        if language.startswith("zh"):
            date = f"{when.year}年{when.month}月{when.day}日"
        else:
            date = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
        seconds = f"{when:%H:%M:%S}" if when.second else f"{when:%H:%M}"
        return f"{date} {seconds}" if exact else date
    return f"{value:g}" if isinstance(value, float) else str(called(name, value, language))
