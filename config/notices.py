"""Settings of notices: when several are merged into one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.fields import Model, Seconds


class NoticeSettings(Model):
    """More than ``group_after`` messages to one receiver over one channel are merged.

    Those within ``group_within`` count, a length of time in seconds; what is merged goes as one
    digest at its end. Channels that programs read are told everything by itself.
    """

    group_after: Annotated[int, Field(ge=1)] = 3
    group_within: Seconds = 300.0
