"""The browser game, in Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.examples.conftest import lines_of
from tests.support.browser import Windows
from tests.support.server_process import ROOT, ServerProcess

GAME = ROOT / "examples" / "browser_game.html"


class Quiet(SimpleHTTPRequestHandler):
    """As `python -m http.server`, without its log."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def files() -> Iterator[str]:
    """The repository, served as the example's first lines say."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT)))
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_two_windows_play_and_the_second_hosts_when_the_first_is_closed(
    windows: Windows, server: ServerProcess, files: str
) -> None:
    page = f"{files}/examples/browser_game.html?server={server.url}"
    first = windows.open(page)
    expect(first.locator("#who")).to_have_text("0 dots; you host")
    first.click("#field", position={"x": 50, "y": 60})
    expect(first.locator("#who")).to_have_text("1 dots; you host")
    second = windows.open(page)
    expect(second.locator("#who")).to_have_text("1 dots; you are a guest")
    second.click("#field", position={"x": 300, "y": 60})
    expect(second.locator("#who")).to_have_text("2 dots; you are a guest")

    first.context.close()  # its seat is kept for a while, and so is its dot

    expect(second.locator("#who")).to_have_text("2 dots; you host")


def test_its_script_is_forty_lines() -> None:
    assert lines_of(GAME, '<script type="module">', "</script>") <= 40
