"""Which facts of a case may be shown to whoever sees it: those of an allow-list, and no others.

How a case runs is public within the administration. What a source tells besides may name or reach
an applicant, whatever it is called: it is personal until the settings say otherwise
(``daemon.public_facts``). One function decides it for pages, API, evidence and events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.pipeline.in_force import InForce
from notifiers.words import mask_name
from rules.cases import CASE_NUMBERS, CASE_TEXTS, Fact
from rules.catalogue import EDITION, PREFIX
from rules.history import VANISHED, FactChange
from rules.instants import is_moment

_PERSONAL = frozenset(("title", "applicant"))  # halls write the applicant's name into the title
_OFFICIAL = frozenset(
    (
        *CASE_TEXTS,
        *CASE_NUMBERS,
        *(EDITION, "promised_unit", "statutory_unit", "result", "result_reason", "rating"),
    )
)
_OF_PARTS = frozenset(("", "kind", "name", "amount", "unit", "result", "handler"))
_ABOUT_APPLICANTS = "applicant"


def is_public(rules: InForce, name: str) -> bool:
    """Whether a fact of a case, by its name, may be shown to whoever sees the case."""
    if name in rules.settings.daemon.public_facts:
        return True
    if name in _PERSONAL or (name.startswith(_ABOUT_APPLICANTS) and not is_moment(name)):
        return False
    return name in _OFFICIAL or is_moment(name) or name.startswith(PREFIX)


def is_public_of_part(name: str) -> bool:
    """Whether a fact of a pause, a step or an extension may be shown to whoever sees the case."""
    return name in _OF_PARTS or is_moment(name)


def shown_evidence(rules: InForce, rule: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the evidence of an alert tells, without personal facts.

    A condition in CEL, or a rule that is gone, has facts of the case as its evidence. The evidence
    of what duban finds itself has names of its own beside them, which no source gives.
    """
    check = rules.checks.get(rule)
    ours = rule in rules.titles and not (check is not None and check.builtin is None)
    own = {name for name in evidence if ours and name not in _mapped(rules)}
    return {
        name: value
        for name, value in evidence.items()
        if is_public(rules, name)
        or (name in own and not name.startswith(_ABOUT_APPLICANTS) and name not in _PERSONAL)
    }


def shown_detail(rules: InForce, rule: str, detail: Any) -> Any:
    """Return what an event of an alert says, its evidence as :func:`shown_evidence` does."""
    if not isinstance(detail, Mapping):
        return detail
    return {
        name: shown_evidence(rules, rule, value)
        if name == "evidence" and isinstance(value, Mapping)
        else value
        for name, value in detail.items()
    }


def is_private(rules: InForce, change: FactChange) -> bool:
    """Whether a change is of a fact that may say who the applicant is."""
    if change.place.kind:
        return not is_public_of_part(change.place.fact)
    return change.name != VANISHED and not is_public(rules, change.place.fact or change.name)


def hidden(value: Fact) -> Fact:
    """Return what a private fact says, masked."""
    return None if value is None else mask_name(str(value))


def _mapped(rules: InForce) -> set[str]:
    return {name for one in rules.settings.source for name in one.cases.columns}
