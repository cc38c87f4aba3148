"""Examining the catalogue before a start: can it be read, and what of it is not understood."""

from __future__ import annotations

from collections.abc import Sequence

from config import CatalogueSettings, Settings, Words
from monitor.catalogue.files import FileFault
from monitor.catalogue.loading import first
from monitor.catalogue.reading import read_configured
from monitor.sources import CheckResult, SourceError
from monitor.sources.reject_words import in_words
from rules.cases import Case
from rules.catalogue import Catalogue

READ = "CAT-101"
UNDERSTOOD = "CAT-102"
EDITIONS = "CAT-103"


def examine(
    settings: Settings,
    catalogue: CatalogueSettings,
    cases: Sequence[Case] = (),
    stored: Catalogue | None = None,
    now: int = 0,
) -> list[CheckResult]:
    """Read the catalogue where the settings say and tell what was found; nothing is kept.

    Args:
        settings: all settings.
        catalogue: those of the catalogue.
        cases: some cases of the sources; of those whose item has no edition for them it is told.
        stored: the catalogue that the store has, if it has one already.
        now: the present.
    """
    try:
        reading = read_configured(settings, catalogue)
    except SourceError as error:
        return [CheckResult(READ, "fail", error.text)]
    except FileFault as error:
        return [CheckResult(READ, "fail", error.why)]
    count = len({one.code for one in reading.entries})
    if not count:
        text = Words("里面没有读得懂的事项", "there is no item in it that can be understood")
        return [CheckResult(READ, "fail", text)]
    results = [CheckResult(READ, "ok", Words(f"读到 {count} 个事项", f"{count} items read"))]
    if reading.rejects:
        row = reading.rejects[0]
        text = Words(
            f"{len(reading.rejects)} 个事项读不懂，将被隔离；如 {row.key}："
            f"{in_words(row.detail).zh}",
            f"{len(reading.rejects)} items cannot be understood and will be set aside, such as "
            f"{row.key}: {row.detail}",
        )
        results.append(CheckResult(UNDERSTOOD, "warn", text))
    known = first(reading, settings.daemon.timezone) if stored is None else stored
    lacking = known.unknown(cases, now)
    if lacking:
        code, _ = lacking.most_common(1)[0]
        count, of = lacking.total(), len(cases)
        text = Words(
            f"看过的 {of} 件中有 {count} 件的事项没有当时有效的版本，如 {code}：按无目录判断",
            f"{count} of the {of} cases looked at have an item without an edition in force for "
            f"them, such as {code}: they are judged without the catalogue",
        )
        results.append(CheckResult(EDITIONS, "warn", text))
    return results
