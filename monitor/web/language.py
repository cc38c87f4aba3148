"""The language of a page: what the browser prefers, else that of the settings."""

from __future__ import annotations


def preferred(accepted: str, otherwise: str) -> str:
    """Give ``zh_CN`` or ``en`` by the header ``Accept-Language`` (RFC 9110, section 12.5.4).

    ``otherwise`` is given where the header asks for neither.
    """
    asked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        name = {"zh": "zh_CN", "en": "en"}.get(tag.strip().lower().partition("-")[0])
        if name is not None:
            asked.append((_quality(weight), name))
    best = max((quality for quality, _ in asked), default=0.0)
    return (
        next((name for quality, name in asked if quality == best), otherwise) if best else otherwise
    )


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
