"""How the limits of a case are reckoned, as data: what ``duban explain --json`` prints."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from monitor import explaining
from monitor.pipeline.in_force import InForce
from monitor.store.case_list import CaseRow
from monitor.web.api import moments
from monitor.web.api.calls import Gives
from monitor.web.api.moments import Moment
from rules.cases import Case


class Explanation(Gives):
    """The limits of a case, the most urgent first, each with its days."""

    source: str
    key: str
    no: str | None
    now: Moment
    rules: Annotated[str, Meta(description="规则指纹 · fingerprint of the rules")]
    limits: Annotated[
        list[dict[str, Any]],
        Meta(description="每个时限：结论、依据、逐日计算 · of each: verdict, grounds, days"),
    ]


def explained(
    rules: InForce, row: CaseRow, case: Case, now: int, only: str | None = None
) -> Explanation:
    """Explain the limits of a case as known at ``now``, or one of them.

    ``case`` is what was known of it then.
    """
    enriched = rules.book.catalogue.enrich(case, now)
    found = explaining.explained(rules.book, enriched, now)
    number = row.case.facts.get("no")
    shown_now = moments.written(rules.zone)(now)
    assert shown_now is not None  # noqa: S101  for the type checker
    return Explanation(
        source=row.case.source,
        key=row.case.key,
        no=None if number is None else str(number),
        now=shown_now,
        rules=rules.book.fingerprint,
        limits=[
            explaining.limit_record(one, rules.zone) for one in found if only in (None, one[0].id)
        ],
    )
