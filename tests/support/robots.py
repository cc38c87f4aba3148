"""A robot of a group, by the clock of a story: what people read who are told in a chat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from tests.support.sinks import Reply, Request, http_sink
from tests.support.stories import Story
from tests.support.stories_settings import HANDLER_ONLY, SYSTEM
from tests.support.vendors import DingtalkRobot, answer

TEN_MINUTES = 600


@dataclass
class Robot(DingtalkRobot):
    """The vendor's robot by the clock of a story: too many in a minute, and it rests for ten.

    ``channel`` are its settings.
    """

    story: Story | None = None
    times: list[float] = field(default_factory=list)
    resting_until: float = 0.0
    one_at_a_time: Lock = field(default_factory=Lock)
    channel: str = ""

    @property
    def titles(self) -> list[str]:
        """The titles of the messages it has taken."""
        return [body[body["msgtype"]]["title"] for body in self.taken]

    @property
    def texts(self) -> list[str]:
        """Their texts."""
        return [body[body["msgtype"]]["text"] for body in self.taken]

    def __call__(self, request: Request) -> Reply:
        with self.one_at_a_time:
            return self.answered(request)

    def answered(self, request: Request) -> Reply:
        assert self.story is not None
        now = self.story.now / 1e6
        lately = [at for at in self.times if at > now - 60]
        if now < self.resting_until or len(lately) >= self.per_minute:
            self.resting_until = max(self.resting_until, now + TEN_MINUTES)
            self.refused += 1
            return answer(errcode=130101, errmsg="send too fast, exceed 20 times per minute")
        self.times.append(now)
        limit, self.per_minute = self.per_minute, len(self.taken) + 1
        reply = super().__call__(request)
        self.per_minute = limit
        return reply


@contextmanager
def robot(story: Story, more: str = "") -> Iterator[Robot]:
    """Let everything go to one robot, and what is told to the handlers alone.

    ``more`` is more of the settings file.
    """
    one = Robot("token", "SECa", story=story)
    with http_sink(one) as sink:
        channel = (
            '[[channel]]\nid = "out"\nkind = "dingtalk"\naccess_token = "token"\n'
            f'secret = "SECa"\nbase_url = "{sink.url}"\n'
        )
        one.channel = channel
        story.reload(policies=SYSTEM + HANDLER_ONLY + more, channels=channel)
        yield one
