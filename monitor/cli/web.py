"""``duban web``: the desk alone, on a second machine beside the daemon's."""

from __future__ import annotations

import os

from config import Words
from monitor.cli import stores
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.serving import cannot_listen
from monitor.cli.shell import Shell


def web(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """只开监察台页面，与别处的守护进程共用 PostgreSQL 库 · serve the desk alone."""
    shell = Shell(config, as_json)
    settings = shell.settings
    with stores.opened(settings) as store:
        if store.alone:
            raise Failed(
                Words(
                    f"库 {stores.name(store)} 是 SQLite 文件，只归一个守护进程",
                    f"the store {stores.name(store)} is an SQLite file: it belongs to one daemon",
                ),
                Words(
                    "duban run 自己就开页面；要在第二台机器上开，daemon.store 请用 PostgreSQL",
                    "duban run serves the pages itself; for a second machine keep daemon.store in "
                    "PostgreSQL",
                ),
            )
        stores.require_current(store)
    from monitor.web.alone import Alone  # slow to import: only who serves pages waits

    try:
        alone = Alone(config, os.environ, settings)
    except OSError as error:
        raise Failed(*cannot_listen(settings.daemon.http, error)) from None
    shell.say(
        f"监察台已打开，按 Ctrl-C 停止：{alone.web.url}/",
        f"the desk is open, Ctrl-C stops it: {alone.web.url}/",
    )
    alone.run()
