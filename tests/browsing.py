"""Going about the app in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect


def open_page(page: Page, address: str) -> None:
    """Go to an address of the app and wait until it is drawn."""
    page.goto(address)
    wait(page)


def wait(page: Page) -> None:
    """Wait until the app stands still."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(page.locator('[data-testid="stSpinner"]')).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def save(page: Page, file: Path) -> None:
    """Keep a picture of the whole page."""
    width = page.viewport_size["width"]
    height = page.locator('[data-testid="stMain"]').evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height + 40, 4000)})
    page.wait_for_timeout(300)
    page.screenshot(path=file)
    page.set_viewport_size({"width": width, "height": 900})
