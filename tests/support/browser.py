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
from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.support.patience import PATIENCE_SECONDS

NAMES = ("chromium", "chromium-browser")
FLAGS = (
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-gpu",
)
WAIT_MS = 1000 * PATIENCE_SECONDS
expect.set_options(timeout=WAIT_MS)


def executable() -> str | None:
    """Return where Chromium is installed, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str | None:
    """Return why there can be no browser, or None."""
    return None if executable() else "Chromium is not installed (as root, make test installs it)"


@contextmanager
def launched(*flags: str, beside: Browser | None = None, **options: Any) -> Iterator[Browser]:
    """Run a Chromium, headless; its user may be root, hence without a sandbox.

    Another one that runs already stays `beside` it.
    """
    if beside is None:
        with sync_playwright() as playwright, _started(playwright.chromium, flags, options) as browser:
            yield browser
    else:
        with _started(beside.browser_type, flags, options) as browser:
            yield browser


@contextmanager
def _started(kind: BrowserType, flags: tuple[str, ...], options: dict[str, Any]) -> Iterator[Browser]:
    browser = kind.launch(
        executable_path=executable(), chromium_sandbox=False, args=[*FLAGS, *flags], **options
    )
    try:
        yield browser
    finally:
        browser.close()


def renderers(browser: Browser) -> list[int]:
    """Return the process ids of all that draws pages and runs their scripts in this browser."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [process["id"] for process in processes if process["type"] == "renderer"]


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
