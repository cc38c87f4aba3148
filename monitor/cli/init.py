"""``duban init``: a commented settings file to start from, for one's own database."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import Annotated

import typer

from config import Words
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell


def _private(path: str, flags: int) -> int:
    """Open a file for its owner and group alone: passwords will stand in it."""
    return os.open(path, flags, 0o640)


def init(
    force: Annotated[
        bool, typer.Option("--force", help="覆盖已有文件 · write over a file that is there")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """写一份带注释的设置文件 · write settings to start from."""
    shell = Shell(config, as_json)
    try:
        # The mode "x" leaves a file alone that is there, even one that came a moment ago.
        with open(config, "w" if force else "x", encoding="utf-8", opener=_private) as file:
            file.write(template())
    except FileExistsError:
        raise Failed(
            Words(
                f"{config} 已经有了，没有改动", f"{config} is there already; nothing was changed"
            ),
            Words("要覆盖请加 --force", "to write over it add --force"),
        ) from None
    except OSError as error:
        raise Failed(
            Words(f"{config} 写不了：{error.strerror}", f"cannot write {config}: {error.strerror}")
        ) from None
    shell.result(
        {"config": str(config)}, shell.word(f"✓ 已写好 {config}", f"✓ {config} is written")
    )
    shell.say(
        f"下一步：按注释改好，设环境变量 APPROVAL_DB_URL，再执行 duban check -c {config}",
        f"Next: change it as it says, set APPROVAL_DB_URL, then run duban check -c {config}",
    )


def template() -> str:
    """Give the text of the settings file to start from; it needs ``APPROVAL_DB_URL`` to load."""
    return (files("monitor.cli") / "templates" / "supervisor.toml").read_text("utf-8")
