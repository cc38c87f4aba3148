"""The application: the pages for machines (metrics, liveness, readiness) and those for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.exceptions import ClientException
from litestar.types import ControllerRouterHandler
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr

from monitor.metrics import Metrics
from monitor.web.api.calls import ROOT
from monitor.web.api.serving import told

_READING = [HttpMethod.GET, HttpMethod.HEAD]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether something is well, and the grounds in plain words by what they are about."""

    well: bool
    grounds: Mapping[str, str]


def build_app(
    metrics: Metrics,
    alive: Callable[[], Health],
    ready: Callable[[], Health],
    pages: Sequence[ControllerRouterHandler] = (),
    token: Callable[[], SecretStr | None] = lambda: None,
) -> Litestar:
    """Build the application.

    Args:
        metrics: what ``/metrics`` shows.
        alive: whether the daemon still goes round; asked at ``/healthz``.
        ready: whether it does its work; asked at ``/readyz``.
        pages: the handlers of pages for people, and of calls for programs.
        token: what ``/metrics`` is asked with, as a bearer token; ``None``: it is open.
    """

    @route("/metrics", http_method=_READING, sync_to_thread=True, include_in_schema=False)
    def show_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        asked = token()
        if asked is not None and not _bears(request, asked):
            challenge = {"WWW-Authenticate": 'Bearer realm="duban metrics"'}
            return Response(b"", status_code=401, headers=challenge)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    @route("/healthz", http_method=_READING, sync_to_thread=True, include_in_schema=False)
    def healthz() -> Response[dict[str, object]]:
        return _answer(alive())

    @route("/readyz", http_method=_READING, sync_to_thread=True, include_in_schema=False)
    def readyz() -> Response[dict[str, object]]:
        return _answer(ready())

    async def refuse_nul(request: Request[Any, Any, Any]) -> None:
        # No text of ours has it, and PostgreSQL takes none that does. The API says it by itself.
        asked = request.scope["path"] + request.scope["query_string"].decode("latin-1")
        if not asked.startswith(ROOT) and ("\0" in asked or "%00" in asked):
            raise ClientException("NUL is not allowed")

    handlers = [show_metrics, healthz, readyz, *pages]
    return Litestar(
        handlers,
        before_request=refuse_nul,
        exception_handlers={Exception: told},
        openapi_config=None,  # what describes the API is made from its own table
        logging_config=None,
    )


def _answer(health: Health) -> Response[dict[str, object]]:
    return Response(
        {"status": "ok" if health.well else "failing", "checks": dict(health.grounds)},
        status_code=200 if health.well else 503,
    )


def _bears(request: Request[Any, Any, Any], token: SecretStr) -> bool:
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    right = compare_digest(said.strip().encode(), token.get_secret_value().encode())
    return scheme.lower() == "bearer" and right
