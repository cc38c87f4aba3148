"""The command line ``duban``: one file a command, all of them named in ``app.py``.

Results go to standard output, everything told on the way to standard error. Exit codes: 0 fine,
1 failed, 2 a fault in the call or in the settings.
"""

from __future__ import annotations

from monitor.cli.app import app, main

__all__ = ["app", "main"]
