"""A real Chromium for tests: Debian's own, driven by Playwright.

A module's tests share one browser; each test opens windows (contexts of their own: storage, size, language).
Whatever a page complains of in its console fails the test that opened it, unless the test expects it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser")
FLAGS = (
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-gpu",
)
WAIT_MS = 20_000
"""How long a page may take for anything: far more than it needs, for slow machines."""
expect.set_options(timeout=WAIT_MS)


def executable() -> str | None:
    """Return where Chromium is installed, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str | None:
    """Return why there can be no browser, or None."""
    return None if executable() else "Chromium is not installed (as root, make test installs it)"


@contextmanager
def launched(*flags: str, **options: Any) -> Iterator[Browser]:
    """Run a Chromium of one's own, headless; its user may be root, hence without a sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), chromium_sandbox=False, args=[*FLAGS, *flags], **options
        )
        try:
            yield browser
        finally:
            browser.close()


class Windows:
    """What a test opens in a browser, and what the pages in it complained of."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self.expected: list[str] = []
        """Parts of the complaints that a test provokes."""

    def open(self, url: str | None = None, **options: Any) -> Page:
        """Open a window like a device of its own; options are those of a Playwright context."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.on("pageerror", self._page_error)
        page.on("console", self._console)
        if url is not None:
            page.goto(url)
        return page

    def close(self) -> None:
        """Close all windows and fail on what was complained of without being expected."""
        for context in self.browser.contexts:
            context.close()
        surprises = [said for said in self.complaints if not any(part in said for part in self.expected)]
        assert surprises == [], surprises

    def _page_error(self, error: Error) -> None:
        self.complaints.append(f"{error.name}: {error.message}\n{error.stack}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module.

    Not for the whole run: while Playwright's own loop runs in this thread, no test could run another.
    """
    if reason := missing():
        pytest.skip(reason)
    with launched() as browser:
        yield browser


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """Windows that are closed at the test's end; what they complained of fails it."""
    windows = Windows(browser)
    yield windows
    windows.close()
