"""Fitting the interpreter to a process in which many threads compute and many wait for others."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = 0.0005  # seconds after which a thread that computes lets another one that waits go on
_NEW_OBJECTS = 50_000  # about what a batch makes; all of it lives until it is written


@contextmanager
def shared_by_threads() -> Iterator[None]:
    """Let threads take turns quickly, and look for garbage seldom and among new objects only.

    Whoever sends gives up the interpreter with every packet; with the usual turn of 5 ms it would
    hardly get it back while a batch is worked out. What has been loaded so far stays as long as
    the process, so that the collector need not go through it again and again
    (https://docs.python.org/3/library/gc.html#gc.freeze). Call this when all is loaded.
    """
    turn, thresholds = sys.getswitchinterval(), gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *thresholds[1:])
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.set_threshold(*thresholds)
        gc.unfreeze()
