"""WeCom (企业微信) application message: https://developer.work.weixin.qq.com/document/path/90236."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from notifiers.access_tokens import AccessToken
from notifiers.addresses import require_userid
from notifiers.channel import Receipt, SendError, TooSoonError
from notifiers.http import HttpSettings, Poster
from notifiers.markdown import escape, fit, tight
from notifiers.message import Kind, Message
from notifiers.pacing import Pace
from notifiers.rendering import Renderer
from notifiers.verdicts import Codes, Verdict

MOST_BYTES = 2048
"""Of the UTF-8 text of one markdown message."""

_ITEMS = 5  # of a digest: more do not fit
_SAME_FOR = 14_400  # seconds, the longest that the vendor offers; our pauses are an hour at most

# https://developer.work.weixin.qq.com/document/path/90313 (all codes of WeCom)
_CODES = Codes(
    vendor="WeCom",
    field="errcode",
    text="errmsg",
    permanent={
        40001: "secret is not that of the application",
        40003: "the userid is not valid",
        40008: "the kind of message is not valid",
        40013: "corpid is not valid",
        40056: "agentid is not valid",
        40058: "a parameter is not valid, or the text is too long",
        44004: "the text is empty",
        45002: "the message is too long",
        48002: "the application may not send messages",
        50003: "the application is disabled",
        60020: "the address that we send from is not among the trusted ones of the application",
        60111: "there is no such userid",
        81013: "the person is unknown to WeCom or beyond the application's visible range",
        82001: "nobody is named",
        301002: "secret and agentid belong to different applications",
    },
    waits={45009: 60.0, 45033: 10.0},  # too often, too many at once
)
_TOKEN_REFUSED = (40014, 42001)  # not valid, expired: the vendor may end a token before its time


class WecomAppSettings(HttpSettings):
    """An application of one's own, which writes to persons.

    Attributes:
        corpid: the ID of the organisation.
        agentid: the number of the application.
        secret: that of the application.
        base_url: the vendor's gateway, or a relay at the border of an intranet.
    """

    reaches_by: ClassVar[tuple[str, ...]] = ("wecom",)

    kind: Literal["wecom-app"]
    corpid: str = Field(min_length=1)
    agentid: int = Field(ge=1)
    secret: SecretStr = Field(min_length=1)
    base_url: str = Field(default="https://qyapi.weixin.qq.com", pattern=r"^https?://")

    def open(self) -> WecomApp:
        """Give the channel."""
        return WecomApp(self)


class WecomApp:
    """Sends markdown to one person by his userid.

    The vendor drops without a word what goes beyond 30 messages a minute or 1,000 an hour to one
    person, so such a message is kept until it may go.
    """

    def __init__(self, settings: WecomAppSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("wecom-app", settings.templates, escape)
        self._poster = Poster(settings)
        self._token = AccessToken(self._fetch_token)
        self._paces = (Pace(30, 60.0), Pace(1000, 3600.0))
        self._url = f"{settings.base_url.rstrip('/')}/cgi-bin"

    async def send(self, message: Message) -> Receipt:
        """Send one message.

        Raises:
            SendError: the vendor did not answer ``"errcode": 0``, or did not reach the person.
        """
        body = self.payload(message).encode()
        person = require_userid(message.recipient, "wecom")
        for pace in self._paces:
            if wait := pace.wait(person):
                raise TooSoonError("the vendor would drop more messages to this person now", wait)
        verdict, token = await self._post(body)
        if verdict.code in _TOKEN_REFUSED:
            self._token.refused(token)
            verdict, token = await self._post(body)
        if verdict.code:
            raise _CODES.refuse(verdict, [token, self.settings.secret.get_secret_value()])
        self._require_reached(verdict)
        return Receipt(id=str(verdict.body.get("msgid") or message.key), response="errcode 0")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message.

        The vendor drops a repeat of the same JSON, which is what a repeat after a cut connection
        is (unless it has a link of its own, which is signed anew); but whoever tries the channel
        twice wants to see it twice.
        """
        body: dict[str, Any] = {
            "touser": require_userid(message.recipient, "wecom"),
            "msgtype": "markdown",
            "agentid": self.settings.agentid,
            "markdown": {"content": self.text(message)},
        }
        if message.kind is not Kind.TEST:
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": _SAME_FOR}
        return json.dumps(body, ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def text(self, message: Message) -> str:
        """Give the markdown of a message, at most :data:`MOST_BYTES` bytes."""
        text = ""
        for notice in self._renderer.notice(message).ever_shorter(_ITEMS):
            text = self._renderer.layout(
                message, "md", notice=notice, about=notice.about_private, private=True, mention=""
            )
            text = tight(text)
            if len(text.encode()) <= MOST_BYTES:
                return text
        return fit(text, MOST_BYTES)

    async def _post(self, body: bytes) -> tuple[Verdict, str]:
        token = await self._token.get()
        url = f"{self._url}/message/send?{urlencode({'access_token': token})}"
        answer = await self._poster.post(url, body, {"content-type": "application/json"})
        return _CODES.read(answer), token

    async def _fetch_token(self) -> tuple[str, float]:
        secret = self.settings.secret.get_secret_value()
        query = urlencode({"corpid": self.settings.corpid, "corpsecret": secret})
        verdict = _CODES.read(await self._poster.get(f"{self._url}/gettoken?{query}"))
        if verdict.code:
            raise _CODES.refuse(verdict, [secret])
        return str(verdict.body["access_token"]), float(verdict.body.get("expires_in", 0))

    def _require_reached(self, verdict: Verdict) -> None:
        # Codes are 0 even so; there is one receiver only, so that one is meant.
        if verdict.body.get("invaliduser"):
            why = "the person is unknown to WeCom or beyond the application's visible range"
            raise SendError(f"invaliduser: {why}", permanent=True)
        if verdict.body.get("unlicenseduser"):
            raise SendError("unlicenseduser: the person has no licence", permanent=True)
