"""One daemon in a process of its own: ``python -m bench.daemon SETTINGS IN_FLIGHT``.

It says ``ready`` on a line, starts at the first line it is given, ends at the second, and says its
peak memory in MiB.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import structlog

import monitor.cli  # noqa: F401  # for the memory of `duban run`, which has it loaded
from bench.contest import peak_mib
from config import load
from monitor.daemon import Daemon
from monitor.pipeline import delivering
from monitor.threads import shared_by_threads


def main(path: Path, in_flight: int) -> None:
    """Run the daemon between the two lines."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    delivering.IN_FLIGHT = in_flight
    daemon = Daemon(path, os.environ, load(path, os.environ))
    with shared_by_threads():
        print("ready", flush=True)
        sys.stdin.readline()
        with daemon:
            sys.stdin.readline()
            print(peak_mib(), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
