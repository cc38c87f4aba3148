"""``duban tick``: one full pass, at a moment of one's choice."""

from __future__ import annotations

import getpass
import sys
from contextlib import redirect_stdout
from datetime import datetime
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts import running
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.serving import sample_hall
from monitor.cli.shell import Shell
from monitor.cli.stores import opened
from monitor.clock import clock
from monitor.metrics import Metrics
from monitor.pipeline.pipeline import Pipeline
from monitor.store.store import StoreInUseError
from rules.instants import instant

NowOption = Annotated[
    str | None,
    typer.Option("--now", metavar="TIME", help="以此刻为准 · the moment to act at (ISO 8601)"),
]


def tick(now: NowOption = None, config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """读、查、升级、投递各一遍 · read, check, escalate and deliver once, then end."""
    shell = Shell(config, as_json)
    rules = shell.rules
    at = moment_of(now, shell) if now else None
    # The hall of the sample settings is made as run and demo make it, and stands still here.
    with sample_hall(shell, shell.settings), opened(shell.settings) as store:
        try:
            with store.own():
                running.upgrade(store, getpass.getuser(), shell.origin, clock())
                metrics = Metrics(store, [], [], ())
                pipeline = Pipeline(store, rules, metrics, clock if at is None else lambda: at)
                try:
                    # What a console channel prints is narration beside the summary.
                    with redirect_stdout(sys.stderr):
                        pipeline.full_pass()
                        # What the daemon sees beside its work, and whoever is to hear of it.
                        pipeline.watch()
                        pipeline.escalate_due()
                        pipeline.deliver_due()
                finally:
                    pipeline.close()
        except StoreInUseError as error:
            raise Failed(Words(f"守护进程正在使用这个库：{error}", str(error))) from None
    summary = _summary(metrics)
    text = "\n".join(f"{name:<22}{value}" for name, value in summary.items())
    shell.result(summary, text)


def moment_of(text: str, shell: Shell) -> int:
    """Read a moment in ISO 8601; without an offset it is in the zone of the settings.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            shell.word(
                f"{text!r} 不是时刻，应如 2026-10-16T17:30",
                f"{text!r} is no moment; expected e.g. 2026-10-16T17:30",
            )
        ) from None
    return instant(when if when.tzinfo else when.replace(tzinfo=shell.rules.zone))


def _summary(metrics: Metrics) -> dict[str, Any]:
    def total(name: str, **labels: str) -> int:
        return int(
            sum(
                sample.value
                for family in metrics.registry.collect()
                for sample in family.samples
                if sample.name == name and labels.items() <= sample.labels.items()
            )
        )

    changes = {
        outcome: total("duban_alert_changes_total", outcome=f"alert_{outcome}")
        for outcome in ("opened", "raised", "lowered", "resolved")
    }
    return {
        "rows_read": total("duban_rows_read_total"),
        "rows_rejected": total("duban_rows_rejected_total"),
        "source_failures": total("duban_source_failures_total"),
        "cases_checked": total("duban_cases_checked_total"),
        **{f"alerts_{outcome}": count for outcome, count in changes.items()},
        "notices": total("duban_notices_total"),
        **{
            f"deliveries_{result}": total("duban_deliveries_total", result=result)
            for result in ("sent", "retried", "failed", "deferred")
        },
    }
