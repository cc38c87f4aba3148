"""The pages behind links in messages: one that shows what may be acknowledged, and the act.

Looking does nothing: scanners of mail and previews of chats follow every link (GET). Only the
button on the page acts (POST).
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from jinja2 import Environment, FileSystemLoader
from litestar import Request, Response, get, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from sqlalchemy import Connection

from monitor import links
from monitor.acts.acknowledging import Answer, acknowledge
from monitor.acts.actor import Actor
from monitor.acts.orders import act_on
from monitor.links import BadLinkError, Link
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store import used_links
from monitor.store.store import Store
from monitor.web.language import preferred
from monitor.web.links.alert import alert_page
from monitor.web.links.order import order_page
from monitor.web.links.page import Page, State, bad_page
from monitor.web.visiting import origin_of
from rules.orders_acts import Deed, OrderAct
from rules.refusals import RefusedError

log = structlog.get_logger(__name__)

_HERE = Path(__file__).parent.parent
_STATUS = {State.UNKNOWN: 404, State.EXPIRED: 410}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def link_pages(
    store: Store, rules: Callable[[], InForce], clock: Callable[[], int], metrics: Metrics
) -> list[HTTPRouteHandler]:
    """Give the handlers of the pages behind links.

    Args:
        store: where what they are about is kept.
        rules: gives the rules in force.
        clock: gives the instant.
        metrics: counts what came of links.
    """
    templates = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
    template = templates.get_template("link.html")
    style = (_HERE / "static" / "links.css").read_bytes()

    def shown(request: Request[Any, Any, Any]) -> Response[str]:
        now, force, token = clock(), rules(), request.path_params["token"]
        language = preferred(request.headers.get("accept-language", ""), force.language)
        try:
            with store.read() as connection:
                link = links.read(connection, force.settings, token, now)
                page = _page(connection, force, link, language, now)
        except BadLinkError as error:
            page = bad_page(error.why, language)
        return Response(
            template.render(page=page, language=language),
            media_type="text/html; charset=utf-8",
            status_code=_STATUS.get(page.state, 200),
            headers={**_HEADERS, "Content-Language": "en" if language == "en" else "zh-CN"},
        )

    @get(f"{links.PATH}style.css", sync_to_thread=False, include_in_schema=False)
    def show_style() -> Response[bytes]:
        headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(style, media_type="text/css; charset=utf-8", headers=headers)

    def acted(request: Request[Any, Any, Any]) -> Response[Any]:
        now, force, token = clock(), rules(), request.path_params["token"]
        origin = origin_of(request)
        try:
            with store.write() as connection:
                link = links.read(connection, force.settings, token, now)
                came = _act(connection, force, link, origin, now)
        except BadLinkError as error:
            metrics.links.labels(error.why.value).inc()
            return shown(request)
        metrics.links.labels(came).inc()
        log.info("link_used", result=came, key=link.key, person=link.person, origin=origin)
        # Looking again shows how it stands now, and loading the page again does nothing.
        return Redirect(request.url.path.rpartition("/")[2], status_code=303, headers=_HEADERS)

    # Threads of our own: Litestar puts a function twice into one where a path has two methods.
    @route(f"{links.PATH}{{token:str}}", http_method=["GET", "HEAD"], include_in_schema=False)
    async def look(request: Request[Any, Any, Any]) -> Response[str]:
        return await to_thread(shown, request)

    @post(f"{links.PATH}{{token:str}}", include_in_schema=False)
    async def act(request: Request[Any, Any, Any]) -> Response[Any]:
        return await to_thread(acted, request)

    return [show_style, look, act]


def _page(connection: Connection, rules: InForce, link: Link, language: str, now: int) -> Page:
    used = used_links.used_at(connection, link.key)
    make = alert_page if link.order_no is None else order_page
    return make(connection, rules, link, language, now, used)


def _act(connection: Connection, rules: InForce, link: Link, origin: str, now: int) -> str:
    """Acknowledge, and say what came of it."""
    if used_links.used_at(connection, link.key) is not None:
        return Answer.ALREADY
    actor = Actor(link.person, origin)
    if link.order_no is not None:
        try:
            deed = Deed(OrderAct.ACKNOWLEDGE, link.person)
            act_on(connection, rules, actor, link.order_no, deed, now)
        except RefusedError:
            return Answer.ALREADY
        came = Answer.DONE
    else:
        came = acknowledge(connection, link.alert_id or 0, actor, "", now)
    if came is Answer.DONE:
        used_links.use(connection, link.key, now, link.expires_at)
    return came
