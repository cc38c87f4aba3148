"""When to try again after a message was not taken over. Pure."""

from __future__ import annotations

from hashlib import sha256

FIRST_PAUSE = 5.0
"""Seconds before the second attempt; each pause after it is twice as long."""

LONGEST_PAUSE = 3600.0
"""Seconds that a pause may grow to."""

GIVE_UP_AFTER = 86_400.0
"""Seconds of pauses after which a message is given up."""


def next_attempt(
    attempts: int, key: str, retry_after: float | None = None, *, permanent: bool = False
) -> float | None:
    """Give the seconds to wait before the next attempt; ``None`` means to give up.

    Args:
        attempts: how many have failed, at least 1.
        key: the message's idempotency key. It moves the pause by up to a fifth either way, always
            the same way, so that messages that failed together do not come back together.
        retry_after: seconds the receiver asked for; the pause is not shorter (but at most a day).
        permanent: the failure cannot be mended by trying again.
    """
    if permanent or sum(_pause(n) for n in range(1, attempts + 1)) > GIVE_UP_AFTER:
        return None
    drawn = int.from_bytes(sha256(f"{key}\n{attempts}".encode()).digest()[:4]) / 2**32
    pause = _pause(attempts) * (0.8 + 0.4 * drawn)
    return max(pause, min(retry_after or 0.0, GIVE_UP_AFTER))


def _pause(attempt: int) -> float:
    return min(FIRST_PAUSE * 2.0 ** min(attempt - 1, 32), LONGEST_PAUSE)
