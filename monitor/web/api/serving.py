"""The handlers of the API, its description and the page about it, beside the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions.responses import create_exception_response
from litestar.types import ControllerRouterHandler

from monitor.web.api import docs
from monitor.web.api.problems import answer, of_status
from monitor.web.api.routing import Api
from monitor.web.api.table import CALLS
from monitor.web.language import preferred
from monitor.web.routing import Desk


def handlers(
    desk: Desk, hasten: Callable[[str], None] = lambda _step: None
) -> list[ControllerRouterHandler]:
    """Give them; ``hasten`` lets a step of the pipeline look at once."""
    return [
        Api.of(desk.visitors, desk.counts, hasten).router(CALLS),
        docs.description(desk.visitors),
        *desk.handlers(docs.ROUTES),
    ]


def told(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Tell what the framework refuses: below ``/api`` as a problem, else as the framework does."""
    if not request.url.path.startswith("/api/"):
        return create_exception_response(request, error)
    language = preferred(request.headers.get("accept-language", ""), "zh_CN")
    return answer(of_status(error.status_code, error.headers), language)
