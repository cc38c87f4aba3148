"""``duban calendar import``: a notice or a calendar file as a calendar of the settings."""

from __future__ import annotations

from pathlib import Path

from config import Words
from config.calendars import (
    CalendarSettings,
    Published,
    Unreadable,
    build,
    china,
    read_published,
)
from monitor.cli.failure import Failed
from monitor.cli.shell import Shell


def import_calendar(
    shell: Shell, file: Path, ident: str | None, year: int | None, output: Path | None
) -> None:
    """Read ``file`` and write it as a calendar over ``cn``, to ``output`` or the standard output.

    It is built once, so that what is written can be loaded.

    Raises:
        Failed: the file cannot be read or understood, or ``output`` is there already.
    """
    passed_over: list[str] = []
    published = _read(file, year, passed_over)
    ident = ident or f"cn-{published.year}"
    checked = CalendarSettings.model_validate(published.settings(ident, file.name))
    build(checked, {"cn": china()})
    if passed_over:
        titles = "、".join(dict.fromkeys(passed_over[:8]))
        shell.say(
            f"{len(passed_over)} 个事件没有“休”“班”之分或按规则重复，未采用：{titles}",
            f"{len(passed_over)} events say neither off nor on, or repeat, and are left out: "
            f"{titles}",
        )
    shell.say(
        f"{published.year} 年：放假 {len(published.holidays)} 天，调休上班"
        f" {len(published.workdays)} 天。放进设置后以 [daemon] calendar = {ident!r} 启用；"
        "启用前可用 duban calendar diff 看影响。",
        f"{published.year}: {len(published.holidays)} days off, {len(published.workdays)} extra"
        f" working days. In the settings it is put in force by [daemon] calendar = {ident!r};"
        " duban calendar diff shows beforehand what that changes.",
    )
    text = published.toml(ident, file.name)
    if output is not None:
        _write(output, text)
    elif shell.as_json:
        shell.print_json(checked.model_dump(mode="json", exclude_unset=True))
    else:
        shell.print_line(text.rstrip("\n"))


def _read(file: Path, year: int | None, passed_over: list[str]) -> Published:
    try:
        return read_published(file.read_bytes(), year, passed_over)
    except OSError as error:
        said = error.strerror or str(error)
        raise Failed(Words(f"{file} 读不了：{said}", f"{file} cannot be read: {said}")) from None
    except ModuleNotFoundError:
        raise Failed(
            Words("读 .ics 需要 icalendar", "reading .ics needs icalendar"),
            Words("pip install 'duban[ics]'", "pip install 'duban[ics]'"),
        ) from None
    except Unreadable as error:
        zh, en = error.words
        raise Failed(Words(f"{file}：{zh}", f"{file}: {en}")) from None


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        said = error.strerror or str(error)
        raise Failed(
            Words(f"{output} 写不了：{said}", f"{output} cannot be written: {said}")
        ) from None
