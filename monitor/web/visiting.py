"""Who asks for a page: signing in and out, the cookie, and where a request may come from."""

from __future__ import annotations

import shlex
from asyncio import to_thread
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from monitor import access
from monitor.access import Visitor
from monitor.pipeline.in_force import InForce
from monitor.store import accounts
from monitor.store.store import Store
from monitor.web.language import preferred
from monitor.web.proxy import VOUCHED
from monitor.web.rendering import HEADERS, page
from monitor.web.tries import ROOM, Tries
from rules.instants import MINUTE

COOKIE = "duban_session"
"""The name of the cookie that a signed-in browser holds."""

LANGUAGE = "duban_language"
"""The name of the cookie that keeps the language that was chosen."""

LANGUAGES = ("zh_CN", "en")
"""The languages of the pages."""

_LARGEST = 100_000  # bytes of a form that anybody may send, for many fields take long to read
_YEAR = 365 * 24 * 3600
_MOST_TRIES = 20  # sign-ins of one address in five minutes, whomever it names
_TRIES_FOR = 5 * MINUTE

Ask = Request[Any, Any, Any]


@dataclass
class Visitors:
    """Tells who asks. ``rules`` gives the rules in force, ``clock`` the instant."""

    store: Store
    rules: Callable[[], InForce]
    clock: Callable[[], int]
    config: str = "supervisor.toml"
    _heard: OrderedDict[str, int] = field(default_factory=OrderedDict)
    _tries: Tries = field(default_factory=lambda: Tries(_MOST_TRIES, _TRIES_FOR))

    def language(self, request: ASGIConnection[Any, Any, Any, Any]) -> str:
        """Give the language that was chosen on a page, else the one that a browser prefers."""
        chosen = request.cookies.get(LANGUAGE)
        if chosen in LANGUAGES:
            return chosen
        return preferred(request.headers.get("accept-language", ""), self.rules().language)

    def of(self, request: Ask) -> Visitor | None:
        """Give who is signed in with the browser that asks; in a thread, for it reads the store.

        Where a trusted proxy says who it is, that holds and no cookie is looked at.
        """
        vouched = request.scope.get(VOUCHED)
        if vouched is not None:
            return self._vouched(str(vouched), origin_of(request))
        secret = request.cookies.get(COOKIE)
        if not secret:
            return None
        now, directory = self.clock(), self.rules().book.directory
        with self.store.read() as connection:
            found = access.by_session(connection, secret, directory, now)
        if found is None:
            return None
        visitor, touch = found
        if touch and visitor.session is not None:
            with self.store.write() as connection:
                accounts.seen(connection, visitor.session, now)
        return visitor

    def _vouched(self, login: str, origin: str) -> Visitor | None:
        now, directory = self.clock(), self.rules().book.directory
        with self.store.read() as connection:
            account = accounts.find(connection, login)
        if account is None or account.disabled_at is not None:
            return None
        before, self._heard[login] = self._heard.get(login), now
        self._heard.move_to_end(login)
        if len(self._heard) > ROOM:
            self._heard.popitem(last=False)
        if before is None or now - before > access.IDLE:
            with self.store.write() as connection:
                access.note_sign_in(connection, account, origin, now)
        return access.visitor_of(account, directory)

    def board_of(self, request: Ask) -> Visitor | None:
        """Give the wall board whose key is in the address, ``?board=KEY``; it may only look."""
        key = request.query_params.get("board")
        if not key:
            return None
        now, directory = self.clock(), self.rules().book.directory
        with self.store.read() as connection:
            found = access.by_key(connection, key, directory, now)
        if found is None or not found[0].board:
            return None
        visitor, token = found
        if token.used_at is None or now - token.used_at > MINUTE:
            with self.store.write() as connection:
                accounts.used(connection, token.id, now)
        return visitor

    def too_often(self, request: Ask) -> bool:
        """Tell whether an address has tried to sign in too often of late; this try counts.

        One that succeeds is taken back by :meth:`succeeded`: a whole hall may come from one address
        when it opens.
        """
        return self._tries.too_often(access.block_of(_address(request)), self.clock())

    def succeeded(self, request: Ask) -> None:
        """Let the last try of an address not count."""
        self._tries.take_back(access.block_of(_address(request)))

    @property
    def takes_passwords(self) -> bool:
        """Whether people may sign in here with a password."""
        return self.rules().settings.daemon.passwords

    def sign_in_page(self, request: Ask, fault: str = "", status: int = 200) -> Response[Any]:
        """Show the page to sign in at; ``fault`` says why somebody is not signed in."""
        vouched = request.scope.get(VOUCHED)
        with self.store.read() as connection:
            first_run = not accounts.listed(connection)
        return page(
            "sign_in.html",
            self.language(request),
            status,
            first_run=first_run,
            config=shlex.quote(self.config),
            fault=fault or ("proxy" if vouched is not None else ""),
            vouched=vouched,
            oidc=self.rules().settings.oidc,
            passwords=self.takes_passwords,
            following=following(request.query_params.get("next", "")),
        )

    def handlers(self) -> list[HTTPRouteHandler]:
        """Give the handlers of signing in and out."""

        def signed_in(request: Ask, form: Mapping[str, list[str]]) -> Response[Any]:
            if not same_origin(request):
                return self.sign_in_page(request, "origin", 403)
            if not self.takes_passwords:
                return self.sign_in_page(request, "vouched", 403)
            if self.too_often(request):
                return self.sign_in_page(request, "often", 429)
            login, password = form.get("login", [""])[0], form.get("password", [""])[0]
            origin = origin_of(request)
            secret = access.sign_in(self.store, login, password, origin, self.clock())
            if secret is None:
                return self.sign_in_page(request, "wrong", 401)
            self.succeeded(request)
            target = following(form.get("next", [""])[0])
            return Redirect(
                target, status_code=303, headers=HEADERS, cookies=[self.cookie(request, secret)]
            )

        def signed_out(request: Ask) -> Response[Any]:
            visitor = self.of(request)
            if visitor is not None and same_origin(request):
                with self.store.write() as connection:
                    origin = origin_of(request)
                    access.sign_out(connection, visitor, origin, self.clock())
            gone = Cookie(key=COOKIE, value="", max_age=0)
            return Redirect("/sign-in", status_code=303, headers=HEADERS, cookies=[gone])

        def spoken(request: Ask, form: Mapping[str, list[str]]) -> Response[Any]:
            language = form.get("language", [""])[0]
            cookies = [Cookie(key=LANGUAGE, value=language, max_age=_YEAR, samesite="lax")]
            return Redirect(
                following(form.get("next", [""])[0]),
                status_code=303,
                headers=HEADERS,
                cookies=cookies if language in LANGUAGES and same_origin(request) else [],
            )

        @post("/language", include_in_schema=False, request_max_body_size=_LARGEST)
        async def speak(request: Ask) -> Response[Any]:
            form = fields_of(await request.body())
            return spoken(request, form)

        @get("/sign-in", include_in_schema=False)
        async def look(request: Ask) -> Response[Any]:
            return await to_thread(self.sign_in_page, request)

        @post("/sign-in", include_in_schema=False, request_max_body_size=_LARGEST)
        async def sign_in(request: Ask) -> Response[Any]:
            form = fields_of(await request.body())
            return await to_thread(signed_in, request, form)

        @post("/sign-out", include_in_schema=False, request_max_body_size=_LARGEST)
        async def sign_out(request: Ask) -> Response[Any]:
            return await to_thread(signed_out, request)

        return [look, sign_in, sign_out, speak]

    def cookie(self, request: Ask, secret: str) -> Cookie:
        """Give the cookie of a browser that has just been signed in."""
        # Lax and not strict: whoever follows a link in a chat is to stay signed in.
        return Cookie(
            key=COOKIE,
            value=secret,
            httponly=True,
            samesite="lax",
            secure=self.by_https(request),
        )

    def by_https(self, request: Ask) -> bool:
        """Tell whether browsers come by https: so the settings say, or a trusted proxy."""
        daemon = self.rules().settings.daemon
        said = daemon.desk_url or daemon.base_url or ""
        return said.startswith("https://") or request.url.scheme == "https"


def fields_of(body: bytes) -> dict[str, list[str]]:
    """Return the fields of a form.

    Raises:
        ClientException: it has a NUL, which no text of ours has and PostgreSQL does not take.
    """
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    if b"\0" in body or b"%00" in body:
        raise ClientException("NUL is not allowed")
    return fields


def to_sign_in(request: Ask) -> Response[Any]:
    """Send a browser to sign in, and back to where it was."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = f"/sign-in?next={quote(path, safe='')}"
    return Redirect(where, status_code=303, headers=HEADERS)


def same_origin(request: Ask) -> bool:
    """Tell whether a form was sent from our own pages.

    By ``Origin``, else ``Referer``: pages over plain http send no ``Sec-Fetch-Site``. The scheme is
    left out, for a proxy before us may speak another one.
    """
    said = request.headers.get("origin") or request.headers.get("referer") or ""
    return bool(said) and urlsplit(said).netloc == request.headers.get("host", "")


def origin_of(request: Ask) -> str:
    """Give from where a request comes, for the audit log: ``web:ADDRESS``."""
    return f"web:{_address(request)}"


def _address(request: Ask) -> str:
    return request.client.host if request.client else ""


def following(target: str) -> str:
    """Give where to go after signing in: a path of ours, never another host."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and target.isprintable() else "/"
