"""Who plays on the page: what a test does with a tab and what it reads there, in a player's words."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import Windows


class Player:
    """One person at one tab."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name

    @classmethod
    def comes(cls, windows: Windows, url: str, name: str, script: str = "", **options: Any) -> Player:
        """Open the page under this name, with this script before its own, and wait until it is connected."""
        page = windows.open(**options)
        page.add_init_script(f"sessionStorage.setItem('name', {name!r}); {script}")
        page.goto(url)
        player = cls(page, name)
        player.is_connected()
        return player

    def is_connected(self) -> None:
        expect(self.page.locator("#status")).to_have_attribute("data-state", "connected")

    # -- doing ---------------------------------------------------------------------------------------

    def creates(self, title: str, kind: str = "public") -> None:
        self.page.click("#create")
        self.page.fill("#new-title", title)
        self.page.check(f"input[name=kind][value={kind}]")
        if kind == "password":
            self.page.fill("#new-password", "reed")
        self.page.click("#create-form button.primary")
        self.plays()

    def joins(self, title: str) -> None:
        self.page.get_by_role("button", name=f"Join {title}").click()
        self.plays()

    def steers_by_pilot(self, on: bool) -> None:
        button = self.page.locator("#pilot")
        if (button.get_attribute("aria-pressed") == "true") != on:
            button.click()
        expect(button).to_have_attribute("aria-pressed", "true" if on else "false")

    # -- seeing --------------------------------------------------------------------------------------

    def plays(self) -> None:
        """Wait until the room is shown, and this player in the game."""
        expect(self.page.locator("#arena")).to_be_visible()
        self.page.wait_for_function(
            "name => [...document.querySelectorAll('#members li')].some(row =>"
            " row.querySelector('.name').textContent === name && row.dataset.seat)",
            arg=self.name,
        )

    def row(self, name: str) -> Locator:
        return self.page.locator("#members li").filter(has_text=name)

    def sees_as_host(self, name: str) -> None:
        expect(self.row(name).locator(".chip.host")).to_be_visible()

    def scores(self) -> dict[str, int]:
        """Return everybody's sparks as they stand on the page, one moment of it."""
        rows = self.page.evaluate(
            "() => [...document.querySelectorAll('#members li')].map(row =>"
            " [row.querySelector('.name').textContent, Number(row.dataset.score)])"
        )
        return dict(rows)

    def sees_score(self, name: str, least: int) -> None:
        """Wait until this player is seen to have so many sparks."""
        self.page.wait_for_function(
            "([name, least]) => [...document.querySelectorAll('#members li')].some(row =>"
            " row.querySelector('.name').textContent === name && Number(row.dataset.score) >= least)",
            arg=[name, least],
        )

    @property
    def reign(self) -> Locator:
        """What the page says of the host and why it is the host."""
        return self.page.locator("#reign-now")

    def sees_reign(self, epoch: int) -> None:
        expect(self.page.locator("#reign")).to_have_attribute("data-epoch", str(epoch))
