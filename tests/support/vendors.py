"""Chat vendors for tests: they answer HTTP 200 whatever happens, and the verdict is in the body.

Signatures are worked out here by their documentation, not by our code.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.sinks import Reply, Request


def query(request: Request) -> dict[str, str]:
    """Give the parameters in the address of a request."""
    return {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}


def path(request: Request) -> str:
    """Give the path of a request."""
    return urlsplit(request.target).path


def answer(**fields: Any) -> Reply:
    """Answer in JSON."""
    return Reply(body=json.dumps(fields, ensure_ascii=False).encode())


@dataclass
class DingtalkRobot:
    """A robot secured by a signature: 20 messages in a minute, then none for ten minutes."""

    token: str
    secret: str
    taken: list[Any] = field(default_factory=list)
    per_minute: int = 20
    refused: int = 0

    def __call__(self, request: Request) -> Reply:
        given = query(request)
        if path(request) != "/robot/send" or given.get("access_token") != self.token:
            return answer(errcode=300005, errmsg="token is not exist")
        stamp = given.get("timestamp", "")
        if not stamp.isdigit() or abs(int(stamp) / 1000 - time.time()) > 3600:
            return answer(errcode=310000, errmsg="invalid timestamp")
        text = f"{stamp}\n{self.secret}".encode()
        if given.get("sign") != b64encode(digest(self.secret.encode(), text, sha256)).decode():
            return answer(errcode=310000, errmsg="sign not match")
        if len(request.body) > 20_000:
            return answer(errcode=460101, errmsg="message too long, exceed 20000 bytes")
        if len(self.taken) >= self.per_minute:
            self.refused += 1
            return answer(errcode=130101, errmsg="send too fast, exceed 20 times per minute")
        body = request.json
        if body["msgtype"] not in ("markdown", "actionCard") or not body[body["msgtype"]]["text"]:
            return answer(errcode=400105, errmsg="unsupported msgtype")
        if body["msgUuid"] not in {one["msgUuid"] for one in self.taken}:
            self.taken.append(body)
        return answer(errcode=0, errmsg="ok")


@dataclass
class FeishuRobot:
    """A robot secured by a signature."""

    token: str
    secret: str
    taken: list[Any] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        body = request.json
        if path(request) != f"/open-apis/bot/v2/hook/{self.token}":
            why = "param invalid: incoming webhook access token invalid"
            return answer(code=19001, msg=why, data={})
        key = f"{body.get('timestamp')}\n{self.secret}".encode()
        if body.get("sign") != b64encode(digest(key, b"", sha256)).decode():
            why = "sign match fail or timestamp is not within one hour from current time"
            return answer(code=19021, msg=why, data={})
        if len(request.body) > 20 * 1024 or body["msg_type"] != "interactive":
            return answer(code=9499, msg="Bad Request", data={})
        self.taken.append(body["card"])
        return answer(StatusCode=0, StatusMessage="success", code=0, msg="success", data={})


@dataclass
class Application(ABC):
    """An application of one's own with a vendor, as far as both vendors are alike.

    ``tokens`` are those it has given, of which only the last one is good; ``people`` are those it
    reaches; ``ended`` says that the next use finds its token ended.
    """

    key: str
    secret: str
    agent: int
    people: tuple[str, ...] = ("liyang",)
    tokens: list[str] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)
    ended: bool = False

    @abstractmethod
    def __call__(self, request: Request) -> Reply:
        """Answer a request."""

    def new_token(self) -> Reply:
        """Give another token."""
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        self.ended = False
        return answer(errcode=0, errmsg="ok", access_token=self.tokens[-1], expires_in=7200)

    def knows(self, request: Request) -> bool:
        """Say whether the token of a request is good."""
        return not self.ended and query(request).get("access_token") in self.tokens[-1:]


class WecomApplication(Application):
    """WeCom: https://developer.work.weixin.qq.com/document/path/90236."""

    def __call__(self, request: Request) -> Reply:
        given = query(request)
        if path(request) == "/cgi-bin/gettoken":
            if (given.get("corpid"), given.get("corpsecret")) != (self.key, self.secret):
                return answer(errcode=40001, errmsg=f"invalid credential {given.get('corpsecret')}")
            return self.new_token()
        if not self.knows(request):
            return answer(errcode=42001 if self.ended else 40014, errmsg="invalid access_token")
        body = request.json
        if body["agentid"] != self.agent:
            return answer(errcode=301002, errmsg="not allow operate another agent")
        if len(body["markdown"]["content"].encode()) > 2048:
            return answer(errcode=45002, errmsg="content size out of limit")
        unknown = [one for one in body["touser"].split("|") if one not in self.people]
        if unknown:
            return answer(errcode=0, errmsg="ok", invaliduser="|".join(unknown), msgid="m1")
        if body not in self.taken or not body.get("enable_duplicate_check"):
            self.taken.append(body)
        return answer(errcode=0, errmsg="ok", invaliduser="", msgid=f"m{len(self.taken)}")


class DingtalkApplication(Application):
    """DingTalk: asynchronous-sending-of-enterprise-session-messages in its documentation."""

    def __call__(self, request: Request) -> Reply:
        given = query(request)
        if path(request) == "/gettoken":
            if (given.get("appkey"), given.get("appsecret")) != (self.key, self.secret):
                return answer(errcode=40089, errmsg=f"bad secret {given.get('appsecret')}")
            return self.new_token()
        if not self.knows(request):
            inner = {"sub_code": "40014", "sub_msg": "不合法的access_token"}
            return answer(errcode=88, errmsg="ding talk error", **inner)
        body = request.json
        if path(request) != "/topapi/message/corpconversation/asyncsend_v2":
            return answer(errcode=404, errmsg="no such address")
        if len(json.dumps(body["msg"], ensure_ascii=False).encode()) > 2048:
            return answer(errcode=34016, errmsg="too long")
        if body["userid_list"] not in self.people:
            return answer(errcode=33012, errmsg="无效的USERID")
        self.taken.append(body)
        return answer(errcode=0, task_id=256271667526 + len(self.taken), request_id="4jzllmte0wau")
