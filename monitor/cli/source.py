"""``duban source``: having a source read."""

from __future__ import annotations

from typing import Annotated

import typer

from config import Words
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store import sources


def read(
    ident: Annotated[str, typer.Argument(metavar="ID", help="审批库 · the source")],
    whole: Annotated[
        bool, typer.Option("--whole", help="通读一遍，不只读新的 · all of it, not only what is new")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """让守护进程立即读审批库 · have the daemon read a source at once."""
    shell = Shell(config, as_json)
    known = {one.id: one for one in shell.settings.source}
    if ident not in known:
        listed = ", ".join(known)
        raise Failed(
            Words(
                f"设置里没有审批库 {ident}；有 {listed}",
                f"the settings have no source {ident}; there are {listed}",
            )
        )
    whole = whole or not known[ident].polled
    with shell.store() as store, store.write() as connection:
        sources.ensure(connection, [ident], shell.now)
        sources.nudge(connection, ident, shell.now, whole=whole)
    text = shell.word(
        f"✓ {ident} 将立即{'通读' if whole else '读取'}",
        f"✓ {ident} is to be read {'whole ' if whole else ''}at once",
    )
    shell.result({"source": ident, "whole": whole}, text)


COMMANDS = (("read", read),)
