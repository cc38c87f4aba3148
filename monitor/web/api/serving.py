"""The handlers of the API, its description and the page about it, beside the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions.responses import create_exception_response
from litestar.types import ControllerRouterHandler

from monitor.web.api import docs
from monitor.web.api.problems import answer, of_status
from monitor.web.api.routing import Api
from monitor.web.api.table import CALLS
from monitor.web.language import preferred
from monitor.web.rendering import HEADERS, page
from monitor.web.routing import Desk

log = structlog.get_logger(__name__)


def handlers(
    desk: Desk, hasten: Callable[[str], None] = lambda _step: None
) -> list[ControllerRouterHandler]:
    """Give them; ``hasten`` lets a step of the pipeline look at once."""
    return [
        Api.of(desk.visitors, desk.counts, hasten).router(CALLS),
        docs.description(desk.visitors),
        *desk.handlers(docs.ROUTES),
    ]


def told(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Tell what the framework refuses, and of a fault of ours no more than that it is in the log.

    Below ``/api`` as a problem, to a browser as a page, else as the framework does.
    """
    status, headers = 500, None
    if isinstance(error, HTTPException):
        status, headers = error.status_code, error.headers
    else:  # by its handler: an address may hold the key of a board, or be one
        log.error("page_failed", page=request.scope["route_handler"].name, exc_info=error)
    language = preferred(request.headers.get("accept-language", ""), "zh_CN")
    if request.url.path.startswith("/api/"):
        return answer(of_status(status, headers), language)
    if "text/html" in request.headers.get("accept", ""):
        shown = page("error.html", language, status, code=status)
        shown.headers.update(headers or {})
        return shown
    response = create_exception_response(request, error)
    response.headers.update(HEADERS)
    return response
