"""``duban check``: whether the daemon could start with these settings, and what it would find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.text import Text
from sqlalchemy.engine import make_url

from config import Source, Words
from monitor import catalogue
from monitor.cli import check_channels, check_directory, stores
from monitor.cli.check_exposed import exposed
from monitor.cli.failure import Failed
from monitor.cli.guard import FAILED
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.pairs import print_pairs
from monitor.cli.shell import Shell
from monitor.pipeline.watching import ends_soon
from monitor.printing import printable
from monitor.sources import CheckResult, ReadCase, SourceError, SourceReader
from monitor.sources.examine import examine
from monitor.store.store import Store
from notifiers import ChannelSettings
from rules.cases import Case
from rules.instants import moment

_MARKS = {
    "ok": ("✓", Words("正常", "ok"), "green"),
    "warn": ("!", Words("注意", "warning"), "yellow"),
    "fail": ("✗", Words("不行", "failed"), "bold red"),
}


@dataclass(frozen=True, slots=True)
class _Section:
    """What was found out about one thing."""

    kind: Words
    id: str
    about: str
    results: tuple[CheckResult, ...]

    @property
    def failed(self) -> bool:
        return any(result.status == "fail" for result in self.results)


def check(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """检查设置、审批库和渠道 · try settings, sources, channels."""
    shell = Shell(config, as_json)
    summary = _summary(shell)
    sections = [_settings(shell), _store(shell)]
    cases: list[Case] = []
    for source in shell.settings.source:
        text = shell.word(f"正在检查审批库 {source.id} …", f"looking at source {source.id} …")
        with shell.err.status(escape(text)):
            section, read = _source(shell, source)
        sections.append(section)
        cases += (Case(source.id, one.key, one.facts, one.parts) for one in read)
    sections += _catalogue(shell, cases)
    if shell.settings.source:
        results = tuple(check_directory.results(shell, cases))
        sections.append(_Section(Words("名录", "directory"), "", "", results))
    sections += [_channel(channel) for channel in shell.settings.channel]
    failed = any(section.failed for section in sections)
    if as_json:
        shell.print_json(_record(shell, summary, sections, passed=not failed))
    else:
        _print_summary(shell, summary)
        for section in sections:
            _print_section(shell, section)
        _print_verdict(shell, sections)
    if failed:
        raise typer.Exit(FAILED)


def _settings(shell: Shell) -> _Section:
    results = [CheckResult("CFG-000", "ok", Words("读懂了，没有错误", "understood, no faults"))]
    if not shell.settings.source:
        text = Words("没有 [[source]]，无可监察", "no [[source]]: there is nothing to watch")
        results.append(CheckResult("CFG-000", "fail", text))
    daemon = shell.settings.daemon
    if (daemon.desk_url or daemon.base_url) and not daemon.trusted_proxies:
        # Behind a proxy everybody counts as the proxy: the wrong passwords of one lock out all.
        text = Words(
            "写了 desk_url 或 base_url，没有写 trusted_proxies：前面有反向代理的，"
            "所有人都算作代理的地址",
            "desk_url or base_url without trusted_proxies: behind a proxy everybody counts as the "
            "proxy's address",
        )
        results.append(CheckResult("WEB-101", "warn", text))
    results += _calendars(shell)
    results += exposed(shell.settings)
    return _Section(Words("设置", "settings"), str(shell.config), "", tuple(results))


def _calendars(shell: Shell) -> Iterator[CheckResult]:
    """Say which calendars have ended, or end before the year is out."""
    for name, calendar in shell.rules.book.calendars.items():
        through, today = calendar.published_through, moment(shell.now, calendar.timezone).date()
        if not ends_soon(through, today):
            continue
        over = through is not None and today > through
        said = Words("已经", "ended") if over else Words("即将", "ends")
        text = Words(
            f"日历 {name} 只公布到 {through}，{said.zh}用完：此后的到期时刻只按周末推算，"
            "不亮最重一级；请用 duban calendar import 补上",
            f"calendar {name} {said.en} on {through}: what is due later goes by weekends alone and "
            "raises no gravest level; add the year: duban calendar import",
        )
        yield CheckResult("CAL-101", "warn", text)


def _store(shell: Shell) -> _Section:
    with stores.opened(shell.settings) as store:
        about = stores.name(store)
        try:
            if stores.revision(store) is None:
                text = Words("还没有，首次启动时建立", "not there yet, made at the first start")
                result = CheckResult("STO-101", "ok", text)
            else:
                result = _revision(store)
        except Failed as error:
            result = CheckResult("STO-101", "fail", error.why)
    return _Section(Words("自己的库", "store"), "", about, (result,))


def _revision(store: Store) -> CheckResult:
    try:
        stores.require_current(store)
    except Failed as error:
        return CheckResult("STO-102", "warn", error.why)
    return CheckResult("STO-102", "ok", Words("可以使用", "ready"))


def _source(shell: Shell, source: Source) -> tuple[_Section, list[ReadCase]]:
    """Give what was found out about a source, and the cases that were read meanwhile."""
    url = make_url(source.url.get_secret_value())
    about = printable(url)
    results: list[CheckResult]
    if _made_later(shell, source):
        text = Words("示例大厅，首次启动时建立", "the sample hall, made at the first start")
        results = [CheckResult("SRC-101", "ok", text)]
        return _Section(Words("审批库", "source"), source.id, about, tuple(results)), []
    cases: list[ReadCase] = []
    try:
        reader = SourceReader(source)
    except SourceError as error:
        results = [CheckResult("SRC-101", "fail", error.text)]
    else:
        try:
            results, cases = examine(reader, shell.now)
        finally:
            reader.close()
    return _Section(Words("审批库", "source"), source.id, about, tuple(results)), cases


def _made_later(shell: Shell, source: Source) -> bool:
    """Tell whether a source is the sample hall before the first start."""
    if shell.settings.sample is None or source is not shell.settings.source[0]:
        return False
    url = make_url(source.url.get_secret_value())
    file = url.database if url.get_backend_name() == "sqlite" else None
    return file is not None and not Path(file).exists()


def _catalogue(shell: Shell, cases: list[Case]) -> list[_Section]:
    settings = shell.settings.catalogue
    if settings is None:
        return []
    about = str(settings.file) if settings.file else f"{settings.source}: {settings.table or '…'}"
    if any(_made_later(shell, one) for one in shell.settings.source if one.id == settings.source):
        text = Words("随示例大厅建立", "made with the sample hall")
        results = [CheckResult("CAT-101", "ok", text)]
    else:
        results = catalogue.examine(
            shell.settings, settings, cases, stores.catalogue(shell.rules), shell.now
        )
    return [_Section(Words("事项目录", "catalogue"), "", about, tuple(results))]


def _channel(channel: ChannelSettings) -> _Section:
    results = (check_channels.examine(channel),)
    return _Section(Words("渠道", "channel"), channel.id, channel.kind, results)


def _summary(shell: Shell) -> dict[str, Any]:
    settings, book = shell.settings, shell.rules.book
    directory = book.directory
    return {
        "limits": [limit.id for limit in book.limits],
        "left_out": list(settings.left_out()),
        "checks": [one.id for one in book.checks],
        "surveys": [one.id for one in book.surveys],
        "policies": [policy.id for policy in book.policies],
        "calendars": {
            name: calendar.published_through.isoformat() if calendar.published_through else None
            for name, calendar in book.calendars.items()
        },
        "regions": len(directory.regions),
        "departments": len(directory.departments),
        "people": len(directory.people),
        "teams": len(directory.teams),
        "rosters": len(directory.rosters),
        "lists": [one.id for one in settings.directory],
        "timezone": settings.daemon.timezone.key,
        "http": settings.daemon.http,
    }


def _print_summary(shell: Shell, summary: dict[str, Any]) -> None:
    def published(until: str | None) -> str:
        return shell.word(f"（已公布到 {until}）", f" (published through {until})") if until else ""

    calendars = ", ".join(n + published(until) for n, until in summary["calendars"].items())
    lines = (
        (shell.word("时限", "limits"), ", ".join(summary["limits"])),
        (shell.word("未启用", "left out"), _left_out(shell, summary["left_out"])),
        (shell.word("合规检查", "checks"), ", ".join(summary["checks"])),
        (shell.word("普查", "surveys"), ", ".join(summary["surveys"])),
        (shell.word("升级路线", "policies"), ", ".join(summary["policies"])),
        (shell.word("日历", "calendars"), calendars),
        (
            shell.word("名录", "directory"),
            shell.word(
                "{regions} 个区划，{departments} 个部门，{people} 人，{teams} 个小组，"
                "{rosters} 个值班表",
                "{regions} regions, {departments} departments, {people} people, {teams} teams, "
                "{rosters} rosters",
            ).format(**summary)
            + (
                shell.word("；另读 ", "; and the lists ") + ", ".join(summary["lists"])
                if summary["lists"]
                else ""
            ),
        ),
        (shell.word("网页", "web"), f"http://{summary['http']}"),
        (shell.word("时区", "time zone"), summary["timezone"]),
    )
    none = shell.word("无", "none")
    print_pairs(shell.out, [(Text(label, "dim"), Text(text or none)) for label, text in lines])


def _left_out(shell: Shell, rules: list[str]) -> str:
    if not rules:
        return ""
    why = shell.word(
        "（预置的规则：审批库里没有映射所需的列，或已有同义的时限）",
        " (of presets: no source maps what they need, or a limit says the same)",
    )
    return ", ".join(rules) + why


def _print_section(shell: Shell, section: _Section) -> None:
    title = Text(f"\n{section.kind.text(shell.language)}")
    if section.id:
        title.append(f" {section.id}", "bold")
    if section.about:
        title.append(f"  {section.about}", "not bold dim")
    shell.out.print(title)
    pairs = []
    for result in section.results:
        mark, word, style = _MARKS[result.status]
        text = Text(result.text.text(shell.language), overflow="fold")
        if result.status != "ok":
            text.append(f"  {result.code}", "dim")
        pairs.append((Text(f"{mark} {word.text(shell.language)}", style), text))
    print_pairs(shell.out, pairs)


def _print_verdict(shell: Shell, sections: list[_Section]) -> None:
    statuses = [result.status for section in sections for result in section.results]
    failed, warned = statuses.count("fail"), statuses.count("warn")
    if failed:
        mark, _, style = _MARKS["fail"]
        text = shell.word(
            f"{failed} 处不行，{warned} 处注意：改正后再检查一遍",
            f"{failed} failed, {warned} with a warning: mend them and check again",
        )
    else:
        mark, _, style = _MARKS["warn" if warned else "ok"]
        text = shell.word(
            f"可以启动：duban run -c {shell.config}" + (f"（{warned} 处注意）" if warned else ""),
            f"ready: duban run -c {shell.config}" + (f" ({warned} warnings)" if warned else ""),
        )
    shell.out.print(Text(f"\n{mark} {text}", style))


def _record(
    shell: Shell, summary: dict[str, Any], sections: list[_Section], *, passed: bool
) -> dict[str, Any]:
    return {
        "config": str(shell.config),
        "passed": passed,
        "summary": summary,
        "sections": [
            {
                "kind": section.kind.en,
                "id": section.id,
                "about": section.about,
                "results": [
                    {
                        "code": result.code,
                        "status": result.status,
                        "text": result.text.text(shell.language),
                    }
                    for result in section.results
                ],
            }
            for section in sections
        ],
    }
