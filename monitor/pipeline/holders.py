"""Names of those who hold leases: a pipeline of a process on a host."""

from __future__ import annotations

import os
import socket
from uuid import uuid4


def holder() -> str:
    """Return a name that no other pipeline has, wherever it runs: host, process id and a draw.

    Two containers may share the name of their host and their process id.
    """
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:12]}"


def has_ended(name: str) -> bool:
    """Whether a name was that of a process of this host that no longer runs.

    A process that cannot be seen from here, as in another container of this host name, is taken
    for ended; it notices that its lease was released, and drops the page it was reading.
    """
    host, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return False  # another pipeline of this very process, or of a container like this one
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
