"""Console: prints messages, to try rules before anybody is told."""

from __future__ import annotations

from typing import Literal

from notifiers.channel import ChannelBase


class ConsoleSettings(ChannelBase):
    """Print each message as a readable block or as one line of JSON."""

    kind: Literal["console"]
    format: Literal["text", "json"] = "text"
