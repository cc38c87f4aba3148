"""Rules as they are written in the settings: what tells one version of a rule from another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from pydantic import ValidationError

from config.checks import CheckSettings
from config.limits import LimitSettings
from rules.checks import Check
from rules.limits import Limit
from rules.surveys import SurveyRule


@dataclass(frozen=True, slots=True)
class RuleText:
    """A limit, check or survey as its settings say it, without what is left at its default.

    ``written`` is the version that the settings name, ``mark`` the same as long as the rule says
    the same, ``said`` the whole as plain JSON values, from which :func:`restored` makes it again.
    """

    id: str
    kind: str
    written: str
    said: Mapping[str, Any]

    @property
    def mark(self) -> str:
        """What tells this text from others of the rule: 16 hexadecimal digits."""
        said = json.dumps(self.said, ensure_ascii=False, sort_keys=True)
        return blake2b(said.encode(), digest_size=8).hexdigest()


def text_of(rule: LimitSettings | CheckSettings) -> RuleText:
    """Return the text of a rule."""
    kind = "limit" if isinstance(rule, LimitSettings) else "check"
    said = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"version"})
    return RuleText(rule.id, kind, rule.version, said)


def restored(
    kind: str, said: Mapping[str, Any], version: str, levels: tuple[str, ...], calendar: str
) -> Limit | Check | SurveyRule | None:
    """Return the rule that a text says; ``None`` if this program no longer understands it.

    Args:
        kind: "limit" or "check".
        said: the text.
        version: the version it had.
        levels: the levels of today, the mildest first.
        calendar: the calendar of today where the rule names none.
    """
    try:
        if kind == "limit":
            return LimitSettings.model_validate({**said, "version": version}).limit(
                levels, calendar
            )
        return CheckSettings.model_validate({**said, "version": version}).rule(levels, "zh_CN")
    except (ValidationError, ValueError):
        return None
