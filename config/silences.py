"""Settings of maintenance windows: silences that are planned."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from config.codes import Words
from config.fields import SHANGHAI, Id, Model, refusal
from config.times import When, begins_at, ends_at
from rules.silences import Matching, Silence


class MaintenanceSettings(Model):
    """A maintenance window (维护窗口): nothing about a source, or nothing over a channel, is told.

    What it holds back is summed up at its end. A time without an offset is the daemon's; a day
    ends at its end.
    """

    id: Id
    reason: Annotated[str, Field(min_length=1)]
    begin: Annotated[When, Field(alias="from")]
    until: When
    source: Id | None = None
    channel: Id | None = Field(default=None, validate_default=True)

    @field_validator("channel")
    @classmethod
    def _one_of_them(cls, channel: str | None, info: ValidationInfo) -> str | None:
        if "source" in info.data and (channel is None) == (info.data["source"] is None):
            raise refusal("CFG-401", Words("source 或 channel 之一", "either source or channel"))
        return channel

    @field_validator("until")
    @classmethod
    def _after_its_begin(cls, until: When, info: ValidationInfo) -> When:
        begin = info.data.get("begin")
        if begin is not None and ends_at(until, SHANGHAI) <= begins_at(begin, SHANGHAI):
            raise refusal("CFG-344")
        return until

    def silence(self, zone: ZoneInfo) -> Silence:
        """Give the silence that it is, without an id."""
        matching = Matching(source=self.source or "", channel=self.channel or "")
        return Silence(0, matching, begins_at(self.begin, zone), ends_at(self.until, zone))
