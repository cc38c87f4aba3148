"""Pages for people: rendered, in a language, with the headers that keep them safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from config import Words
from notifiers.failures import in_words

_HERE = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
    "object-src 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Of every page: nothing from another host, no script or style within a page."""


def asset(name: str) -> str:
    """Give the address of a static file, which changes with what is in it."""
    return f"/static/{_version(name)}/{name}"


def page(template: str, language: str, status: int = 200, **values: Any) -> Response[str]:
    """Render a page.

    Templates write each text as ``t("中文", "English")``, so that none lacks a language.
    """

    def t(zh: str, en: str) -> str:
        return Words(zh, en).text(language)

    text = _environment().get_template(template).render(language=language, t=t, **values)
    headers = {**HEADERS, "Content-Language": "en" if language == "en" else "zh-CN"}
    return Response(
        text, media_type="text/html; charset=utf-8", status_code=status, headers=headers
    )


def static_files() -> HTTPRouteHandler:
    """Give the handler of static files; a browser may keep them for good."""

    @get("/static/{version:str}/{name:path}", sync_to_thread=False, include_in_schema=False)
    def show(request: Request[Any, Any, Any]) -> Response[bytes]:
        version, name = request.path_params["version"], request.path_params["name"].lstrip("/")
        if name not in _files() or version != _version(name):
            raise NotFoundException
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(_content(name), media_type=_files()[name], headers=headers)

    return show


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    thousands: Callable[[int], str] = "{:,}".format
    made.filters["thousands"] = thousands
    made.filters["failure"] = in_words
    return made


@cache
def _files() -> Mapping[str, str]:
    """Give the media type of each static file by its path."""
    folder = _HERE / "static"
    return {
        str(one.relative_to(folder)): _TYPES[one.suffix]
        for one in folder.rglob("*")
        if one.suffix in _TYPES
    }


@cache
def _content(name: str) -> bytes:
    return (_HERE / "static" / name).read_bytes()


@cache
def _version(name: str) -> str:
    return sha256(_content(name)).hexdigest()[:12]
