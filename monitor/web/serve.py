"""Serving the desk of a store, beside the daemon or alone: every page behind one address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from litestar.types import ControllerRouterHandler

from config import Daemon
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store.stamps import Stamps
from monitor.store.store import Store
from monitor.web import oidc_sign_in
from monitor.web.api.serving import handlers as api_handlers
from monitor.web.app import Health, build_app
from monitor.web.hosts import only_ours
from monitor.web.links import link_pages
from monitor.web.pages import ROUTES
from monitor.web.proxy import believing
from monitor.web.rendering import static_files
from monitor.web.routing import Desk
from monitor.web.server import WebServer
from monitor.web.visiting import Visitors


@contextmanager
def served(
    store: Store,
    rules: Callable[[], InForce],
    clock: Callable[[], int],
    metrics: Metrics,
    alive: Callable[[], Health],
    ready: Callable[[], Health],
    address: str,
    hasten: Callable[[str], None],
    config: str = "supervisor.toml",
) -> Iterator[WebServer]:
    """Give the server of a store's pages, to be started and stopped by whoever asks.

    Args:
        store: the store, which stays open longer.
        rules: gives the rules in force.
        clock: gives the instant.
        metrics: what ``/metrics`` shows.
        alive: asked at ``/healthz``.
        ready: asked at ``/readyz``.
        address: ``HOST:PORT``; port 0 takes any free one.
        hasten: is told the step of the pipeline for which a call has just made work.
        config: the settings file as it was named, for the command that makes the first account.

    Raises:
        OSError: the address cannot be listened at.
    """
    with ExitStack() as exits:
        visitors, stamps = Visitors(store, rules, clock, config), Stamps(store)
        exits.callback(stamps.close)
        desk = Desk(visitors, stamps)
        exits.callback(desk.close)
        pages: list[ControllerRouterHandler] = [
            *link_pages(store, rules, clock, metrics),
            *desk.handlers(ROUTES),
            *visitors.handlers(),
            *oidc_sign_in.handlers(visitors),
            static_files(),
            *api_handlers(desk, hasten),
        ]

        def daemon() -> Daemon:
            return rules().settings.daemon

        app = build_app(metrics, alive, ready, pages, lambda: daemon().metrics_token)
        yield WebServer(app, address, lambda app: only_ours(believing(app, daemon), daemon))
