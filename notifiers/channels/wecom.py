"""WeCom (企业微信) group robot."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from notifiers.http import HttpSettings


class WecomSettings(HttpSettings):
    """A robot of a group.

    Attributes:
        key: the part after ``key=`` of the robot's address.
        base_url: the vendor's gateway, or a relay at the border of an intranet.
        per_minute: the vendor allows a robot 20 messages a minute
            (https://developer.work.weixin.qq.com/document/path/91770).
    """

    kind: Literal["wecom"]
    key: SecretStr
    base_url: str = Field(default="https://qyapi.weixin.qq.com", pattern=r"^https?://")
    per_minute: int | None = Field(default=20, ge=1)
