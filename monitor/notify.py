"""Telling systemd how the daemon is: the sd_notify protocol, one datagram a message."""

from __future__ import annotations

import os
import socket


def notify(message: str) -> bool:
    """Send a message such as ``READY=1`` to the service manager; ``False`` where there is none.

    See sd_notify(3): the socket's address is in ``NOTIFY_SOCKET``; ``@`` marks an abstract one.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        try:
            manager.connect(address)
            manager.sendall(message.encode())
        except OSError:
            return False  # a manager that has gone away must not take the daemon with it
    return True
