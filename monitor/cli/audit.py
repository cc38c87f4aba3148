"""``duban audit``: what every limit and check finds in the cases of a period, or in a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from config import Settings, Words
from monitor.audit import databases
from monitor.audit.engine import Engine, Local, cluster
from monitor.audit.history import History
from monitor.audit.job import Job, Portion
from monitor.audit.telling import Writer, records
from monitor.cli import audit_report, stores
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.cli.tick import NowOption, moment_of
from monitor.store import migrations
from rules.audit import BatchResult
from rules.compliance.history import CHANGES
from rules.rulebook import RuleBook
from rules.sampling import Drawn

Result = TypeVar("Result")


class By(StrEnum):
    """What the strata are made by."""

    REGION = "region"
    DEPARTMENT = "department"
    ITEM = "item"


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    DASK = "dask"


_FACTS = {By.REGION: "region", By.DEPARTMENT: "department", By.ITEM: "item_code"}

FromOption = Annotated[
    str, typer.Option("--from", metavar="TIME", help="时段从何时起（含）· from, included")
]
ToOption = Annotated[
    str, typer.Option("--to", metavar="TIME", help="到何时止（不含）· until, not included")
]
SampleOption = Annotated[
    int | None, typer.Option("--sample", min=1, metavar="N", help="抽查几件 · a sample of so many")
]
SeedOption = Annotated[
    int, typer.Option("--seed", metavar="S", help="同一种子抽到同样的件 · draws the same again")
]
ByOption = Annotated[By | None, typer.Option("--by", help="分层 · strata")]
ParquetOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--parquet",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="查列式文件而不查来源，可写多次 · read these files, repeatable",
    ),
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="在哪里算 · where to work")]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Dask 调度器 · as tcp://10.0.0.5:8786"),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="逐条发现写入 .csv 或 .json · single findings"),
]


def audit(
    start: FromOption,
    end: ToOption,
    sample: SampleOption = None,
    seed: SeedOption = 1,
    by: ByOption = None,
    parquet: ParquetOption = None,
    engine: EngineOption = EngineName.LOCAL,
    scheduler: SchedulerOption = None,
    out: OutOption = None,
    now: NowOption = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """对一个时段或抽样的办件逐条检查 · inspect the cases of a period, or a sample of them.

    在办、已办的都查，用设置里的每条时限和检查；每件以时段末为准，已办结而逾期的也算发现。
    Open and closed cases, by every limit and check, as things stood at the end of the period.
    """
    shell = Shell(config, as_json)
    if (engine is EngineName.DASK) != (scheduler is not None):
        raise typer.BadParameter(
            shell.word("--engine dask 要与 --scheduler 同用", "--engine dask goes with --scheduler")
        )
    fact = _FACTS[by] if by else ""
    job = _job(shell, start, end, now, fact, single=out is not None, files=bool(parquet))
    portions = _portions(shell, parquet or [])
    with ExitStack() as stack:
        working = stack.enter_context(_engine(scheduler, Local(None) if parquet else Local()))
        if sample is not None:
            portions = _sampled(shell, working, job, portions, sample, seed)
        writer = stack.enter_context(Writer(out) if out else nullcontext())
        total = BatchResult()
        for result in _run(shell, working, job.inspect, portions, ("检查办件", "inspecting")):
            if writer is not None:
                for record in records(shell.rules, result, job.now, shell.language):
                    writer.write(record)
            total = total.plus(result)
    audit_report.show(shell, total, fact, job.now)
    audit_report.sum_up(shell, total, job.now, out)


def _job(
    shell: Shell, start: str, end: str, now: str | None, by: str, *, single: bool, files: bool
) -> Job:
    since, until = moment_of(start, shell), moment_of(end, shell)
    if until <= since:
        raise typer.BadParameter(shell.word("--to 要晚于 --from", "--to must be after --from"))
    at = moment_of(now, shell) if now else min(until, shell.now)
    book = stores.kept(shell.rules).book
    history = _history(shell.settings, book, files=files)
    return Job(book, since, until, at, at < shell.now, by, single, history)


def _history(settings: Settings, book: RuleBook, *, files: bool) -> History | None:
    """Give where changes are kept, if a check goes by them; files are those of the only source."""
    if not any(check.builtin and CHANGES in check.builtin.needs for check in book.checks):
        return None
    if files and len(settings.source) != 1:
        return None
    with stores.opened(settings) as store:
        if stores.revision(store) != migrations.newest():
            return None
    url = settings.daemon.store.get_secret_value()
    return History(url, settings.source[0].id if files else "")


def _portions(shell: Shell, paths: Sequence[Path]) -> list[Portion]:
    if not paths:
        return [one for source in shell.settings.source for one in databases.portions(source)]
    try:
        from monitor.audit import files  # needs an optional dependency
    except ImportError as error:
        raise _lacking(error, "parquet") from None
    return [*files.portions(paths, shell.rules.zone)]


def _lacking(error: ImportError, extra: str) -> Failed:
    return Failed(
        Words(f"没有安装 {error.name}", f"{error.name} is not installed"),
        Words(f"执行 pip install 'duban[{extra}]'", f"run: pip install 'duban[{extra}]'"),
    )


@contextmanager
def _engine(scheduler: str | None, local: Local) -> Iterator[Engine]:
    if scheduler is None:
        yield local
        return
    with ExitStack() as stack:
        try:
            engine = stack.enter_context(cluster(scheduler))
        except ImportError as error:
            raise _lacking(error, "dask") from None
        except (OSError, ValueError) as error:
            said = " ".join(str(error).split())
            raise Failed(
                Words(f"连不上调度器 {scheduler}：{said}", f"no scheduler at {scheduler}: {said}")
            ) from None
        yield engine


def _sampled(
    shell: Shell, engine: Engine, job: Job, portions: Sequence[Portion], size: int, seed: int
) -> list[Portion]:
    """Draw the sample, and give the portions that have it."""
    draw = partial(job.draw, size=size, seed=seed)
    drawn = Drawn(size)
    for one in _run(shell, engine, draw, portions, ("抽取样本", "drawing")):
        drawn = drawn.plus(one)
    keys = drawn.chosen()
    if portions and not isinstance(portions[0], databases.KeyPortion):
        from monitor.audit import files  # needs an optional dependency

        of_files = [one for one in portions if isinstance(one, files.FilePortion)]
        return [*files.sampled(of_files, keys)]
    return [
        portion
        for source in shell.settings.source
        for portion in databases.sampled(source, keys.get(source.id, []))
    ]


def _run(
    shell: Shell,
    engine: Engine,
    work: Callable[[Portion], Result],
    portions: Sequence[Portion],
    title: tuple[str, str],
) -> Iterator[Result]:
    """Work through portions with a progress bar."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    quiet = not shell.err.is_terminal
    with Progress(*columns, console=shell.err, transient=True, disable=quiet) as progress:
        total = sum(one.size for one in portions)
        task: Any = progress.add_task(shell.word(*title), total=total)
        for portion, result in engine.run(work, portions):
            progress.advance(task, portion.size)
            yield result
