"""Starting a daemon from the command line: what can go wrong, and the sample hall beside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from config import Settings, Words
from monitor.cli.failure import Failed
from monitor.cli.shell import Shell
from monitor.cli.stores import cannot_upgrade
from monitor.clock import clock
from monitor.sample.embedded import EmbeddedHall
from monitor.store.migrations import NewerStoreError, OtherStoreError
from monitor.store.store import Store, StoreInUseError, UnwritableStoreError

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
    except OtherStoreError as error:
        with Store.open(settings.daemon.store.get_secret_value()) as store:
            raise cannot_upgrade(store, error) from None
    except (SQLAlchemyError, UnwritableStoreError) as error:
        raise unusable(settings, error) from None
    except OSError as error:
        raise Failed(*cannot_listen(settings.daemon.http, error)) from None


def cannot_listen(address: str, error: OSError) -> tuple[Words, Words]:
    """Say why an address cannot be listened at, and what to do about it."""
    known = {
        errno.EADDRINUSE: Words("端口已被占用", "the port is in use"),
        errno.EACCES: Words("没有权限（1024 以下的端口须有特权）", "permission is denied"),
        errno.EADDRNOTAVAIL: Words("本机没有这个地址", "this machine has no such address"),
    }
    why = known.get(error.errno or 0) or Words(str(error.strerror), str(error.strerror))
    return (
        Words(f"不能监听 {address}：{why.zh}", f"cannot listen at {address}: {why.en}"),
        Words(
            "改 daemon.http（duban demo 用 --port），或停掉占用它的程序",
            "change daemon.http (with duban demo, --port), or stop the program that holds it",
        ),
    )


def unusable(settings: Settings, error: Exception) -> Failed:
    """Say that the store cannot be opened or written, as on a full disk."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    about = make_url(settings.daemon.store.get_secret_value()).render_as_string()
    return Failed(
        Words(
            f"库 {about} 打不开或写不了：{said}", f"cannot open or write the store {about}: {said}"
        ),
        Words(
            "看磁盘是否已满、目录是否可写、数据库是否可连",
            "see whether the disk is full, the folder can be written, the server answers",
        ),
    )


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
