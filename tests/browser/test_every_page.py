"""Every page, in both languages and themes: what a machine can see of its manners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from monitor.web.looking import Page as Route
from monitor.web.pages import ROUTES
from tests.browser.conftest import Hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LISTS = {"/cases/": "/cases", "/orders/": "/orders", "/rules/": "/rules", "/items/": "/items"}
DATA = (".json", ".csv", ".xlsx", "/events")
PATHS = sorted(
    route.path
    for route in ROUTES
    if isinstance(route, Route) and "{" not in route.path and not route.path.endswith(DATA)
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (390, 1366, 1920, 3840)


LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture(scope="module", params=["zh-light", "zh-dark", "en-light", "en-dark"])
def context(sample: Hall, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language, theme = request.param.split("-")
    yield from _context(sample, locale=LANGUAGES[language], color_scheme=theme)


@pytest.fixture(scope="module", params=list(LANGUAGES))
def light(sample: Hall, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """In one theme: how wide a page is does not follow from its colours."""
    yield from _context(sample, locale=LANGUAGES[request.param])


def _context(sample: Hall, **options: Any) -> Iterator[BrowserContext]:
    context = sample.open(viewport={"width": 1366, "height": 768}, **options)
    yield context
    context.close()


def opened(context: BrowserContext, path: str) -> tuple[Page, list[str]]:
    """Open a page; give it and all that went wrong or went elsewhere."""
    page, faults = context.new_page(), []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, answer.status
    home = urlsplit(page.url).netloc
    page.wait_for_load_state("load")
    sources = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    faults += [one for one in sources if urlsplit(one).netloc not in ("", home)]
    return page, faults


def violations(page: Page) -> list[str]:
    """Give what axe finds."""
    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]
    ]


@pytest.mark.parametrize("path", PATHS)
def test_has_nothing_that_axe_or_the_console_complains_of(
    context: BrowserContext, path: str
) -> None:
    page, faults = opened(context, path)
    try:
        assert faults == []
        assert violations(page) == []
    finally:
        page.close()


@pytest.mark.parametrize("path", PATHS)
def test_is_no_wider_than_the_window(light: BrowserContext, path: str) -> None:
    page, _ = opened(light, path)
    try:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(400)  # charts are drawn anew a little later
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        page.close()


def detail(page: Page, prefix: str) -> str | None:
    """Give the address of the first thing that a list leads to."""
    page.goto(LISTS[prefix])
    links = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    pattern = re.compile(re.escape(prefix) + r"[^?#.]+$")
    return next((one for one in links if pattern.match(one) and not one.endswith("/new")), None)


@pytest.mark.parametrize("prefix", LISTS)
def test_the_page_behind_a_list_has_the_same_manners(context: BrowserContext, prefix: str) -> None:
    page = context.new_page()
    path = detail(page, prefix)
    page.close()
    assert path is not None, f"nothing is listed at {LISTS[prefix]}"
    page, faults = opened(context, path)
    try:
        assert faults == []
        assert violations(page) == []
    finally:
        page.close()
