"""The keys of the desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hall

pytestmark = pytest.mark.slow


@pytest.fixture
def page(sample: Hall) -> Iterator[Page]:
    page = sample.page(viewport={"width": 1366, "height": 768})
    page.goto("/cases?lamp=red,yellow")
    yield page
    page.context.close()


def test_a_slash_leads_to_the_search_and_letters_there_are_letters(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("gc?")
    assert page.input_value("#find") == "gc?"
    expect(page.locator("#keys")).to_be_hidden()


def test_g_and_a_letter_lead_to_a_place(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders")


def test_j_and_k_walk_the_rows_and_enter_opens_one(page: Page) -> None:
    rows = page.locator("main [data-row]")
    expect(rows).not_to_have_count(0)
    link = rows.nth(1).locator("a[href]").first.get_attribute("href")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    assert rows.nth(1).get_attribute("class") == "chosen"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{link}")


def test_a_question_mark_shows_the_keys_and_they_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#find")).not_to_be_focused()
    page.reload()
    page.keyboard.press("/")
    expect(page.locator("#find")).not_to_be_focused()


def test_the_link_of_a_page_is_copied(sample: Hall) -> None:
    page = sample.page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/cases?lamp=red")
    page.keyboard.press("c")
    expect(page.get_by_text("已复制链接")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.context.close()
