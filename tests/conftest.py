"""What holds for every test."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import structlog

from tests.support import servers

_servers = ExitStack()
atexit.register(_servers.close)  # not earlier: template databases are dropped as the process ends


def pytest_configure(config: pytest.Config) -> None:
    """Find or start the database servers, before there are workers, which then use the same."""
    if not hasattr(config, "workerinput"):
        servers.provide(_servers)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were left out for want of a server, and how to run them."""
    for kind in servers.missing():
        terminalreporter.write_line(f"left out: {servers.left_out(kind)}")


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Take back the logging that a call of the command line has set up."""
    yield
    structlog.reset_defaults()
