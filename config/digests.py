"""Settings of daily digests: when they go out, to whom, over which channels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.fields import Id, Model
from config.policies import Role
from config.times import HandOver
from rules.digests import DailyDigest
from rules.instants import SECOND


class DigestSettings(Model):
    """A daily digest (每日快报) on working days at ``at``, the time of day.

    ``to`` are roles: whoever holds a post is told of his own region with all below it. ``region``
    limits it to one region with all below it. ``calendar`` is the daemon's unless given.
    """

    id: Id
    at: HandOver
    to: Annotated[tuple[Role, ...], Field(min_length=1)]
    via: Annotated[tuple[Id, ...], Field(min_length=1)]
    region: Id | None = None
    calendar: Id | None = None

    def digest(self, calendar: str) -> DailyDigest:
        """Give the rules' digest; ``calendar`` is used where this names none."""
        seconds = self.at.hour * 3600 + self.at.minute * 60 + self.at.second
        return DailyDigest(
            self.id,
            seconds * SECOND,
            self.to,
            self.via,
            self.region or "",
            self.calendar or calendar,
        )
