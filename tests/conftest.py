"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Take back the logging that a call of the command line has set up."""
    yield
    structlog.reset_defaults()
