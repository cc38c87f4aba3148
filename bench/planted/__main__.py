"""``python -m bench.planted [--cases N] [--json]``."""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from bench.planted import CASES, compared, surveyed
from bench.planted.looking import Comparison
from rules.compliance import CHECKS


def main() -> int:
    """Plant, look, and tell check by check; fails where something is missed or false."""
    parser = argparse.ArgumentParser(prog="python -m bench.planted", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="how many cases the hall has")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    given = parser.parse_args()
    narration = Console(stderr=True)
    told = []
    agrees = True
    with narration.status("…") as status:
        for name, seconds, comparison in compared(given.cases, lambda text: status.update(text)):
            agrees &= comparison.agrees
            told.append(_as_json(name, given.cases, seconds, comparison))
            if not given.json:
                Console().print(_table(name, comparison))
                Console().print(f"{given.cases:,} cases in {seconds:.1f} s\n")
        status.update("making the surveys")
        expected, found = surveyed(max(given.cases, 20_000))
    agrees &= expected == found
    if given.json:
        across = {
            "planted": len(expected),
            "missing": sorted(expected - found),
            "false": sorted(found - expected),
        }
        print(json.dumps({"looked": told, "surveys": across}, ensure_ascii=False))
    else:
        missing, false = len(expected - found), len(found - expected)
        Console().print(f"surveys: {len(expected)} planted, {missing} missing, {false} false")
    return 0 if agrees else 1


def _table(name: str, comparison: Comparison) -> Table:
    table = Table(title=f"planted and found, {name}")
    for title in ("check", "planted", "found", "missing", "false"):
        table.add_column(title, justify="left" if title == "check" else "right")
    lines = list(comparison.lines([check.id for check in CHECKS]))
    for line in lines:
        table.add_row(line.check, *(f"{number:,}" for number in line[1:]))
    table.add_section()
    totals = (sum(numbers) for numbers in zip(*(line[1:] for line in lines), strict=True))
    table.add_row(f"{len(lines)} checks", *(f"{total:,}" for total in totals))
    return table


def _as_json(name: str, cases: int, seconds: float, comparison: Comparison) -> dict[str, object]:
    return {
        "where": name,
        "cases": cases,
        "seconds": round(seconds, 2),
        "planted": len(comparison.planted),
        "missing": comparison.missing,
        "false": comparison.false,
        "on another row": comparison.elsewhere,
        "checks": [line._asdict() for line in comparison.lines([check.id for check in CHECKS])],
    }


if __name__ == "__main__":
    sys.exit(main())
