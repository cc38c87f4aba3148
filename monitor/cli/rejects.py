"""``duban rejects``: the source rows that could not be understood, the latest seen first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import Words
from monitor.cli import listing, phrases
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.sources.reject_words import REASONS, in_words
from monitor.store import rejects as rejected
from monitor.store.rejects import Reject

_NAMES = ("source", "key", "reason", "detail", "times", "first_seen_at", "seen_at", "row")
_COLUMNS = (
    Column("source", Words("审批库", "source"), whole=True),
    Column("key", Words("主键", "key"), whole=True),
    Column("reason_text", Words("原因", "reason"), whole=True),
    Column("detail_text", Words("说明", "detail"), folds=True),
    Column("times", Words("次数", "times"), whole=True, right=True),
    Column("seen_text", Words("最近", "seen"), whole=True, least=100),
)


def rejects(
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    source: Annotated[str | None, typer.Option(metavar="ID", help="审批库 · source")] = None,
    limit: LimitOption = 50,
) -> None:
    """列出被隔离、读不懂的行 · list source rows that are set aside."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rows = rejected.listing(connection, source, limit)
    listing.show(shell, _NAMES, [_record(shell, row) for row in rows], _COLUMNS)


def _record(shell: Shell, row: Reject) -> dict[str, Any]:
    return {
        "source": row.source,
        "key": row.key,
        "reason": row.reason,
        "reason_text": REASONS[row.reason].text(shell.language),
        "detail": row.detail,
        "detail_text": in_words(row.detail).text(shell.language),
        "row": row.row,
        "first_seen_at": shell.iso(row.first_seen_at),
        "seen_at": shell.iso(row.seen_at),
        "seen_text": phrases.short_moment(shell, row.seen_at),
        "times": row.times,
    }
