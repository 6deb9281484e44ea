"""Measure how long Sparks stands still when its host goes: `python -m tests.browser.standstill`.

Three tabs play; the host's is closed, or its renderer is stopped by SIGSTOP. What is printed is what
the two other pages show: from the last state of the former host to the first of the next one.
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tests.browser.players import Player
from tests.support.browser import Windows, launched, renderers
from tests.support.server_process import ServerProcess

CLOSED, FROZEN = 10, 4
"""How often each is measured."""


def main() -> None:
    """Print the times, in milliseconds."""
    with tempfile.TemporaryDirectory() as directory, launched() as browser:
        server = ServerProcess(Path(directory), "--storage", "memory", patient=False).start()
        try:
            for name, times, freezes in (("closed", CLOSED, False), ("frozen", FROZEN, True)):
                found = [
                    stood
                    for turn in range(times)
                    for stood in _one(browser, server, f"{name} {turn}", freezes)
                ]
                print(f"host's tab {name}, {times} times: stood still {median(found):.0f} ms", end=" ")
                print(f"in the middle, {min(found)} to {max(found)}", flush=True)
        finally:
            server.stop()


def _one(browser: Browser, server: ServerProcess, title: str, freezes: bool) -> list[int]:
    """Return how long the game stood still for the two others."""
    with launched(beside=browser) as apart:
        here, elsewhere = Windows(browser), Windows(apart)
        anna = Player.comes(elsewhere, server.url, "Anna")
        anna.creates(title)
        others = [Player.comes(here, server.url, name) for name in ("Bo", "Cleo")]
        for player in others:
            player.joins(title)
        for player in (anna, *others):
            player.steers_by_pilot(True)
        for player in others:
            anna.sees_score(player.name, 1)
        stopped = renderers(apart) if freezes else []
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        if not freezes:
            anna.page.close()
        for player in others:
            player.sees_reign(2)
            player.page.wait_for_function(
                "() => Number(document.querySelector('#reign').dataset.stoodStillMs)"
            )
        stood = [
            int(player.page.locator("#reign").get_attribute("data-stood-still-ms") or 0) for player in others
        ]
        for process in stopped:
            os.kill(process, signal.SIGCONT)
        here.close()
        elsewhere.close()
    return stood


if __name__ == "__main__":
    main()
