"""The wall board in a real browser: it fits, can be read from afar, and renews itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SIZES = [(1366, 768), (1920, 1080), (3840, 2160)]
OUTSIDE = """() => Array.from(document.querySelectorAll('main *')).filter(one => {
  if (one.closest('.unseen, .numbers, [hidden], svg')) { return false; }
  const box = one.getBoundingClientRect();
  return box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
}).map(one => one.outerHTML.slice(0, 80))"""
SMALLEST = """() => {
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const sizes = [];
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (walk.currentNode.data.trim() && !holder.closest('.unseen, .numbers, script')) {
      sizes.push(parseFloat(getComputedStyle(holder).fontSize));
    }
  }
  return Math.min(...sizes);
}"""


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_fits_the_screen(sample: Hall, locale: str, width: int, height: int) -> None:
    page = sample.page(locale=locale, viewport={"width": width, "height": height})
    page.goto("/wall")
    page.wait_for_selector(".canvas svg")
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    page.context.close()


def test_has_no_words_under_14_pixels_at_1080(sample: Hall) -> None:
    page = opened(sample)
    assert page.evaluate(SMALLEST) >= 14
    page.context.close()


def test_shows_what_changes_without_being_loaded_again(sample: Hall) -> None:
    page = opened(sample)
    page.evaluate("window.same = true")
    before = page.get_attribute("#fresh", "data-at")
    page.wait_for_function("at => document.getElementById('fresh').dataset.at !== at", arg=before)
    page.wait_for_selector(".canvas svg")
    assert page.evaluate("window.same")
    page.context.close()


def opened(sample: Hall) -> Page:
    """Open the wall at the size that it is drawn for."""
    page = sample.page(viewport={"width": 1920, "height": 1080})
    page.goto("/wall")
    page.wait_for_selector(".canvas svg")
    return page
