"""What ``duban try-check --use SURVEY`` shows: what a survey would find now, nothing changed."""

from __future__ import annotations

import json
from typing import Any

from config import Words
from monitor.cli import listing
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.shell import Shell
from monitor.pipeline.surveying import look
from monitor.store import calendar_days, survey_alerts
from rules.carriers import carrier
from rules.compliance.sentences import sentence
from rules.instants import is_moment
from rules.subjects import Place, name_of, place_name
from rules.surveys import Found, SurveyRule

_NAMES = ("about", "no", "subject", "department", "region", "handler", "found", "evidence")
_COLUMNS = (
    Column("about", Words("办件或单位", "about"), whole=True),
    Column("place_text", Words("谁的牌", "carried by"), least=110),
    Column("found", Words("发现", "found"), folds=True),
)


def show(shell: Shell, rule: SurveyRule, limit: int) -> None:
    """List up to ``limit`` of what a survey would find.

    Raises:
        Failed: the store does not know everything yet that it goes by.
    """
    with shell.store() as store:
        with store.read() as connection:
            rules = shell.rules.with_days(calendar_days.load(connection))
        found = look(store, rules, rule, shell.now)
        if found is None:
            raise Failed(
                Words(
                    "审批库还没有读全、办件还没有查完", "not every source is read and checked yet"
                ),
                Words(
                    "先执行 duban tick，或等守护进程读完", "run duban tick, or wait for the daemon"
                ),
            )
        shown = found[:limit]
        with store.read() as connection:
            ids = [one.case for one in shown if one.case is not None]
            named = survey_alerts.cases_of(connection, ids)
    records = [_record(shell, rule, one, named) for one in shown]
    listing.show(shell, _NAMES, records, _COLUMNS)
    if len(found) > limit:
        shell.say(
            f"发现 {len(found):,} 项，列出 {limit} 项；-n 多列一些",
            f"{len(found):,} found, {limit} are listed; -n for more",
        )
    else:
        shell.say(f"发现 {len(found):,} 项", f"{len(found):,} found")


def _record(
    shell: Shell, rule: SurveyRule, found: Found, named: dict[int, survey_alerts.SurveyedCase]
) -> dict[str, Any]:
    rules = shell.rules
    directory = rules.book.directory
    facts = named[found.case].facts if found.case is not None else {}
    by = carrier(facts, found.carrier)
    number = str(facts.get("no") or "") or None
    evidence = {
        name: shell.iso(value) if is_moment(name) and isinstance(value, int) else value
        for name, value in found.evidence.items()
    }
    name = name_of(found.subject, directory, rules.zone, shell.language)
    return {
        "about": number or name,
        "no": number,
        "subject": found.subject or None,
        **by,
        "place_text": place_name(Place(by["region"] or "", by["department"] or ""), directory),
        "found": sentence(rule.survey, found.evidence, rules.zone, shell.language),
        "evidence": evidence if shell.as_json else json.dumps(evidence, ensure_ascii=False),
    }
