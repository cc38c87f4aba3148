"""DingTalk (钉钉) work notice, from an application of one's own to one person.

https://open.dingtalk.com/document/development/asynchronous-sending-of-enterprise-session-messages
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from notifiers.access_tokens import AccessToken
from notifiers.addresses import require_userid
from notifiers.channel import Receipt, TooSoonError
from notifiers.channels.dingtalk import CARDS, LONGEST_BUTTON, LONGEST_TITLE
from notifiers.http import HttpSettings, Poster
from notifiers.markdown import escape, fit, spaced
from notifiers.message import Kind, Message
from notifiers.notice import Notice
from notifiers.pacing import Pace
from notifiers.rendering import Renderer
from notifiers.verdicts import Codes, Verdict
from notifiers.words import cut

MOST_BYTES = 2048
"""Of the JSON of one message, without the envelope."""

_ITEMS = 5  # of a digest: more do not fit
_DAY = 86_400.0

# https://open.dingtalk.com/document/development/server-api-error-codes-1
_CODES = Codes(
    vendor="DingTalk",
    field="errcode",
    text="errmsg",
    permanent={
        33012: "there is no such userid",
        34016: "the message is too long",
        40003: "there is no such userid",
        40008: "the kind of message is not valid",
        40031: "there is no such userid",
        40035: "a parameter is missing",
        40048: "the vendor holds a link for unsafe",
        40056: "agent_id is not valid",
        40089: "app_key or app_secret is not valid",
        41044: "the application may not send messages",
        41049: "the vendor holds the content for improper",
        60011: "the application lacks a permission",
        60020: "the address that we send from is not among those of the application",
        60121: "there is no such userid",
    },
    waits={
        41047: 60.0,  # too many receivers in a minute
        41048: 60.0,
        90002: 60.0,  # the call is used too often by all the world
        90005: 60.0,
        90006: 60.0,
        90018: 10.0,
    },
)
_TOKEN_REFUSED = (40001, 40014, 42001)
_WRAPPED = 88  # says that another code stands in sub_code


class DingtalkNoticeSettings(HttpSettings):
    """An application of one's own, which writes to persons.

    Attributes:
        app_key: the application's Client ID (AppKey).
        app_secret: its Client Secret (AppSecret).
        agent_id: its AgentId.
        base_url: the vendor's gateway, or a relay at the border of an intranet.
    """

    reaches_by: ClassVar[tuple[str, ...]] = ("dingtalk",)

    kind: Literal["dingtalk-notice"]
    app_key: str = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    agent_id: int = Field(ge=1)
    base_url: str = Field(default="https://oapi.dingtalk.com", pattern=r"^https?://")

    def open(self) -> DingtalkNotice:
        """Give the channel."""
        return DingtalkNotice(self)


class DingtalkNotice:
    """Sends markdown, or a card with buttons where the reader is asked to act, to one userid.

    The vendor drops without a word what goes beyond 500 messages a day to one person, so such a
    message is kept until it may go. It also drops the same text sent twice in a day.
    """

    def __init__(self, settings: DingtalkNoticeSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("dingtalk-notice", settings.templates, escape)
        self._poster = Poster(settings)
        self._token = AccessToken(self._fetch_token)
        self._pace = Pace(500, _DAY)
        self._url = settings.base_url.rstrip("/")

    async def send(self, message: Message) -> Receipt:
        """Send one message; the receipt is the number of the vendor's task.

        Raises:
            SendError: the vendor did not answer ``"errcode": 0``; HTTP 200 alone says nothing.
        """
        body = self.payload(message).encode()
        if wait := self._pace.wait(require_userid(message.recipient, "dingtalk")):
            raise TooSoonError("the vendor would drop more messages to this person today", wait)
        verdict, token = await self._post(body)
        if _code(verdict) in _TOKEN_REFUSED:
            self._token.refused(token)
            verdict, token = await self._post(body)
        if verdict.code:
            secrets = [token, self.settings.app_secret.get_secret_value()]
            raise _CODES.refuse(Verdict(_code(verdict), _said(verdict), verdict.body), secrets)
        return Receipt(id=str(verdict.body.get("task_id") or message.key), response="errcode 0")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message."""
        body = {
            "agent_id": self.settings.agent_id,
            "userid_list": require_userid(message.recipient, "dingtalk"),
            "msg": self._fitting(message),
        }
        return json.dumps(body, ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def _fitting(self, message: Message) -> dict[str, Any]:
        for notice in self._renderer.notice(message).ever_shorter(_ITEMS):
            made = self._content(message, notice)
            if len(json.dumps(made, ensure_ascii=False).encode()) <= MOST_BYTES:
                return made
        return self._content(message, notice, MOST_BYTES // 2)

    def _content(self, message: Message, notice: Notice, size: int = MOST_BYTES) -> dict[str, Any]:
        card = message.kind in CARDS and bool(notice.actions)
        text = self._renderer.layout(
            message,
            "md",
            notice=notice,
            about=notice.about_private,
            private=True,
            links=() if card else notice.actions,
            mention="",
            # Or a second try on the same day would be dropped as the same text.
            number=message.key[-6:] if message.kind is Kind.TEST else "",
        )
        title, text = cut(notice.subject, LONGEST_TITLE), fit(spaced(text), size)
        if not card:
            return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
        buttons = [(cut(link.label, LONGEST_BUTTON), link.url) for link in notice.actions]
        shown: dict[str, Any] = {"title": title, "markdown": text}
        if len(buttons) == 1:
            shown |= {"single_title": buttons[0][0], "single_url": buttons[0][1]}
        else:
            listed = [{"title": label, "action_url": url} for label, url in buttons]
            shown |= {"btn_orientation": "0", "btn_json_list": listed}
        return {"msgtype": "action_card", "action_card": shown}

    async def _post(self, body: bytes) -> tuple[Verdict, str]:
        token = await self._token.get()
        path = "topapi/message/corpconversation/asyncsend_v2"
        url = f"{self._url}/{path}?{urlencode({'access_token': token})}"
        answer = await self._poster.post(url, body, {"content-type": "application/json"})
        return _CODES.read(answer), token

    async def _fetch_token(self) -> tuple[str, float]:
        # https://open.dingtalk.com/document/development/obtain-orgapp-token
        secret = self.settings.app_secret.get_secret_value()
        query = urlencode({"appkey": self.settings.app_key, "appsecret": secret})
        verdict = _CODES.read(await self._poster.get(f"{self._url}/gettoken?{query}"))
        if verdict.code:
            raise _CODES.refuse(verdict, [secret])
        return str(verdict.body["access_token"]), float(verdict.body.get("expires_in", 0))


def _code(verdict: Verdict) -> int:
    inner = str(verdict.body.get("sub_code") or "")
    return int(inner) if verdict.code == _WRAPPED and inner.isdecimal() else verdict.code


def _said(verdict: Verdict) -> str:
    return str(verdict.body.get("sub_msg") or verdict.said)
