"""The names by which chat vendors know a person."""

from __future__ import annotations

import re

from notifiers.channel import SendError
from notifiers.message import Recipient

_USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_EVERYBODY = ("all", "@all")


def userid(recipient: Recipient, vendor: str) -> str:
    """Give the userid of the recipient with a vendor, an address kind such as ``wecom``.

    It is "" where he has none or it is not one, and never the name that means everybody.
    """
    found = recipient.addresses.get(vendor, "")
    return found if _USERID.fullmatch(found) and found.lower() not in _EVERYBODY else ""


def require_userid(recipient: Recipient, vendor: str) -> str:
    """Give the userid of the recipient with a vendor.

    Raises:
        SendError: he has none; trying again cannot help.
    """
    found = userid(recipient, vendor)
    if not found:
        raise SendError(f"no usable {vendor} address (the userid)", permanent=True)
    return found
