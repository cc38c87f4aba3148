"""A receiver of webhooks in a process of its own, which counts what arrives and when."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from aiohttp import web


@dataclass
class Arrived:
    """What arrived: the different keys, and when the first and the last new one came.

    The moments are those of ``time.monotonic``, which all processes of a machine share.
    """

    keys: set[str] = field(default_factory=set)
    first_at: float = 0.0
    last_at: float = 0.0

    def add(self, keys: set[str]) -> None:
        """Take in the keys of one post."""
        if keys - self.keys:
            self.last_at = time.monotonic()
            self.first_at = self.first_at or self.last_at
            self.keys |= keys


@contextmanager
def sink(delay: float = 0.0) -> Iterator[tuple[str, Callable[[], Arrived]]]:
    """Start a receiver that answers ``delay`` seconds after a post; give its URL and a reader.

    A post counts by its ``webhook-id``; one of Alertmanager's by the fingerprints of its alerts.
    """
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, delay))
    process.start()
    there.close()
    url: str = here.recv()

    def arrived() -> Arrived:
        here.send("what arrived")
        found: Arrived = here.recv()
        return found

    try:
        yield url, arrived
    finally:
        here.close()
        process.join()


def _serve(asked: Connection, delay: float) -> None:
    asyncio.run(_serving(asked, delay))


async def _serving(asked: Connection, delay: float) -> None:
    arrived = Arrived()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if delay:
            await asyncio.sleep(delay)
        ident = request.headers.get("webhook-id")
        arrived.add(
            {ident} if ident else {one["fingerprint"] for one in json.loads(body)["alerts"]}
        )
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    asked.send(f"http://127.0.0.1:{address[1]}/")
    loop = asyncio.get_running_loop()
    try:
        while await loop.run_in_executor(None, asked.recv):
            asked.send(arrived)
    except EOFError:
        await runner.cleanup()
