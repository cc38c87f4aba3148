"""File: appends messages to a file of JSON Lines, one object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from notifiers.channel import ChannelBase


class FileSettings(ChannelBase):
    """Append each message to ``path``, whose folder must exist."""

    kind: Literal["file"]
    path: Path
