"""Who operates: a page of the console after its login."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.browser import Windows
from tests.support.operated import PASSWORD


def log_in(page: Page, url: str) -> Page:
    """Log in to the console of the server at this address; return the page, which shows the overview."""
    page.goto(f"{url}/console")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


def operator(windows: Windows, url: str) -> Page:
    """Log in from a window of its own."""
    windows.expected.append("401")  # the page asks who it is before the login
    return log_in(windows.open(), url)
