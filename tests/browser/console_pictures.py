"""Take the pictures of docs/console.md: `python -m tests.browser.console_pictures`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, expect

from tests.browser.operators import log_in
from tests.support.browser import launched
from tests.support.crowded import Crowded, crowded

IMAGES = Path(__file__).parents[2] / "docs" / "img"
LARGEST = 200_000  # bytes
SHEETS: tuple[tuple[Literal["light", "dark"], tuple[int, int]], ...] = (
    ("light", (1280, 860)),
    ("dark", (390, 844)),
)


def main() -> None:
    """Write every picture anew."""
    with crowded() as server, launched() as browser:
        for scheme, size in SHEETS:
            context = browser.new_context(
                color_scheme=scheme,
                viewport={"width": size[0], "height": size[1]},
            )
            page = log_in(context.new_page(), server.url)
            if scheme == "light":
                _desk(page, server)
            else:
                page.goto(f"{server.url}/console#/rooms/{server.room}")
                expect(page.get_by_label("Timeline")).to_contain_text("took over")
                _taken(page, "phone")
            context.close()


def _desk(page: Page, server: Crowded) -> None:
    server.measure()
    page.wait_for_timeout(6000)  # some seconds of history
    _taken(page, "overview")
    page.goto(f"{server.url}/console#/rooms?search=table&sort=title")
    expect(page.get_by_text("of 9,999")).to_be_visible()
    _taken(page, "rooms")
    page.goto(f"{server.url}/console#/rooms/{server.room}")
    expect(page.locator(".plot .empty")).to_be_hidden()
    server.lose_the_host()
    expect(page.get_by_label("Timeline")).to_contain_text("took over")
    page.wait_for_timeout(2500)  # the members' list follows
    _taken(page, "room")
    page.goto(f"{server.url}/console#/players/linus")
    expect(page.locator(".plot .empty")).to_be_hidden()
    _taken(page, "player")
    page.goto(f"{server.url}/console#/settings")
    page.get_by_label("Search settings").fill("latency_ host")
    _taken(page, "settings")
    page.goto(f"{server.url}/console#/logs?room={server.room}")
    expect(page.locator(".log li").last).to_be_visible()
    _taken(page, "log")


def _taken(page: Page, name: str) -> None:
    picture = page.screenshot(path=IMAGES / f"console-{name}.png")
    assert len(picture) < LARGEST, f"console-{name}.png has {len(picture)} bytes"


if __name__ == "__main__":
    main()
