"""From the table of calls to the handlers of the application.

Here, once for all of them: who asks and whether he may, what he asks with, that a request with an
idempotency key is done once, and what is told where something cannot be.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec
import structlog
from litestar import Response, Router, route
from litestar.handlers import HTTPRouteHandler
from msgspec import inspect
from sqlalchemy import Connection

from config import Words
from monitor.access import Visitor
from monitor.store import request_keys
from monitor.store.board_counts import Counts
from monitor.web.api.calls import ROOT, Asked, Call, Listed
from monitor.web.api.keys import Callers
from monitor.web.api.problems import ProblemError, answer, invalid, of_validation
from monitor.web.looking import MOST, NoRightError, UnknownError
from monitor.web.visiting import Ask, Visitors, origin_of
from rules.refusals import RefusedError

log = structlog.get_logger(__name__)

KEY = "Idempotency-Key"
"""The header of the key with which a request is done once."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Api:
    """Answers the calls of a table. ``hasten`` lets a step of the pipeline look at once."""

    visitors: Visitors
    counts: Counts
    callers: Callers
    hasten: Callable[[str], None] = lambda _step: None

    @classmethod
    def of(
        cls, visitors: Visitors, counts: Counts, hasten: Callable[[str], None] = lambda _step: None
    ) -> Api:
        """Give the API beside the pages of the same visitors."""
        return cls(visitors, counts, Callers(visitors), hasten)

    def router(self, calls: Iterable[Call]) -> Router:
        """Give the handlers of some calls, below :data:`ROOT`."""
        return Router(ROOT, route_handlers=[self._handler(call) for call in calls])

    def _handler(self, call: Call) -> HTTPRouteHandler:
        @route(
            call.path,
            http_method=[call.method],
            name=call.name,
            include_in_schema=False,
            request_max_body_size=call.largest,
        )
        async def handle(request: Ask) -> Response[Any]:
            body = await request.body() if call.writes else b""
            return await to_thread(self._answer, call, request, body)

        return handle

    def _answer(self, call: Call, request: Ask, body: bytes) -> Response[Any]:
        language = self.visitors.language(request)
        try:
            return self._called(call, request, body, language)
        except ProblemError as error:
            problem = error
        except UnknownError:
            problem = ProblemError("unknown")
        except NoRightError:
            said = Words("不在你能看的区划和部门之内", "It is outside the places you may see")
            problem = ProblemError("no-right", said)
        except RefusedError as error:
            problem = ProblemError("refused", Words(error.zh, error.en))
        except Exception:
            log.exception("api_failed", call=call.name)
            problem = ProblemError("fault")
        return answer(problem, language)

    def _called(self, call: Call, request: Ask, body: bytes, language: str) -> Response[Any]:
        visitor = self.callers.of(call, request, body)
        if not visitor.may(call.role):
            role = call.role.name.lower()
            said = Words(f"需要角色 {role}", f"The role {role} is needed")
            raise ProblemError("no-right", said)
        path = {name: str(value) for name, value in request.path_params.items()}
        if any("\0" in value for value in path.values()):
            raise UnknownError
        query, given = _query(call, request), _body(call, request, body)

        def done(connection: Connection) -> tuple[Asked, Any]:
            asked = Asked(
                *(connection, self.visitors.rules(), visitor, language, self.visitors.clock()),
                *(_origin(request, visitor), self.counts, path, query, given),
            )
            return asked, call.do(asked)

        store = self.visitors.store
        if call.reckons or (not call.writes and not getattr(query, "unmask", False)):
            with store.read() as connection:
                _, result = done(connection)
            return _given(call, request, result, language)
        once = _Once.of(call, request, visitor, body)
        if once is None:
            with store.write() as connection:
                asked, result = done(connection)
        else:
            kept = self._begin(call, once)
            if kept is not None:
                return _replayed(kept, language)
            asked, result = self._done_once(call, once, done)
        for step in dict.fromkeys(asked.wakes):
            self.hasten(step)
        return _given(call, request, result, language)

    def _done_once(
        self, call: Call, once: _Once, done: Callable[[Connection], tuple[Asked, Any]]
    ) -> tuple[Asked, Any]:
        """Do what was begun, and keep the answer with it; what fails can be sent again."""
        store, mine = self.visitors.store, (once.who, once.key)
        try:
            with store.write() as connection:
                asked, result = done(connection)
                again = msgspec.to_builtins(result)
                if not request_keys.finish(connection, *mine, call.status, again, once.begun):
                    raise _in_hand()  # noqa: TRY301  # rolls back
        except BaseException:
            with store.write() as connection:
                request_keys.forget(connection, *mine, once.begun)
            raise
        return asked, result

    def _begin(self, call: Call, once: _Once) -> request_keys.Kept | None:
        """Begin a request with a key; give what was answered to it, where it came before."""
        once.begun = self.visitors.clock()
        with self.visitors.store.write() as connection:
            kept = request_keys.claim(connection, once.who, once.key, once.request, once.begun)
        if kept is None:
            return None
        if call.signed:
            said = Words("这条消息已经收到过", "This message has been taken before")
            raise ProblemError("conflict", said)
        if kept.request != once.request:
            raise ProblemError(
                "refused",
                Words(
                    f"{KEY} 已用于另一个请求，请换一个",
                    f"The {KEY} was used for another request; take a new one",
                ),
            )
        if not kept.status:
            raise _in_hand()
        return kept


@dataclass
class _Once:
    """A request that is done once: who sends it, its key, and the digest of what it asks for."""

    who: str
    key: str
    request: str
    begun: int = 0

    @classmethod
    def of(cls, call: Call, request: Ask, visitor: Visitor, body: bytes) -> _Once | None:
        """Take it from the headers of a request; ``None`` where it has no key."""
        if not call.writes:
            return None
        name = "webhook-id" if call.signed else KEY
        said = request.headers.get(name)
        if said is None:
            return None
        key = said.strip()
        if len(key) > 1 and key[0] == key[-1] == '"':
            key = key[1:-1]  # a string of structured fields (RFC 9651), as the draft writes it
        if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
            raise invalid(
                f"{name} 须为 1 至 {_LONGEST_KEY} 个可见的 ASCII 字符",
                f"the {name} has to be 1 to {_LONGEST_KEY} printable ASCII characters",
                parameter=name,
            )
        asked = (call.method, request.url.path, request.url.query, body)
        return cls(visitor.id, key, sha256(repr(asked).encode()).hexdigest())


def _origin(request: Ask, visitor: Visitor) -> str:
    """Return from where a request comes; what a token does is on record by its maker and its id."""
    key = f" {visitor.id}" if visitor.id.startswith("token:") else ""
    return origin_of(request) + key


def _in_hand() -> ProblemError:
    said = Words("同一请求正在办理", "The same request is being done")
    return ProblemError("conflict", said, headers={"Retry-After": "1"})


def _query(call: Call, request: Ask) -> Any:
    """Read the parameters of an address as the call has them."""
    text = request.scope["query_string"].decode("latin-1")
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise invalid("参数太多", "there are too many parameters") from None
    given: dict[str, Any] = {}
    lists = _lists(call.query) if call.query else {}
    for name, values in found.items():
        if any("\0" in value for value in (name, *values)):
            raise invalid("有不允许的字符", "it has a character that is not allowed")
        if lists.get(name):
            given[name] = [one for value in values for one in value.split(",") if one]
            if len(given[name]) > MOST:
                said = (f"至多写 {MOST} 个", f"no more than {MOST} values are taken")
                raise invalid(*said, parameter=name)
        else:
            given[name] = values[-1]
    if call.query is None:
        for name in given:
            raise invalid("没有这个参数", "there is no such parameter", parameter=name)
        return None
    for name in given.keys() - lists.keys():
        raise invalid("没有这个参数", "there is no such parameter", parameter=name)
    try:
        return msgspec.convert(given, call.query, strict=False)
    except msgspec.ValidationError as error:
        raise of_validation(error, in_query=True) from None


def _lists(of: type[msgspec.Struct]) -> Mapping[str, bool]:
    """Give the names of the fields of a type, and whether each is a list."""
    found = {}
    for one in msgspec.structs.fields(of):
        info = inspect.type_info(one.type)
        while isinstance(info, inspect.Metadata):
            info = info.type
        found[one.encode_name] = isinstance(info, inspect.ListType)
    return found


def _body(call: Call, request: Ask, body: bytes) -> Any:
    """Read the body of a request as the call has it."""
    if call.body is None:
        if body.strip():
            raise invalid("这里不要正文", "no body is taken here")
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/json" and not kind.endswith("+json"):
        raise ProblemError("media-type", headers={"Accept-Post": "application/json"})
    if b"\\u0000" in body:
        raise invalid("有不允许的字符 \\u0000", "the character \\u0000 is not allowed")
    try:
        return msgspec.json.decode(body or b"{}", type=call.body)
    except msgspec.ValidationError as error:
        raise of_validation(error, in_query=False) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(f"不是 JSON：{error}", f"it is no JSON: {error}") from None


def _given(call: Call, request: Ask, result: Any, language: str) -> Response[Any]:
    headers = {"Content-Language": _tag(language)}
    if isinstance(result, Listed) and result.next is not None:
        text = request.scope["query_string"].decode("latin-1")
        query = {**parse_qs(text, keep_blank_values=True), "cursor": [result.next]}
        headers["Link"] = f'<{request.url.path}?{urlencode(query, doseq=True)}>; rel="next"'
    return _response(msgspec.json.encode(result), call.status, headers)


def _replayed(kept: request_keys.Kept, language: str) -> Response[Any]:
    headers = {"Content-Language": _tag(language), "Idempotency-Replayed": "true"}
    return _response(msgspec.json.encode(kept.answer), kept.status, headers)


def _response(content: bytes, status: int, headers: Mapping[str, str]) -> Response[Any]:
    return Response(
        content,
        media_type="application/json",
        status_code=status,
        headers={**_HEADERS, **headers},
    )


def _tag(language: str) -> str:
    return "en" if language == "en" else "zh-CN"
