"""The lobby, as a person meets it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.browser import Windows
from tests.support.server_process import ServerProcess


def test_the_page_connects_and_shows_the_own_ping(windows: Windows, server: ServerProcess) -> None:
    page = windows.open(server.url)

    expect(page.locator("#status")).to_have_attribute("data-state", "connected")
    expect(page.locator("#status-text")).to_contain_text("ms")
