"""Examining the catalogue before a start: can it be read, and what of it is not understood."""

from __future__ import annotations

from config import CatalogueSettings, Settings, Words
from monitor.catalogue.files import FileFault
from monitor.catalogue.reading import read_configured
from monitor.sources import CheckResult, SourceError
from monitor.sources.reject_words import in_words

READ = "CAT-101"
UNDERSTOOD = "CAT-102"


def examine(settings: Settings, catalogue: CatalogueSettings) -> list[CheckResult]:
    """Read the catalogue where the settings say and tell what was found; nothing is kept."""
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
        first = reading.rejects[0]
        text = Words(
            f"{len(reading.rejects)} 个事项读不懂，将被隔离；如 {first.key}："
            f"{in_words(first.detail).zh}",
            f"{len(reading.rejects)} items cannot be understood and will be set aside, such as "
            f"{first.key}: {first.detail}",
        )
        results.append(CheckResult(UNDERSTOOD, "warn", text))
    return results
