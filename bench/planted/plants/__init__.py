"""What is planted, by the files of the checks."""

from bench.planted.plants import (
    authenticity,
    content,
    durations,
    extensions,
    fees,
    history,
    pauses,
    procedure,
    promises,
    regimes,
    service,
    steps,
    timeliness,
)

__all__ = [
    "authenticity",
    "content",
    "durations",
    "extensions",
    "fees",
    "history",
    "pauses",
    "procedure",
    "promises",
    "regimes",
    "service",
    "steps",
    "timeliness",
]
