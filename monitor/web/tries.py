"""Counting what is tried too often, by who tries it, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock

ROOM = 10_000
"""Of so many that tried of late the tries are kept; of more, those of the latest."""


@dataclass
class Tries:
    """The tries of each: ``most`` of them within a time (microseconds) are not too often."""

    most: int
    within: int
    _tries: OrderedDict[str, deque[int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def too_often(self, who: str, now: int) -> bool:
        """Count a try at the instant ``now``, and return whether it is one too many."""
        with self._lock:
            tries = self._tries.setdefault(who, deque(maxlen=self.most + 1))
            self._tries.move_to_end(who)
            while tries and tries[0] <= now - self.within:
                tries.popleft()
            tries.append(now)
            while len(self._tries) > ROOM:
                self._tries.popitem(last=False)
            return len(tries) > self.most

    def take_back(self, who: str) -> None:
        """Let the last try of somebody not count."""
        with self._lock:
            tries = self._tries.get(who)
            if tries:
                tries.pop()
            if not tries:
                self._tries.pop(who, None)

    def __len__(self) -> int:
        """Return of how many the tries are kept."""
        return len(self._tries)
