"""``duban demo``: the daemon on the sample hall, to be watched."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import threading
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.table import Table
from rich.text import Text

from config import Settings, Words, load
from monitor import demonstration, logs
from monitor.cli.options import JsonOption
from monitor.cli.serving import daemon_for, keep_alive, sample_hall
from monitor.cli.shell import Shell
from monitor.clock import clock
from monitor.demonstration import Happening
from monitor.pipeline.wording import level_name
from monitor.store.store import Store
from notifiers import FileSettings
from notifiers.words import cut, tail
from rules.amounts import parse_amount
from rules.instants import moment

if TYPE_CHECKING:  # see monitor.cli.serving
    from monitor.daemon import Daemon

FOLDER = Path("var/demo")
_AT_ONCE = 10
_EVENTS = {
    "alert_opened": ("亮牌", "opened"),
    "alert_raised": ("升级", "raised"),
    "alert_lowered": ("降级", "lowered"),
    "alert_resolved": ("解除", "resolved"),
    "alert_acknowledged": ("签收", "acknowledged"),
    "warning": ("通知", "told"),
    "overdue": ("通知", "told"),
    "escalation": ("上报", "escalated"),
    "resolved": ("告知解除", "told it is over"),
    "system": ("通知", "told"),
}
"""What happened in a word: events of alerts, and kinds of notices that arrived."""

_COLOURS = {"warning": "yellow", "yellow": "bold yellow", "red": "bold red"}

DurationOption = Annotated[
    str | None,
    typer.Option("--duration", metavar="TIME", help='多久后结束，如 "20s" · end after so long'),
]
CasesOption = Annotated[
    int, typer.Option("--cases", min=1, max=1_000_000, help="示例办件数 · size of the hall")
]
FolderOption = Annotated[
    Path, typer.Option("--folder", metavar="DIR", help="放在哪里，每次重建 · made anew each time")
]


PortOption = Annotated[
    int | None,
    typer.Option(
        "--port", min=0, max=65535, help="监听哪个端口，0 为任一空闲的 · 0 takes any that is free"
    ),
]


def demo(
    duration: DurationOption = None,
    cases: CasesOption = 2000,
    folder: FolderOption = FOLDER,
    port: PortOption = None,
    as_json: JsonOption = False,
) -> None:
    """示例大厅上的监察，边跑边看 · watch the daemon at work on the sample hall."""
    seconds = _seconds(duration)
    config = _lay_out(folder)
    shell = Shell(config, as_json)
    settings = _settings(config, cases, port)
    if not as_json:
        logs.set_up(least="warning")  # the stage tells the same in people's words
    with sample_hall(shell, settings) as hall:
        daemon = daemon_for(config, settings)
        keep_alive(daemon, hall)
        daemon.every("inspector", 2.0, _inspector(daemon))
        started_at = clock()
        _introduce(shell, daemon, config)
        stage = _Stage(shell, daemon)
        if not as_json:
            daemon.every("stage", 1.0, stage.show)
        ended = _run(daemon, seconds)
        if ended:
            result = _sum_up(settings, started_at)
            if as_json:
                shell.print_json(result)
            else:
                _show_summary(shell, result)
    if not ended:
        from monitor.daemon import exit_now

        exit_now()


def _lay_out(folder: Path) -> Path:
    """Make the folder anew, with the default settings in it."""
    config = folder / "supervisor.toml"
    if folder.exists():
        if not config.exists() and any(folder.iterdir()):
            raise typer.BadParameter(f"{folder}: 不是示例的文件夹 · not a folder of the demo")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    config.write_text(default_settings(), encoding="utf-8")
    return config


def default_settings() -> str:
    """Give the text of the commented default settings."""
    packaged = files("config") / "supervisor.toml"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "supervisor.toml").read_text(encoding="utf-8")


def _settings(config: Path, cases: int, port: int | None) -> Settings:
    settings = load(config, os.environ)
    sample, daemon = settings.sample, settings.daemon
    if port is not None:
        host = daemon.http.rpartition(":")[0]
        daemon = daemon.model_copy(update={"http": f"{host}:{port}"})
    # The console is the stage: what would be printed there goes to a file beside the settings.
    notices = [
        FileSettings(kind="file", id=one.id, path=config.parent / "notices.jsonl")
        if one.kind == "console"
        else one
        for one in settings.channel
    ]
    return settings.model_copy(
        update={
            "daemon": daemon,
            "sample": sample and sample.model_copy(update={"cases": cases}),
            "channel": tuple(notices),
        }
    )


def _seconds(duration: str | None) -> float | None:
    if duration is None:
        return None
    try:
        return parse_amount(duration).seconds
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _run(daemon: Daemon, seconds: float | None) -> bool:
    if seconds is None:
        return daemon.run()
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.daemon = True
    timer.start()
    try:
        return daemon.run()
    finally:
        timer.cancel()


def _inspector(daemon: Daemon) -> Any:
    rng = np.random.default_rng(1)

    def acknowledge() -> None:
        with daemon.store.write() as connection:
            demonstration.acknowledge_one(connection, rng, clock())

    return acknowledge


def _introduce(shell: Shell, daemon: Daemon, config: Path) -> None:
    folder, duban = config.parent, _program()
    lines = (
        ("设置", "settings", str(config)),
        ("消息", "messages", str(folder / "notices.jsonl")),
        ("灯板", "board", f"{daemon.web.url}/"),
        ("账号", "account", f"{duban} account add admin --name admin --role system -c {config}"),
        ("指标", "metrics", f"{daemon.web.url}/metrics"),
        ("灯牌", "alerts", f"{duban} alerts -c {config}"),
        ("算法", "why", f"{duban} explain -c {config} NO"),
    )
    for zh, en, where in lines:
        shell.say(f"  {zh}  {where}", f"  {en:<9} {where}")
    shell.say("按 Ctrl-C 停止", "Ctrl-C stops it")


def _program() -> str:
    """Return how a shell here calls this program: by its path if it finds no other."""
    called = Path(sys.argv[0])
    if called.name != "duban" or shutil.which("duban"):
        return "duban"
    return shlex.quote(str(called))


class _Stage:
    """Prints what happens, a line each."""

    def __init__(self, shell: Shell, daemon: Daemon) -> None:
        self._shell = shell
        self._daemon = daemon
        self._place = demonstration.Place()

    def show(self) -> None:
        with self._daemon.store.read() as connection:
            found, self._place, more = demonstration.happenings(connection, self._place, _AT_ONCE)
        if more:
            self._shell.say(f"  …… 另有 {more} 条", f"  … {more} more")
        for one in found:
            self._shell.out.print(self._line(one), soft_wrap=True)

    def _line(self, one: Happening) -> Text:
        rules = self._daemon.pipeline.rules
        language = self._shell.language
        level = level_name(one.level, language)
        zone = rules.zone
        zh, en = _EVENTS.get(one.event, (one.event, one.event))
        region = rules.book.directory.regions.get(one.region or "")
        person = rules.book.directory.people.get(one.person or "")
        who = person.name if person else one.person or ""
        line = Text(f"{moment(one.at, zone):%H:%M:%S}  ", style="dim")
        line.append(f"{zh if language == 'zh_CN' else en} ", style="default not dim")
        line.append(level, style=f"not dim {_COLOURS.get(one.level, 'default')}")
        number = f"（{tail(one.no)}）" if one.no else ""
        about = f"  {region.name if region else ''} {cut(one.title, 24)}{number}"
        line.append(about, style="default not dim")
        if who:
            line.append(f"  → {who}" if one.channel else f"  {who}", style="not dim cyan")
        return line


def _sum_up(settings: Settings, started_at: int) -> dict[str, Any]:
    with Store.open(settings.daemon.store.get_secret_value()) as store, store.read() as connection:
        return demonstration.summary(connection, started_at, clock())


_SUMMARY = {
    "duration_seconds": Words("历时（秒）", "seconds"),
    "cases_read": Words("读入办件", "cases read"),
    "rows_read": Words("读入行数", "rows read"),
    "findings_by_level": Words("亮牌级别", "alerts by level"),
    "alerts": Words("亮牌变化", "changes of alerts"),
    "notices": Words("通知", "notices"),
    "deliveries": Words("投递", "deliveries"),
    "seconds_from_commit_to_receipt": Words("写入到送达（秒）", "commit to receipt, s"),
}
_COUNTED = {
    "opened": Words("亮牌", "opened"),
    "raised": Words("升级", "raised"),
    "lowered": Words("降级", "lowered"),
    "resolved": Words("解除", "resolved"),
    "acknowledged": Words("签收", "acknowledged"),
    "warning": Words("预警", "warning"),
    "overdue": Words("亮牌通知", "overdue"),
    "escalation": Words("升级", "escalation"),
    "system": Words("监察告警", "system"),
    "digest": Words("汇总", "digest"),
    "order": Words("督办单", "order"),
    "sent": Words("已发", "sent"),
    "failed": Words("失败", "failed"),
    "pending": Words("待发", "pending"),
    "count": Words("次数", "count"),
    "p50": Words("中位", "p50"),
    "p99": Words("99% 以内", "p99"),
}


def _show_summary(shell: Shell, result: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in result.items():
        of_level = name == "findings_by_level"
        text = (
            "  ".join(f"{_counted(shell, key, of_level=of_level)} {n}" for key, n in value.items())
            if isinstance(value, dict)
            else str(value)
        )
        table.add_row(_SUMMARY[name].text(shell.language), text)
    shell.out.print(table)


def _counted(shell: Shell, key: str, *, of_level: bool) -> str:
    if of_level:
        return level_name(key, shell.language)
    return _COUNTED[key].text(shell.language) if key in _COUNTED else key
