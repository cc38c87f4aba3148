"""From a table of pages and forms to the handlers of the application.

Here, once for all of them: who asks and whether he may, "not modified" (RFC 9110, section 15.4.5),
where a form may come from, and what is shown where something cannot be.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from sqlalchemy import Connection

from monitor.access import Role, Visitor
from monitor.store.board_counts import Counts
from monitor.store.stamps import Stamps
from monitor.web import navigation
from monitor.web.freshness import freshness
from monitor.web.live import Live
from monitor.web.looking import (
    Doing,
    Done,
    Fields,
    Form,
    Look,
    NoRightError,
    Page,
    Route,
    Sent,
    Show,
    Shown,
    UnknownError,
    refused,
)
from monitor.web.rendering import HEADERS, page
from monitor.web.said import Said
from monitor.web.visiting import Ask, Visitors, fields_of, origin_of, same_origin, to_sign_in
from rules.instants import MINUTE
from rules.refusals import RefusedError

SAID = "duban_said"
"""The name of the cookie with the key to what is said once, on the page after a form."""

_LARGEST = 1_000_000  # bytes of a form
_BEFORE_CHANGE = ("/me", "/me/password")  # what may be seen before a password is changed


@dataclass(frozen=True)
class Desk:
    """Answers for a table of routes; ``stamps`` tell whether the store has changed.

    Close it before the store.
    """

    visitors: Visitors
    stamps: Stamps
    said: Said = field(default_factory=Said)

    @cached_property
    def counts(self) -> Counts:
        """The numbers of the board, kept between looks."""
        return Counts(self.visitors.store, self.stamps)

    @cached_property
    def live(self) -> Live:
        """Tells pages that are open when the store has changed."""
        return Live(self.visitors, self.stamps)

    def handlers(self, routes: Iterable[Route]) -> list[HTTPRouteHandler]:
        """Give a handler for each route."""
        return [self._handler(route) for route in routes]

    def close(self) -> None:
        """Wait for what is being counted behind a look."""
        self.counts.close()

    def _handler(self, route: Route) -> HTTPRouteHandler:
        if isinstance(route, Page):
            return self._page(route)
        return self._form(route) if isinstance(route, Form) else self.live.handler(route)

    def _page(self, route: Page) -> HTTPRouteHandler:
        @get(route.path, name=f"look {route.path}", include_in_schema=False)
        async def look(request: Ask) -> Response[Any]:
            return await to_thread(self._looked, route, request)

        return look

    def _form(self, route: Form) -> HTTPRouteHandler:
        @post(
            route.path,
            name=f"do {route.path}",
            include_in_schema=False,
            request_max_body_size=_LARGEST + 1,  # what is more is not read; refused below
        )
        async def do(request: Ask) -> Response[Any]:
            body = await request.body()
            return await to_thread(self._done, route, request, body)

        return do

    def _looked(self, route: Page, request: Ask) -> Response[Any]:
        visitor = self.visitors.board_of(request) if route.board else None
        visitor = visitor or self.visitors.of(request)
        if visitor is None:
            return to_sign_in(request)
        if visitor.must_change and route.path not in _BEFORE_CHANGE:
            return Redirect("/me", status_code=303, headers=HEADERS)
        with self.visitors.store.read() as connection:
            stamp = self._stamp(connection, visitor, request)
            asked = request.headers.get("if-none-match", "").strip('"')
            if route.live and asked.partition(".")[0] == stamp:
                return Response(b"", status_code=304, headers={**HEADERS, "ETag": f'"{asked}"'})
            look = self._look(connection, visitor, request)
            response = self._rendered(route.role, route.show, look, request)
        if SAID in request.cookies:
            response.set_cookie(Cookie(key=SAID, value="", max_age=0, path="/"))
        elif route.live and response.status_code == 200:
            same = sha256(_bytes(response)).hexdigest()[:16]
            tag = f'"{stamp}.{same}"'
            if asked.partition(".")[2] == same:
                return Response(b"", status_code=304, headers={**HEADERS, "ETag": tag})
            response.headers["ETag"] = tag
        return response

    def _done(self, route: Form, request: Ask, body: bytes) -> Response[Any]:
        visitor = self.visitors.of(request)
        if visitor is None:
            return Redirect("/sign-in", status_code=303, headers=HEADERS)
        sent = body if len(body) <= _LARGEST else b""  # refused below
        form = fields_of(sent)
        show: Callable[[Look], Shown | Response[Any]]
        fault = ""
        if not same_origin(request):
            show, status = partial(_no_right, "origin"), 403
        elif not visitor.may(route.role):
            show, status = partial(_no_right, route.role.name.lower()), 403
        elif len(body) > _LARGEST:
            show, status = partial(_no_right, "size"), 413
        elif visitor.must_change and route.path not in _BEFORE_CHANGE:
            return Redirect("/me", status_code=303, headers=HEADERS)
        else:
            try:
                done = self._do(route, request, visitor, form)
            except UnknownError:
                show, status = _unknown, 404
            except NoRightError:
                show, status = partial(_no_right, "scope"), 403
            except RefusedError as error:
                fault = error.text(self.visitors.language(request))
                show, status = route.page, 422
            else:
                if isinstance(done, Done):
                    return self._go(done, visitor, request)
                show, status = _just(done), 200
        with self.visitors.store.read() as connection:
            look = self._look(connection, visitor, request)
            if fault:
                look = refused(look, form, fault)
            return self._rendered(Role.VIEW, show, look, request, status)

    def _do(self, route: Form, request: Ask, visitor: Visitor, form: Fields) -> Done | Shown:
        store, prepared = self.visitors.store, None
        if route.prepare is not None:
            now, origin = self.visitors.clock(), origin_of(request)
            sent = Sent(store, visitor, now, origin, _path(request), form)
            prepared = route.prepare(sent)
        with store.write() as connection:
            return route.do(
                Doing(
                    connection,
                    self.visitors.rules(),
                    visitor,
                    self.visitors.language(request),
                    self.visitors.clock(),
                    origin_of(request),
                    _path(request),
                    form,
                    prepared,
                )
            )

    def _look(self, connection: Connection, visitor: Visitor, request: Ask) -> Look:
        return Look(
            connection,
            self.visitors.rules(),
            visitor,
            self.visitors.language(request),
            self.visitors.clock(),
            self.counts,
            _path(request),
            {name: request.query_params.getall(name) for name in request.query_params},
        )

    def _rendered(
        self, role: Role, show: Show, look: Look, request: Ask, status: int = 200
    ) -> Response[Any]:
        try:
            if not look.visitor.may(role) and role is not Role.VIEW:
                show, status = partial(_no_right, role.name.lower()), 403
            found = show(look)
        except UnknownError:
            found, status = _unknown(look), 404
        except NoRightError:
            found, status = _no_right("scope", look), 403
        except RefusedError as error:
            found = Shown("refused.html", {"why": error.text(look.language)})
            status = 422
        if isinstance(found, Response):
            for name, value in HEADERS.items():
                found.headers.setdefault(name, value)
            return found
        return page(
            found.template,
            look.language,
            status if status != 200 else found.status,
            **{
                "look": look,
                "fresh": freshness(look),
                "places": navigation.places(look.visitor, request.url.path),
                "here_path": _address(request),
                "said": self.said.take(look.visitor.id, request.cookies.get(SAID, "")),
                **found.values,
            },
        )

    def _go(self, done: Done, visitor: Visitor, request: Ask) -> Response[Any]:
        cookies = []
        if done.said:
            cookies = [
                Cookie(
                    key=SAID,
                    value=self.said.keep(visitor.id, done.said),
                    httponly=True,
                    samesite="lax",
                    secure=self.visitors.by_https(request),
                    max_age=60,
                )
            ]
        return Redirect(done.to, status_code=303, headers=HEADERS, cookies=cookies)

    def _stamp(self, connection: Connection, visitor: Visitor, request: Ask) -> str:
        # A page says how long things have yet to go, and so changes with the minute alone.
        of = (
            self.stamps.of(connection),
            self.visitors.clock() // MINUTE,
            self.visitors.rules().book.fingerprint,
            self.visitors.language(request),
            (visitor.id, visitor.role, visitor.board),
            request.url.path,
            request.url.query,
        )
        return sha256(repr(of).encode()).hexdigest()[:16]


def _just(shown: Shown) -> Show:
    return lambda _look: shown


def _unknown(_look: Look) -> Shown:
    return Shown("unknown.html", status=404)


def _no_right(why: str, look: Look) -> Shown:
    directory = look.rules.book.directory
    within = look.visitor.scope.regions
    names = [directory.regions[one].name for one in directory.regions if one in (within or ())]
    return Shown("no_right.html", {"why": why, "regions": names}, 403)


def _path(request: Ask) -> Mapping[str, str]:
    return {name: str(value) for name, value in request.path_params.items()}


def _address(request: Ask) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _bytes(response: Response[Any]) -> bytes:
    content = response.content
    return content if isinstance(content, bytes) else str(content).encode()
