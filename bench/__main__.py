"""``python -m bench [NAME] [--json]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial

from rich.console import Console
from rich.table import Table

from bench import checks, clocks, notices, pipeline, planted, web
from bench.contest import Result

_Bench = Callable[[Callable[[str], None]], Iterable[Result]]

BENCHES: dict[str, tuple[str, _Bench]] = {
    "clocks": ("due moments and the whole check of a case", clocks.run),
    "checks": ("the catalogue of checks over columns, and whole audits", checks.run),
    "notices": ("from due rows to receipts, beside Alertmanager", notices.run),
    "planted": ("what the checks find of 200,000 cases with known violations", planted.run),
    "pipeline": ("from source rows to receipts, over SQLite and PostgreSQL", pipeline.run),
    "web": ("the pages of the desk over a large store", web.run),
}


def main() -> int:
    """Run what the command line asks for; results go to stdout, progress to stderr."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure duban.")
    parser.add_argument("name", nargs="?", choices=[*BENCHES, "all"], help="which bench to run")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--cases", type=int, help="web: how many open cases")
    parser.add_argument("--store", help="web: the URL of the store to measure, and to keep")
    given = parser.parse_args()
    if given.name is None:
        for name, (title, _) in BENCHES.items():
            print(f"{name:10}{title}")
        return 0
    benches = {name: bench for name, (_, bench) in BENCHES.items()}
    benches["web"] = partial(web.run, cases=given.cases, store=given.store)
    names = list(BENCHES) if given.name == "all" else [given.name]
    narration = Console(stderr=True)
    results: list[Result] = []
    with narration.status("…") as status:
        for name in names:
            results += benches[name](lambda text: status.update(text))
    if given.json:
        print(json.dumps({"results": [asdict(one) for one in results]}, ensure_ascii=False))
    else:
        Console().print(_table(results))
    return 0


def _table(results: list[Result]) -> Table:
    table = Table()
    for title in ("work", "who", "rate", "unit", "MiB", "agrees"):
        table.add_column(title, justify="right" if title in ("rate", "MiB") else "left")
    before = ""
    for one in results:
        if before and one.work != before:
            table.add_section()
        work = one.work if one.work != before else ""
        before = one.work
        agrees = "yes" if one.agrees else "no"
        table.add_row(work, one.who, f"{one.rate:,.0f}", one.unit, f"{one.memory_mib:,.0f}", agrees)
    return table


if __name__ == "__main__":
    sys.exit(main())
