"""The interpreter while the daemon runs."""

from __future__ import annotations

import gc
import sys

from monitor.threads import shared_by_threads


def test_threads_take_short_turns_and_what_is_loaded_is_no_garbage_until_the_end() -> None:
    before = sys.getswitchinterval(), gc.get_threshold(), gc.get_freeze_count()
    with shared_by_threads():
        assert sys.getswitchinterval() < before[0]
        assert gc.get_threshold()[0] > before[1][0]
        assert gc.get_freeze_count() > before[2]
    assert (sys.getswitchinterval(), gc.get_threshold(), gc.get_freeze_count()) == before
