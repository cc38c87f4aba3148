"""What goes wrong, told by RFC 9457: ``application/problem+json``, in the language asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from litestar import Response
from msgspec import Meta

from config import Words

MEDIA_TYPE = "application/problem+json"

DOCS = "/api/docs"
"""Where the kinds of problems are explained."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status and what it is called."""

    status: int
    title: Words


KINDS: Mapping[str, Kind] = {
    "invalid": Kind(400, Words("请求写得不对", "The request is malformed")),
    "no-key": Kind(401, Words("没有登录，也没有有效的密钥", "No valid key and not signed in")),
    "no-right": Kind(403, Words("没有这项权限", "No right to this")),
    "unknown": Kind(404, Words("没有这个对象", "There is nothing of that name")),
    "method": Kind(405, Words("这个地址不接受这种方法", "The address does not take that method")),
    "conflict": Kind(409, Words("与正在办理或已经收到的请求冲突", "It conflicts with another")),
    "too-large": Kind(413, Words("请求太大", "The request is too large")),
    "media-type": Kind(415, Words("只接受 JSON", "Only JSON is taken")),
    "refused": Kind(422, Words("办不了", "It cannot be done")),
    "too-often": Kind(429, Words("失败次数太多，请稍后再试", "Too many failures; try again later")),
    "fault": Kind(500, Words("系统出错，已记入日志", "A fault of ours, which is in the log")),
}
"""Every kind of problem, by the last part of its ``type``."""

_OF_STATUS = {kind.status: name for name, kind in KINDS.items()}
_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<where>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Fault(msgspec.Struct, omit_defaults=True):
    """One fault of a request: where it is, and what."""

    detail: Annotated[str, Meta(description="哪里不对 · what is wrong")]
    pointer: Annotated[
        str | None, Meta(description="正文中的位置（RFC 6901） · where in the body (RFC 6901)")
    ] = None
    parameter: Annotated[
        str | None, Meta(description="哪个查询参数 · which parameter of the query")
    ] = None


class Problem(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A problem (RFC 9457)."""

    type: Annotated[str, Meta(description="哪一种问题 · which kind of problem")]
    title: Annotated[str, Meta(description="这种问题的名称 · what that kind is called")]
    status: Annotated[int, Meta(description="HTTP 状态码 · the HTTP status")]
    detail: Annotated[str | None, Meta(description="这一次的原因 · why this time")] = None
    errors: Annotated[
        list[Fault] | None, Meta(description="请求中的每一处错误 · each fault of the request")
    ] = None


@dataclass
class ProblemError(Exception):
    """A call cannot be answered: what kind of problem, why, and the headers that belong to it."""

    kind: str
    detail: Words | None = None
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(error: ProblemError, language: str) -> Response[Any]:
    """Give the answer that tells of a problem."""
    kind = KINDS[error.kind]
    problem = Problem(
        type=f"{DOCS}#{error.kind}",
        title=kind.title.text(language),
        status=kind.status,
        detail=error.detail.text(language) if error.detail else None,
        errors=list(error.errors) or None,
    )
    return Response(
        msgspec.json.encode(problem),
        media_type=MEDIA_TYPE,
        status_code=kind.status,
        headers={
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Language": "en" if language == "en" else "zh-CN",
            **error.headers,
        },
    )


def of_status(status: int, headers: Mapping[str, str] | None = None) -> ProblemError:
    """Give the problem of what the framework refuses with a status."""
    name = _OF_STATUS.get(status, "fault" if status >= 500 else "invalid")
    return ProblemError(name, headers=dict(headers or {}))


def invalid(zh: str, en: str, *, parameter: str | None = None) -> ProblemError:
    """Give the problem of a faulty parameter, or of the request as a whole."""
    said = Words(zh, en)
    faults = [Fault(f"{zh} · {en}", parameter=parameter)] if parameter else []
    return ProblemError("invalid", said, faults)


def of_validation(error: Exception, *, in_query: bool) -> ProblemError:
    """Give the problem of what is not of the type that was expected."""
    found = _AT.match(str(error))
    what, where = (found["what"], found["where"] or "") if found else (str(error), "")
    steps = [name or number for name, number in _STEP.findall(where)]
    if in_query:
        fault = Fault(what, parameter=steps[0] if steps else None)
    else:
        escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
        fault = Fault(what, pointer="".join(f"/{step}" for step in escaped))
    return ProblemError("invalid", None, [fault])
