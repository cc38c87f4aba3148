"""What is said once on the page after a form, kept here and not in the browser.

It may say who an applicant is. The browser has a key to it, which nobody can guess and which is
good once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Lock

_MOST = 1000


@dataclass(frozen=True)
class Said:
    """Texts by their keys: the latest thousand, and none of another process."""

    _texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, whose: str, text: str) -> str:
        """Return the key of a text for the visitor ``whose``."""
        key = token_urlsafe(16)
        with self._lock:
            while len(self._texts) >= _MOST:
                del self._texts[next(iter(self._texts))]
            self._texts[key] = (whose, text)
        return key

    def take(self, whose: str, key: str) -> str:
        """Return the text of a key and forget it; "" if there is none for this visitor."""
        with self._lock:
            of, text = self._texts.pop(key, ("", ""))
        return text if of == whose else ""
