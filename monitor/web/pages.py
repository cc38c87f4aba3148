"""The pages of the desk: each for whoever is signed in, within what he may see."""

from __future__ import annotations

from asyncio import to_thread
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from monitor.web.board import board
from monitor.web.rendering import page, static_files
from monitor.web.visiting import Ask, Visitors, to_sign_in


def desk(visitors: Visitors) -> list[HTTPRouteHandler]:
    """Give the handlers of the desk."""

    def show_board(request: Ask) -> Response[Any]:
        visitor = visitors.board_of(request) or visitors.of(request)
        if visitor is None:
            return to_sign_in(request)
        language, rules = visitors.language(request), visitors.rules()
        with visitors.store.read() as connection:
            found = board(connection, rules, visitor.scope, language, visitors.clock())
        return page("board.html", language, board=found, visitor=visitor)

    @get("/", include_in_schema=False)
    async def home(request: Ask) -> Response[Any]:
        return await to_thread(show_board, request)

    return [home, static_files(), *visitors.handlers()]
