"""What ``duban check`` says of the address, of proxies that are believed, and of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from config import Settings, Words
from monitor.sources import CheckResult

_FOR_OTHERS = 0o007  # rights of a file for those who are neither its owner nor of its group


def exposed(settings: Settings) -> Iterator[CheckResult]:
    """Say what is open to more people than it should be.

    WEB-102 the address and the proxies that are believed, FIL-101 files that everybody can read.
    """
    daemon = settings.daemon
    host = daemon.http.rpartition(":")[0].strip("[]")
    if host in ("0.0.0.0", "::", ""):  # noqa: S104  compared, not listened at
        text = Words(
            f"daemon.http = {daemon.http}：本机的每个地址都能访问，口令不加密；"
            "请只监听 127.0.0.1，前面放反向代理",
            f"daemon.http = {daemon.http} is every address of this machine, and passwords go "
            "unencrypted: listen at 127.0.0.1 and put a reverse proxy in front",
        )
        yield CheckResult("WEB-102", "warn", text)
    wide = [str(one) for one in daemon.trusted_proxies if one.prefixlen == 0]
    if wide:
        named = daemon.user_header is not None
        text = Words(
            f"daemon.trusted_proxies 有 {'、'.join(wide)}：谁都能冒充代理"
            + ("，以 user_header 冒充任何人登录" if named else "")
            + "；请只写代理的地址",
            f"daemon.trusted_proxies has {', '.join(wide)}: anybody can pass for a proxy"
            + (", and with user_header for any person" if named else "")
            + "; name the addresses of the proxies alone",
        )
        yield CheckResult("WEB-102", "fail" if named else "warn", text)
    if daemon.user_header is not None and not daemon.trusted_proxies:
        text = Words(
            "设了 daemon.user_header，但没有 trusted_proxies：这个请求头一概不信，谁也登录不了",
            "daemon.user_header is set without trusted_proxies: the header is never believed, so "
            "that nobody signs in by it",
        )
        yield CheckResult("WEB-102", "warn", text)
    open_files = [str(path) for path in _files(settings) if _open(path)]
    if open_files:
        listed, mend = ", ".join(open_files), f"chmod o= {' '.join(open_files)}"
        text = Words(
            f"本机所有用户都能读 {listed}，其中有口令、电话；请执行 {mend}",
            f"every user of this machine can read {listed}, with passwords and telephone numbers "
            f"in them: {mend}",
        )
        yield CheckResult("FIL-101", "warn", text)


def _files(settings: Settings) -> Iterator[Path]:
    url = make_url(settings.daemon.store.get_secret_value())
    if url.get_backend_name() == "sqlite" and url.database:
        yield Path(url.database)
        for log in ("-wal", "-shm"):
            yield Path(f"{url.database}{log}")
    for channel in settings.channel:
        path = getattr(channel, "path", None)
        if isinstance(path, Path):
            yield path


def _open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _FOR_OTHERS)
    except OSError:
        return False
