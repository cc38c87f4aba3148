"""``duban web``: the desk alone, for a store that a daemon elsewhere works on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from monitor import access
from monitor.acts import absences
from monitor.acts.actor import Actor
from monitor.store import accounts, migrations
from monitor.store.accounts import Account
from monitor.store.store import Store
from rules.directory import Directory, Person
from tests.support.daemons import DUBAN, ENVIRONMENT, Daemon, duban, eventually
from tests.support.stores import fresh_url
from tests.support.stories_settings import file_channel, settings_text

PASSWORD = "correct horse battery"


def settings(folder: Path, store: str) -> Path:
    file = folder / "supervisor.toml"
    text = settings_text(store=store, hall="sqlite:///hall.db", channels=file_channel(folder / "o"))
    file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def serving(file: Path) -> Iterator[Daemon]:
    log = file.parent / "web.log"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            [DUBAN, "web", "-c", str(file)],
            stdout=subprocess.DEVNULL,
            stderr=stream,
            env={**os.environ, **ENVIRONMENT},
        ) as process,
    ):
        try:
            yield Daemon(process, log)
        finally:
            process.kill()


def test_a_store_in_sqlite_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = settings(tmp_path, f"sqlite:///{tmp_path / 'duban.db'}")
    said = duban("web", "-c", str(file), cwd=tmp_path)
    assert said.returncode == 1
    assert "只归一个守护进程" in said.stderr
    assert "PostgreSQL" in said.stderr
    assert not (tmp_path / "duban.db").exists()


def test_a_store_without_tables_is_refused(tmp_path: Path) -> None:
    with fresh_url("postgresql", tmp_path) as url:
        said = duban("web", "-c", str(settings(tmp_path, url)), cwd=tmp_path)
    assert said.returncode == 1
    assert "还没有建表" in said.stderr


@pytest.mark.slow
def test_it_serves_the_store_of_another_daemon_and_takes_up_what_changes(tmp_path: Path) -> None:
    with fresh_url("postgresql", tmp_path) as url, Store.open(url) as store:
        migrations.upgrade(store.engine)
        with store.write() as connection:
            new = Account(
                *("wang", "王敏", access.hashed(PASSWORD), "system", None, None),
                *("chen", 0, None, 0, None),
            )
            accounts.add(connection, new)
        file = settings(tmp_path, url)
        with serving(file) as web:
            address = eventually(lambda: web.log("web_started"))[0]["web"]
            with httpx.Client(base_url=address, follow_redirects=True) as browser:
                assert browser.get("/readyz").status_code == 200
                form = {"login": "wang", "password": PASSWORD}
                assert browser.post("/sign-in", data=form, headers={"origin": address}).is_success
                assert "陈波" in browser.get("/people").text
                with store.write() as connection:  # as if on another machine
                    people = Directory(people={"chen": Person("chen", "陈波")})
                    absences.enter(
                        connection, people, Actor("x", "x"), "chen", None, 0, None, "", 1
                    )
                eventually(lambda: "陈波" in browser.get("/people?away=1").text)
                file.write_text(file.read_text("utf-8").replace("陈波", "陈涛"), encoding="utf-8")
                web.process.send_signal(signal.SIGHUP)
                eventually(lambda: "陈涛" in browser.get("/people").text)
            assert web.stop() < 5
        assert web.process.returncode == 0
