"""Starting a daemon from the command line: what can go wrong, and the sample hall beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from config import Settings, Words
from monitor.cli.failure import Failed
from monitor.cli.shell import Shell
from monitor.clock import clock
from monitor.sample.embedded import EmbeddedHall
from monitor.store.migrations import NewerStoreError
from monitor.store.store import StoreInUseError

if TYPE_CHECKING:  # a daemon has pages, which are slow to import: only who starts one waits
    from monitor.daemon import Daemon

_LIFE_SECONDS = 0.5


def daemon_for(path: Path, settings: Settings) -> Daemon:
    """Make the daemon of a settings file.

    Raises:
        Failed: another one holds the store, a newer duban has upgraded it, or the address is taken.
    """
    from monitor.daemon import Daemon

    try:
        return Daemon(path, os.environ, settings)
    except StoreInUseError as error:
        raise Failed(
            Words(f"另一个守护进程正在使用这个库：{error}", str(error)),
            Words(
                "先停掉那一个；要多个守护进程分担，请用 PostgreSQL 作库",
                "stop that one first; to share the work among several use PostgreSQL",
            ),
        ) from None
    except NewerStoreError as error:
        raise Failed(Words("库由更新版本的 duban 升级过，请安装新版", str(error))) from None
    except OSError as error:
        address = settings.daemon.http
        raise Failed(
            Words(f"不能监听 {address}：{error.strerror}", f"cannot listen at {address}: {error}"),
            Words("改 daemon.http，或停掉占用它的程序", "change daemon.http, or free the address"),
        ) from None


@contextmanager
def sample_hall(shell: Shell, settings: Settings) -> Iterator[EmbeddedHall | None]:
    """Make the sample hall where the settings ask for one, with progress; close it at the end."""
    if settings.sample is None:
        yield None
        return
    hall = EmbeddedHall(settings)
    try:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=shell.err, transient=True) as progress:
            task = progress.add_task(
                shell.word("建示例大厅", "making the sample hall"), total=settings.sample.cases
            )
            made = hall.make(clock(), lambda done: progress.update(task, completed=done))
        if made:
            shell.say(f"✓ 示例大厅已建好：{made:,} 件", f"✓ sample hall made: {made:,} cases")
        yield hall
    finally:
        hall.close()


def keep_alive(daemon: Daemon, hall: EmbeddedHall | None) -> None:
    """Let the hall live beside a daemon that is about to start."""
    if hall is not None:
        daemon.every("sample", _LIFE_SECONDS, lambda: hall.live(clock()))
