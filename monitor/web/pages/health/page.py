"""How the daemon, its sources and its channels fare, and what to do where they do not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlencode

from monitor.access import Role
from monitor.sources.reject_words import REASONS, in_words
from monitor.store import alert_list, rejects, running
from monitor.store.rejects import Reject
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.health.checks import channel_lines, own_lines, source_lines, when
from notifiers import words
from rules.instants import SECOND
from rules.subjects import APPEAL, CALL_BACKS, ORDER, ORDERS, about

SAMPLES = 50
"""So many rows that are set aside are shown."""

_HALL = (ORDER, APPEAL, ORDERS, CALL_BACKS)  # about people's work, shown where that is
_PERSONAL = re.compile(r"(applicant|title|phone|mobile|id_?card)")


@dataclass(frozen=True, slots=True)
class Sample:
    """A row that is set aside, in words; one about a person shows neither value nor key."""

    source: str
    key: str
    reason: str
    detail: str
    row: str
    times: int
    seen: str


def show(look: Look) -> Shown:
    """Show how all fares."""
    found = {
        "sources": source_lines(look),
        "channels": channel_lines(look),
        "own": own_lines(look),
    }
    alerts = [
        (row.alert.title, row.alert.subject, when(look, row.alert.opened_at))
        for row in alert_list.listing(
            look.connection, alert_list.Filter(about_system=True), SAMPLES
        )
        if about(row.alert.subject) == "system"
        and (row.alert.subject or "").partition(":")[0] not in _HALL
    ]
    bad = [one for lines in found.values() for one in lines if not one.well]
    details = look.visitor.may(Role.SYSTEM)
    source = look.one("source")
    started, kind = running.started(look.connection), running.kind(look.connection)
    up = ""
    if started is not None:
        up = words.duration((look.now - started.at) / SECOND, look.language)
    return Shown(
        "health.html",
        {
            **found,
            "alerts": alerts,
            "bad": [*((one.name, one.state) for one in bad), *((one, "") for one, _, _ in alerts)],
            "first_run": not look.rules.settings.source,
            "details": details,
            "rejected": [
                (one, REASONS[one.reason].text(look.language), when(look, one.seen_at))
                for one in running.rejected(look.connection)
                if source in (None, one.source)
            ],
            "samples": [
                _sample(look, one) for one in rejects.listing(look.connection, source, SAMPLES)
            ]
            if details
            else [],
            "source": source,
            "started": started,
            "up": up,
            "since": when(look, started.at if started else None),
            "version": version("duban"),
            "kind": kind,
            "size": _size(kind.size),
            "audit": "/admin/audit?" + urlencode({"object": "daemon"}),
        },
    )


def _sample(look: Look, one: Reject) -> Sample:
    detail = in_words(one.detail).text(look.language)
    row = one.row
    if _PERSONAL.search(one.detail.lower()):
        masked = look.say("（与申请人有关，不显示）", "(about an applicant: not shown)")
        detail = row = masked
    return Sample(
        one.source,
        one.key,
        REASONS[one.reason].text(look.language) if one.reason in REASONS else one.reason,
        detail,
        row,
        one.times,
        when(look, one.seen_at),
    )


def _size(size: int) -> str:
    mega = size / 1_000_000
    return f"{mega / 1000:.1f} GB" if mega >= 1000 else f"{mega:.1f} MB"


ROUTES: tuple[Route, ...] = (Page("/health", show),)
