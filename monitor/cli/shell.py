"""What a command works with: the settings it was pointed to, the store, and where to write."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection

from config import Settings, Words, load
from monitor.cli import stores
from monitor.cli.terminal import SafeConsole, visible
from monitor.pipeline.in_force import InForce
from monitor.pipeline.peopling import load_directory
from monitor.store.store import Store
from rules.instants import iso


@dataclass(frozen=True)
class Shell:
    """One call of a command. Settings are loaded when they are first asked for."""

    config: Path
    as_json: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The settings.

        Raises:
            config.Faulty: they are refused.
        """
        return load(self.config, os.environ)

    @cached_property
    def rules(self) -> InForce:
        """The settings with what follows from them; raises as :attr:`settings` does."""
        return InForce.of(self.settings)

    def learn(self, connection: Connection) -> None:
        """Take up the directory as lists left it in the store, so that codes are told by name."""
        directory = load_directory(connection, self.settings)
        self.__dict__["rules"] = self.rules.with_directory(directory)

    @property
    def language(self) -> str:
        """``en`` where the locale or the settings loaded so far say so, else ``zh_CN``."""
        loaded = self.__dict__.get("settings")
        if speaks_english(os.environ) or (loaded and loaded.daemon.language == "en"):
            return "en"
        return "zh_CN"

    @cached_property
    def now(self) -> int:
        """The instant of this call: the clock is read once."""
        return time.time_ns() // 1000

    @property
    def origin(self) -> str:
        """From where this call acts, for the audit log: ``cli:USER@HOST``.

        The user is that of the system, whoever ``--by`` says it is for.
        """
        return f"cli:{getpass.getuser()}@{socket.gethostname()}"

    def iso(self, at: int | None) -> str | None:
        """Write an instant as ISO 8601 with the offset of the settings' zone."""
        return iso(at, self.rules.zone)

    @cached_property
    def out(self) -> Console:
        """Where results go."""
        return SafeConsole(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())

    @cached_property
    def err(self) -> Console:
        """Where narration goes."""
        return SafeConsole(file=sys.stderr, highlight=False, soft_wrap=not sys.stderr.isatty())

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store of the settings, whose tables must be there.

        Raises:
            Failed: the store is missing, or its tables are not those of this version.
        """
        with stores.opened(self.settings) as store:
            stores.require_current(store)
            yield store

    def say(self, zh: str, en: str) -> None:
        """Tell something on the way, on the standard error."""
        self.err.print(Text(self.word(zh, en)))

    def word(self, zh: str, en: str) -> str:
        """Give the text in the language of this call."""
        return Words(zh, en).text(self.language)

    def result(self, data: Any, text: str) -> None:
        """Print the result of a command: ``data`` as JSON where asked for, else ``text`` as is."""
        if self.as_json:
            self.print_json(data)
        else:
            self.print_line(text)

    def print_json(self, data: Any) -> None:
        """Print a value as indented JSON, Chinese as it is."""
        self.print_line(json.dumps(data, ensure_ascii=False, indent=2))

    def print_line(self, text: str) -> None:
        """Print text exactly as it is, for machines; on a terminal without control characters."""
        sys.stdout.write((visible(text) if sys.stdout.isatty() else text) + "\n")


def speaks_english(environ: Mapping[str, str]) -> bool:
    """Tell whether the locale of the environment is an English one (POSIX, section 8.2)."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return locale.startswith("en")
