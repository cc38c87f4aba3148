"""Logging: events with stable names, as coloured lines on a terminal, else as lines of JSON."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import structlog
import structlog.tracebacks
from structlog.typing import Processor


def set_up(stream: TextIO | None = None, least: str = "info") -> None:
    """Send everything that is logged from now on to ``stream``, the standard error by default.

    A terminal gets ``time [level] event key=value …``, in colours unless ``NO_COLOR`` is set
    (https://no-color.org); anything else gets one JSON object a line, with ``timestamp`` in
    ISO 8601 (UTC), ``level`` and ``event``. ``least`` is the lowest level that is written.
    """
    out = stream or sys.stderr
    forms: tuple[Processor, ...] = (
        # Without the local variables of each frame: among them are keys and addresses.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    )
    terminal = out.isatty()
    if terminal:
        plain = structlog.dev.plain_traceback  # without local variables here, too
        colors = not os.environ.get("NO_COLOR")
        forms = (structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain),)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(
                fmt="%H:%M:%S" if terminal else "iso", utc=not terminal
            ),
            *forms,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
